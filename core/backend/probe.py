"""Is there a GPU that computes, and if not: why, and what to install.

The driver is asked first, through ctypes, because CuPy's own messages do not tell a computer
without a GPU from one without a library. CuPy is imported only where a driver shows a GPU, and then
it must do something: one allocation, one product, one kernel, compared with NumPy. That takes
seconds the first time; `probe` remembers the answer until the process ends.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
import io
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from core.tongue import tr

TF32_SINCE = 80  # the compute capability whose tensor cores know TF32: Ampere, 2020
OLDEST_CUDA = 12000  # the driver interface that CuPy 14 asks for, 1000 × major + 10 × minor
EXTRAS: Mapping[str, str] = {"cuda12": "cupy-cuda12x", "cuda13": "cupy-cuda13x"}

_NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE
_MAJOR, _MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_…
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gpu:
    """One GPU as the driver describes it.

    `memory` in bytes, 0 where the driver does not say; `capability` is 10 × major + minor.
    """

    index: int
    name: str
    memory: int
    capability: int = 0

    @property
    def device(self) -> str:
        """The name to choose it by, such as "gpu:0"."""
        return f"gpu:{self.index}"

    @property
    def has_tf32(self) -> bool:
        """Whether it multiplies in TF32."""
        return self.capability >= TF32_SINCE


@dataclass(frozen=True)
class Driver:
    """What the NVIDIA driver answers: the CUDA version it speaks, its GPUs, and a sentence.

    `cuda` is 1000 × major + 10 × minor, 0 without a driver; `sentence` is "" where GPUs are there.
    """

    cuda: int = 0
    gpus: tuple[Gpu, ...] = ()
    sentence: str = ""

    @property
    def version(self) -> str:
        """The CUDA version as people write it, such as "13.0"."""
        return f"{self.cuda // 1000}.{self.cuda % 1000 // 10}"

    @property
    def extra(self) -> str:
        """The extra of our package that fits this driver: "cuda13", "cuda12", or ""."""
        if self.cuda < OLDEST_CUDA:
            return ""
        return "cuda13" if self.cuda >= 13000 else "cuda12"


@dataclass(frozen=True)
class Devices:
    """The outcome of a probe.

    Attributes:
        gpus: what the driver shows, usable or not.
        usable: whether Striate can compute on them.
        sentence: what is there, or why the CPU computes.
        cure: a command or an act that helps; "" where nothing is to be done.
    """

    gpus: tuple[Gpu, ...]
    usable: bool
    sentence: str
    cure: str = ""


@cache
def probe() -> Devices:
    """Look for a GPU that computes. Without a driver this takes milliseconds."""
    return decide(ask_driver(), installed_cupy())


def decide(driver: Driver, wheels: tuple[str, ...]) -> Devices:
    """What the driver's answer and the installed CuPy packages come to."""
    if not driver.gpus:
        return Devices((), False, driver.sentence)
    no_gpu = Devices(driver.gpus, False, "")
    if not driver.extra:
        sentence = tr(
            "The NVIDIA driver supports CUDA {version}; CuPy 14 needs a driver for CUDA 12 or"
            " newer.",
            version=driver.version,
        )
        return replace(no_gpu, sentence=sentence, cure=tr("update the NVIDIA driver"))
    install = f'pip install ".[{driver.extra}]"'
    if not wheels:
        count = len(driver.gpus)
        found = tr("1 GPU is") if count == 1 else tr("{count} GPUs are", count=count)
        return replace(
            no_gpu,
            sentence=tr("{found} here, but CuPy is not installed.", found=found),
            cure=install,
        )
    if len(wheels) > 1:
        sentence = tr("The CuPy packages {wheels} clash.", wheels=tr(" and ").join(wheels))
        cure = f"pip uninstall {' '.join(wheels)}, then {install}"
        return replace(no_gpu, sentence=sentence, cure=cure)
    try:
        import cupy
    except Exception as problem:
        sentence = tr("CuPy does not load: {problem}.", problem=_first_line(problem))
        return replace(no_gpu, sentence=sentence, cure=f"{install} --force-reinstall")
    sentence, cure = trial(cupy, install)
    if sentence:
        return replace(no_gpu, sentence=sentence, cure=cure)
    names = ", ".join(dict.fromkeys(gpu.name for gpu in driver.gpus))
    return Devices(
        driver.gpus,
        True,
        tr(
            "{names}, CUDA {version}, CuPy {version2}.",
            names=names,
            version=driver.version,
            version2=cupy.__version__,
        ),
    )


