"""Which items a layer finds alike: the nearest ones in what it makes of them, and in the pixels."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.network import Array, Network

Measure = Literal["euclidean", "cosine"]
MOST = 10_000  # items that are searched
_AT_ONCE = 64  # items, at most


@dataclass(frozen=True, eq=False)
class Near:
    """The nearest items, nearest first (k,), and how far each is.

    Euclidean: √Σ(a − b)². Cosine: 1 − a·b/(|a|·|b|), 1 where either is zero everywhere.
    """

    items: NDArray[np.int64]
    distances: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The nearest items in what a node gives, and in what enters the network."""

    in_node: Near
    in_input: Near


def neighbors(
    network: Network,
    split: FittedSplit,
    node: str,
    x: NDArray[Any],
    *,
    count: int,
    measure: Measure = "euclidean",
    pooled: bool = False,
    without: int = -1,
) -> Generator[tuple[int, int], None, Neighbors]:
    """The `count` items of a split nearest to the item x (C, H, W), the item `without` left out.

    Of more than MOST items so many are searched, spread evenly over the split.

    `pooled` compares the mean of each map alone, so that it does not matter where something is.
    Yields items done and items in all.
    """
    node = network.whole.giver(node) or node
    items = searched(len(split))
    total, done, pace = len(items), 0, Pace(_AT_ONCE)
    wanted = np.array(_features(network, x[None], node, pooled)[0])
    found, plain = np.zeros(total, np.float32), np.zeros(total, np.float32)
    while done < total:
        here = slice(done, min(done + pace.size, total))
        with pace.piece():
            batch, _ = split.batch(items[here])
            found[here] = distances(_features(network, batch, node, pooled), wanted, measure)
            plain[here] = distances(batch.reshape(len(batch), -1), x.ravel(), measure)
        done = here.stop
        yield done, total
    other = items != without
    in_node, in_input = (_nearest(away[other], items[other], count) for away in (found, plain))
    return Neighbors(in_node, in_input)


def searched(total: int, most: int = MOST) -> NDArray[np.int64]:
    """Which of so many items are searched: all, or `most` at even distances."""
    if total <= most:
        return np.arange(total, dtype=np.int64)
    return np.arange(most, dtype=np.int64) * total // most


def distances(a: Array, b: Array, measure: Measure) -> NDArray[np.float32]:
    """From each row of a (N, F) to b (F,)."""
    rows, one = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if measure == "euclidean":
        return np.asarray(np.sqrt(((rows - one) ** 2).sum(axis=1)), np.float32)
    sizes = np.linalg.norm(rows, axis=1) * np.linalg.norm(one)
    alike = np.divide(rows @ one, sizes, out=np.zeros(len(rows)), where=sizes > 0)
    return np.asarray(1 - alike, np.float32)


def _features(network: Network, x: NDArray[Any], node: str, pooled: bool) -> NDArray[Any]:
    """What a node gives for each item, as a vector (N, F)."""
    y = network.run_forward(network.upload(x))[node]
    if pooled and y.ndim > 2:
        y = y.mean(axis=tuple(range(2, y.ndim)))
    found: NDArray[Any] = network.backend.asnumpy(y.reshape(len(y), -1))
    return found


def _nearest(away: NDArray[np.float32], items: NDArray[np.int64], count: int) -> Near:
    order = np.argsort(away, kind="stable")[:count]
    return Near(items[order], away[order])
