"""Where a network looks, by the gradient: which input values a class's score depends on.

g = ∂s/∂x for the score s of a class and an item x (C, H, W). The gradient says how much a small
change of each value would change the score; gradient × input, how much each value that is there
adds to it, as if the network were linear.

Source: Simonyan, Vedaldi and Zisserman 2014 (gradient); Shrikumar et al. 2017 (times input);
Adebayo et al. 2018 (the same of random weights, as a test of honesty).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.score import Score, slopes
from core.layers import Input
from core.network import Network

Host = NDArray[Any]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sight:
    """What a method finds, (H, W) each: for and against the class, and how much in all.

    Attributes:
        signed: above zero speaks for the class, below against it.
        unsigned: how much, never below zero.
    """

    signed: Floats
    unsigned: Floats


def gradient(network: Network, x: Host, of: Score, shape: tuple[int, ...] | None = None) -> Sight:
    """The gradient by the item x: its sum over the channels, and the largest |g| of a pixel.

    `shape` (C, H, W) is that of the picture where x is flattened.
    """
    g = _by_input(network, x, of).reshape(shape or x.shape)
    return Sight(g.sum(axis=0), np.abs(g).max(axis=0))


def gradient_times_input(
    network: Network, x: Host, of: Score, shape: tuple[int, ...] | None = None
) -> Sight:
    """Gradient × input, summed over the channels, and its amount; `shape` as in `gradient`."""
    parts = (_by_input(network, x, of) * x).reshape(shape or x.shape)
    total = parts.sum(axis=0)
    return Sight(total, np.abs(total))


def likeness(a: Host, b: Host) -> float:
    """How alike two maps are: the correlation of their amounts; nan where one is all the same."""
    one, other = np.abs(a).ravel().astype(np.float64), np.abs(b).ravel().astype(np.float64)
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else float("nan")


def _by_input(network: Network, x: Host, of: Score) -> Floats:
    input_node = network.graph.of_type(Input)[0].id
    return np.asarray(slopes(network, x, of, input_node)[input_node][1], np.float32)
