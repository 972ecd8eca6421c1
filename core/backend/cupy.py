"""An NVIDIA GPU through CuPy: the reference's arithmetic on device arrays, and own kernels.

Overridden is what the reference's slices and products would do slowly: windows, convolutions,
pooling. The kernels are in cuda/; CuPy compiles them when they are first used and keeps the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.backend.gpu_channels import Channels
from core.backend.gpu_convolution import NARROW, Convolutions, Sizes
from core.backend.graphs import Recorder
from core.backend.kernels import BLOCK, Kernels, window_sizes
from core.backend.numpy import Array, Backend, Step
from core.backend.probe import TF32_SINCE
from core.kinds import Pair
from core.shapes import Window


class CupyBackend(Backend):
    """One GPU. Arrays are CuPy's; nothing waits for the GPU but `asnumpy` and `synchronize`.

    `tf32` lets convolutions of float32 arrays be multiplied in TF32, 10 bits of fraction instead
    of 23, by GPUs that can (Ampere, 2020, and newer); sums stay float32.
    """

    column_bytes = 256 << 20  # large, since each piece costs a launch
    reports_every = 10

    def __init__(self, index: int = 0, *, tf32: bool = True) -> None:
        import cupy

        super().__init__()
        self.xp = cupy
        self.name = f"gpu:{index}"
        self._device = cupy.cuda.Device(index)
        self._device.use()
        about = cupy.cuda.runtime.getDeviceProperties(index)
        self.title = about["name"].decode(errors="replace")
        self.tf32 = tf32 and int(self._device.compute_capability) >= TF32_SINCE
        self._kernels = Kernels(cupy)
        self._convolutions = Convolutions(self._kernels, tensor_cores=self.tf32)
        self._products = Convolutions(self._kernels, tensor_cores=False)
        self._channels = Channels(self._kernels, cupy)
        self._constants: dict[tuple[int, np.dtype[Any] | None], tuple[Any, Array]] = {}
        self.uploads = 0  # arrays brought here so far
        self.records = False  # while a step is recorded, when CuPy refuses cuBLAS

    # ---- moving arrays ------------------------------------------------------------------

    def asarray(self, values: Any, dtype: Any = None) -> Array:
        """The values on this device (host → device)."""
        self.uploads += 1
        return super().asarray(values, dtype)

    def constant(self, values: np.ndarray[Any, Any], dtype: Any = None) -> Array:
        """Values that never change, on this device; brought there once for each such object."""
        key = (id(values), None if dtype is None else np.dtype(dtype))
        if key not in self._constants:  # which keep the object, so that its id stays its own
            self._constants[key] = (values, self.asarray(values, dtype))
        return self._constants[key][1]

    def room(self, dtype: Any) -> Callable[[int], Array]:
        """CuPy's own pool, which also knows what the GPU has yet to finish."""
        return lambda size: self.xp.empty(size, dtype)

    def asnumpy(self, values: Array) -> np.ndarray[Any, Any]:
        """The values on the host; waits for the device."""
        host: np.ndarray[Any, Any] = self.xp.asnumpy(values)
        return host

    def synchronize(self) -> None:
        """Wait until all work given to the device is done."""
        self._device.synchronize()

    def memory(self) -> tuple[int, int] | None:
        """(free, total) bytes; what CuPy keeps in reserve counts as free."""
        free, total = self._device.mem_info
        return free + self.xp.get_default_memory_pool().free_bytes(), total

    # ---- steps --------------------------------------------------------------------------

    def repeating(
        self, step: Step, *, state: tuple[Array, ...], buffers: Callable[[], Any], macs: int
    ) -> Step:
        """A step that records itself and is played back, where that is possible and pays."""
        return Recorder(self, step, state=state, buffers=buffers, macs=macs)

    # ---- windows ------------------------------------------------------------------------

    def columns(self, x: Array, window: Window, groups: int) -> Array:
        """Every window of x as a column: (N, G, C/G·kh·kw, P·Q)."""
        n, c, *size = x.shape
        p, q = window.output((size[0], size[1]))
        kh, kw = window.kernel
        cols = self.xp.empty((n, groups, c // groups * kh * kw, p * q), x.dtype)
        self._launch("columns", (x,), (cols,), window, (size[0], size[1]), threads=n * c * p * q)
        return cols

    def scatter(self, cols: Array, window: Window, size: Pair) -> Array:
        """Add columns (N, C, kh, kw, P, Q) back to the cells they came from: (N, C, H, W)."""
        x = self.xp.empty((*cols.shape[:2], *size), cols.dtype)
        self._launch("scatter", (cols,), (x,), window, size, threads=x.size)
        return x

    # ---- convolution --------------------------------------------------------------------

    def conv2d(
        self, x: Array, w: Array, b: Array | None, *, window: Window, groups: int, out: Array
    ) -> Array:
        """x convolved with w, plus b; see the reference."""
        sizes = _sizes(x.shape, w.shape, window, groups)
        if not self._multiplies(sizes, sizes.o, x.dtype):
            return super().conv2d(x, w, b, window=window, groups=groups, out=out)
        self._convolutions.forward(sizes, self._flat(x), w, b, out=out)
        return out

    def conv2d_data(self, dy: Array, w: Array, *, window: Window, groups: int, out: Array) -> Array:
        """Gradient by x; see the reference."""
        sizes = _sizes(out.shape, w.shape, window, groups)
        if not self._multiplies(sizes, sizes.c, dy.dtype):
            return super().conv2d_data(dy, w, window=window, groups=groups, out=out)
        self._convolutions.data(sizes, self._flat(dy), w, out=out)
        return out

    def conv2d_filter(
        self, x: Array, dy: Array, *, window: Window, groups: int, out: Array
    ) -> Array:
        """Gradient by w; see the reference."""
        sizes = _sizes(x.shape, out.shape, window, groups)
        if not self._multiplies(sizes, sizes.o, x.dtype):
            return super().conv2d_filter(x, dy, window=window, groups=groups, out=out)
        x, dy = self._flat(x), self._flat(dy)
        self._convolutions.filter(sizes, x, dy, out=out, empty=self.xp.empty)
        return out

    def _multiplies(self, sizes: Sizes, rows: int, dtype: Any) -> bool:
        """Whether our own kernels multiply.

        In full precision cuBLAS multiplies large matrices faster than they do, columns and all.
        """
        if not sizes.fits:
            return False
        return rows < NARROW or self.records or (self.tf32 and dtype == np.float32)

    # ---- pooling ------------------------------------------------------------------------

    def max_pool2d(self, x: Array, *, window: Window, out: Array) -> tuple[Array, Array]:
        """Largest value under each window, and which cell it was (the first of equals)."""
        index = self.xp.empty(out.shape, np.int32)
        self._launch("max_pool", (x,), (out, index), window, x.shape[2:], threads=out.size)
        return out, index

    def max_pool2d_data(self, dy: Array, index: Array, *, window: Window, out: Array) -> Array:
        """Gradient by x: dy goes to the remembered cell alone; overlapping windows add up."""
        self._launch("max_pool_data", (dy, index), (out,), window, out.shape[2:], threads=out.size)
        return out

    def avg_pool2d(self, x: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        """Sum under each window over `divisor`, a number or one for each output cell (P, Q)."""
        self._launch("sum_pool", (x,), (out,), window, x.shape[2:], threads=out.size)
        out /= divisor
        return out

    def avg_pool2d_data(self, dy: Array, *, window: Window, divisor: Array, out: Array) -> Array:
        """Gradient by x: every cell under a window receives dy / divisor."""
        share = dy / divisor
        self._launch("sum_pool_data", (share,), (out,), window, out.shape[2:], threads=out.size)
        return out

    # ---- dense layers: where cuBLAS is refused, as convolutions of single cells ---------

    def linear(self, x: Array, w: Array, b: Array | None, *, out: Array) -> Array:
        """out[n, o] = b[o] + Σ w[o, c] · x[n, c]."""
        if not self.records:
            return super().linear(x, w, b, out=out)
        x = self._flat(x)
        self._products.forward(_dense(x.shape, w.shape), x, w, b, out=out)
        return out

    def linear_data(self, dy: Array, w: Array, *, out: Array) -> Array:
        """Gradient by x: dy · w."""
        if not self.records:
            return super().linear_data(dy, w, out=out)
        dy = self._flat(dy)
        self._products.data(_dense(out.shape, w.shape), dy, w, out=out)
        return out

    def linear_filter(self, x: Array, dy: Array, *, out: Array) -> Array:
        """Gradient by w: dyᵀ · x."""
        if not self.records:
            return super().linear_filter(x, dy, out=out)
        x, dy = self._flat(x), self._flat(dy)
        sizes = _dense(x.shape, out.shape)
        self._products.filter(sizes, x, dy, out=out, empty=self.xp.empty)
        return out

    # ---- activation and normalization ---------------------------------------------------

    def relu_data(self, dy: Array, y: Array, *, out: Array) -> Array:
        """Gradient by x: dy where y = max(x, 0) is above 0."""
        self._channels.relu_data(self._flat(dy), self._flat(y), out)
        return out

    def moments(self, x: Array) -> tuple[Array, Array]:
        """Mean and variance of every channel, float64."""
        return self._channels.moments(self._flat(x))

    def normalize(
        self, x: Array, mean: Array, factor: Array, shift: Array,
        *, other: Array | None = None, relu: bool = False, out: Array,
    ) -> Array:  # fmt: skip
        """(x − mean) · factor + shift, + other, or max(…, 0) of it; see the reference."""
        x, other = self._flat(x), self._flat(other)
        self._channels.normalize(x, (mean, factor, shift), other, relu=relu, out=out)
        return out

    def normalize_sums(
        self, x: Array, dy: Array, mean: Array, *, y: Array | None = None
    ) -> tuple[Array, Array]:
        """Σ dy and Σ dy · (x − mean) of every channel, float64; dy where y > 0, if y is given."""
        return self._channels.products(self._flat(x), self._flat(dy), mean, self._flat(y))

    def normalize_data(
        self, x: Array, dy: Array, mean: Array, parts: tuple[Array, Array, Array],
        *, y: Array | None = None, other: Array | None = None, out: Array,
    ) -> Array:  # fmt: skip
        """dy · factor − (x − mean) · slope − offset; see the reference."""
        x, dy, y = self._flat(x), self._flat(dy), self._flat(y)
        self._channels.normalize_data(x, dy, (mean, *parts), y=y, other=other, out=out)
        return out

    # ---- launching ----------------------------------------------------------------------

    def _flat(self, array: Array) -> Array:
        """The array itself where its values lie in order, else a copy; None stays None."""
        return None if array is None else self.xp.ascontiguousarray(array)

    def _launch(
        self, name: str, reads: tuple[Array, ...], writes: tuple[Array, ...], window: Window,
        size: Pair, *, threads: int,
    ) -> None:  # fmt: skip
        """Start a kernel of windows over input maps of `size`."""
        arguments = (
            *(self._flat(array) for array in reads),
            *writes,
            np.int64(threads),
            *window_sizes(window, size),
        )
        blocks = -(-threads // BLOCK)
        dtype = writes[0].dtype
        self._kernels.start("windows", name, arguments, dtype=dtype, grid=(blocks,))


def _sizes(x: tuple[int, ...], w: tuple[int, ...], window: Window, groups: int) -> Sizes:
    """The sizes of a convolution of x (N, C, H, W) with w (O, C/G, kh, kw)."""
    return Sizes(x[0], groups, w[1], w[0] // groups, (x[2], x[3]), window)


def _dense(x: tuple[int, ...], w: tuple[int, ...]) -> Sizes:
    """The sizes of a dense layer, x (N, C) and w (O, C), as a convolution of single cells."""
    return Sizes(x[0], 1, w[1], w[0], (1, 1), Window((1, 1)))
