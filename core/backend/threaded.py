"""The reference on all cores, for computers where no kernels can be compiled.

Most kernels treat every image of a batch by itself: threads take some images each and compute what
the reference does. NumPy lets other threads go on while it works on large arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

import numpy
from threadpoolctl import ThreadpoolController

from core.backend import merged
from core.backend.numpy import Array, Backend
from core.shapes import Window

SMALL = 1 << 18  # values: below, handing work over takes longer than doing it
PRODUCTS = 4  # filters that take as long for a value as going over it does
Result = TypeVar("Result")


class ThreadedBackend(Backend):
    """The CPU without a compiler: the reference's arithmetic, images shared out among threads.

    `threads` are as many as BLAS may use when this is made. From then on every thread multiplies by
    itself, in the whole process: BLAS's own threads, which wait by spinning, would take the cores.
    """

    def __init__(self) -> None:
        super().__init__()
        libraries = ThreadpoolController().select(user_api="blas")
        self.threads = max((one["num_threads"] for one in libraries.info()), default=1)
        libraries.limit(limits=1)
        self._scratch = merged.Scratch()

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads - 1, thread_name_prefix="striate-images")

    def _share(
        self, x: Array, work: Callable[[slice], Result], *, filters: int = 1
    ) -> list[Result]:
        """What `work` gives for the images of x, some to each thread, where that pays."""
        n, threads = len(x), min(self.threads, len(x))
        if threads < 2 or x.size * max(1, filters / PRODUCTS) < SMALL:
            return [work(slice(0, n))]
        ends = [n * part // threads for part in range(threads + 1)]
        parts = [slice(start, end) for start, end in pairwise(ends)]
        others = [self._workers.submit(work, part) for part in parts[1:]]
        return [work(parts[0]), *(other.result() for other in others)]

    # ---- convolution --------------------------------------------------------------------

    def conv2d(
        self, x: Array, w: Array, b: Array | None, *, window: Window, groups: int, out: Array
    ) -> Array:
        """See the reference."""
        forward = super().conv2d

        def part(i: slice) -> None:
            if groups > 1:
                forward(x[i], w, b, window=window, groups=groups, out=out[i])
            else:
                merged.forward(x[i], w, b, window=window, out=out[i], scratch=self._scratch)

        self._share(x, part, filters=len(w))
        return out

    def conv2d_data(self, dy: Array, w: Array, *, window: Window, groups: int, out: Array) -> Array:
        """Gradient by x; where sizes stay it is a convolution of dy with the filters turned around.

        That gathers what the reference scatters, which adds to the same cells again and again.
        """
        around = _turned(window)
        if groups == 1 and dy.shape[2:] == out.shape[2:] and min(around.padding) >= 0:
            turned = numpy.ascontiguousarray(w[:, :, ::-1, ::-1].swapaxes(0, 1))
            return self.conv2d(dy, turned, None, window=around, groups=1, out=out)
        data = super().conv2d_data
        share = self._share
        share(
            dy, lambda i: data(dy[i], w, window=window, groups=groups, out=out[i]), filters=len(w)
        )
        return out

    def conv2d_filter(
        self, x: Array, dy: Array, *, window: Window, groups: int, out: Array
    ) -> Array:
        """Gradient by w: each thread sums over its images."""
        gradient = super().conv2d_filter

        def part(i: slice) -> Array:
            own = numpy.empty_like(out)
            if groups > 1:
                return gradient(x[i], dy[i], window=window, groups=groups, out=own)
            merged.by_filter(x[i], dy[i], window=window, out=own, scratch=self._scratch)
            return own

        return numpy.add.reduce(self._share(x, part, filters=len(dy[0])), out=out)

    # ---- pooling ------------------------------------------------------------------------

    def max_pool2d(self, x: Array, *, window: Window, out: Array) -> tuple[Array, Array]:
        """See the reference."""
        pool = super().max_pool2d
        parts = self._share(x, lambda i: pool(x[i], window=window, out=out[i])[1])
        return out, numpy.concatenate(parts)

    def max_pool2d_data(self, dy: Array, index: Array, *, window: Window, out: Array) -> Array:
        """See the reference."""
        data = super().max_pool2d_data
        self._share(out, lambda i: data(dy[i], index[i], window=window, out=out[i]))
        return out

    def avg_pool2d(self, x: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        """See the reference."""
        pool = super().avg_pool2d
        self._share(x, lambda i: pool(x[i], window=window, divisor=divisor, out=out[i]))
        return out

    def avg_pool2d_data(self, dy: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        """See the reference."""
        data = super().avg_pool2d_data
        self._share(out, lambda i: data(dy[i], window=window, divisor=divisor, out=out[i]))
        return out

    # ---- value by value, and normalization ----------------------------------------------

    def relu(self, x: Array, *, out: Array) -> Array:
        """See the reference."""
        relu = super().relu
        self._share(x, lambda i: relu(x[i], out=out[i]))
        return out

    def relu_data(self, dy: Array, y: Array, *, out: Array) -> Array:
        """See the reference."""
        data = super().relu_data
        self._share(dy, lambda i: data(dy[i], y[i], out=out[i]))
        return out

    def moments(self, x: Array) -> tuple[Array, Array]:
        """See the reference; what one image has in a channel is summed in x's own precision."""
        maps, count = _maps(x), x.size // x.shape[1]
        sums = self._share(x, lambda i: _total(maps[i].sum(axis=2)))
        mean = numpy.add.reduce(sums) / count
        middle = mean.astype(x.dtype)[:, None]

        def squares(i: slice) -> Array:
            centered = maps[i] - middle
            return _total(_dots(centered, centered))

        return mean, numpy.add.reduce(self._share(x, squares)) / count

    def normalize(
        self, x: Array, mean: Array, factor: Array, shift: Array,
        *, other: Array | None = None, relu: bool = False, out: Array,
    ) -> Array:  # fmt: skip
        """See the reference."""
        normalize = super().normalize

        def part(i: slice) -> None:
            added = None if other is None else other[i]
            normalize(x[i], mean, factor, shift, other=added, relu=relu, out=out[i])

        self._share(x, part)
        return out

    def normalize_sums(
        self, x: Array, dy: Array, mean: Array, *, y: Array | None = None
    ) -> tuple[Array, Array]:
        """See the reference; what one image has in a channel is summed in x's own precision."""
        maps, slopes, middle = _maps(x), _maps(dy), mean[:, None]

        def part(i: slice) -> Array:
            slope = slopes[i] if y is None else slopes[i] * (_maps(y)[i] > 0)
            pair = slope.sum(axis=2), _dots(maps[i] - middle, slope)
            return numpy.stack([_total(one) for one in pair])

        total, product = numpy.add.reduce(self._share(x, part))
        return total, product

    def normalize_data(
        self, x: Array, dy: Array, mean: Array, parts: tuple[Array, Array, Array],
        *, y: Array | None = None, other: Array | None = None, out: Array,
    ) -> Array:  # fmt: skip
        """See the reference."""
        data = super().normalize_data

        def part(i: slice) -> None:
            kept, added = (None if one is None else one[i] for one in (y, other))
            data(x[i], dy[i], mean, parts, y=kept, other=added, out=out[i])

        self._share(x, part)
        return out


def _turned(window: Window) -> Window:
    """The window that goes over the outputs and meets, at each input, the filters turned around."""
    rows, cols = (reach - 1 for reach in window.reach)
    top, bottom, left, right = window.padding
    padding = (rows - top, rows - bottom, cols - left, cols - right)
    return Window(window.kernel, (1, 1), padding, window.dilation)


def _maps(x: Array) -> Array:
    """x (N, C, …) with its positions in one row: (N, C, cells)."""
    return x.reshape(*x.shape[:2], -1)


def _dots(maps: Array, others: Array) -> Array:
    """Σ maps · others over the positions, (N, C)."""
    return numpy.matmul(maps[:, :, None], others[..., None])[:, :, 0, 0]


def _total(values: Array) -> Any:
    """The sum of (N, C) over the images, float64."""
    return values.sum(axis=0, dtype=numpy.float64)
