"""Filters as pictures: what the weights of a convolution look for, which rest and which are alike.

Letters: O filters, I input channels, `kh kw` filter size, P Q positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.kinds import Pair
from core.shapes import Shape

MOST_ROWS, MOST_COLUMNS = 64, 64
DEAD = 1e-3  # of the layer's median norm: a filter below answers to nothing
ALIKE = 0.98  # cosine from which two filters look for the same
_MOST_COMPARED = 1024  # filters
KINDS = ("weight", "depthwise", "pointwise")  # names of weights that are filters


@dataclass(frozen=True)
class Filters:
    """Tiles to draw.

    Attributes:
        tiles: weights (rows, columns, kh, kw), rows being filters and columns input channels;
            or colors (O, 1, kh, kw, 3) from 0 to 1 with 0.5 standing for a weight of 0.
        limit: the largest |weight| of all filters; colors and scales reach from −limit to limit.
        rgb: whether the tiles are colors.
        of: filters and input channels there are, of which the first may be all that is shown.
        norms: the length of each filter as a vector (O,).
        order: the filter of each row of tiles; of a dense layer, which is one tile, none.
        dead: filters whose norm is hardly any beside the others'.
        alike: pairs of filters that point the same way, the nearest first, each with its cosine.
    """

    tiles: NDArray[np.float32]
    limit: float
    rgb: bool
    of: tuple[int, int]
    norms: NDArray[np.float32]
    order: tuple[int, ...] = ()
    dead: tuple[int, ...] = ()
    alike: tuple[tuple[int, int, float], ...] = ()


def filter_weights(shapes: dict[str, Shape]) -> tuple[str, ...]:
    """Which weights of a layer can be drawn as filters, by name; `shapes` are those of all."""
    return tuple(name for name in KINDS if len(shapes.get(name, ())) in (2, 3, 4, 6))


def filters(
    weight: NDArray[Any],
    *,
    rgb: bool = False,
    at: Pair = (0, 0),
    order: Sequence[int] | None = None,
) -> Filters:
    """Tiles of the weight of a convolution (O, I, kh, kw) or of a dense layer (O, I).

    A convolution of signals (O, I, kw) has tiles of one row. Where every position has filters of
    its own, (P, Q, O, I, kh, kw), those of the position `at` are shown.

    `rgb` draws three input channels as one colored tile each, as on a color picture; a dense layer
    is one tile of O × I cells. At most 64 rows and columns of tiles are given: the first filters,
    or those that `order` names.
    """
    w = _of_one_place(weight, at)
    of = (w.shape[0], w.shape[1])
    limit = float(np.abs(w).max(initial=0.0))
    norms = np.linalg.norm(w.reshape(len(w), -1), axis=1)
    if w.ndim == 2:
        return Filters(w[None, None], limit, False, of, norms)
    rows = tuple(range(len(w)) if order is None else order)[:MOST_ROWS]
    known = {"norms": norms, "order": rows, "dead": dead_filters(norms), "alike": alike_filters(w)}
    shown = w[list(rows)]
    if rgb and w.shape[1] == 3:
        colors = 0.5 + shown / (2 * limit or 1.0)  # (O, 3, kh, kw)
        return Filters(colors.transpose(0, 2, 3, 1)[:, None], limit, True, of, **known)
    return Filters(shown[:, :MOST_COLUMNS], limit, False, of, **known)


def by_norm(weight: NDArray[Any], *, at: Pair = (0, 0)) -> tuple[int, ...]:
    """The filters of a weight, as of `filters`, those with the largest norm √Σw² first."""
    w = _of_one_place(weight, at)
    norms = np.linalg.norm(w.reshape(len(w), -1), axis=1)
    return tuple(np.argsort(-norms, kind="stable").tolist())


def _of_one_place(weight: NDArray[Any], at: Pair) -> NDArray[np.float32]:
    """The filters (O, I, kh, kw) at a position, or the weight (O, I) of a dense layer."""
    w = np.asarray(weight, np.float32)
    w = w[min(at[0], len(w) - 1), min(at[1], w.shape[1] - 1)] if w.ndim == 6 else w
    return w[:, :, None] if w.ndim == 3 else w


def dead_filters(norms: NDArray[Any]) -> tuple[int, ...]:
    """Filters with hardly any weight beside the median of the layer."""
    threshold = DEAD * float(np.median(norms)) if len(norms) else 0.0
    return tuple(np.flatnonzero(norms <= threshold).tolist())


def alike_filters(w: NDArray[Any]) -> tuple[tuple[int, int, float], ...]:
    """Pairs of filters (O, …) that point the same way, the nearest first, with their cosine.

    Of a filter of one weight nothing can be said: all of them point one of two ways.
    """
    rows = w.reshape(len(w), -1)[:_MOST_COMPARED].astype(np.float64)
    if rows.shape[1] < 2:
        return ()
    norms = np.linalg.norm(rows, axis=1)
    alive = np.setdiff1d(np.flatnonzero(norms > 0), dead_filters(norms))
    units = rows[alive] / norms[alive, None]
    cosines = np.triu(units @ units.T, 1)
    first, second = np.nonzero(cosines >= ALIKE)
    order = np.argsort(-cosines[first, second], kind="stable")
    return tuple(
        (int(alive[a]), int(alive[b]), float(cosines[a, b]))
        for a, b in zip(first[order], second[order], strict=True)
    )
