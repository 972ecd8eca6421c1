"""The CPU through compiled kernels: what the reference does, on maps that lie N H W C in memory.

Only float32 comes here; other numbers, and windows that no kernel knows, go to the reference.
Arrays are N C H W on the outside: the channels' axis is merely the one that lies densest.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from core.backend.compiled import convolution, dense, normalization, pooling
from core.backend.compiled.lanes import PANEL
from core.backend.numpy import Array, Backend
from core.settings import Pair
from core.shapes import Window

Maps = NDArray[np.float32]  # N H W C

BAND = 1 << 16  # numbers of a band with its ring: a quarter of a second-level cache of 1 MB
FEW = 8  # items below which a dense layer reads its weights only once
NO_BIAS = np.empty(0, np.float32)
NO_INDEX = np.empty((0, 0, 0, 0), np.uint8)
NO_POOL = (1, 1)


class CompiledBackend(Backend):
    """The CPU, compiled by Numba for the processor at hand."""

    fuses = True

    def __init__(self) -> None:
        super().__init__()
        self.threads = numba.get_num_threads()

    # ---- memory -------------------------------------------------------------------------

    def shaped(self, block: Array, shape: tuple[int, ...]) -> Array:
        """Maps lie N H W C, everything else as it is named."""
        if len(shape) != 4:
            return super().shaped(block, shape)
        n, c, h, w = shape
        return block[: math.prod(shape)].reshape(n, h, w, c).transpose(0, 3, 1, 2)

    # ---- convolution --------------------------------------------------------------------

    def conv2d(
        self, x: Array, w: Array, b: Array | None, *, window: Window, groups: int, out: Array
    ) -> Array:
        if not _compiled(x, w):
            return super().conv2d(x, w, b, window=window, groups=groups, out=out)
        maps, depthwise = _maps(x), _is_depthwise(w, groups)
        y, size = _place(out), window.output(x.shape[2:])
        n, h, wide, c = maps.shape
        if _sees_one_cell(window) and not depthwise:  # one long row: no short ones at the edges
            maps, size = maps.reshape(n, 1, h * wide, c), (1, h * wide)
        bands, scratch = self._forward_room(n, size, c, window)
        convolution.forward(
            maps, _filters(w, groups), _bias(b), y.reshape(n, *size, len(w)), NO_INDEX,
            _geometry(window), NO_POOL, depthwise, False, bands, scratch,
            np.empty((self.threads, 1, 0), np.float32),
        )  # fmt: skip
        return _given(out, y)

    def conv2d_data(self, dy: Array, w: Array, *, window: Window, groups: int, out: Array) -> Array:
        if not _compiled(dy, w) or _stride_and_dilation(window):
            return super().conv2d_data(dy, w, window=window, groups=groups, out=out)
        return self._data(_maps(dy), NO_INDEX, NO_POOL, w, window, groups, out)

    def conv2d_filter(
        self, x: Array, dy: Array, *, window: Window, groups: int, out: Array
    ) -> Array:
        if not _compiled(x, dy):
            return super().conv2d_filter(x, dy, window=window, groups=groups, out=out)
        return self._filter(_maps(x), _maps(dy), NO_INDEX, NO_POOL, window, groups, out)

    def bias_gradient(self, dy: Array) -> Array:
        if not _compiled(dy):
            return super().bias_gradient(dy)
        return _bias_sums(_rows(dy), NO_INDEX.reshape(0, 0))

    def conv_block(
        self, x: Array, w: Array, b: Array | None,
        *, window: Window, groups: int, pool: Pair, out: Array,
    ) -> Array:  # fmt: skip
        how: Any = {"window": window, "groups": groups, "pool": pool}
        if not _compiled(x, w):
            return super().conv_block(x, w, b, out=out, **how)
        maps, y, (_, q) = _maps(x), _place(out), window.output(x.shape[2:])
        index = np.empty(y.shape, np.uint8)
        size = (y.shape[1] * pool[0], q)
        bands, scratch = self._forward_room(len(x), size, x.shape[1], window, pool[0])
        convolution.forward(
            maps, _filters(w, groups), _bias(b), y, index, _geometry(window), pool,
            _is_depthwise(w, groups), True, bands, scratch,
            np.empty((self.threads, pool[0], q * len(w)), np.float32),
        )  # fmt: skip
        _given(out, y)
        return index

    def conv_block_filter(
        self, x: Array, dy: Array, index: Array,
        *, window: Window, groups: int, pool: Pair, out: Array, bias: Array | None,
    ) -> None:  # fmt: skip
        how: Any = {"window": window, "groups": groups, "pool": pool}
        if not _compiled(x, dy):
            super().conv_block_filter(x, dy, index, out=out, bias=bias, **how)
            return
        slopes = _maps(dy)
        self._filter(_maps(x), slopes, index, pool, window, groups, out)
        if bias is not None:
            channels = slopes.shape[3]
            bias[...] = _bias_sums(slopes.reshape(-1, channels), index.reshape(-1, channels))

    def conv_block_data(
        self, dy: Array, index: Array, w: Array,
        *, window: Window, groups: int, pool: Pair, out: Array,
    ) -> Array:  # fmt: skip
        if not _compiled(dy, w):
            how: Any = {"window": window, "groups": groups, "pool": pool}
            return super().conv_block_data(dy, index, w, out=out, **how)
        return self._data(_maps(dy), index, pool, w, window, groups, out)

    def _data(
        self, dy: Maps, index: Array, pool: Pair, w: Array, window: Window, groups: int, out: Array
    ) -> Array:
        (sh, sw), (dh, dw) = window.stride, window.dilation
        (kh, kw), (_, _, left, _) = window.kernel, window.padding
        (n, _, h, wide), depthwise = out.shape, _is_depthwise(w, groups)
        row = ((kw - 1) * dw // sw + (wide - 1 + left) // sw + 1) * len(w)
        seen = (kh - 1) * dh // sh + 2  # rows of dy under one row of x, and one for the rounding
        bands = self._bands(n, h, max(1, (BAND // row - seen) * sh))
        high = -(-h // bands) // sh + seen + 1
        dx, scratch = _place(out), np.empty((self.threads, high * row), np.float32)
        filters = _filters(w, groups) if depthwise else _turned(w, groups)
        convolution.data(
            dy, index, pool, filters, dx, _geometry(window), depthwise, bands, scratch
        )
        return _given(out, dx)

    def _filter(
        self, x: Maps, dy: Maps, index: Array, pool: Pair, window: Window, groups: int, out: Array
    ) -> Array:
        (n, h, wide, c), f = x.shape, dy.shape[3]
        (kh, kw), (p, q) = window.kernel, window.output((h, wide))
        threads, depthwise = min(self.threads, n), _is_depthwise(out, groups)
        shape = (1, kh * kw, c) if depthwise else (groups, kh * kw * c // groups, f // groups)
        sums = np.empty((threads, *shape), np.float32)
        high, row = (p - 1) * window.stride[0] + window.reach[0], _ringed_row(window, q, c)
        convolution.filter(
            x, dy, index, pool, sums, _geometry(window), depthwise,
            np.empty((threads, high * row if any(window.padding) else 0), np.float32),
            np.empty((threads, p, q, f) if len(index) else (threads, 0, 0, 0), np.float32),
        )  # fmt: skip
        total = sums[0] if threads == 1 else sums.sum(axis=0)
        if depthwise:
            out[...] = total[0].T.reshape(out.shape)
            return out
        cells = total.reshape(groups, kh, kw, c // groups, f // groups)
        out.reshape(groups, f // groups, c // groups, kh, kw)[...] = cells.transpose(0, 4, 3, 1, 2)
        return out

    def _forward_room(
        self, n: int, size: Pair, c: int, window: Window, unit: int = 1
    ) -> tuple[int, Array]:
        """Bands for each image of `size` outputs, whole units of rows, and their scratch."""
        p, row = size[0] // unit, _ringed_row(window, size[1], c)
        high = (BAND // row - window.reach[0]) // window.stride[0] // unit
        bands = self._bands(n, p, max(1, high))
        rows = (-(-p // bands) * unit - 1) * window.stride[0] + window.reach[0]
        shape = (self.threads, rows * row if any(window.padding) else 0)
        return bands, np.empty(shape, np.float32)

    def _bands(self, n: int, rows: int, high: int) -> int:
        """Bands for each image, at most `high` rows each, so that every thread has something."""
        bands = max(-(-rows // high), -(-self.threads // n))
        return min(bands, rows)

    # ---- pooling ------------------------------------------------------------------------

    def max_pool2d(self, x: Array, *, window: Window, out: Array) -> tuple[Array, Array]:
        if not _compiled(x) or math.prod(window.kernel) > 256:
            return super().max_pool2d(x, window=window, out=out)
        y = _place(out)
        index = np.empty(y.shape, np.uint8)
        pooling.largest(_maps(x), _pool_geometry(window), y, index)
        return _given(out, y), index

    def max_pool2d_data(self, dy: Array, index: Array, *, window: Window, out: Array) -> Array:
        if index.dtype != np.uint8:
            return super().max_pool2d_data(dy, index, window=window, out=out)
        dx = _place(out)
        pooling.largest_data(_maps(dy), index, _pool_geometry(window), dx)
        return _given(out, dx)

    def avg_pool2d(self, x: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        if not _compiled(x):
            return super().avg_pool2d(x, window=window, divisor=divisor, out=out)
        y = _place(out)
        pooling.total(_maps(x), _pool_geometry(window), y)
        _given(out, y)
        out /= divisor
        return out

    def avg_pool2d_data(self, dy: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        if not _compiled(dy):
            return super().avg_pool2d_data(dy, window=window, divisor=divisor, out=out)
        dx = _place(out)
        pooling.total_data(_maps(dy / divisor), _pool_geometry(window), dx)
        return _given(out, dx)

    # ---- dense layers -------------------------------------------------------------------

    def linear(self, x: Array, w: Array, b: Array | None, *, out: Array) -> Array:
        if not _compiled(x, w):
            return super().linear(x, w, b, out=out)
        if len(x) < FEW:
            dense.forward_few(np.ascontiguousarray(x), w, _bias(b), out, self.threads)
            return out
        y = np.empty((len(w), len(x)), np.float32)
        dense.forward(np.ascontiguousarray(x.T), w, y, self.threads)
        return np.add(y.T, 0 if b is None else b, out=out)

    def linear_data(self, dy: Array, w: Array, *, out: Array) -> Array:
        if not _compiled(dy, w):
            return super().linear_data(dy, w, out=out)
        dense.data(np.ascontiguousarray(dy), w, out)
        return out

    def linear_filter(self, x: Array, dy: Array, *, out: Array) -> Array:
        if not _compiled(x, dy):
            return super().linear_filter(x, dy, out=out)
        dense.filter(np.ascontiguousarray(x), np.ascontiguousarray(dy), out)
        return out

    # ---- value by value, and normalization ---------------------------------------------------

    def add(self, x: Array, other: Array, *, out: Array) -> Array:
        flat = _flat(x, other, out)
        if flat is None:
            return super().add(x, other, out=out)
        normalization.add(*flat, self.threads)
        return out

    def relu(self, x: Array, *, out: Array) -> Array:
        flat = _flat(x, out)
        if flat is None:
            return super().relu(x, out=out)
        normalization.relu(*flat, self.threads)
        return out

    def relu_data(self, dy: Array, y: Array, *, out: Array) -> Array:
        flat = _flat(dy, y, out)
        if flat is None:
            return super().relu_data(dy, y, out=out)
        normalization.relu_gradient(*flat, self.threads)
        return out

    def moments(self, x: Array) -> tuple[Array, Array]:
        if not _compiled(x) or x.ndim != 4:
            return super().moments(x)
        rows = _rows(x)
        runs = _runs(rows)
        sums = np.empty((runs, 2, x.shape[1]), np.float32)
        normalization.moments(rows, runs, sums)
        counts = np.diff(len(rows) * np.arange(runs + 1) // runs)[:, None]
        totals, spreads = sums[:, 0].astype(np.float64), sums[:, 1].astype(np.float64)
        mean = totals.sum(axis=0) / len(rows)
        between = (counts * (totals / counts - mean) ** 2).sum(axis=0)
        return mean, (spreads.sum(axis=0) + between) / len(rows)

    def normalize(
        self, x: Array, mean: Array, factor: Array, shift: Array,
        *, other: Array | None = None, relu: bool = False, out: Array,
    ) -> Array:  # fmt: skip
        if not _compiled(x) or x.ndim != 4:
            return super().normalize(x, mean, factor, shift, other=other, relu=relu, out=out)
        y, rows = _place(out), _rows(x)
        normalization.normalize(
            rows, mean, factor, shift, _optional(other, rows), relu, y.reshape(rows.shape),
            self.threads,
        )  # fmt: skip
        return _given(out, y)

    def normalize_sums(
        self, x: Array, dy: Array, mean: Array, *, y: Array | None = None
    ) -> tuple[Array, Array]:
        if not _compiled(x, dy) or x.ndim != 4:
            return super().normalize_sums(x, dy, mean, y=y)
        rows = _rows(x)
        runs = _runs(rows)
        sums = np.empty((runs, 2, x.shape[1]), np.float32)
        normalization.gradient_sums(rows, _rows(dy), _optional(y, rows), mean, runs, sums)
        total, product = sums.sum(axis=0, dtype=np.float64)
        return total, product

    def normalize_data(
        self, x: Array, dy: Array, mean: Array, parts: tuple[Array, Array, Array],
        *, y: Array | None = None, other: Array | None = None, out: Array,
    ) -> Array:  # fmt: skip
        if not _compiled(x, dy) or x.ndim != 4:
            return super().normalize_data(x, dy, mean, parts, y=y, other=other, out=out)
        dx, rows = _place(out), _rows(x)
        normalization.gradient(
            rows, _rows(dy), _optional(y, rows), mean, *parts, dx.reshape(rows.shape),
            rows[:0] if other is None else _place(other).reshape(rows.shape), self.threads,
        )  # fmt: skip
        return _given(out, dx)


# ---- arrays as the kernels want them ----------------------------------------------------


def _compiled(*arrays: Array) -> bool:
    """Whether the kernels take these arrays."""
    return all(array.dtype == np.float32 and array.size for array in arrays)


def _maps(x: Array) -> Maps:
    """N C H W as N H W C in one piece; a copy only where it lies otherwise."""
    maps = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    return maps if maps.flags.writeable else maps.copy()  # kernels are compiled for such arrays


def _rows(x: Array) -> Maps:
    """Maps N C H W as rows (N·H·W, C)."""
    return _maps(x).reshape(-1, x.shape[1])


def _place(out: Array) -> Maps:
    """Where a kernel writes what belongs to `out`: its own memory where that lies N H W C."""
    maps: Maps = out.transpose(0, 2, 3, 1)
    return maps if maps.flags.c_contiguous else np.empty(maps.shape, np.float32)


def _given(out: Array, maps: Maps) -> Array:
    """`out`, after a kernel has written `maps`."""
    if not np.may_share_memory(out, maps):
        out[...] = maps.transpose(0, 3, 1, 2)
    return out


def _flat(*arrays: Array) -> tuple[Array, ...] | None:
    """The arrays as flat views that count their cells in the same order; None if they do not."""
    if not _compiled(*arrays):
        return None
    if all(array.flags.c_contiguous for array in arrays):
        return tuple(array.reshape(-1) for array in arrays)
    if all(array.ndim == 4 and _lies_densest(array) for array in arrays):
        return tuple(array.transpose(0, 2, 3, 1).reshape(-1) for array in arrays)
    return None


def _lies_densest(x: Array) -> bool:
    return bool(x.transpose(0, 2, 3, 1).flags.c_contiguous)


def _runs(rows: Maps) -> int:
    return -(-len(rows) // normalization.RUN)


def _is_depthwise(w: Array, groups: int) -> bool:
    """Whether every channel has one filter to itself."""
    return groups > 1 and groups == len(w) and w.shape[1] == 1


def _sees_one_cell(window: Window) -> bool:
    return window.kernel == window.stride == (1, 1) and not any(window.padding)


def _geometry(window: Window) -> tuple[int, ...]:
    top, _, left, _ = window.padding
    return (*window.kernel, *window.stride, top, left, *window.dilation)


def _pool_geometry(window: Window) -> tuple[int, ...]:
    return _geometry(window)[:6]


def _filters(w: Array, groups: int) -> Array:
    """Filters (O, C/G, kh, kw) as `convolution.forward` wants them."""
    o, c, kh, kw = w.shape
    if _is_depthwise(w, groups):
        return w.reshape(o, kh * kw).T[None, None].copy()
    panels = np.zeros((groups, -(-(o // groups) // PANEL), kh * kw * c, PANEL), np.float32)
    convolution.pack(w, panels)
    return panels


def _turned(w: Array, groups: int) -> Array:
    """Filters (O, C/G, kh, kw) as `convolution.data` wants them."""
    o, c, kh, kw = w.shape
    panels = np.zeros((groups, -(-c // PANEL), kh * kw * (o // groups), PANEL), np.float32)
    convolution.pack_turned(w, panels)
    return panels


def _bias(b: Array | None) -> Array:
    return NO_BIAS if b is None else b


def _bias_sums(dy: Maps, index: Array) -> Array:
    sums = np.empty((_runs(dy), dy.shape[1]), np.float32)
    convolution.bias(dy, index, len(sums), sums)
    return sums.sum(axis=0, dtype=np.float64)


def _optional(x: Array | None, rows: Maps) -> Maps:
    """Maps as rows, no rows where there are none."""
    return rows[:0] if x is None else _rows(x)


def _ringed_row(window: Window, q: int, c: int) -> int:
    """Numbers in a row of x with its ring, as wide as q outputs see."""
    return ((q - 1) * window.stride[1] + window.reach[1]) * c


def _stride_and_dilation(window: Window) -> bool:
    """Whether an axis has both, so that no kernel knows the way back."""
    return any(s > 1 and d > 1 for s, d in zip(window.stride, window.dilation, strict=True))
