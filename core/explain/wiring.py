"""The links of a layer, and its weight in the one order that all links use.

Layers without sliding products, such as ReLU, have none: `wired` refuses them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Floats
from core.explain.wired import Arrays, Wired, as_maps, floats, grouped, linked
from core.explain.wired_cells import CELLS, cells
from core.explain.wired_pools import POOLS, pool
from core.kinds import Pair
from core.layers import (
    RBF,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    Layer,
    LearnedPool2d,
    Linear,
    LocallyConnected2d,
    MaskedConv2d,
    NeoC,
    NeoS,
    SeparableConv2d,
    TiedConv2d,
)
from core.layers.signals import SignalLayer
from core.shapes import Window
from core.tongue import tr

ONE = Window((1, 1))
CONVOLUTIONS = (Conv2d, DepthwiseConv2d, LocallyConnected2d, MaskedConv2d, LearnedPool2d)
DENSE = (Linear, RBF)


def is_wired(layer: Layer) -> bool:
    """Whether `wired` knows a layer, or the one that does the work of a layer on signals."""
    known = (*CONVOLUTIONS, *POOLS, *CELLS, *DENSE, ConvTranspose2d, SeparableConv2d, TiedConv2d)
    return isinstance(layer.plane if isinstance(layer, SignalLayer) else layer, known)


def wired(layer: Layer, tensors: Arrays, *, part: str = "") -> Wired:
    """The links of a layer for its input "x" and its weights, all without the batch axis.

    A SeparableConv2d has two parts: "depthwise" (the first), whose output is "z", and "pointwise",
    whose input that is. Cells of a neocognitron have "cell" and "inhibition", whose output is "v".
    ValueError for a layer without links.
    """
    if isinstance(layer, SeparableConv2d):
        return _separable(layer, tensors, part or "depthwise")
    if isinstance(layer, ConvTranspose2d):
        return _transposed(layer, tensors)
    if isinstance(layer, TiedConv2d):
        return _tied(layer, tensors)
    if isinstance(layer, Linear):
        return _dense(layer, tensors)
    if isinstance(layer, RBF):
        return _patterns(tensors)
    if isinstance(layer, NeoS | NeoC):
        return cells(layer, tensors, part)
    if isinstance(layer, POOLS):
        return pool(layer, tensors)
    if isinstance(layer, CONVOLUTIONS):
        return _convolution(layer, tensors)
    raise ValueError(tr("{name} has no window that slides.", name=type(layer).__name__))


def kernels(layer: Layer, weight: NDArray[Any]) -> Floats:
    """A weight of a layer, or its gradient, in the order of all links: (P, Q, K, kh, kw)."""
    values = weight.astype(np.float64)
    if isinstance(layer, LocallyConnected2d):
        return values.reshape(*values.shape[:2], -1, *values.shape[4:])
    if isinstance(layer, LearnedPool2d):
        return values[None, None, None]
    if isinstance(layer, DENSE):
        return values.reshape(1, 1, len(values), *folded(values.shape[1]))
    return values.reshape(1, 1, -1, *values.shape[2:])


# ---- convolutions -----------------------------------------------------------------------


def _convolution(layer: Any, tensors: Arrays) -> Wired:
    """A layer whose output is the narrow grid."""
    shape = tensors["x"].shape
    wide, narrow = as_maps(shape), as_maps(layer.infer(shape))
    fill = getattr(layer, "padding_mode", "zeros")
    bias = floats(tensors.get("bias"))
    which = None
    if isinstance(layer, LocallyConnected2d):
        maps = grouped(wide[0], narrow[0], 1)
    elif isinstance(layer, MaskedConv2d):
        filters, channels = layer.pairs
        maps = channels.astype(np.int64), filters.astype(np.int64)
    elif isinstance(layer, LearnedPool2d):
        maps = np.arange(wide[0]), np.arange(wide[0])
        which = np.zeros(wide[0], np.int64)
        bias = None if bias is None else np.repeat(bias, wide[0])
    else:
        groups = wide[0] if isinstance(layer, DepthwiseConv2d) else layer.groups
        maps = grouped(wide[0], narrow[0], groups)
    links = linked(layer.window(shape), wide, narrow, maps, fill=fill, kernels=which)
    return Wired(links, kernels(layer, tensors["weight"]), wide, narrow, bias=bias)


def _separable(layer: SeparableConv2d, tensors: Arrays, part: str) -> Wired:
    """One half of it: each map by itself, or the mixing of maps."""
    shape = tensors["x"].shape
    wide, out = as_maps(shape), as_maps(layer.infer(shape))
    between = (wide[0] * layer.depth_multiplier, out[1], out[2])
    weight = kernels(layer, tensors[part])
    if part == "depthwise":
        maps = grouped(wide[0], between[0], wide[0])
        links = linked(layer.window(shape), wide, between, maps, fill=layer.padding_mode)
        return Wired(links, weight, wide, between, learned=part)
    links = linked(ONE, between, out, grouped(between[0], out[0], 1))
    bias = floats(tensors.get("bias"))
    return Wired(links, weight, between, out, learned=part, bias=bias)


def _transposed(layer: Any, tensors: Arrays) -> Wired:
    """A layer whose input is the narrow grid."""
    shape = tensors["x"].shape
    narrow, wide = as_maps(shape), as_maps(layer.infer(shape))
    maps = grouped(wide[0], narrow[0], layer.groups)
    links = linked(layer.window_backwards(shape), wide, narrow, maps)
    bias = floats(tensors.get("bias"))
    return Wired(links, kernels(layer, tensors["weight"]), wide, narrow, transposed=True, bias=bias)


def _tied(layer: TiedConv2d, tensors: Arrays) -> Wired:
    """Every copy of a filter by itself, or at each position the filter of the copy that won."""
    x, weight = tensors["x"], tensors["weight"].astype(np.float64)
    wide, narrow = as_maps(x.shape), as_maps(layer.infer(x.shape))
    (o, c, k, _), copies, window = weight.shape, layer.copies, layer.window(x.shape)
    rows = weight.reshape(o, 1, c, k * k) @ layer.transforms.swapaxes(1, 2)  # (O, T, C, K²)
    every = rows.reshape(1, 1, o * copies * c, k, k)
    maps = grouped(c, o * copies, 1)
    size = (o * copies, narrow[1], narrow[2])
    links = linked(window, wide, size, maps, fill=layer.padding_mode)
    bias = floats(tensors.get("bias"))
    if layer.combine == "maps":
        each = None if bias is None else np.repeat(bias, copies)
        return Wired(links, every, wide, narrow, bias=each)
    z = np.stack([links.gathered(x, every, copy) for copy in range(o * copies)])
    winner = z.reshape(o, copies, *narrow[1:]).argmax(axis=1)
    won = rows.reshape(o, copies, c, k, k)[np.arange(o)[:, None, None], winner]
    weights = won.transpose(1, 2, 0, 3, 4, 5).reshape(*narrow[1:], o * c, k, k)
    links = linked(window, wide, narrow, grouped(c, o, 1), fill=layer.padding_mode)
    return Wired(links, weights, wide, narrow, bias=bias)


def _dense(layer: Linear, tensors: Arrays, *, ends: bool = False) -> Wired:
    """Each unit is a filter as large as its input, which is folded into a sheet.

    Its own gradient is not needed where it `ends` there.
    """
    units, inputs = tensors["weight"].shape
    size = folded(inputs)
    wide, narrow = (1, *size), (units, 1, 1)
    links = linked(Window(size), wide, narrow, grouped(1, units, 1))
    bias = floats(tensors.get("bias"))
    back = None if ends else _dense_back(tensors["weight"])
    return Wired(links, kernels(layer, tensors["weight"]), wide, narrow, bias=bias, back=back)


def _patterns(tensors: Arrays) -> Wired:
    """Each unit is a pattern that the input is compared with: y = −Σ (x − w)²."""
    patterns = tensors["weight"].astype(np.float64)
    made = _dense(Linear(len(patterns), bias=False), {"weight": patterns})
    slopes = 2 * (patterns - tensors["x"].astype(np.float64))  # dy/dx, one row for each unit
    return replace(made, distance=True, back=_dense_back(slopes))


def _dense_back(weight: NDArray[Any]) -> Wired:
    """The data gradient of a dense layer: each input is a filter over the units' gradients."""
    return _dense(Linear(weight.shape[1], bias=False), {"weight": weight.T}, ends=True)


def folded(count: int) -> Pair:
    """A vector as a sheet: the rows and columns nearest to a square, twice as wide at most."""
    rows = max(row for row in range(1, int(count**0.5) + 1) if count % row == 0)
    return (rows, count // rows)
