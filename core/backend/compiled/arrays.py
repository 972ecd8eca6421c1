"""Arrays and windows as the kernels want them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backend.compiled import convolution, normalization
from core.backend.compiled.lanes import LANES, PANEL
from core.backend.numpy import Array
from core.shapes import Window

Maps = NDArray[np.float32]  # N H W C

NO_BIAS = np.empty(0, np.float32)
NO_INDEX = np.empty((0, 0, 0, 0), np.uint8)
NO_MAPS = np.empty((0, 0, 0, 0), np.float32)
NO_POOL = (1, 1)


def fits(*arrays: Array) -> bool:
    """Whether the kernels take these arrays."""
    return all(array.dtype == np.float32 and array.size for array in arrays)


def as_maps(x: Array) -> Maps:
    """N C H W as N H W C in one piece; a copy only where it lies otherwise."""
    maps = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    return maps if maps.flags.writeable else maps.copy()  # kernels are compiled for such arrays


def as_channels(maps: Array) -> Array:
    """N H W C as N C H W."""
    return maps.transpose(0, 3, 1, 2)


def as_rows(x: Array) -> Maps:
    """Maps N C H W as rows (N·H·W, C)."""
    return as_maps(x).reshape(-1, x.shape[1])


def memory_of(out: Array) -> Maps:
    """Where a kernel writes what belongs to `out`: its own memory where that lies N H W C."""
    maps: Maps = out.transpose(0, 2, 3, 1)
    return maps if maps.flags.c_contiguous else np.empty(maps.shape, np.float32)


def handed_over(out: Array, maps: Maps) -> Array:
    """`out`, after a kernel has written `maps`."""
    if not np.may_share_memory(out, maps):
        out[...] = maps.transpose(0, 3, 1, 2)
    return out


def as_flat(*arrays: Array) -> tuple[Array, ...] | None:
    """The arrays as flat views that count their cells in the same order; None if they do not."""
    if not fits(*arrays):
        return None
    if all(array.flags.c_contiguous for array in arrays):
        return tuple(array.reshape(-1) for array in arrays)
    if all(array.ndim == 4 and _lies_densest(array) for array in arrays):
        return tuple(array.transpose(0, 2, 3, 1).reshape(-1) for array in arrays)
    return None


def _lies_densest(x: Array) -> bool:
    return bool(x.transpose(0, 2, 3, 1).flags.c_contiguous)


def run_count(rows: Maps) -> int:
    """How many runs of rows are summed by themselves."""
    return -(-len(rows) // normalization.RUN)


def is_depthwise(w: Array, groups: int) -> bool:
    """Whether every channel has one filter to itself."""
    return groups > 1 and groups == len(w) and w.shape[1] == 1


def sees_one_cell(window: Window) -> bool:
    """Whether each output sees one cell, the one at its place."""
    return window.kernel == window.stride == (1, 1) and not any(window.padding)


def lies_along_rows(w: Array, window: Window, groups: int, q: int) -> bool:
    """Whether lanes are fuller along a row of q outputs than across the filters."""
    if groups > 1 or window.stride[1] > 1 or window.kernel == (1, 1):
        return False
    return _fullness(len(w)) < _fullness(q)


def _fullness(count: int) -> float:
    """The share of lanes that are busy with so many numbers side by side."""
    return count / (-(-count // LANES) * LANES)


def geometry_of(window: Window) -> tuple[int, ...]:
    """(kh, kw, sh, sw, top, left, dh, dw) of a window."""
    top, _, left, _ = window.padding
    return (*window.kernel, *window.stride, top, left, *window.dilation)


def pool_geometry_of(window: Window) -> tuple[int, ...]:
    """(kh, kw, sh, sw, top, left) of a window."""
    return geometry_of(window)[:6]


def packed(w: Array, groups: int) -> Array:
    """Filters (O, C/G, kh, kw) as `convolution.forward` wants them."""
    o, c, kh, kw = w.shape
    if is_depthwise(w, groups):
        return w.reshape(o, kh * kw).T[None, None].copy()
    return _in_panels(w.reshape(groups, o // groups, c, kh, kw))


def packed_turned(w: Array, groups: int) -> Array:
    """Filters (O, C/G, kh, kw) as `convolution.data` wants them."""
    o, c, kh, kw = w.shape
    return _in_panels(w.reshape(groups, o // groups, c, kh, kw).swapaxes(1, 2))


def _in_panels(w: Array) -> Array:
    groups, filters, c, kh, kw = w.shape
    panels = np.zeros((groups, -(-filters // PANEL), kh * kw * c, PANEL), np.float32)
    convolution.pack(w, panels)
    return panels


def bias_or_none(b: Array | None) -> Array:
    """The bias; without one, an array of no length."""
    return NO_BIAS if b is None else b


def bias_sums(dy: Maps) -> Array:
    """The gradient by a bias from rows of dy, float64; as `convolution.bias`."""
    sums = np.empty((run_count(dy), dy.shape[1]), np.float32)
    convolution.bias(dy, len(sums), sums)
    return sums.sum(axis=0, dtype=np.float64)


def optional_rows(x: Array | None, rows: Maps) -> Maps:
    """Maps as rows, no rows where there are none."""
    return rows[:0] if x is None else as_rows(x)


def ringed_row(window: Window, q: int, c: int) -> int:
    """Numbers in a row of x with its ring, as wide as q outputs see."""
    return ((q - 1) * window.stride[1] + window.reach[1]) * c


def strides_and_dilates(window: Window) -> bool:
    """Whether an axis has both, so that no kernel knows the way back."""
    return any(s > 1 and d > 1 for s, d in zip(window.stride, window.dilation, strict=True))
