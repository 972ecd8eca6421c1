"""An NVIDIA GPU through CuPy: the reference's arithmetic on device arrays, windows by own kernels.

Only what slices would do slowly is overridden: building columns, adding them back, and pooling.
The kernels are in kernels.cu; CuPy compiles them when they are first used and keeps the result.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np

from core.backend.numpy import Array, Backend
from core.settings import Pair
from core.shapes import Window

BLOCK = 256  # threads that start together


class CupyBackend(Backend):
    """One GPU. Arrays are CuPy's; nothing waits for the GPU but `asnumpy` and `synchronize`."""

    column_bytes = 256 << 20  # large, since each piece costs a launch
    reports_every = 10

    def __init__(self, index: int = 0) -> None:
        import cupy

        super().__init__()
        self.xp = cupy
        self.name = f"gpu:{index}"
        self._device = cupy.cuda.Device(index)
        self._device.use()
        about = cupy.cuda.runtime.getDeviceProperties(index)
        self.title = about["name"].decode(errors="replace")
        self._kernels: dict[tuple[str, str], Any] = {}

    # ---- moving arrays ------------------------------------------------------------------

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

    # ---- launching ----------------------------------------------------------------------

    def _launch(
        self,
        name: str,
        reads: tuple[Array, ...],
        writes: tuple[Array, ...],
        window: Window,
        size: Pair,
        *,
        threads: int,
    ) -> None:
        """Start a kernel of kernels.cu on input maps of `size`, one thread for each value written.

        Scalars go as the exact C types, and arrays must be contiguous: CuPy checks neither.
        """
        if not all(array.flags.c_contiguous for array in writes):
            raise ValueError(f"{name} writes contiguous arrays only")
        top, _, left, _ = window.padding
        sizes = (*size, *window.output(size), *window.kernel, *window.stride, *window.dilation)
        arguments = (
            *(self.xp.ascontiguousarray(array) for array in reads),
            *writes,
            np.int64(threads),
            *(np.int32(number) for number in (*sizes, top, left)),
        )
        kernel = self._kernel(name, writes[0].dtype)
        kernel((-(-threads // BLOCK),), (BLOCK,), arguments)

    def _kernel(self, name: str, dtype: np.dtype[Any]) -> Any:
        """The compiled kernel for float32 or float64 arrays."""
        real = {"float32": "float", "float64": "double"}[dtype.name]
        if (name, real) not in self._kernels:
            source = files("core.backend").joinpath("kernels.cu").read_text(encoding="utf-8")
            module = self.xp.RawModule(code=source, options=(f"-DREAL={real}",))
            self._kernels[name, real] = module.get_function(name)
        return self._kernels[name, real]
