"""The GPU probe: each way in which a GPU can be out of reach has its own sentence.

The driver rows run against a stub of the driver's library, the CuPy rows against a module that
fails as CuPy does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.backend.probe import Driver, Gpu, ask_driver, decide, trial

GPU = Gpu(0, "NVIDIA A100", 40 * 2**30)
INSTALL = 'pip install ".[cuda13]"'

STUB = """
#include <stddef.h>
#include <string.h>
int cuInit(unsigned flags) { return ERROR; }
int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
int cuDeviceGetCount(int *count) { *count = COUNT; return 0; }
int cuDeviceGet(int *device, int index) { *device = index; return 0; }
int cuDeviceGetName(char *name, int size, int device) { strncpy(name, "Stub", size); return 0; }
int cuDeviceGetAttribute(int *value, int name, int device)
{ *value = name == 75 ? 9 : name == 76 ? 5 : -1; return 0; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = 8UL << 30; return 0; }
"""


def driver_says(folder: Path, *, error: int, version: int, count: int) -> str:
    """The repr of `ask_driver()` in a process that finds a stub as its driver."""
    source = folder / "stub.c"
    source.write_text(STUB)
    defines = [f"-DERROR={error}", f"-DVERSION={version}", f"-DCOUNT={count}"]
    library = folder / "libcuda.so.1"
    subprocess.run(["gcc", "-shared", "-fPIC", *defines, str(source), "-o", library], check=True)
    program = "from core.backend.probe import ask_driver; print(ask_driver())"
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


needs_gcc = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="the stub needs gcc on Linux"
)


@needs_gcc
def test_driver_with_two_gpus(tmp_path: Path) -> None:
    gpus = tuple(Gpu(index, "Stub", 8 * 2**30, 95) for index in range(2))
    assert driver_says(tmp_path, error=0, version=13000, count=2) == repr(Driver(13000, gpus))


@needs_gcc
def test_driver_that_sees_no_gpu_names_its_error(tmp_path: Path) -> None:
    answer = driver_says(tmp_path, error=100, version=12040, count=0)
    assert "answers with error 100 (no GPU visible)" in answer
    assert "cuda=12040" in answer


@needs_gcc
def test_driver_with_no_gpu(tmp_path: Path) -> None:
    assert "shows no GPU" in driver_says(tmp_path, error=0, version=12040, count=0)


def test_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr("ctypes.CDLL", refuse)
    found = decide(ask_driver(), ())
    assert found.sentence == "There is no NVIDIA driver on this computer."
    assert (found.gpus, found.usable, found.cure) == ((), False, "")


def test_old_driver_is_told_from_its_number() -> None:
    found = decide(Driver(11040, (GPU,)), ())
    assert "supports CUDA 11.4" in found.sentence
    assert found.cure == "update the NVIDIA driver"


@pytest.mark.parametrize(
    ("cuda", "extra"), [(12000, "cuda12"), (12090, "cuda12"), (13000, "cuda13")]
)
def test_extra_follows_the_driver(cuda: int, extra: str) -> None:
    found = decide(Driver(cuda, (GPU,)), ())
    assert found.sentence == "1 GPU is here, but CuPy is not installed."
    assert found.cure == f'pip install ".[{extra}]"'


def test_two_cupy_packages_clash() -> None:
    found = decide(Driver(13000, (GPU, GPU)), ("cupy-cuda12x", "cupy-cuda13x"))
    assert found.sentence == "The CuPy packages cupy-cuda12x and cupy-cuda13x clash."
    assert found.cure == f"pip uninstall cupy-cuda12x cupy-cuda13x, then {INSTALL}"


def test_cupy_that_does_not_load_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    found = decide(Driver(13000, (GPU,)), ("cupy-cuda13x",))
    assert found.sentence.startswith("CuPy does not load: ")
    assert (found.gpus, found.usable) == ((GPU,), False)


class CompileError(Exception):
    """As CuPy's: it can write the whole compiler output to a file."""

    def dump(self, file: Any) -> None:
        file.write("kernel source and every message")


class OutOfMemoryError(MemoryError):
    """As CuPy's."""


class CUDARuntimeError(RuntimeError):
    """As CuPy's."""


def cupy_stub(*, failure: Exception | None = None, wrong: float = 0.0) -> ModuleType:
    """A module that answers the trial as CuPy does: right, wrong by `wrong`, or with `failure`."""

    def elementwise(*_: str) -> Any:
        def call(x: Any) -> Any:
            if failure is not None:
                raise failure
            return 2 * x + 1 + np.float32(wrong)

        return call

    module: Any = ModuleType("cupy")
    module.asarray = module.asnumpy = np.asarray
    module.ElementwiseKernel = elementwise
    module.__version__ = "14.0"
    module.cuda = SimpleNamespace(
        memory=SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
        compiler=SimpleNamespace(CompileException=CompileError),
        runtime=SimpleNamespace(CUDARuntimeError=CUDARuntimeError),
    )
    stub: ModuleType = module
    return stub


def test_trial_accepts_right_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", cupy_stub())
    found = decide(Driver(13000, (GPU,)), ("cupy-cuda13x",))
    assert found.usable
    assert found.sentence == "NVIDIA A100, CUDA 13.0, CuPy 14.0."


def test_trial_refuses_wrong_results() -> None:
    assert trial(cupy_stub(wrong=1.0), INSTALL)[0] == "The GPU computes wrong results."


@pytest.mark.parametrize(
    ("failure", "sentence", "cure"),
    [
        (
            ImportError("Failure finding libcublasLt.so.13\nmore"),
            "A CUDA library does not load: Failure finding libcublasLt.so.13.",
            f"{INSTALL} --force-reinstall",
        ),
        (
            RuntimeError("libnvrtc is not found"),
            "A CUDA library does not load: libnvrtc is not found.",
            f"{INSTALL} --force-reinstall",
        ),
        (
            CompileError("nvrtc: error: invalid value\nline two"),
            "GPU kernels do not compile: nvrtc: error: invalid value.",
            "the log file has all of it",
        ),
        (
            OutOfMemoryError("out of memory"),
            "The GPU has too little memory free.",
            "close other programs that use the GPU",
        ),
        (
            CUDARuntimeError("cudaErrorIllegalAddress"),
            "CUDA reports cudaErrorIllegalAddress.",
            "start Striate again",
        ),
    ],
)
def test_trial_names_what_failed(failure: Exception, sentence: str, cure: str) -> None:
    assert trial(cupy_stub(failure=failure), INSTALL) == (sentence, cure)


def test_compiler_output_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    trial(cupy_stub(failure=CompileError("x")), INSTALL)
    assert "kernel source and every message" in caplog.text
