"""Compile CUDA C++ for this computer's processor and launch it as `cupy.RawModule` does.

`__global__` functions become plain ones that are called once for each thread, one after another
(see cuda_on_cpu.h). That checks arithmetic and indices, and, stricter than CuPy, the C type of
every argument; it sees no race and no limit of a real GPU.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

HERE = Path(__file__).parent
KERNEL = re.compile(r'extern\s+"C"\s+__global__\s+void\s+(\w+)\s*\(([^)]*)\)')
C_TYPES = {"int": np.int32, "long long": np.int64, "float": np.float32, "double": np.float64}
needs_compiler = pytest.mark.skipif(
    shutil.which("g++") is None, reason="running CUDA sources on the CPU needs g++"
)


class HostModule:
    """CUDA source made callable: `module.get_function("name")(grid, block, arguments)`."""

    def __init__(self, *, code: str, options: tuple[str, ...] = ()) -> None:
        self._parameters = {name: _types(text) for name, text in KERNEL.findall(code)}
        self._library = ctypes.CDLL(str(_compiled(code, options)))

    def get_function(self, name: str) -> Callable[..., None]:
        """The kernel of this name."""
        kernel, types = getattr(self._library, f"run_{name}"), self._parameters[name]

        def launch(
            grid: tuple[int, ...], block: tuple[int, ...], arguments: tuple[Any, ...]
        ) -> None:
            assert len(arguments) == len(types), f"{name} takes {len(types)} arguments"
            passed = [
                _as_c(name, self.unwrap(argument), wanted)
                for argument, wanted in zip(arguments, types, strict=True)
            ]
            kernel(ctypes.c_uint(grid[0]), ctypes.c_uint(block[0]), *passed)

        return launch

    def unwrap(self, argument: Any) -> Any:
        """The NumPy array or scalar behind an argument."""
        return argument


def _types(parameters: str) -> list[str]:
    """The C type of each parameter, "*" for pointers."""
    declared = [" ".join(one.replace("const", "").split()) for one in parameters.split(",")]
    return ["*" if "*" in one else one.rpartition(" ")[0] for one in declared]


def _as_c(kernel: str, argument: Any, wanted: str) -> Any:
    if wanted == "*":
        assert isinstance(argument, np.ndarray), f"{kernel}: an array is expected"
        assert argument.flags.c_contiguous, f"{kernel}: the array is not contiguous"
        return ctypes.c_void_p(argument.ctypes.data)
    # CuPy passes a Python int as eight bytes and checks nothing: an `int` needs numpy.int32.
    assert type(argument) is C_TYPES[wanted], f"{kernel}: {argument!r} is no {wanted}"
    return np.ctypeslib.as_ctypes_type(argument.dtype)(argument.item())


@cache
def _compiled(code: str, options: tuple[str, ...]) -> Path:
    """The shared library of a source, compiled once and kept between test runs."""
    source = '#include "cuda_on_cpu.h"\n' + code + "".join(map(_launcher, KERNEL.findall(code)))
    header = (HERE / "cuda_on_cpu.h").read_text(encoding="utf-8")
    key = hashlib.sha256("\n".join((source, header, *options)).encode()).hexdigest()[:20]
    folder = Path(tempfile.gettempdir()) / f"striate-host-cuda-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    library = folder / f"{key}.so"
    if not library.exists():
        text, fresh = folder / f"{key}-{os.getpid()}.cpp", folder / f"{key}-{os.getpid()}.so"
        text.write_text(source, encoding="utf-8")
        flags = ["-O2", "-shared", "-fPIC", "-std=c++17", "-Wall", "-Werror", f"-I{HERE}", *options]
        subprocess.run(["g++", *flags, "-o", str(fresh), str(text)], check=True)
        fresh.replace(library)  # whole or not at all, also with several test processes
    return library


def _launcher(kernel: tuple[str, str]) -> str:
    """A plain C function that runs a kernel over a grid of blocks."""
    name, parameters = kernel
    names = ", ".join(re.findall(r"(\w+)\s*(?:,|$)", parameters))
    return (
        f'\nextern "C" void run_{name}(unsigned grid, unsigned block, {parameters})\n'
        f"{{ for_each_thread(grid, block, [=] {{ {name}({names}); }}); }}\n"
    )
