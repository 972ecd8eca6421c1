"""Convolutions by the compiled kernels, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.backend.compiled import convolution
from core.backend.compiled.arrays import (
    NO_INDEX,
    NO_MAPS,
    NO_POOL,
    Maps,
    as_maps,
    as_rows,
    bias_or_none,
    bias_sums,
    fits,
    geometry_of,
    handed_over,
    is_depthwise,
    memory_of,
    packed,
    packed_turned,
    ringed_row,
    sees_one_cell,
    strides_and_dilates,
)
from core.backend.compiled.lanes import LANES
from core.backend.compiled.memory import Memory
from core.backend.compiled.sums import products
from core.backend.numpy import Array
from core.kinds import Pair
from core.shapes import Window

BAND = 1 << 16  # numbers of a band with its ring: a quarter of a second-level cache of 1 MB
FEW_CHANNELS = LANES // 2  # below which lanes run along the cells of a filter's row instead


class Convolving(Memory):
    """Convolutions on maps N H W C; windows that no kernel knows go to the reference."""

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
            y.reshape(n, *size, len(w)), NO_INDEX, geometry_of(window), NO_POOL, depthwise, False,
            bands, scratch, self._room("lines", self.threads, 1, 0),
        )  # fmt: skip
        return handed_over(out, y)

    def conv2d_data(self, dy: Array, w: Array, *, window: Window, groups: int, out: Array) -> Array:
        if not fits(dy, w) or strides_and_dilates(window):
            return super().conv2d_data(dy, w, window=window, groups=groups, out=out)
        return self._data(as_maps(dy), w, window, groups, out)

    def conv2d_filter(
        self, x: Array, dy: Array, *, window: Window, groups: int, out: Array
    ) -> Array:
        if not fits(x, dy):
            return super().conv2d_filter(x, dy, window=window, groups=groups, out=out)
        return self._filter(as_maps(x), as_maps(dy), window, groups, out)

    def bias_gradient(self, dy: Array) -> Array:
        if not fits(dy):
            return super().bias_gradient(dy)
        return bias_sums(as_rows(dy))

    def _data(self, dy: Maps, w: Array, window: Window, groups: int, out: Array) -> Array:
        (sh, sw), (dh, dw) = window.stride, window.dilation
        (kh, kw), (_, _, left, _) = window.kernel, window.padding
        (n, c, h, wide), depthwise = out.shape, is_depthwise(w, groups)
        if c < FEW_CHANNELS and groups == dh == dw == 1:
            return self._data_few(dy, w, window, out)
        row = ((kw - 1) * dw // sw + (wide - 1 + left) // sw + 1) * len(w)
        seen = (kh - 1) * dh // sh + 2  # rows of dy under one row of x, and one for the rounding
        bands = self._bands(n, h, max(1, (BAND // row - seen) * sh))
        high = -(-h // bands) // sh + seen + 1
        dx, scratch = memory_of(out), self._room("band", self.threads, high * row)
        filters = packed(w, groups) if depthwise else packed_turned(w, groups)
        convolution.data(
            products(), dy, filters, dx, geometry_of(window), depthwise, bands, scratch
        )
        return handed_over(out, dx)

    def _data_few(self, dy: Maps, w: Array, window: Window, out: Array) -> Array:
        o, c, kh, kw = w.shape
        dx, rows = memory_of(out), np.ascontiguousarray(w.transpose(2, 0, 3, 1))
        convolution.data_few(
            products(), dy, rows.reshape(kh, o, kw * c), dx, geometry_of(window),
            self._room("band", self.threads, dy.shape[2], kw * c),
        )  # fmt: skip
        return handed_over(out, dx)

    def _filter(self, x: Maps, dy: Maps, window: Window, groups: int, out: Array) -> Array:
        (n, h, wide, c), f = x.shape, dy.shape[3]
        (kh, kw), (p, q) = window.kernel, window.output((h, wide))
        threads, depthwise = min(self.threads, n), is_depthwise(out, groups)
        shape = (1, kh * kw, c) if depthwise else (groups, kh * kw * c // groups, f // groups)
        sums = self._room("sums", threads, *shape)
        high, row = (p - 1) * window.stride[0] + window.reach[0], ringed_row(window, q, c)
        convolution.filter(
            products(), x, dy, sums, geometry_of(window), depthwise,
            self._room("band", threads, high * row if any(window.padding) else 0),
        )  # fmt: skip
        filters, channels = shape[2], shape[1] // (kh * kw)
        convolution.collect(sums, out.reshape(shape[0], filters, channels, kh * kw))
        return out

    def _forward_room(
        self, n: int, size: Pair, c: int, window: Window, unit: int = 1
    ) -> tuple[int, Array]:
        """Bands for each image of `size` outputs, whole units of rows, and their scratch."""
        row = ringed_row(window, size[1], c)
        bands, rows = self._forward_bands(n, size, row, window, unit)
        return bands, self._room("band", self.threads, rows * row if any(window.padding) else 0)

    def _forward_bands(
        self, n: int, size: Pair, row: int, window: Window, unit: int
    ) -> tuple[int, int]:
        """Bands for each image of `size` outputs, and the rows of x under one.

        A row of x has `row` numbers; a band is whole units of rows.
        """
        p = size[0] // unit
        high = (BAND // row - window.reach[0]) // window.stride[0] // unit
        bands = self._bands(n, p, max(1, high))
        return bands, (-(-p // bands) * unit - 1) * window.stride[0] + window.reach[0]

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
            rows = self.threads if h * wide % self.threads == 0 else 1  # one for each thread
            size = (rows, h * wide // rows)
            taken, y = (n, *size, c), y.reshape(n, *size, len(w))
        bands, scratch = self._forward_room(
            n, (size[0] // pool[0] * pool[0], size[1]), c, window, pool[0]
        )
        scratch = scratch.copy()
        lines = np.empty((self.threads, pool[0] + 1, q * len(w) if pooled else 0), np.float32)

        def convolve(x: Array, other: Array | None = None) -> Array:
            convolution.forward(
                products(), as_maps(x).reshape(taken), filters, bias,
                NO_MAPS if other is None else as_maps(other).reshape(y.shape),
                y, index, geometry, pool, depthwise, relu, bands, scratch, lines,
            )  # fmt: skip
            return result

        return convolve
