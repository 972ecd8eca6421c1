"""The CPU through compiled kernels: what the reference does, on maps that lie N H W C in memory.

Only float32 comes here; other numbers, and windows that no kernel knows, go to the reference.
Arrays are N C H W on the outside: the channels' axis is merely the one that lies densest.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np

from core.backend.compiled import convolution, dense, normalization, pooling
from core.backend.compiled.arrays import (
    Maps,
    as_flat,
    as_maps,
    as_rows,
    bias_or_none,
    bias_sums,
    fits,
    geometry_of,
    handed_over,
    is_depthwise,
    memory_of,
    optional_rows,
    packed,
    packed_turned,
    pool_geometry_of,
    ringed_row,
    run_count,
    sees_one_cell,
    strides_and_dilates,
)
from core.backend.compiled.lanes import LANES
from core.backend.compiled.rehearsal import is_rehearsed, rehearse
from core.backend.compiled.sums import products
from core.backend.numpy import Array, Backend
from core.settings import Pair
from core.shapes import Window

BAND = 1 << 16  # numbers of a band with its ring: a quarter of a second-level cache of 1 MB
FEW_CHANNELS = LANES // 2  # below which lanes run along the cells of a filter's row instead
SMALL = 1 << 15  # numbers up to which a second thread is not worth its start
FEW = 8  # items below which a dense layer reads its weights only once
NO_INDEX = np.empty((0, 0, 0, 0), np.uint8)
NO_MAPS = np.empty((0, 0, 0, 0), np.float32)
NO_POOL = (1, 1)


class CompiledBackend(Backend):
    """The CPU, compiled by Numba for the processor at hand."""

    fuses = True

    def __init__(self) -> None:
        super().__init__()
        self.threads = numba.get_num_threads()
        self._scratch: dict[str, Array] = {}
        self.busy = threading.RLock()  # some of Numba's thread pools serve one caller at a time

    def prepare(self) -> Iterator[tuple[int, int]]:
        return iter(()) if is_rehearsed() else rehearse(self)

    # ---- memory -------------------------------------------------------------------------

    def asarray(self, values: Any, dtype: Any = None) -> Array:
        """The values here; maps in the layout that the kernels like."""
        array = np.asarray(values, dtype=dtype)
        if array.ndim != 4 or not fits(array):
            return array
        if not array.flags.c_contiguous:
            return as_maps(array).transpose(0, 3, 1, 2)
        n, c, h, w = array.shape
        maps = np.empty((n, h, w, c), np.float32)
        pooling.turn(array, maps)
        return maps.transpose(0, 3, 1, 2)

    def shaped(self, block: Array, shape: tuple[int, ...]) -> Array:
        """Maps lie N H W C, everything else as it is named."""
        if len(shape) != 4:
            return super().shaped(block, shape)
        n, c, h, w = shape
        return block[: math.prod(shape)].reshape(n, h, w, c).transpose(0, 3, 1, 2)

    def _room(self, name: str, *shape: int) -> Array:
        """Uninitialised memory, the same at every call; only one network computes at a time."""
        size, block = math.prod(shape), self._scratch.get(name)
        if block is None or block.size < size:
            block = self._scratch[name] = np.empty(size, np.float32)
        return block[:size].reshape(shape)

    # ---- convolution --------------------------------------------------------------------

    def conv2d(
        self, x: Array, w: Array, b: Array | None, *, window: Window, groups: int, out: Array
    ) -> Array:
        if not fits(x, w):
            return super().conv2d(x, w, b, window=window, groups=groups, out=out)
        maps, depthwise = as_maps(x), is_depthwise(w, groups)
        y, size = memory_of(out), window.output(x.shape[2:])
        n, h, wide, c = maps.shape
        if sees_one_cell(window) and not depthwise:  # one long row: no short ones at the edges
            maps, size = maps.reshape(n, 1, h * wide, c), (1, h * wide)
        bands, scratch = self._forward_room(n, size, c, window)
        convolution.forward(
            products(), maps, packed(w, groups), bias_or_none(b), NO_MAPS,
            y.reshape(n, *size, len(w)), NO_INDEX,
            geometry_of(window), NO_POOL, depthwise, False, bands, scratch,
            self._room("lines", self.threads, 1, 0),
        )  # fmt: skip
        return handed_over(out, y)

    def conv2d_data(self, dy: Array, w: Array, *, window: Window, groups: int, out: Array) -> Array:
        if not fits(dy, w) or strides_and_dilates(window):
            return super().conv2d_data(dy, w, window=window, groups=groups, out=out)
        return self._data(as_maps(dy), NO_INDEX, NO_POOL, w, window, groups, out)

    def conv2d_filter(
        self, x: Array, dy: Array, *, window: Window, groups: int, out: Array
    ) -> Array:
        if not fits(x, dy):
            return super().conv2d_filter(x, dy, window=window, groups=groups, out=out)
        return self._filter(as_maps(x), as_maps(dy), NO_INDEX, NO_POOL, window, groups, out, None)

    def bias_gradient(self, dy: Array) -> Array:
        if not fits(dy):
            return super().bias_gradient(dy)
        return bias_sums(as_rows(dy))

    def conv_block(
        self, x: Array, w: Array, b: Array | None,
        *, window: Window, groups: int, pool: Pair, out: Array,
    ) -> Array:  # fmt: skip
        how: Any = {"window": window, "groups": groups, "pool": pool}
        if not fits(x, w):
            return super().conv_block(x, w, b, out=out, **how)
        maps, y, (_, q) = as_maps(x), memory_of(out), window.output(x.shape[2:])
        index = np.empty(y.shape, np.uint8)
        size = (y.shape[1] * pool[0], q)
        bands, scratch = self._forward_room(len(x), size, x.shape[1], window, pool[0])
        convolution.forward(
            products(),
            maps, packed(w, groups), bias_or_none(b), NO_MAPS, y, index, geometry_of(window), pool,
            is_depthwise(w, groups), True, bands, scratch,
            self._room("lines", self.threads, pool[0], q * len(w)),
        )  # fmt: skip
        handed_over(out, y)
        return index

    def conv_block_filter(
        self, x: Array, dy: Array, index: Array,
        *, window: Window, groups: int, pool: Pair, out: Array, bias: Array | None,
    ) -> None:  # fmt: skip
        how: Any = {"window": window, "groups": groups, "pool": pool}
        if not fits(x, dy):
            super().conv_block_filter(x, dy, index, out=out, bias=bias, **how)
            return
        self._filter(as_maps(x), as_maps(dy), index, pool, window, groups, out, bias)

    def conv_block_data(
        self, dy: Array, index: Array, w: Array,
        *, window: Window, groups: int, pool: Pair, out: Array,
    ) -> Array:  # fmt: skip
        if not fits(dy, w):
            how: Any = {"window": window, "groups": groups, "pool": pool}
            return super().conv_block_data(dy, index, w, out=out, **how)
        return self._data(as_maps(dy), index, pool, w, window, groups, out)

    def _data(
        self, dy: Maps, index: Array, pool: Pair, w: Array, window: Window, groups: int, out: Array
    ) -> Array:
        (sh, sw), (dh, dw) = window.stride, window.dilation
        (kh, kw), (_, _, left, _) = window.kernel, window.padding
        (n, c, h, wide), depthwise = out.shape, is_depthwise(w, groups)
        if c < FEW_CHANNELS and groups == dh == dw == 1:
            return self._data_few(dy, index, pool, w, window, out)
        row = ((kw - 1) * dw // sw + (wide - 1 + left) // sw + 1) * len(w)
        seen = (kh - 1) * dh // sh + 2  # rows of dy under one row of x, and one for the rounding
        bands = self._bands(n, h, max(1, (BAND // row - seen) * sh))
        high = -(-h // bands) // sh + seen + 1
        dx, scratch = memory_of(out), self._room("band", self.threads, high * row)
        filters = packed(w, groups) if depthwise else packed_turned(w, groups)
        convolution.data(
            products(), dy, index, pool, filters, dx, geometry_of(window), depthwise, bands, scratch
        )
        return handed_over(out, dx)

    def _data_few(
        self, dy: Maps, index: Array, pool: Pair, w: Array, window: Window, out: Array
    ) -> Array:
        o, c, kh, kw = w.shape
        p, q = window.output(out.shape[2:])
        dx = memory_of(out)
        rows = np.ascontiguousarray(w.transpose(2, 0, 3, 1)).reshape(kh, o, kw * c)
        convolution.data_few(
            products(), dy, index, pool, rows, dx, geometry_of(window),
            self._room("slopes", self.threads, p, q, o if len(index) else 0),
            self._room("band", self.threads, q, kw * c),
        )  # fmt: skip
        return handed_over(out, dx)

    def _filter(
        self, x: Maps, dy: Maps, index: Array, pool: Pair, window: Window, groups: int, out: Array,
        bias: Array | None,
    ) -> Array:  # fmt: skip
        (n, h, wide, c), f = x.shape, dy.shape[3]
        (kh, kw), (p, q) = window.kernel, window.output((h, wide))
        threads, depthwise = min(self.threads, n), is_depthwise(out, groups)
        shape = (1, kh * kw, c) if depthwise else (groups, kh * kw * c // groups, f // groups)
        sums = self._room("sums", threads, *shape)
        high, row = (p - 1) * window.stride[0] + window.reach[0], ringed_row(window, q, c)
        slopes = self._room("slope sums", threads, 0 if bias is None else f)
        convolution.filter(
            products(), x, dy, index, pool, sums, geometry_of(window), depthwise,
            self._room("band", threads, high * row if any(window.padding) else 0),
            self._room("slopes", threads, p, q, f if len(index) else 0), slopes,
        )  # fmt: skip
        if bias is not None:
            bias[...] = slopes.sum(axis=0)
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
        p, row = size[0] // unit, ringed_row(window, size[1], c)
        high = (BAND // row - window.reach[0]) // window.stride[0] // unit
        bands = self._bands(n, p, max(1, high))
        rows = (-(-p // bands) * unit - 1) * window.stride[0] + window.reach[0]
        return bands, self._room("band", self.threads, rows * row if any(window.padding) else 0)

    def _bands(self, n: int, rows: int, high: int) -> int:
        """Bands for each image, at most `high` rows each, so that every thread has something."""
        bands = max(-(-rows // high), -(-self.threads // n))
        return min(bands, rows)

    # ---- weights that stay, for predictions ---------------------------------------------

    def frozen_conv(
        self, w: Array, b: Array | None, *, window: Window, groups: int, shape: tuple[int, ...],
        relu: bool, pool: Pair,
    ) -> Callable[..., Array]:  # fmt: skip
        if not fits(w):
            how: Any = {"window": window, "groups": groups, "shape": shape}
            return super().frozen_conv(w, b, relu=relu, pool=pool, **how)
        (n, c, h, wide), (p, q) = shape, window.output((shape[2], shape[3]))
        filters, bias, depthwise = packed(w, groups), bias_or_none(b), is_depthwise(w, groups)
        taken, pooled = (n, h, wide, c), pool != NO_POOL
        y = np.empty((n, p // pool[0], q // pool[1], len(w)), np.float32)
        index = np.empty(y.shape, np.uint8) if pooled else NO_INDEX
        result, geometry, size = y.transpose(0, 3, 1, 2), geometry_of(window), (p, q)
        if sees_one_cell(window) and not depthwise and not pooled:
            taken, size, y = (n, 1, h * wide, c), (1, h * wide), y.reshape(n, 1, -1, len(w))
        bands, scratch = self._forward_room(
            n, (size[0] // pool[0] * pool[0], size[1]), c, window, pool[0]
        )
        scratch = scratch.copy()
        lines = np.empty((self.threads, pool[0], q * len(w) if pooled else 0), np.float32)

        def convolve(x: Array, other: Array | None = None) -> Array:
            convolution.forward(
                products(), as_maps(x).reshape(taken), filters, bias,
                NO_MAPS if other is None else as_maps(other).reshape(y.shape),
                y, index, geometry, pool, depthwise, relu, bands, scratch, lines,
            )  # fmt: skip
            return result

        return convolve

    def frozen_linear(
        self, w: Array, b: Array | None, *, relu: bool, items: int
    ) -> Callable[[Array], Array]:
        if not fits(w) or items >= FEW:
            return super().frozen_linear(w, b, relu=relu, items=items)
        y, bias = np.empty((items, len(w)), np.float32), bias_or_none(b)
        threads = self.threads if w.size > SMALL else 1

        def connect(x: Array) -> Array:
            dense.forward_few(np.ascontiguousarray(x), w, bias, relu, y, threads)
            return y

        return connect

    # ---- pooling ------------------------------------------------------------------------

    def max_pool2d(self, x: Array, *, window: Window, out: Array) -> tuple[Array, Array]:
        if not fits(x) or math.prod(window.kernel) > 256:
            return super().max_pool2d(x, window=window, out=out)
        y = memory_of(out)
        index = np.empty(y.shape, np.uint8)
        pooling.largest(as_maps(x), pool_geometry_of(window), y, index)
        return handed_over(out, y), index

    def max_pool2d_data(self, dy: Array, index: Array, *, window: Window, out: Array) -> Array:
        if index.dtype != np.uint8:
            return super().max_pool2d_data(dy, index, window=window, out=out)
        dx = memory_of(out)
        pooling.largest_data(as_maps(dy), index, pool_geometry_of(window), dx)
        return handed_over(out, dx)

    def avg_pool2d(self, x: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        if not fits(x):
            return super().avg_pool2d(x, window=window, divisor=divisor, out=out)
        y = memory_of(out)
        pooling.total(as_maps(x), pool_geometry_of(window), y)
        handed_over(out, y)
        out /= divisor
        return out

    def avg_pool2d_data(self, dy: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        if not fits(dy):
            return super().avg_pool2d_data(dy, window=window, divisor=divisor, out=out)
        dx = memory_of(out)
        pooling.total_data(as_maps(dy / divisor), pool_geometry_of(window), dx)
        return handed_over(out, dx)

    # ---- dense layers -------------------------------------------------------------------

    def linear(self, x: Array, w: Array, b: Array | None, *, out: Array) -> Array:
        if not fits(x, w):
            return super().linear(x, w, b, out=out)
        if len(x) < FEW:
            dense.forward_few(np.ascontiguousarray(x), w, bias_or_none(b), False, out, self.threads)
            return out
        y = np.empty((len(w), len(x)), np.float32)
        dense.forward(products(), dense.turned(np.ascontiguousarray(x)), w, y, self.threads)
        return np.add(y.T, 0 if b is None else b, out=out)

    def linear_data(self, dy: Array, w: Array, *, out: Array) -> Array:
        if not fits(dy, w):
            return super().linear_data(dy, w, out=out)
        dense.data(products(), np.ascontiguousarray(dy), w, out)
        return out

    def linear_filter(self, x: Array, dy: Array, *, out: Array) -> Array:
        if not fits(x, dy):
            return super().linear_filter(x, dy, out=out)
        dense.filter(products(), np.ascontiguousarray(x), np.ascontiguousarray(dy), out)
        return out

    # ---- value by value, and normalization ---------------------------------------------------

    def add(self, x: Array, other: Array, *, out: Array) -> Array:
        flat = as_flat(x, other, out) if out.size > SMALL else None
        if flat is None:
            return super().add(x, other, out=out)
        first, second, target = flat
        normalization.add(first, second, target, self.threads)
        return out

    def relu(self, x: Array, *, out: Array) -> Array:
        flat = as_flat(x, out) if out.size > SMALL else None
        if flat is None:
            return super().relu(x, out=out)
        source, target = flat
        normalization.relu(source, target, self.threads)
        return out

    def relu_data(self, dy: Array, y: Array, *, out: Array) -> Array:
        flat = as_flat(dy, y, out) if out.size > SMALL else None
        if flat is None:
            return super().relu_data(dy, y, out=out)
        slopes, seen, target = flat
        normalization.relu_gradient(slopes, seen, target, self.threads)
        return out

    def moments(self, x: Array) -> tuple[Array, Array]:
        if not fits(x) or x.ndim != 4:
            return super().moments(x)
        rows = as_rows(x)
        runs = run_count(rows)
        sums = np.empty((runs, 2, x.shape[1]))
        normalization.moments(rows, runs, sums)
        counts = np.diff(len(rows) * np.arange(runs + 1) // runs)[:, None]
        totals, spreads = sums[:, 0], sums[:, 1]
        mean = totals.sum(axis=0) / len(rows)
        between = (counts * (totals / counts - mean) ** 2).sum(axis=0)
        return mean, (spreads.sum(axis=0) + between) / len(rows)

    def normalize(
        self, x: Array, mean: Array, factor: Array, shift: Array,
        *, other: Array | None = None, relu: bool = False, out: Array,
    ) -> Array:  # fmt: skip
        if not fits(x) or x.ndim != 4:
            return super().normalize(x, mean, factor, shift, other=other, relu=relu, out=out)
        y, rows = memory_of(out), as_rows(x)
        normalization.normalize(
            rows, mean, factor, shift, optional_rows(other, rows), relu, y.reshape(rows.shape),
            self.threads,
        )  # fmt: skip
        return handed_over(out, y)

    def normalize_sums(
        self, x: Array, dy: Array, mean: Array, *, y: Array | None = None
    ) -> tuple[Array, Array]:
        if not fits(x, dy) or x.ndim != 4:
            return super().normalize_sums(x, dy, mean, y=y)
        rows = as_rows(x)
        runs = run_count(rows)
        sums = np.empty((runs, 2, x.shape[1]), np.float32)
        normalization.gradient_sums(rows, as_rows(dy), optional_rows(y, rows), mean, runs, sums)
        total, product = sums.sum(axis=0, dtype=np.float64)
        return total, product

    def normalize_data(
        self, x: Array, dy: Array, mean: Array, parts: tuple[Array, Array, Array],
        *, y: Array | None = None, other: Array | None = None, out: Array,
    ) -> Array:  # fmt: skip
        if not fits(x, dy) or x.ndim != 4:
            return super().normalize_data(x, dy, mean, parts, y=y, other=other, out=out)
        dx, rows = memory_of(out), as_rows(x)
        normalization.gradient(
            rows, as_rows(dy), optional_rows(y, rows), mean, *parts, dx.reshape(rows.shape),
            rows[:0] if other is None else memory_of(other).reshape(rows.shape), self.threads,
        )  # fmt: skip
        return handed_over(out, dx)
