"""Choosing a device: by name it works or says why not; "auto" always works."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.backend import Backend, DeviceError, backend, why_not_gpu
from core.backend.compiled.backend import CompiledBackend
from core.backend.cupy import CupyBackend
from core.backend.probe import Devices, Gpu
from core.network import Network
from core.zoo import BY_ID
from tests.support.strict_array import cupy_replaced

GPUS = (Gpu(0, "NVIDIA A100", 40 << 30), Gpu(1, "NVIDIA A100", 40 << 30))


def probe_says(monkeypatch: pytest.MonkeyPatch, found: Devices) -> None:
    monkeypatch.setattr("core.backend.probe.probe", lambda: found)


def test_the_cpu_needs_no_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> Devices:
        raise AssertionError

    monkeypatch.setattr("core.backend.probe.probe", never)
    assert backend("cpu").name == "cpu"


def test_the_cpu_computes_with_compiled_kernels() -> None:
    assert isinstance(backend("cpu"), CompiledBackend)


def test_without_numba_the_reference_computes() -> None:
    script = (
        "import sys\n"
        "sys.modules['numba'] = None\n"
        "import numpy as np\n"
        "from core.backend import backend\n"
        "from core.backend.threaded import ThreadedBackend\n"
        "from core.network import Network\n"
        "from core.zoo import BY_ID\n"
        "assert type(backend('cpu')) is ThreadedBackend\n"
        "x = np.ones((2, 1, 28, 28), np.float32)\n"
        "print(Network(BY_ID['lenet5'].build()).predict(x).shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "(2, 10)\n", done.stderr


def test_auto_falls_back_and_the_reason_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    probe_says(monkeypatch, Devices((), False, "There is no NVIDIA driver on this computer."))
    assert backend("auto") is backend("cpu")
    assert why_not_gpu() == "There is no NVIDIA driver on this computer."


def test_a_gpu_by_name_fails_with_reason_and_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Devices(
        GPUS[:1], False, "1 GPU is here, but CuPy is not installed.", 'pip install ".[cuda13]"'
    )
    probe_says(monkeypatch, missing)
    with pytest.raises(DeviceError) as refused:
        backend("gpu:0")
    assert str(refused.value) == (
        "gpu:0 cannot be used. 1 GPU is here, but CuPy is not installed. "
        'To change that: pip install ".[cuda13]".'
    )


def test_a_working_gpu_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    probe_says(monkeypatch, Devices(GPUS, True, "NVIDIA A100, CUDA 13.0, CuPy 14.0."))
    with cupy_replaced():
        assert [backend(name).name for name in ("auto", "gpu:0", "gpu:1")] == [
            "gpu:0", "gpu:0", "gpu:1",
        ]  # fmt: skip
        assert isinstance(backend("auto"), CupyBackend)
        with pytest.raises(
            DeviceError, match="There is no gpu:2 here: choose gpu:0, gpu:1, auto or cpu"
        ):
            backend("gpu:2")
    assert why_not_gpu() == ""


@pytest.mark.parametrize("name", ["", "gpu", "gpu:", "gpu:-1", "cuda", "CPU", "gpu:0 "])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(DeviceError, match="choose auto, cpu or gpu:0"):
        backend(name)


def test_a_network_takes_a_name_or_a_backend() -> None:
    graph, own = BY_ID["lenet5"].build(), Backend()
    assert Network(graph, device="cpu").backend.name == "cpu"
    assert Network(graph, device=own).backend is own


def test_choosing_the_cpu_loads_no_gpu_library() -> None:
    program = (
        "import sys\nfrom core.backend import backend\nbackend('cpu')\n"
        "print([n for n in ('cupy', 'cudnn', 'mpi4py') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
