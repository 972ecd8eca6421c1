"""Feature maps: what a node makes of one item, and what the loss says to each of their values."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.explain.probe import Labels, probe
from core.network import Network

MOST_MAPS = 512
_AT_ONCE = 32  # items, at most


def feature_maps(network: Network, x: NDArray[Any], node: str) -> NDArray[np.float32]:
    """What a node gives for one item (C, H, W), as after training: maps (C, H, W).

    A vector of F values comes as a strip (1, 1, F). At most the first 512 maps are given. Nothing
    in the network changes: no random number is drawn, no running average moves.
    """
    return _maps(network.activations(np.asarray(x)[None], [node])[node][0])


def unit_map(network: Network, x: NDArray[Any], node: str, unit: int) -> NDArray[np.float32]:
    """What one unit of a node gives for one item: its map (H, W), or (1, 1) of a vector."""
    values = network.activations(np.asarray(x)[None], [node])[node][0]
    return np.atleast_2d(np.asarray(values[unit], np.float32))


def maps_and_gradients(
    network: Network, x: NDArray[Any], labels: Labels | None, node: str
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """The maps, and the gradient of the item's loss by them; None where none reaches it."""
    found = probe(network, np.asarray(x), labels, node=node, wants=("y", "dy"))
    return _maps(found["y"]), _maps(found["dy"]) if "dy" in found else None


def mean_maps(
    network: Network, split: FittedSplit, node: str, *, count: int
) -> Generator[tuple[int, int], None, NDArray[np.float32]]:
    """The mean of the maps of a node over `count` items, spread over the split.

    Yields items done and items in all.
    """
    total = min(count, len(split))
    chosen = np.linspace(0, len(split) - 1, total).astype(np.intp)
    whole, done, pace = np.zeros(()), 0, Pace(_AT_ONCE)
    while done < total:
        part = chosen[done : done + pace.size]
        with pace.piece():
            found = network.activations(split.batch(part)[0], [node])[node]
            whole = whole + found.sum(axis=0, dtype=np.float64)
        done += len(part)
        yield done, total
    return _maps(whole / max(1, total))


def all_layers(
    network: Network, x: NDArray[Any], *, most: int, side: int
) -> dict[str, NDArray[np.float32]]:
    """What every node gives for one item (C, H, W), in the order data flow, as small maps.

    The first `most` maps of each, at most `side` cells high and wide: a cell is the mean of those
    that it stands for.
    """
    values = network.run_forward(network.upload(np.asarray(x)[None]))
    host = network.backend.asnumpy
    found = {}
    for id in network.graph.order:
        one = values[id][0]
        found[id] = shrunk(_maps(host(one[:most] if one.ndim > 1 else one)), side)
    return found


def shrunk(maps: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Maps (C, H, W) of at most `side` cells, each the mean of a block; a strip stays as it is."""
    if maps.shape[1] == 1:
        return maps.copy()
    for axis in (1, 2):
        size = maps.shape[axis]
        step = -(-size // side)
        starts = np.arange(0, size, step)
        sizes = np.diff(starts, append=size).astype(np.float32)
        sums = np.add.reduceat(maps, starts, axis=axis)
        maps = np.divide(sums, sizes[:, None] if axis == 1 else sizes, dtype=np.float32)
    return maps


def _maps(values: NDArray[Any]) -> NDArray[np.float32]:
    """Values of one item as maps (C, H, W), a vector as one strip; a signal's rows are one high."""
    shown = values.reshape(1, 1, -1) if values.ndim < 2 else values[:MOST_MAPS]
    shown = shown[:, None] if shown.ndim == 2 else shown
    return np.asarray(shown, np.float32)
