"""Compile CUDA C++ for real GPUs, which need not be here: by NVRTC, as CuPy does, or by nvcc."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from core.backend.probe import TF32_SINCE

ARCHITECTURES = (75, 80, 86, 89, 90, 100, 120)  # from Turing, 2018, to Blackwell, 2025
FILES = ("windows", "convolution", "narrow", "channels")


class CompileError(Exception):
    """What a compiler does not take; its own words."""


def variants(architecture: int) -> list[tuple[str, tuple[str, ...]]]:
    """Every file and the options that it is compiled with for an architecture."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for file in FILES:
        found += [(file, ("-DREAL=float",)), (file, ("-DREAL=double",))]
    if architecture >= TF32_SINCE:
        found.append(("convolution", ("-DREAL=float", "-DTENSOR_CORES")))
    return found


@cache
def nvrtc() -> ctypes.CDLL | None:
    """NVRTC of a package nvidia-cuda-nvrtc, or None."""
    spec = importlib.util.find_spec("nvidia")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for pattern in ("libnvrtc-builtins.so*", "libnvrtc.so*"):
        found = [path for place in places for path in Path(place).rglob(pattern)]
        if not found:
            return None
        library = ctypes.CDLL(str(found[0]), mode=ctypes.RTLD_GLOBAL)
    return library


needs_nvrtc = pytest.mark.skipif(
    nvrtc() is None, reason="NVRTC is not installed: pip install nvidia-cuda-nvrtc"
)
needs_nvcc = pytest.mark.skipif(shutil.which("nvcc") is None, reason="nvcc is not installed")


def by_nvrtc(source: str, architecture: int, options: tuple[str, ...]) -> int:
    """Bytes of machine code for an architecture; CompileError."""
    library = nvrtc()
    assert library is not None
    program = ctypes.c_void_p()
    library.nvrtcCreateProgram(ctypes.byref(program), source.encode(), b"kernels.cu", 0, None, None)
    words = [f"-arch=sm_{architecture}".encode(), *(option.encode() for option in options)]
    failed = library.nvrtcCompileProgram(
        program, len(words), (ctypes.c_char_p * len(words))(*words)
    )
    size = ctypes.c_size_t()
    if failed:
        library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
        log = ctypes.create_string_buffer(size.value)
        library.nvrtcGetProgramLog(program, log)
        raise CompileError(log.value.decode())
    library.nvrtcGetCUBINSize(program, ctypes.byref(size))
    library.nvrtcDestroyProgram(ctypes.byref(program))
    return size.value


def by_nvcc(source: str, architecture: int, options: tuple[str, ...]) -> int:
    """The same by nvcc."""
    with tempfile.TemporaryDirectory() as folder:
        text, code = Path(folder, "kernels.cu"), Path(folder, "kernels.cubin")
        text.write_text(source, encoding="utf-8")
        command = ["nvcc", f"-arch=sm_{architecture}", *options, "-cubin", "-o", str(code)]
        done = subprocess.run([*command, str(text)], capture_output=True, text=True)
        if done.returncode:
            raise CompileError(done.stderr)
        return code.stat().st_size
