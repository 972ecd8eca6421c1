"""The reference of every kernel, written against `xp` so that it reads once and runs anywhere.

Letters: N batch, G groups, C input channels, O output channels, H W input size, P Q output size,
k kernel cells, `kh kw` kernel size. All arrays are N C H W on the outside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy

from core.backend.cells import cells_under, crop, inside, ring
from core.kinds import Pair
from core.room import Room
from core.shapes import Window

Array = Any
Step = Callable[[Array, Mapping[str, Array]], Any]

BLOCKED = 255  # in place of the cell that won a pooling: the ReLU lets none by


class Backend:
    """Kernels on one device. Subclasses override the few that a measurement says they must.

    Attributes: `name` ("cpu", "gpu:0"), `xp` (the array module), `title` (for people).
    """

    name = "cpu"
    title = "CPU"
    column_bytes = 4 << 20  # columns are built for as many images as fit here: a cache's worth
    reports_every = 1  # steps between readings of the loss; a device that must wait reads seldom
    fuses = False  # whether blocks of layers computed at once are faster here than one by one

    def __init__(self) -> None:
        self.xp: Any = numpy
        self.busy: AbstractContextManager[Any] = nullcontext()  # held while a network computes

    # ---- moving arrays ------------------------------------------------------------------

    def asarray(self, values: Any, dtype: Any = None) -> Array:
        """The values on this device (host → device)."""
        return self.xp.asarray(values, dtype=dtype)

    def constant(self, values: numpy.ndarray[Any, Any], dtype: Any = None) -> Array:
        """Values that never change, on this device; brought there once for each such object."""
        return self.asarray(values, dtype)

    def asnumpy(self, values: Array) -> numpy.ndarray[Any, Any]:
        """The values on the host; waits for the device."""
        return numpy.asarray(values)

    def shaped(self, block: Array, shape: tuple[int, ...]) -> Array:
        """The beginning of a flat block as an array, in the layout in memory that suits here."""
        return block[: math.prod(shape)].reshape(shape)

    def room(self, dtype: Any) -> Callable[[int], Array]:
        """What gives flat memory, at least so many numbers, for arrays that are soon gone again."""
        return Room(lambda size: self.xp.empty(size, dtype)).take

    def repeating(
        self, step: Step, *, state: tuple[Array, ...], buffers: Callable[[], Any], macs: int
    ) -> Step:
        """`step`, which is called for one batch after another; a device may learn it by heart.

        `step(batch, targets)` computes from these, from weights that never change their place, and
        from `state`, the arrays that it changes. `buffers()` are those that it works in, which may
        be replaced. `macs` is its work for one item. What it gives is overwritten by the next call.
        """
        return step

    def prepare(self) -> Iterator[tuple[int, int]]:
        """Make the kernels ready where that takes time: how many are done, and of how many."""
        return iter(())

    def synchronize(self) -> None:
        """Wait until all work given to the device is done."""

    def memory(self) -> tuple[int, int] | None:
        """(free, total) bytes of the device's own memory; None where it shares the computer's."""
        return None

    # ---- windows ------------------------------------------------------------------------

    def pad(self, x: Array, window: Window, value: float = 0.0) -> Array:
        """x with the window's padding ring around H × W, filled with `value`."""
        top, bottom, left, right = window.padding
        if not any(window.padding):
            return x
        n, c, h, w = x.shape
        padded = self.xp.full((n, c, h + top + bottom, w + left + right), value, x.dtype)
        padded[:, :, top : top + h, left : left + w] = x
        return padded

    def extend(self, x: Array, *, window: Window, fill: str, out: Array) -> Array:
        """x with the window's padding ring filled from its own cells.

        "replicate" repeats the outermost cell, "reflect" mirrors at it; `out` has the padded size.
        """
        rows, cols, (h, w) = *inside(window, x.shape[2:]), x.shape[2:]
        out[:, :, rows, cols] = x
        for cell, source in ring(window.sides(1), w, fill):
            out[:, :, rows, cell] = out[:, :, rows, source]
        for cell, source in ring(window.sides(0), h, fill):
            out[:, :, cell] = out[:, :, source]
        return out

    def extend_data(self, dy: Array, *, window: Window, fill: str, out: Array) -> Array:
        """Gradient by x: what a cell of the ring receives belongs to its source. Changes `dy`."""
        rows, cols, (h, w) = *inside(window, out.shape[2:]), out.shape[2:]
        for cell, source in ring(window.sides(0), h, fill):
            dy[:, :, source] += dy[:, :, cell]
        for cell, source in ring(window.sides(1), w, fill):
            dy[:, :, rows, source] += dy[:, :, rows, cell]
        out[...] = dy[:, :, rows, cols]
        return out

    def columns(self, x: Array, window: Window, groups: int) -> Array:
        """Every window of x as a column: (N, G, C/G·kh·kw, P·Q)."""
        n, c = x.shape[:2]
        p, q = window.output(x.shape[2:])
        kh, kw = window.kernel
        x = self.pad(x, window)
        cols = self.xp.empty((n, c, kh, kw, p, q), x.dtype)
        for i, j, cells in cells_under(x, window, (p, q)):
            cols[:, :, i, j] = cells
        return cols.reshape(n, groups, c // groups * kh * kw, p * q)

    def scatter(self, cols: Array, window: Window, size: Pair) -> Array:
        """Add columns (N, C, kh, kw, P, Q) back to the cells they came from: (N, C, H, W)."""
        n, c = cols.shape[:2]
        top, bottom, left, right = window.padding
        shape = (n, c, size[0] + top + bottom, size[1] + left + right)
        dx = self.xp.zeros(shape, cols.dtype)
        for i, j, cells in cells_under(dx, window, cols.shape[4:]):
            cells += cols[:, :, i, j]
        return crop(dx, window, size)

    # ---- convolution (correlation, as in PyTorch) ---------------------------------------

    def conv2d(
        self, x: Array, w: Array, b: Array | None, *, window: Window, groups: int, out: Array
    ) -> Array:
        """out[n, o, p, q] = b[o] + Σ w[o, c, i, j] · x[n, c, p·s + i·d, q·s + j·d]."""
        n, (p, q) = len(x), window.output(x.shape[2:])
        filters = w.reshape(groups, w.shape[0] // groups, -1)  # (G, O/G, k)
        for images in self._chunks(n, filters.shape[0] * filters.shape[2] * p * q, x.dtype):
            cols = self.columns(x[images], window, groups)
            y = self.xp.matmul(filters, cols)  # (N, G, O/G, PQ)
            out[images] = y.reshape(len(y), -1, p, q)
        if b is not None:
            out += b.reshape(1, -1, 1, 1)
        return out

    def conv2d_data(self, dy: Array, w: Array, *, window: Window, groups: int, out: Array) -> Array:
        """Gradient by x: every output cell hands w · dy back to the cells it was made from."""
        n, o, p, q = dy.shape
        c, (kh, kw) = out.shape[1], window.kernel
        filters = w.reshape(groups, o // groups, -1).swapaxes(1, 2)  # (G, k, O/G)
        for images in self._chunks(n, groups * filters.shape[1] * p * q, dy.dtype):
            dy_flat = dy[images].reshape(-1, groups, o // groups, p * q)
            cols = self.xp.matmul(filters, dy_flat).reshape(-1, c, kh, kw, p, q)
            out[images] = self.scatter(cols, window, out.shape[2:])
        return out

    def conv2d_filter(
        self, x: Array, dy: Array, *, window: Window, groups: int, out: Array
    ) -> Array:
        """Gradient by w: Σ over images and positions of x under the window times dy."""
        n, o, p, q = dy.shape
        total = self.xp.zeros((groups, o // groups, out[0].size), x.dtype)  # (G, O/G, k)
        for images in self._chunks(n, groups * total.shape[2] * p * q, x.dtype):
            cols = self.columns(x[images], window, groups)
            dy_flat = dy[images].reshape(-1, groups, o // groups, p * q)
            total += self.xp.matmul(dy_flat, cols.swapaxes(2, 3)).sum(axis=0)
        out[...] = total.reshape(out.shape)
        return out

    def bias_gradient(self, dy: Array) -> Array:
        """Gradient by b: the sum of dy over images and positions, (O,)."""
        return dy.sum(axis=(0, 2, 3))

    # ---- convolution, ReLU and max pooling at once --------------------------------------

    def conv_block(
        self, x: Array, w: Array, b: Array | None,
        *, window: Window, groups: int, pool: Pair, out: Array,
    ) -> Array:  # fmt: skip
        """`out` = max(0, largest of the convolution under windows of `pool` side by side).

        Gives which cell won, row by row, or BLOCKED where the ReLU lets nothing by; that and
        `out` are all that a backward pass needs.
        """
        p, q = window.output(x.shape[2:])
        y = self.xp.empty((len(x), len(w), p, q), x.dtype)
        self.conv2d(x, w, b, window=window, groups=groups, out=y)
        _, index = self.max_pool2d(y, window=Window(pool, pool), out=out)
        self.relu(out, out=out)
        return self.xp.where(out > 0, index, BLOCKED)

    def conv_block_filter(
        self, x: Array, dy: Array, index: Array,
        *, window: Window, groups: int, pool: Pair, out: Array, bias: Array | None,
    ) -> None:  # fmt: skip
        """Gradients by w and b, into `out` and `bias`."""
        full = self._unpooled(dy, index, pool, window.output(x.shape[2:]))
        self.conv2d_filter(x, full, window=window, groups=groups, out=out)
        if bias is not None:
            bias[...] = self.bias_gradient(full)

    def conv_block_data(
        self, dy: Array, index: Array, w: Array,
        *, window: Window, groups: int, pool: Pair, out: Array,
    ) -> Array:  # fmt: skip
        """Gradient by x."""
        full = self._unpooled(dy, index, pool, window.output(out.shape[2:]))
        return self.conv2d_data(full, w, window=window, groups=groups, out=out)

    def _unpooled(self, dy: Array, index: Array, pool: Pair, size: Pair) -> Array:
        """The gradient by the maps before ReLU and pooling, of this size."""
        full = self.xp.zeros((*dy.shape[:2], *size), dy.dtype)
        for i, j, cells in cells_under(full, Window(pool, pool), dy.shape[2:]):
            cells[...] = self.xp.where(index == i * pool[1] + j, dy, 0)
        return full

    # ---- weights that stay, for predictions ---------------------------------------------

    def frozen_conv(
        self, w: Array, b: Array | None, *, window: Window, groups: int, shape: tuple[int, ...],
        relu: bool, pool: Pair,
    ) -> Callable[..., Array]:  # fmt: skip
        """What convolves maps of `shape` (N, C, H, W) with filters that stay as they are.

        Called with the maps, and others to add where there are any; then max(…, 0) is taken if
        `relu`, and the largest under windows of `pool` side by side. Each call overwrites what the
        one before gave.
        """
        p, q = window.output((shape[2], shape[3]))

        def convolve(x: Array, other: Array | None = None) -> Array:
            y = self.xp.empty((len(x), len(w), p, q), x.dtype)
            self.conv2d(x, w, b, window=window, groups=groups, out=y)
            if other is not None:
                y += other
            if relu:
                self.relu(y, out=y)
            if pool == (1, 1):
                return y
            pooled = self.xp.empty((len(x), len(w), p // pool[0], q // pool[1]), x.dtype)
            return self.max_pool2d(y, window=Window(pool, pool), out=pooled)[0]

        return convolve

    def frozen_linear(
        self, w: Array, b: Array | None, *, relu: bool, items: int
    ) -> Callable[[Array], Array]:
        """`linear` with weights that stay, and max(…, 0) of it if `relu`, for so many items."""

        def connect(x: Array) -> Array:
            y = self.linear(x, w, b, out=self.xp.empty((len(x), len(w)), x.dtype))
            return self.relu(y, out=y) if relu else y

        return connect

    # ---- pooling ------------------------------------------------------------------------

    def max_pool2d(self, x: Array, *, window: Window, out: Array) -> tuple[Array, Array]:
        """Largest value under each window, and which cell it was (the first of equals)."""
        x = self.pad(x, window, -numpy.inf)
        index = self.xp.zeros(out.shape, numpy.int32)
        (_, _, first), *others = cells_under(x, window, out.shape[2:])
        out[...] = first
        for i, j, cells in others:
            self.xp.copyto(index, i * window.kernel[1] + j, where=cells > out)
            self.xp.maximum(out, cells, out=out)
        return out, index

    def max_pool2d_data(self, dy: Array, index: Array, *, window: Window, out: Array) -> Array:
        """Gradient by x: dy goes to the remembered cell alone; overlapping windows add up."""
        dx = self._padded_zeros(out, window, dy.dtype)
        for i, j, cells in cells_under(dx, window, dy.shape[2:]):
            cells += dy * (index == i * window.kernel[1] + j)
        out[...] = crop(dx, window, out.shape[2:])
        return out

    def avg_pool2d(self, x: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        """Sum under each window over `divisor`, a number or one for each output cell (P, Q)."""
        x = self.pad(x, window)
        out[...] = 0
        for _, _, cells in cells_under(x, window, out.shape[2:]):
            out += cells
        out /= divisor
        return out

    def avg_pool2d_data(self, dy: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        """Gradient by x: every cell under a window receives dy / divisor."""
        share = dy / divisor
        dx = self._padded_zeros(out, window, dy.dtype)
        for _, _, cells in cells_under(dx, window, dy.shape[2:]):
            cells += share
        out[...] = crop(dx, window, out.shape[2:])
        return out

    # ---- dense layers -------------------------------------------------------------------

    def linear(self, x: Array, w: Array, b: Array | None, *, out: Array) -> Array:
        """out[n, o] = b[o] + Σ w[o, c] · x[n, c]."""
        self.xp.matmul(x, w.T, out=out)
        if b is not None:
            out += b
        return out

    def linear_data(self, dy: Array, w: Array, *, out: Array) -> Array:
        """Gradient by x: dy · w."""
        return self.xp.matmul(dy, w, out=out)

    def linear_filter(self, x: Array, dy: Array, *, out: Array) -> Array:
        """Gradient by w: dyᵀ · x."""
        return self.xp.matmul(dy.T, x, out=out)

    # ---- value by value, and normalization ----------------------------------------------

    def add(self, x: Array, other: Array, *, out: Array) -> Array:
        """x + other; `out` may be one of them."""
        return self.xp.add(x, other, out=out)

    def relu(self, x: Array, *, out: Array) -> Array:
        """max(x, 0)."""
        return self.xp.maximum(x, 0, out=out)

    def relu_data(self, dy: Array, y: Array, *, out: Array) -> Array:
        """Gradient by x: dy where y = max(x, 0) is above 0."""
        return self.xp.multiply(dy, y > 0, out=out)

    def moments(self, x: Array) -> tuple[Array, Array]:
        """Mean and variance (Σ (x − mean)²/n) of every channel, float64.

        Sums are taken in float64: in float32 a large batch would lose digits.
        """
        xp, count = self.xp, x.size // x.shape[1]
        mean = x.mean(axis=_places(x), dtype=xp.float64)
        centered = x - _each(mean.astype(x.dtype), x)
        return mean, (centered * centered).sum(axis=_places(x), dtype=xp.float64) / count

    def normalize(
        self, x: Array, mean: Array, factor: Array, shift: Array,
        *, other: Array | None = None, relu: bool = False, out: Array,
    ) -> Array:  # fmt: skip
        """out = (x − mean) · factor + shift; mean, factor and shift have a value a channel.

        `other` is added where it is given; then max(…, 0) is taken if `relu`.
        """
        xp = self.xp
        xp.subtract(x, _each(mean, x), out=out)
        out *= _each(factor, x)
        out += _each(shift, x)
        if other is not None:
            out += other
        return xp.maximum(out, 0, out=out) if relu else out

    def normalize_sums(
        self, x: Array, dy: Array, mean: Array, *, y: Array | None = None
    ) -> tuple[Array, Array]:
        """Σ dy and Σ dy · (x − mean) of every channel, float64; dy where y > 0, if y is given."""
        xp = self.xp
        dy = dy if y is None else dy * (y > 0)
        products = (x - _each(mean, x)) * dy
        total, product = (part.sum(axis=_places(x), dtype=xp.float64) for part in (dy, products))
        return total, product

    def normalize_data(
        self, x: Array, dy: Array, mean: Array, parts: tuple[Array, Array, Array],
        *, y: Array | None = None, other: Array | None = None, out: Array,
    ) -> Array:  # fmt: skip
        """out = dy · factor − (x − mean) · slope − offset; the three `parts` a value a channel.

        dy counts where y > 0, if y is given; `other` receives that dy, the gradient of what was
        added.
        """
        xp, (factor, slope, offset) = self.xp, parts
        dy = dy if y is None else dy * (y > 0)
        if other is not None:
            other[...] = dy
        xp.subtract(x, _each(mean, x), out=out)
        out *= _each(-slope, x)
        out += dy * _each(factor, x)
        out -= _each(offset, x)
        return out

    # ---- the rest -----------------------------------------------------------------------

    def _padded_zeros(self, like: Array, window: Window, dtype: Any) -> Array:
        n, c, h, w = like.shape
        top, bottom, left, right = window.padding
        return self.xp.zeros((n, c, h + top + bottom, w + left + right), dtype)

    def _chunks(self, n: int, values: int, dtype: Any) -> Iterator[slice]:
        """Slices of the batch whose columns, `values` for each image, fit in `column_bytes`."""
        step = max(1, self.column_bytes // max(1, values * numpy.dtype(dtype).itemsize))
        return (slice(start, min(start + step, n)) for start in range(0, n, step))


def _places(x: Array) -> tuple[int, ...]:
    """All axes of (N, C, …) but the channels."""
    return (0, *range(2, x.ndim))


def _each(values: Array, x: Array) -> Array:
    """One value a channel, (C,), shaped to meet x (N, C, …)."""
    return values.reshape(1, -1, *(1,) * (x.ndim - 2))
