"""The GPU's kernels: found in cuda/, compiled when first used, started with checked arguments."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np

from core.kinds import Pair
from core.shapes import Window

Array = Any

BLOCK = 256  # threads that start together where each makes a value by itself
_REALS = {"float32": "float", "float64": "double"}


def source(file: str) -> str:
    """The CUDA C++ of a file in cuda/, such as "windows", with what all of them begin with."""
    folder = files("core.backend").joinpath("cuda")
    return "".join(
        folder.joinpath(f"{name}.cu").read_text(encoding="utf-8") for name in ("common", file)
    )


class Kernels:
    """Compiled kernels of one CuPy; it keeps what it compiled on disk, too."""

    def __init__(self, cupy: Any) -> None:
        self._cupy = cupy
        self._compiled: dict[tuple[str, ...], Any] = {}

    def start(
        self,
        file: str,
        name: str,
        arguments: tuple[Any, ...],
        *,
        dtype: np.dtype[Any],
        grid: tuple[int, ...],
        block: int = BLOCK,
        tensor_cores: bool = False,
    ) -> None:
        """Start a kernel of a file whose numbers, `real` there, are float32 or float64.

        Scalars must be NumPy's, of the exact C type, and arrays contiguous: CuPy checks neither.
        """
        arrays = [one for one in arguments if not isinstance(one, np.generic)]
        if not all(array.flags.c_contiguous for array in arrays):
            raise ValueError(f"{name} takes contiguous arrays only")
        options = (f"-DREAL={_REALS[dtype.name]}", *(("-DTENSOR_CORES",) if tensor_cores else ()))
        self._kernel(file, name, options)(grid, (block,), arguments)

    def map(self, file: str, name: str, arguments: tuple[Any, ...], out: Array) -> None:
        """Start a kernel with one thread for each value of an array."""
        self.start(file, name, arguments, dtype=out.dtype, grid=(-(-out.size // BLOCK),))

    def _kernel(self, file: str, name: str, options: tuple[str, ...]) -> Any:
        """A compiled kernel; all of a file are compiled together."""
        if (file, name, *options) not in self._compiled:
            if (file, *options) not in self._compiled:
                module = self._cupy.RawModule(code=source(file), options=options)
                self._compiled[file, *options] = module
            kernel = self._compiled[file, *options].get_function(name)
            self._compiled[file, name, *options] = kernel
        return self._compiled[file, name, *options]


def window_sizes(window: Window, size: Pair) -> tuple[np.int32, ...]:
    """h w p q kh kw sh sw dh dw top left, as kernels of windows over maps of `size` take them."""
    top, _, left, _ = window.padding
    sizes = (*size, *window.output(size), *window.kernel, *window.stride, *window.dilation)
    return tuple(np.int32(number) for number in (*sizes, top, left))
