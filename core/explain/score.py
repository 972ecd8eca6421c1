"""The number that is asked about: how strongly an Output speaks for a class, before softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.probe import nothing_moves
from core.network import Array, Network
from core.network_errors import NetworkError
from core.tongue import tr

Host = NDArray[Any]


@dataclass(frozen=True)
class Score:
    """The raw value of `unit` of the Output `node`, times `sign`.

    An Output of one unit that answers yes or no speaks for yes with sign 1, for no with −1.
    """

    node: str
    unit: int
    sign: int = 1

    def of(self, values: Array) -> Array:
        """The score of each item (N,), from what the Output gives (N, K)."""
        return values[:, self.unit] * self.sign


def class_count(network: Network, output: str) -> int:
    """How many classes an Output tells apart; 0 where it gives values."""
    return network.output(output).loss.classes(_units(network, output))


def choices(network: Network, output: str) -> int:
    """How many classes, or values, of an Output can be asked about."""
    return class_count(network, output) or _units(network, output)


def score(network: Network, output: str, choice: int) -> Score:
    """The score of a class, or of a value, by its number; NetworkError where there is none."""
    count = choices(network, output)
    if not 0 <= choice < count:
        title = network.graph[output].title
        raise NetworkError(
            tr(
                "{title} has {count} classes, number {choice} is none of them.",
                title=title,
                count=count,
                choice=choice,
            )
        )
    if _units(network, output) < count:  # one unit, two answers
        return Score(output, 0, 1 if choice else -1)
    return Score(output, choice)


def _units(network: Network, output: str) -> int:
    (units,) = network.inference.nodes[output].output or (0,)
    return units


def slopes(network: Network, x: Host, of: Score, *nodes: str) -> dict[str, tuple[Host, Host]]:
    """What nodes give for an item x (C, H, W), and the gradient of the score by it: (y, dy) each.

    The network is as after training, and nothing in it changes. A node that does not lead to the
    score has a gradient of zeros.
    """
    host = network.backend.asnumpy
    with nothing_moves(network):
        values = network.run_forward(network.upload(x[None]))
        one = np.zeros(values[of.node].shape, network.dtype)
        one[0, of.unit] = of.sign
        found = network.run_backward({of.node: network.backend.asarray(one)})
        return {
            node: (
                host(values[node])[0].copy(),
                host(found[node])[0].copy()
                if node in found
                else np.zeros_like(host(values[node][0])),
            )
            for node in (network.whole.giver(node) or node for node in nodes)
        }
