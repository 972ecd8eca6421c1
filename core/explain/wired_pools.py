"""Pooling as links: what share each cell under a window has in the result, and in its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.explain.endings import Root
from core.explain.links import Floats, Ints, Links, largest
from core.explain.wired import Arrays, Maps, Wired, as_maps, floats, linked
from core.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    LpPool2d,
    MaxPool2d,
    ScaledPool2d,
)
from core.layers.pooling_base import cells_counted
from core.shapes import Shape, Window

POOLS = (
    MaxPool2d,
    AvgPool2d,
    LpPool2d,
    ScaledPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    AdaptiveAvgPool2d,
)
_WHOLE = (GlobalAvgPool2d, AdaptiveAvgPool2d)  # means without padding


def pool(layer: Any, tensors: Arrays) -> Wired:
    """Shares of the cells under each window: 1 for the winner, 1/n in a mean, as p says."""
    x = tensors["x"]
    wide, out = as_maps(x.shape), layer.infer(x.shape)
    if isinstance(layer, AdaptiveAvgPool2d) and any(
        h % p for h, p in zip(wide[1:], out[1:], strict=True)
    ):
        return _bins(wide, as_maps(out))
    narrow = as_maps(out) if len(out) > 1 else (out[0], 1, 1)  # of a global pool
    links = linked(layer.window(x.shape), wide, narrow, (np.arange(wide[0]),) * 2)
    cells = links.under(x.reshape(wide))
    bias = slopes = None
    picks = isinstance(layer, MaxPool2d | GlobalMaxPool2d)
    if picks:
        share = largest(cells)
    else:
        share = np.broadcast_to(1 / _counted(layer, x.shape, links), cells.shape).copy()
    if isinstance(layer, ScaledPool2d):
        scale = tensors["weight"].astype(np.float64)[None, None, :, None, None]
        share = scale * (share if layer.mode == "mean" else np.ones_like(share))
        bias = floats(tensors["bias"])
    if isinstance(layer, LpPool2d):
        slopes = _slopes(cells, share, layer.norm_type)
    power = layer.norm_type if isinstance(layer, LpPool2d) else 0.0
    return Wired(
        links, share, wide, narrow, learned="", picks=picks, bias=bias, power=power,
        slopes=slopes, ending=Root(power) if power else None,
    )  # fmt: skip


def _slopes(cells: Floats, share: Floats, p: float) -> Floats:
    """How a p-norm mean y follows each cell: sign(x) · |x|ᵖ⁻¹ · y¹⁻ᵖ / n; 0 where all are 0."""
    x = np.nan_to_num(cells)
    largest = np.abs(x).max(axis=(3, 4), keepdims=True)
    # Shares of the largest cell: neither overflows nor vanishes for large p.
    part = np.abs(x) / np.where(largest > 0, largest, 1)
    mean = (part**p * share).sum(axis=(3, 4), keepdims=True)
    root = np.where(mean > 0, mean, 1) ** (1 / p - 1)
    slopes: Floats = np.sign(x) * part ** (p - 1) * root * share
    return slopes


def _counted(layer: Any, shape: Shape, links: Links) -> Floats:
    """How many cells a mean divides by: (P, Q, 1, 1, 1)."""
    ring = (0, 0, 0, 0)
    if getattr(layer, "count_include_pad", True) and not isinstance(layer, _WHOLE):
        ring = layer.declared_window(shape).padding
    counts = cells_counted(np, links.window, links.wide, ring)
    return np.asarray(counts, np.float64)[..., None, None, None]


# ---- bins of different sizes ------------------------------------------------------------


def _bins(wide: Maps, narrow: Maps) -> Wired:
    """Means over bins that do not divide the maps: a window for the largest, the rest counts 0."""
    along = [_shares(size, count) for size, count in zip(wide[1:], narrow[1:], strict=True)]
    (rows, down), (columns, across) = along
    share = (down[:, None, :, None] * across[None, :, None, :])[:, :, None]  # (P, Q, 1, kh, kw)
    which, one = (np.arange(wide[0]),) * 2, np.zeros(wide[0], np.int64)
    window = Window((down.shape[1], across.shape[1]))
    links = linked(window, wide, narrow, which, kernels=one, starts=(rows, columns))
    back = _bins_back(wide, narrow, (_spread(*along[0], wide[1]), _spread(*along[1], wide[2])))
    return Wired(links, share, wide, narrow, learned="", back=back)


def _bins_back(wide: Maps, narrow: Maps, tables: tuple[Floats, Floats]) -> Wired:
    """Each cell of the maps sees every bin, with the share that it has in it: often none."""
    down, across = tables  # (P, H), (Q, W)
    share = (down.T[:, None, :, None] * across.T[None, :, None, :])[:, :, None]  # (H, W, 1, P, Q)
    which, one = (np.arange(wide[0]),) * 2, np.zeros(wide[0], np.int64)
    still = tuple(np.zeros(size, np.int64) for size in wide[1:])
    links = linked(
        Window(narrow[1:]), narrow, wide, which, kernels=one, starts=(still[0], still[1])
    )
    return Wired(links, share, narrow, wide, learned="")


def _shares(size: int, count: int) -> tuple[Ints, Floats]:
    """Of bins along one axis: where the window begins (P,), and the shares under it (P, k)."""
    number = np.arange(count)
    start, end = number * size // count, -(-(number + 1) * size // count)
    widest = int((end - start).max())
    begin = np.minimum(start, size - widest)
    cells = begin[:, None] + np.arange(widest)
    inside = (cells >= start[:, None]) & (cells < end[:, None])
    shares: Floats = inside / (end - start)[:, None]
    return begin, shares


def _spread(begin: Ints, shares: Floats, size: int) -> Floats:
    """The same shares by cell: (P, H)."""
    table = np.zeros((len(begin), size))
    for number, first in enumerate(begin):
        table[number, first : first + shares.shape[1]] = shares[number]
    return table
