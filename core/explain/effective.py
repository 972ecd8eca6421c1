"""What one value of a layer really uses of the picture: its effective receptive field.

For a value u of a map and items x the picture is the mean of Σ_c |∂u/∂x_c| over the items. The
theoretical field says what can reach the value, this one says how much of it does: with many
layers most of it lies in the middle, where more ways lead through.

Source: Luo, Li, Urtasun and Zemel 2016, "Understanding the effective receptive field".
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.explain.probe import nothing_moves
from core.layers import Input
from core.network import Network

ALL_MAPS = -1  # in place of a channel: the sum over all of them
_AT_ONCE = 16  # items, at most
Cell = tuple[int, int]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Effective:
    """How much each cell of the picture counts for a value.

    Attributes:
        weights: mean amount of the gradient (H, W), of a signal (1, T).
        count: how many items were looked at; for `silent` of them the gradient is zero.
    """

    weights: Floats
    count: int
    silent: int

    @property
    def is_silent(self) -> bool:
        """Whether nothing reaches the value, as where ReLU lets nothing through."""
        return self.silent == self.count

    def deviation(self) -> tuple[float, float]:
        """σ of the amount along rows and along columns, in cells; 0 where it is silent."""
        return _deviation(self.weights.sum(axis=1)), _deviation(self.weights.sum(axis=0))

    def profiles(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Of the rows and of the columns: how far each is from their middle, and its share."""
        return _profile(self.weights.sum(axis=1)), _profile(self.weights.sum(axis=0))


def effective(
    network: Network,
    split: FittedSplit,
    node: str,
    *,
    channel: int,
    cell: Cell,
    shape: tuple[int, ...],
    count: int,
) -> Generator[tuple[int, int], None, Effective]:
    """The effective field of one value of a node over `count` items, spread over the split.

    `shape` (C, H, W) or (C, T) is that of the picture. Yields items done and items in all.
    """
    total = min(count, len(split))
    chosen = np.linspace(0, len(split) - 1, total).astype(np.intp)
    size = (1, 1, *shape[1:])[-2:]
    weights, silent, done, pace = np.zeros(size), 0, 0, Pace(_AT_ONCE)
    while done < total:
        part = chosen[done : done + pace.size]
        with pace.piece():
            x, _ = split.batch(part)
            slopes = np.abs(value_slopes(network, x, node, channel, cell), dtype=np.float64)
        each = slopes.reshape(len(part), -1, *size).sum(axis=1)
        weights += each.sum(axis=0)
        silent += int((each.max(axis=(1, 2)) == 0).sum())
        done += len(part)
        yield done, total
    return Effective(weights / max(1, total), total, silent)


def value_slopes(
    network: Network, x: NDArray[Any], node: str, channel: int, cell: Cell
) -> NDArray[Any]:
    """The gradient by each item (N, C, H, W) of one value that a node gives for it.

    Of a vector the channel alone counts, of a signal the column. `ALL_MAPS` adds up all maps.
    """
    node = network.whole.giver(node) or node
    source = network.graph.of_type(Input)[0].id
    maps: slice | int = slice(None) if channel == ALL_MAPS else channel
    with nothing_moves(network):
        values = network.run_forward(network.upload(x))
        ones = np.zeros(values[node].shape, network.dtype)
        place = cell[4 - ones.ndim :] if ones.ndim > 2 else ()
        ones[(slice(None), maps, *place)] = 1
        found = network.run_backward({node: network.backend.asarray(ones)})
        if source not in found:
            return np.zeros_like(x)
        return network.backend.asnumpy(found[source]).copy()


def held_within(weights: Floats, center: tuple[float, float], share: float = 0.95) -> float:
    """The side of the smallest square around a place (row, column) that holds this share of all.

    Cells outside the picture hold nothing; 0 where there is nothing to hold.
    """
    total = weights.sum()
    if total <= 0:
        return 0.0
    rows, columns = (
        np.abs(np.arange(size) - middle) for size, middle in zip(weights.shape, center, strict=True)
    )
    away = np.maximum(rows[:, None], columns[None]).ravel()
    order = np.argsort(away, kind="stable")
    held = np.cumsum(weights.ravel()[order])
    last = order[np.searchsorted(held, share * total * (1 - 1e-9))]
    return 2 * float(away[last]) + 1


def _deviation(profile: Floats) -> float:
    away, shares = _profile(profile)
    return float(np.sqrt((shares * away**2).sum()))


def _profile(amounts: Floats) -> tuple[Floats, Floats]:
    """Distances from the mean place of some amounts, and their shares, which are 0 of nothing."""
    shares = amounts / (amounts.sum() or 1.0)
    at = np.arange(len(amounts), dtype=np.float64)
    return at - (shares * at).sum(), shares
