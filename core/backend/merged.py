"""Convolution in plain NumPy, one product of matrices for several images at once.

Columns of several images lie side by side in memory that is used again and again: a product of
large matrices reaches more of what BLAS can do than one for every image, and fresh memory would
cost as much as filling it. Images are taken by as many as a cache holds.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import numpy

from core.backend.cells import cells_under
from core.backend.numpy import Array
from core.shapes import Window

COLUMN_BYTES = 4 << 20


class Scratch(threading.local):
    """A thread's own working memory, by what it is for; whatever was there is overwritten."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[str, str], Array] = {}

    def take(self, purpose: str, shape: tuple[int, ...], dtype: numpy.dtype[Array]) -> Array:
        """An array of this shape, uninitialised."""
        key, size = (purpose, dtype.str), math.prod(shape)
        if key not in self._blocks or self._blocks[key].size < size:
            self._blocks[key] = numpy.empty(size, dtype)
        return self._blocks[key][:size].reshape(shape)


def forward(
    x: Array, w: Array, b: Array | None, *, window: Window, out: Array, scratch: Scratch
) -> None:
    """out = w ⋆ x + b for x (N, C, H, W), without groups."""
    o, p, q = out.shape[1:]
    filters = w.reshape(o, -1)
    for images in _pieces(x, window, p * q):
        cols = _columns(x[images], window, (p, q), scratch)
        y = scratch.take("y", (o, cols.shape[1]), x.dtype)
        numpy.matmul(filters, cols, out=y)
        if b is not None:
            y += b[:, None]
        out[images] = y.reshape(o, -1, p, q).swapaxes(0, 1)


def by_filter(x: Array, dy: Array, *, window: Window, out: Array, scratch: Scratch) -> None:
    """Gradient by w for x (N, C, H, W), without groups."""
    o, p, q = dy.shape[1:]
    total = out.reshape(o, -1)
    total[...] = 0
    for images in _pieces(x, window, p * q):
        cols = _columns(x[images], window, (p, q), scratch)
        slopes = scratch.take("y", (o, cols.shape[1]), dy.dtype)
        slopes.reshape(o, -1, p, q)[...] = dy[images].swapaxes(0, 1)
        product = scratch.take("w", total.shape, dy.dtype)
        total += numpy.matmul(slopes, cols.T, out=product)


def _columns(x: Array, window: Window, size: tuple[int, int], scratch: Scratch) -> Array:
    """Every window of the images as a column, image by image: (C·kh·kw, N·P·Q)."""
    n, c = x.shape[:2]
    x = _padded(x, window, scratch)
    cols = scratch.take("columns", (c, *window.kernel, n, *size), x.dtype)
    for i, j, cells in cells_under(x, window, size):
        cols[:, i, j] = cells.swapaxes(0, 1)
    return cols.reshape(-1, n * math.prod(size))


def _padded(x: Array, window: Window, scratch: Scratch) -> Array:
    """x with the window's ring of zeros around H × W."""
    if not any(window.padding):
        return x
    (n, c, h, w), (top, bottom, left, right) = x.shape, window.padding
    padded = scratch.take("padded", (n, c, h + top + bottom, w + left + right), x.dtype)
    padded.fill(0)
    padded[:, :, top : top + h, left : left + w] = x
    return padded


def _pieces(x: Array, window: Window, positions: int) -> Iterator[slice]:
    """Slices of the batch whose columns fit in COLUMN_BYTES."""
    n, values = len(x), x.shape[1] * math.prod(window.kernel) * positions
    step = max(1, COLUMN_BYTES // (values * x.itemsize))
    return (slice(start, min(start + step, n)) for start in range(0, n, step))
