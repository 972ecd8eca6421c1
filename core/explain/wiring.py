"""The links of a layer, and its weight in the one order that all links use.

Layers without sliding products, such as ReLU, have none: `wired` gives None for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Floats, Ints, Links
from core.kinds import Pair
from core.layers import (
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Layer,
    LearnedPool2d,
    Linear,
    LocallyConnected2d,
    LpPool2d,
    MaskedConv2d,
    MaxPool2d,
    ScaledPool2d,
    SeparableConv2d,
    TiedConv2d,
)
from core.layers.pooling_base import cells_counted
from core.layers.signals import SignalLayer
from core.shapes import Shape, Window

Arrays = Mapping[str, NDArray[Any]]
Maps = tuple[int, int, int]
ONE = Window((1, 1))
CONVOLUTIONS = (Conv2d, DepthwiseConv2d, LocallyConnected2d, MaskedConv2d, LearnedPool2d)
POOLS = (
    MaxPool2d,
    AvgPool2d,
    LpPool2d,
    ScaledPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
)


@dataclass(frozen=True, eq=False)
class Wired:
    """A layer as links.

    Attributes:
        links: which cells meet under which weight.
        weight: (P, Q, K, kh, kw), or (1, 1, K, kh, kw).
        wide, narrow: the maps (C, H, W) that its vectors and signals count as.
        transposed: whether the input is the narrow grid.
        learned: the name of the weight that the kernels are, "" where they are shares.
        bias: one for each output map (O,), one for each output value (O, P, Q), or None.
        power: the p of a p-norm, whose shares are of |x|ᵖ; 0 elsewhere.
        slopes: the shares of a gradient, where they are not those of the value.
    """

    links: Links
    weight: Floats
    wide: Maps
    narrow: Maps
    transposed: bool = False
    learned: str = "weight"
    bias: Floats | None = None
    power: float = 0.0
    slopes: Floats | None = None


def is_wired(layer: Layer) -> bool:
    """Whether `wired` knows a layer, or the one that does the work of a layer on signals."""
    known = (*CONVOLUTIONS, *POOLS, ConvTranspose2d, SeparableConv2d, TiedConv2d, Linear)
    return isinstance(layer.plane if isinstance(layer, SignalLayer) else layer, known)


def wired(layer: Layer, tensors: Arrays, *, part: str = "") -> Wired:
    """The links of a layer for its input "x" and its weights, all without the batch axis.

    A SeparableConv2d has two parts: "depthwise" (the first), whose output is "z", and "pointwise",
    whose input that is. ValueError for a layer without links.
    """
    if isinstance(layer, SeparableConv2d):
        return _separable(layer, tensors, part or "depthwise")
    if isinstance(layer, ConvTranspose2d):
        return _transposed(layer, tensors)
    if isinstance(layer, TiedConv2d):
        return _tied(layer, tensors)
    if isinstance(layer, Linear):
        return _dense(layer, tensors)
    if isinstance(layer, POOLS):
        return _pool(layer, tensors)
    if isinstance(layer, CONVOLUTIONS):
        return _convolution(layer, tensors)
    raise ValueError(f"{type(layer).__name__} has no window that slides.")


def kernels(layer: Layer, weight: NDArray[Any]) -> Floats:
    """A weight of a layer, or its gradient, in the order of all links: (P, Q, K, kh, kw)."""
    values = weight.astype(np.float64)
    if isinstance(layer, LocallyConnected2d):
        return values.reshape(*values.shape[:2], -1, *values.shape[4:])
    if isinstance(layer, LearnedPool2d):
        return values[None, None, None]
    if isinstance(layer, Linear):
        return values.reshape(1, 1, len(values), *folded(values.shape[1]))
    return values.reshape(1, 1, -1, *values.shape[2:])


# ---- convolutions -----------------------------------------------------------------------


def _convolution(layer: Any, tensors: Arrays) -> Wired:
    """A layer whose output is the narrow grid."""
    shape = tensors["x"].shape
    wide, narrow = as_maps(shape), as_maps(layer.infer(shape))
    fill = getattr(layer, "padding_mode", "zeros")
    bias = _floats(tensors.get("bias"))
    which = None
    if isinstance(layer, LocallyConnected2d):
        maps = _grouped(wide[0], narrow[0], 1)
    elif isinstance(layer, MaskedConv2d):
        filters, channels = layer.pairs
        maps = channels.astype(np.int64), filters.astype(np.int64)
    elif isinstance(layer, LearnedPool2d):
        maps = np.arange(wide[0]), np.arange(wide[0])
        which = np.zeros(wide[0], np.int64)
        bias = None if bias is None else np.repeat(bias, wide[0])
    else:
        groups = wide[0] if isinstance(layer, DepthwiseConv2d) else layer.groups
        maps = _grouped(wide[0], narrow[0], groups)
    links = _links(layer.window(shape), wide, narrow, maps, fill=fill, kernels=which)
    return Wired(links, kernels(layer, tensors["weight"]), wide, narrow, bias=bias)


def _separable(layer: SeparableConv2d, tensors: Arrays, part: str) -> Wired:
    """One half of it: each map by itself, or the mixing of maps."""
    shape = tensors["x"].shape
    wide, out = as_maps(shape), as_maps(layer.infer(shape))
    between = (wide[0] * layer.depth_multiplier, out[1], out[2])
    weight = kernels(layer, tensors[part])
    if part == "depthwise":
        maps = _grouped(wide[0], between[0], wide[0])
        links = _links(layer.window(shape), wide, between, maps, fill=layer.padding_mode)
        return Wired(links, weight, wide, between, learned=part)
    links = _links(ONE, between, out, _grouped(between[0], out[0], 1))
    bias = _floats(tensors.get("bias"))
    return Wired(links, weight, between, out, learned=part, bias=bias)


def _transposed(layer: Any, tensors: Arrays) -> Wired:
    """A layer whose input is the narrow grid."""
    shape = tensors["x"].shape
    narrow, wide = as_maps(shape), as_maps(layer.infer(shape))
    maps = _grouped(wide[0], narrow[0], layer.groups)
    links = _links(layer.window_backwards(shape), wide, narrow, maps)
    bias = _floats(tensors.get("bias"))
    return Wired(links, kernels(layer, tensors["weight"]), wide, narrow, transposed=True, bias=bias)


def _tied(layer: TiedConv2d, tensors: Arrays) -> Wired:
    """Every copy of a filter by itself, or at each position the filter of the copy that won."""
    x, weight = tensors["x"], tensors["weight"].astype(np.float64)
    wide, narrow = as_maps(x.shape), as_maps(layer.infer(x.shape))
    (o, c, k, _), copies, window = weight.shape, layer.copies, layer.window(x.shape)
    rows = weight.reshape(o, 1, c, k * k) @ layer.transforms.swapaxes(1, 2)  # (O, T, C, K²)
    every = rows.reshape(1, 1, o * copies * c, k, k)
    maps = _grouped(c, o * copies, 1)
    size = (o * copies, narrow[1], narrow[2])
    links = _links(window, wide, size, maps, fill=layer.padding_mode)
    bias = _floats(tensors.get("bias"))
    if layer.combine == "maps":
        each = None if bias is None else np.repeat(bias, copies)
        return Wired(links, every, wide, narrow, bias=each)
    z = np.stack([links.gathered(x, every, copy) for copy in range(o * copies)])
    winner = z.reshape(o, copies, *narrow[1:]).argmax(axis=1)
    won = rows.reshape(o, copies, c, k, k)[np.arange(o)[:, None, None], winner]
    weights = won.transpose(1, 2, 0, 3, 4, 5).reshape(*narrow[1:], o * c, k, k)
    links = _links(window, wide, narrow, _grouped(c, o, 1), fill=layer.padding_mode)
    return Wired(links, weights, wide, narrow, bias=bias)


def _dense(layer: Linear, tensors: Arrays) -> Wired:
    """Each unit is a filter as large as its input, which is folded into a sheet."""
    units, inputs = tensors["weight"].shape
    size = folded(inputs)
    wide, narrow = (1, *size), (units, 1, 1)
    links = _links(Window(size), wide, narrow, _grouped(1, units, 1))
    bias = _floats(tensors.get("bias"))
    return Wired(links, kernels(layer, tensors["weight"]), wide, narrow, bias=bias)


def dense_backwards(weight: NDArray[Any]) -> Wired:
    """The data gradient of a dense layer: each input is a filter over the units' gradients."""
    turned = Linear(weight.shape[1], bias=False)
    return _dense(turned, {"weight": weight.T})


