"""cuDNN's plans without cuDNN: a stand-in that is as particular, and the fall-backs."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.backend import backend, cudnn
from core.backend.cudnn import OPERATIONS, CudnnBackend
from core.backend.cupy import CupyBackend
from core.backend.numpy import Backend
from core.backend.probe import Devices, Gpu
from core.shapes import Window
from tests.support.gradients import error
from tests.support.host_cuda import needs_compiler
from tests.support.strict_array import cupy_replaced, traffic
from tests.support.strict_cudnn import Frontend, Graph, cudnn_replaced

RANDOM = np.random.default_rng(4)
# n, groups, c and o of a group, h, w, window
CASES = {
    "same": (2, 1, 3, 5, 7, 6, Window((3, 3), padding=(1, 1, 1, 1))),
    "unequal padding": (2, 1, 2, 4, 8, 9, Window((3, 2), (2, 1), (1, 0, 0, 1), (1, 2))),
    "groups": (1, 3, 2, 2, 6, 6, Window((3, 3))),
    "depthwise": (2, 4, 1, 1, 6, 5, Window((3, 3), (2, 2), (1, 1, 1, 1))),
}


@pytest.fixture
def frontend() -> Iterator[Frontend]:
    """Both stand-ins."""
    with cupy_replaced(), cudnn_replaced() as found:
        yield found


def check(device: CupyBackend, case: Any, dtype: type = np.float32, shift: int = 0) -> None:
    """All three operations against the reference; arrays begin `shift` values too late."""
    n, groups, c, o, h, w, window = case
    p, q = window.output((h, w))
    x, filters = (
        RANDOM.normal(size=(n, groups * c, h, w)),
        RANDOM.normal(size=(groups * o, c, *window.kernel)),
    )
    b, dy = RANDOM.normal(size=groups * o), RANDOM.normal(size=(n, groups * o, p, q))

    def there(values: np.ndarray[Any, Any]) -> Any:
        block = device.xp.empty(values.size + shift, dtype)
        place = block[shift:].reshape(values.shape)
        place[...] = device.asarray(values, dtype)
        return place

    for name, arrays, shape in (
        ("conv2d", (x, filters, b), dy.shape),
        ("conv2d_data", (dy, filters), x.shape),
        ("conv2d_filter", (x, dy), filters.shape),
    ):
        out, exact = there(np.full(shape, np.nan)), np.empty(shape)
        given = [there(one) for one in arrays]
        getattr(device, name)(*given, window=window, groups=groups, out=out)
        getattr(Backend(), name)(*arrays, window=window, groups=groups, out=exact)
        assert error(device.asnumpy(out), exact) <= 1e-6, name


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_convolutions_are_planned_and_done(frontend: Frontend, case: Any) -> None:
    device = CudnnBackend()
    for _ in range(2):
        check(device, case)
    assert len(frontend.plans) == 3  # made once
    assert frontend.executed == 6
    assert all(plan.notes == [] for plan in frontend.plans)


def test_arrays_that_begin_anywhere_are_copied(frontend: Frontend) -> None:
    device = CudnnBackend()
    check(device, CASES["same"], shift=1)
    assert frontend.executed == 3


def test_full_precision_takes_no_tensor_cores(frontend: Frontend) -> None:
    check(CudnnBackend(tf32=False), CASES["same"])
    assert [plan.notes for plan in frontend.plans] == [["tensor core"]] * 3


@needs_compiler
def test_what_cudnn_has_no_plan_for_goes_the_other_way(
    frontend: Frontend, caplog: pytest.LogCaptureFixture
) -> None:
    device = CudnnBackend(tf32=False)
    frontend.refused = [3, 3]
    with caplog.at_level(logging.INFO):
        check(device, CASES["same"])
        check(device, CASES["same"])
    assert frontend.executed == 0
    assert len(caplog.records) == 3  # asked once for each operation
    check(device, CASES["unequal padding"])
    assert frontend.executed == 3


@needs_compiler
def test_float64_is_never_rounded(frontend: Frontend) -> None:
    check(CudnnBackend(), CASES["same"], np.float64)
    assert frontend.executed == 0


def test_a_convolution_waits_for_nothing(frontend: Frontend) -> None:
    device = CudnnBackend()
    x, w = (device.asarray(np.ones((1, 1, 4, 4), np.float32)) for _ in range(2))
    out = device.xp.empty((1, 1, 1, 1), np.float32)
    traffic.reset()
    device.conv2d(x, w, None, window=Window((4, 4)), groups=1, out=out)
    assert (traffic.uploads, traffic.downloads, traffic.waits) == (0, 0, 0)


# ---- whether it is there -------------------------------------------------------------------


@pytest.fixture
def working_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A GPU that computes, and CuPy for CUDA 12."""
    found = Devices((Gpu(0, "NVIDIA A100", 40 << 30, 80),), True, "NVIDIA A100.")
    monkeypatch.setattr("core.backend.probe.probe", lambda: found)
    monkeypatch.setattr(cudnn, "installed_cupy", lambda: ("cupy-cuda12x",))
    cudnn.is_usable.cache_clear()
    with cupy_replaced():
        yield
    cudnn.is_usable.cache_clear()


@pytest.mark.usefixtures("working_gpu")
def test_cudnn_is_used_where_it_loads() -> None:
    with cudnn_replaced():
        device = backend("gpu:0", tf32=False)
        assert isinstance(device, CudnnBackend)
        assert not device.tf32


@pytest.mark.usefixtures("working_gpu")
@pytest.mark.parametrize("trouble", ["no frontend", "no library"])
def test_without_cudnn_the_log_says_once_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    with cudnn_replaced() as frontend, caplog.at_level(logging.INFO):
        if trouble == "no frontend":
            monkeypatch.setitem(__import__("sys").modules, "cudnn", None)
        else:
            frontend.module.create_handle = lambda: (_ for _ in ()).throw(RuntimeError("no symbol"))
        for _ in range(2):
            assert type(backend("gpu:0")) is CupyBackend
    (told,) = (one.getMessage() for one in caplog.records)
    assert 'pip install ".[cudnn12]"' in told


@pytest.mark.skipif(
    importlib.util.find_spec("cudnn") is None, reason="cuDNN's frontend is not installed"
)
def test_the_real_frontend_has_what_the_stand_in_offers() -> None:
    import cudnn as real

    names = [name for name in vars(Graph) if not name.startswith("_")]
    assert [name for name in names if not hasattr(real.pygraph, name)] == []
    for name in ("create_handle", "destroy_handle", "set_stream", "cudnnGraphNotSupportedError"):
        assert hasattr(real, name)
    assert real.data_type.FLOAT
    assert real.heur_mode.A
    assert real.heur_mode.FALLBACK
    assert real.numerical_note.TENSOR_CORE
    float32 = real.data_type.FLOAT
    for operation, one, other in OPERATIONS.values():
        graph = real.pygraph(io_data_type=float32)
        tensors = {
            word: graph.tensor(uid=uid, dim=[1, 1, 4, 4], stride=[16, 16, 4, 1], data_type=float32)
            for uid, word in enumerate((one, other), start=1)
        }
        pair = [1, 1]
        made = getattr(graph, operation)(
            **tensors, pre_padding=pair, post_padding=pair, stride=pair, dilation=pair
        )
        made.set_uid(3).set_output(True).set_data_type(float32)
        made.set_dim([1, 1, 4, 4]).set_stride([16, 16, 4, 1])
