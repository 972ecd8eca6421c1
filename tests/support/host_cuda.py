"""Compile CUDA C++ for this computer's processor and launch it as `cupy.RawModule` does.

`__global__` functions become plain ones that are called once for each thread (see cuda_on_cpu.h):
blocks, shared memory, barriers and the tensor cores' product of matrices are emulated. That checks
arithmetic and indices, and, stricter than CuPy, the C type of every argument. A missing barrier
shows where the threads of a block run `backwards`; no limit of a real GPU is seen.
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
KERNEL = re.compile(
    r'extern\s+"C"\s+__global__\s+void\s+(?:__launch_bounds__\(\d+\)\s+)?(\w+)\s*\(([^)]*)\)'
)
MOST_THREADS = 1024  # of a block
# Without the last, all libraries would have one memory for what a block shares.
FLAGS = (
    *("-O2", "-shared", "-fPIC", "-std=c++17"),
    *("-Wall", "-Werror", "-Wno-unknown-pragmas", "-fno-gnu-unique"),
)
C_TYPES = {"int": np.int32, "long long": np.int64, "float": np.float32, "double": np.float64}
needs_compiler = pytest.mark.skipif(
    shutil.which("g++") is None, reason="running CUDA sources on the CPU needs g++"
)


class HostModule:
    """CUDA source made callable: `module.get_function("name")(grid, block, arguments)`.

    `backwards` runs the threads of a block from the last to the first.
    """

    backwards = False

    def __init__(self, *, code: str, options: tuple[str, ...] = ()) -> None:
        real = "float" if "-DREAL=float" in options else "double"
        self._parameters = {
            name: [one.replace("real", real) for one in _types(text)]
            for name, text in KERNEL.findall(code)
        }
        self._waits = "__syncthreads" in code
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
            assert 0 < block[0] <= MOST_THREADS, f"{name}: {block[0]} threads in a block"
            assert all(side < 2**16 for side in grid[1:]), f"{name}: the grid {grid} is too large"
            blocks = (ctypes.c_uint * 3)(*(*grid, 1, 1)[:3])
            kernel(blocks, ctypes.c_uint(block[0]), self._waits, self.backwards, *passed)

        return launch

    def unwrap(self, argument: Any) -> Any:
        """The NumPy array or scalar behind an argument."""
        return argument


def _types(parameters: str) -> list[str]:
    """The C type of each parameter, such as "int" or "float*"."""
    declared = [" ".join(one.replace("const", "").split()) for one in parameters.split(",")]
    return [one.rpartition(" ")[0] for one in declared]


def _as_c(kernel: str, argument: Any, wanted: str) -> Any:
    if wanted.endswith("*"):
        assert isinstance(argument, np.ndarray), f"{kernel}: an array is expected"
        assert argument.dtype == C_TYPES[wanted[:-1]], f"{kernel}: {argument.dtype} is no {wanted}"
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
    key = hashlib.sha256("\n".join((source, header, *FLAGS, *options)).encode()).hexdigest()[:20]
    folder = Path(tempfile.gettempdir()) / f"striate-host-cuda-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    library = folder / f"{key}.so"
    if not library.exists():
        text, fresh = folder / f"{key}-{os.getpid()}.cpp", folder / f"{key}-{os.getpid()}.so"
        text.write_text(source, encoding="utf-8")
        command = ["g++", *FLAGS, f"-I{HERE}", *options, "-o", str(fresh), str(text)]
        subprocess.run(command, check=True)
        fresh.replace(library)  # whole or not at all, also with several test processes
    return library


def _launcher(kernel: tuple[str, str]) -> str:
    """A plain C function that runs a kernel over a grid of blocks."""
    name, parameters = kernel
    names = ", ".join(re.findall(r"(\w+)\s*(?:,|$)", parameters))
    return (
        f'\nextern "C" void run_{name}(const unsigned* grid_, unsigned block_, bool waits_,'
        f" bool backwards_, {parameters})\n{{ for_each_thread(grid_, block_, waits_, backwards_,"
        f" [=] {{ {name}({names}); }}); }}\n"
    )
