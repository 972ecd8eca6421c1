"""What a network is worth with some of its weights changed by hand, or two of its units swapped.

The weights are changed for the time of a forward pass and put back; the network learns nothing.
A unit is one filter of a convolution, with its bias, or one unit of a dense layer.

Letters: O units, I input maps, `kh kw` filter size.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.explain.surgery import Worth, worths
from core.network import Network
from core.shapes import Shape

_AT_ONCE = 64  # items, at most
Weights = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Paint:
    """Another value for one weight: of a unit, for an input map, at a row and column."""

    unit: int
    plane: int
    row: int
    column: int
    value: float


@dataclass(frozen=True)
class Swap:
    """Two units take each other's place, with all that leads to them."""

    unit: int
    other: int


Cut = Paint | Swap


@dataclass(frozen=True)
class Operation:
    """The worth over `count` items before and after."""

    count: int
    before: Worth
    after: Worth


def can_be_cut(shapes: dict[str, Shape]) -> bool:
    """Whether a layer with weights of these shapes has units that this is made for."""
    return len(shapes.get("weight", ())) in (2, 3, 4)


def planes(weight: NDArray[Any]) -> NDArray[Any]:
    """A weight as sheets (O, I, kh, kw): of a signal one row high, of a dense layer one row."""
    if weight.ndim == 2:
        return weight[:, None, None]
    return weight[:, :, None] if weight.ndim == 3 else weight


def cut(network: Network, node: str, cuts: Sequence[Cut]) -> Weights:
    """The weights of a node after some cuts, one after another, by their names in the network.

    IndexError where a cut is about a weight that is not there.
    """
    names = [f"{node}.{name}" for name in network.inference.nodes[node].weights]
    found = {name: network.weight(name) for name in names}
    sheets = planes(found[f"{node}.weight"])
    for one in cuts:
        if isinstance(one, Paint):
            sheets[one.unit, one.plane, one.row, one.column] = one.value
            continue
        pair, turned = [one.unit, one.other], [one.other, one.unit]
        for values in found.values():
            values[pair] = values[turned]
    return found


@contextmanager
def operated(network: Network, changed: Weights) -> Iterator[None]:
    """The network has these weights meanwhile, and its own again afterwards."""
    own = {name: network.weight(name) for name in changed}
    network.set_weights(changed)
    try:
        yield
    finally:
        network.set_weights(own)


def operation(
    network: Network, split: FittedSplit, changed: Weights, *, count: int
) -> Generator[tuple[int, int], None, Operation]:
    """Ask the network as it is and with changed weights about `count` items, spread over all.

    Yields items done and items in all; between two of them the network is as it was.
    """
    total = min(count, len(split))
    chosen = np.linspace(0, len(split) - 1, total).astype(np.intp)
    sums, done, pace = np.zeros((2, 2)), 0, Pace(_AT_ONCE)
    while done < total:
        part = chosen[done : done + pace.size]
        with pace.piece():
            x, labels = split.batch(part)
            before = next(worths(network, x, labels, network.outputs[0], [set()]))
            with operated(network, changed):
                after = next(worths(network, x, labels, network.outputs[0], [set()]))
        sums += np.array((before, after)) * len(part)
        done += len(part)
        yield done, total
    (loss, right), (new_loss, new_right) = sums / max(1, total)
    return Operation(total, Worth(loss, right), Worth(new_loss, new_right))
