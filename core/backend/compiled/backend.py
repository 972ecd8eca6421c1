"""The CPU through compiled kernels: what the reference does, on maps that lie N H W C in memory.

Only float32 comes here; other numbers, and windows that no kernel knows, go to the reference.
Arrays are N C H W on the outside: the channels' axis is merely the one that lies densest.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator

import numpy as np

from core.backend.compiled import dense, normalization, pooling
from core.backend.compiled.arrays import (
    as_flat,
    as_maps,
    as_rows,
    bias_or_none,
    fits,
    handed_over,
    memory_of,
    optional_rows,
    pool_geometry_of,
    run_count,
)
from core.backend.compiled.pooling_blocks import PoolingBlocks
from core.backend.compiled.rehearsal import is_rehearsed, rehearse
from core.backend.compiled.sums import products
from core.backend.numpy import Array
from core.shapes import Window

SMALL = 1 << 15  # numbers up to which a second thread is not worth its start
FEW = 8  # items below which a dense layer reads its weights only once


class CompiledBackend(PoolingBlocks):
    """The CPU, compiled by Numba for the processor at hand."""

    fuses = True

    def __init__(self) -> None:
        super().__init__()
        self.busy = threading.RLock()  # some of Numba's thread pools serve one caller at a time

    def prepare(self) -> Iterator[tuple[int, int]]:
        return iter(()) if is_rehearsed() else rehearse(self)

    # ---- dense layers -------------------------------------------------------------------

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
        mean, var = normalization.joined_moments(sums, len(rows))
        return mean, var

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
        total, product = normalization.joined(sums)
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