def folded(count: int) -> Pair:
    """A vector as a sheet: the rows and columns nearest to a square, twice as wide at most."""
    rows = max(row for row in range(1, int(count**0.5) + 1) if count % row == 0)
    return (rows, count // rows)


# ---- pooling ----------------------------------------------------------------------------


def _pool(layer: Any, tensors: Arrays) -> Wired:
    """Shares of the cells under each window: 1 for the winner, 1/n in a mean, as p says."""
    x = tensors["x"]
    wide, out = as_maps(x.shape), layer.infer(x.shape)
    narrow = as_maps(out) if len(out) > 1 else (out[0], 1, 1)  # of a global pool
    links = _links(layer.window(x.shape), wide, narrow, (np.arange(wide[0]),) * 2)
    cells = _under(links, x.reshape(wide))
    bias = slopes = None
    if isinstance(layer, MaxPool2d | GlobalMaxPool2d):
        share = _winners(links, cells)
    else:
        share = np.broadcast_to(1 / _counted(layer, x.shape, links), cells.shape).copy()
    if isinstance(layer, ScaledPool2d):
        scale = tensors["weight"].astype(np.float64)[None, None, :, None, None]
        share = scale * (share if layer.mode == "mean" else np.ones_like(share))
        bias = _floats(tensors["bias"])
    if isinstance(layer, LpPool2d):
        slopes = _slopes(cells, share, layer.norm_type)
    power = layer.norm_type if isinstance(layer, LpPool2d) else 0.0
    return Wired(links, share, wide, narrow, learned="", bias=bias, power=power, slopes=slopes)


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


def _under(links: Links, x: NDArray[Any]) -> Floats:
    """What lies under every window: (P, Q, C, kh, kw); NaN in the padding."""
    rows, columns = links.sources
    found = x[:, rows[:, None, :, None], columns[None, :, None, :]].astype(np.float64)
    inside = (rows >= 0)[:, None, :, None] & (columns >= 0)[None, :, None, :]
    under: Floats = np.where(inside[None], found, np.nan).transpose(1, 2, 0, 3, 4)
    return under


def _winners(links: Links, cells: Floats) -> Floats:
    """1 at the largest cell of each window, the first of equals; 0 elsewhere."""
    flat = cells.reshape(*cells.shape[:3], -1)
    best = np.where(np.isnan(flat), -np.inf, flat).argmax(axis=3)
    won = np.arange(flat.shape[3]) == best[..., None]
    share: Floats = won.reshape(cells.shape).astype(np.float64)
    return share


def _counted(layer: Any, shape: Shape, links: Links) -> Floats:
    """How many cells a mean divides by: (P, Q, 1, 1, 1)."""
    ring = (0, 0, 0, 0)
    if getattr(layer, "count_include_pad", True) and not isinstance(layer, GlobalAvgPool2d):
        ring = layer.declared_window(shape).padding
    counts = cells_counted(np, links.window, links.wide, ring)
    return np.asarray(counts, np.float64)[..., None, None, None]


# ---- shared -----------------------------------------------------------------------------


def as_maps(shape: Shape) -> Maps:
    """A shape as maps: a signal (C, T) is one row high, a vector (N,) one map of one row."""
    if len(shape) == 3:
        return (shape[0], shape[1], shape[2])
    return (shape[0], 1, shape[1]) if len(shape) == 2 else (1, 1, shape[0])


def _links(
    window: Window,
    wide: Maps,
    narrow: Maps,
    maps: tuple[Ints, Ints],
    *,
    fill: str = "zeros",
    kernels: Ints | None = None,
) -> Links:
    """Links between maps (wide, narrow); each plane has a kernel of its own if none are given."""
    which = np.arange(len(maps[0])) if kernels is None else kernels
    return Links(window, wide[1:], narrow[1:], fill, *maps, which)


def _grouped(wide: int, narrow: int, groups: int) -> tuple[Ints, Ints]:
    """The wide and the narrow map of every plane, in the order of PyTorch's weights."""
    each = wide // groups
    narrow_maps = np.repeat(np.arange(narrow), each)
    first = narrow_maps // (narrow // groups) * each
    return first + np.tile(np.arange(each), narrow), narrow_maps


def _floats(values: NDArray[Any] | None) -> Floats | None:
    return None if values is None else values.astype(np.float64)