def ask_driver() -> Driver:
    """Ask the NVIDIA driver, without CuPy, what it has."""
    try:
        library = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return Driver(sentence=tr("There is no NVIDIA driver on this computer."))
    error = int(library.cuInit(0))
    cuda, count = ctypes.c_int(), ctypes.c_int()
    library.cuDriverGetVersion(ctypes.byref(cuda))
    if error:
        shown = tr(" (no GPU visible)") if error == _NO_DEVICE else ""
        return Driver(
            cuda.value,
            (),
            tr("The NVIDIA driver answers with error {error}{shown}.", error=error, shown=shown),
        )
    library.cuDeviceGetCount(ctypes.byref(count))
    if not count.value:
        return Driver(cuda.value, (), tr("The NVIDIA driver shows no GPU."))
    return Driver(cuda.value, tuple(_describe(library, index) for index in range(count.value)))


def _describe(library: ctypes.CDLL, index: int) -> Gpu:
    """Name and memory of one GPU."""
    device, memory = ctypes.c_int(index), ctypes.c_size_t()
    name = ctypes.create_string_buffer(128)
    library.cuDeviceGet(ctypes.byref(device), index)
    library.cuDeviceGetName(name, len(name), device)
    library.cuDeviceTotalMem_v2(ctypes.byref(memory), device)
    major, minor = ctypes.c_int(), ctypes.c_int()
    library.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, device)
    library.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, device)
    capability = 10 * major.value + minor.value
    return Gpu(index, name.value.decode(errors="replace"), memory.value, capability)


def installed_cupy() -> tuple[str, ...]:
    """The CuPy packages that are installed; more than one of them clash."""
    names = {found.metadata["Name"] or "" for found in importlib.metadata.distributions()}
    return tuple(sorted(name for name in names if name == "cupy" or name.startswith("cupy-cuda")))


def trial(cupy: ModuleType, install: str) -> tuple[str, str]:
    """Let CuPy compute something; ("", "") if it is right, else a sentence and a cure.

    `install` is the command that installs the fitting CuPy.
    """
    cuda: Any = cupy.cuda
    try:
        return _compute(cupy)
    except cuda.memory.OutOfMemoryError:
        return tr("The GPU has too little memory free."), tr(
            "close other programs that use the GPU"
        )
    except cuda.compiler.CompileException as problem:
        source = io.StringIO()
        problem.dump(source)
        _log.error("GPU kernels do not compile\n%s", source.getvalue())
        return tr("GPU kernels do not compile: {problem}.", problem=_first_line(problem)), tr(
            "the log file has all of it"
        )
    except cuda.runtime.CUDARuntimeError as problem:
        return tr("CUDA reports {problem}.", problem=_first_line(problem)), tr(
            "start Striate again"
        )
    except (ImportError, RuntimeError) as problem:
        # cuBLAS is missed with an ImportError, NVRTC with a RuntimeError.
        return (
            tr("A CUDA library does not load: {problem}.", problem=_first_line(problem)),
            tr("{install} --force-reinstall", install=install),
        )


def _compute(cupy: ModuleType) -> tuple[str, str]:
    """One allocation, one product (cuBLAS), one kernel made on the spot (NVRTC), one copy back."""
    host = np.arange(64 * 64, dtype=np.float32).reshape(64, 64) % 7
    device = cupy.asarray(host)
    kernel = cupy.ElementwiseKernel("float32 x", "float32 y", "y = 2 * x + 1", "striate_trial")
    result = cupy.asnumpy(kernel(device @ device))
    if np.array_equal(result, 2 * (host @ host) + 1):
        return "", ""
    return tr("The GPU computes wrong results."), tr("update the NVIDIA driver")


def _first_line(problem: BaseException) -> str:
    """The first line of a message, without a full stop; the type where there is no message."""
    lines = str(problem).strip().splitlines()
    return lines[0].rstrip(". ") if lines else type(problem).__name__
