"""Convolution, ReLU and max pooling at once, by the compiled kernels."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.backend.compiled import convolution, few_filters, pooled
from core.backend.compiled.arrays import (
    NO_MAPS,
    Maps,
    as_channels,
    as_maps,
    bias_or_none,
    fits,
    geometry_of,
    handed_over,
    is_depthwise,
    lies_along_rows,
    memory_of,
    packed,
    ringed_row,
)
from core.backend.compiled.convolving import Convolving
from core.backend.compiled.lists import listed
from core.backend.compiled.sums import products
from core.backend.numpy import Array
from core.kinds import Pair
from core.shapes import Window


class PoolingBlocks(Convolving):
    """The maps between convolution and pooling are never stored, nor are their gradients."""

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
        if lies_along_rows(w, window, groups, q):
            self._few_filters(maps, w, b, y, index, size, window, pool)
            handed_over(out, y)
            return index
        bands, scratch = self._forward_room(len(x), size, x.shape[1], window, pool[0])
        convolution.forward(
            products(),
            maps, packed(w, groups), bias_or_none(b), NO_MAPS, y, index, geometry_of(window), pool,
            is_depthwise(w, groups), True, bands, scratch,
            self._room("lines", self.threads, pool[0] + 1, q * len(w)),
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
        elif groups == window.dilation[1] == 1:
            self._pooled_filter(as_maps(x), as_maps(dy), index, pool, window, out, bias)
        else:  # cells of a window's row do not lie in one piece
            super().conv_block_filter(x, dy, as_channels(index), out=out, bias=bias, **how)

    def conv_block_data(
        self, dy: Array, index: Array, w: Array,
        *, window: Window, groups: int, pool: Pair, out: Array,
    ) -> Array:  # fmt: skip
        how: Any = {"window": window, "groups": groups, "pool": pool}
        if not fits(dy, w):
            return super().conv_block_data(dy, index, w, out=out, **how)
        if groups == window.dilation[1] == 1:
            return self._pooled_data(as_maps(dy), index, pool, w, window, out)
        return super().conv_block_data(dy, as_channels(index), w, out=out, **how)

    def _pooled_filter(
        self, x: Maps, dy: Maps, index: Array, pool: Pair, window: Window, out: Array,
        bias: Array | None,
    ) -> None:  # fmt: skip
        (n, _, _, c), (_, p, q, f), (kh, kw) = x.shape, dy.shape, window.kernel
        threads = min(self.threads, n)
        sums = self._room("sums", threads, f, kh, kw * c)
        slopes = self._room("slope sums", threads, f)
        high = (p * pool[0] - 1) * window.stride[0] + window.reach[0]
        row = ringed_row(window, q * pool[1], c)
        pooled.filter(
            listed(), x, dy, index, pool, sums, slopes, geometry_of(window),
            self._room("band", threads, high * row if any(window.padding) else 0),
            *self._list_room(p * q),
        )  # fmt: skip
        pooled.collect(sums.reshape(threads, f, kh * kw, c), out.reshape(f, c, kh * kw))
        if bias is not None:
            bias[...] = slopes.sum(axis=0)

    def _pooled_data(
        self, dy: Maps, index: Array, pool: Pair, w: Array, window: Window, out: Array
    ) -> Array:
        (_, c, h, wide), (_, p, q, f), dx = out.shape, dy.shape, memory_of(out)
        (kh, kw), (top, _, left, _) = window.kernel, window.padding
        high = max((p * pool[0] - 1) * window.stride[0] + window.reach[0], top + h)
        row = max(ringed_row(window, q * pool[1], c), (left + wide) * c)
        pooled.data(
            listed(), dy, index, pool,
            np.ascontiguousarray(w.transpose(0, 2, 3, 1)).reshape(f, kh, kw * c), dx,
            geometry_of(window),
            self._room("band", self.threads, high * row if any(window.padding) else 0),
            *self._list_room(p * q),
        )  # fmt: skip
        return handed_over(out, dx)

    def _list_room(self, size: int) -> tuple[Array, Array]:
        """Places and values of a list of this length, for every thread."""
        places = self._room("places", self.threads, 2 * size).view(np.int64)
        return places, self._room("values", self.threads, size)

    def _few_filters(
        self, x: Maps, w: Array, b: Array | None, y: Maps, index: Array, size: Pair,
        window: Window, pool: Pair,
    ) -> None:  # fmt: skip
        n, _, _, c = x.shape
        row = c * ((size[1] - 1) + window.reach[1])
        bands, high = self._forward_bands(n, size, row, window, pool[0])
        few_filters.forward(
            products(), x, w.reshape(len(w), -1), bias_or_none(b), y, index, geometry_of(window),
            pool, bands, self._room("band", self.threads, c, high, row // c),
            self._room("lines", self.threads, pool[0] + 1, size[1] * len(w)),
            self._room("numbers", self.threads, 3, size[1] * len(w)).view(np.int32),
        )  # fmt: skip
