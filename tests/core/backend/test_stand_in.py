"""The stand-in for CuPy is as strict as CuPy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core.backend.cupy import CupyBackend
from tests.support.host_cuda import HostModule, needs_compiler
from tests.support.strict_array import cupy_replaced, traffic


@pytest.fixture
def gpu() -> Iterator[CupyBackend]:
    """A backend on the strict stand-in."""
    with cupy_replaced():
        yield CupyBackend()


def test_host_and_device_do_not_mix(gpu: CupyBackend) -> None:
    host, device = np.ones(4, np.float32), gpu.asarray(np.ones(4, np.float32))
    with pytest.raises(TypeError, match="implicit conversion"):
        np.asarray(device)
    for mix in (
        lambda: device + host,
        lambda: host + device,
        lambda: gpu.xp.matmul(device, host),
        lambda: gpu.xp.add(device, 1, out=host),
        lambda: device.__setitem__(0, host),
        lambda: device[np.array([0, 1])],
        lambda: gpu.xp.copyto(device, host),
    ):
        with pytest.raises(TypeError):
            mix()


def test_what_cupy_lacks_is_refused(gpu: CupyBackend) -> None:
    device = gpu.asarray(np.ones(4, np.float32))
    with pytest.raises(AttributeError, match="list it"):
        _ = gpu.xp.errstate
    with pytest.raises(AttributeError, match="CuPy"):
        _ = device.tofile
    with pytest.raises(TypeError, match="where"):
        np.add(device, device, where=device > 0)


def test_waiting_and_copying_are_counted(gpu: CupyBackend) -> None:
    device = gpu.asarray(np.arange(4.0))
    float(device.sum())
    _ = device[device > 1]
    device[device > 1] = 0
    gpu.asnumpy(device)
    assert (traffic.uploads, traffic.downloads, traffic.waits) == (1, 2, 2)


@needs_compiler
def test_kernels_take_exact_types_only() -> None:
    code = 'extern "C" __global__ void fill(float* x, int n, float v)\n{ if (n) x[0] = v; }'
    fill = HostModule(code=code).get_function("fill")
    x = np.zeros(1, np.float32)
    fill((1,), (1,), (x, np.int32(1), np.float32(2)))
    assert x[0] == 2
    for wrong in ((x, 1, np.float32(2)), (x, np.int64(1), np.float32(2)), (x, np.int32(1), 2.0)):
        with pytest.raises(AssertionError, match="is no"):
            fill((1,), (1,), wrong)
    with pytest.raises(AssertionError, match="3 arguments"):
        fill((1,), (1,), (x, np.int32(1)))


@needs_compiler
def test_pointers_must_be_of_their_type() -> None:
    code = 'extern "C" __global__ void fill(real* x, double* y)\n{ x[0] = y[0]; }'
    fill = HostModule(code="typedef REAL real;\n" + code, options=("-DREAL=float",))
    single, double = np.zeros(1, np.float32), np.ones(1)
    fill.get_function("fill")((1,), (1,), (single, double))
    assert single[0] == 1
    with pytest.raises(AssertionError, match="float64 is no float"):
        fill.get_function("fill")((1,), (1,), (double, double))


@needs_compiler
@pytest.mark.parametrize("backwards", [False, True])
def test_threads_of_a_block_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch, backwards: bool
) -> None:
    """Turning around what a block shares works with a barrier in any order, without in none."""
    monkeypatch.setattr(HostModule, "backwards", backwards)
    code = """
extern "C" __global__ void turn(double* x, int n, int waits)
{
    __shared__ double all[64];
    int t = threadIdx.x;
    all[t] = x[t];
    if (waits) __syncthreads();
    x[t] = all[n - 1 - t];
}"""
    turn = HostModule(code=code).get_function("turn")
    x = np.arange(64.0)
    turn((1,), (64,), (x, np.int32(64), np.int32(1)))
    assert list(x) == list(range(63, -1, -1))
    turn((1,), (64,), (x, np.int32(64), np.int32(0)))
    assert list(x) != list(range(64))


def test_nothing_is_done_while_a_stream_is_captured(gpu: CupyBackend) -> None:
    x = gpu.asarray(np.arange(3.0))
    cuda = gpu.xp.cuda
    with cuda.Stream(non_blocking=True) as stream:
        stream.begin_capture()
        y = x + 1
        x *= 10
        for refused in (lambda: float(x.sum()), lambda: gpu.asarray([1.0]), gpu.synchronize):
            with pytest.raises(RuntimeError, match="Capture"):
                refused()
        with pytest.raises(NotImplementedError, match="cuBLAS"):
            gpu.xp.matmul(x, x)
        graph = stream.end_capture()
    assert gpu.asnumpy(x).tolist() == [0, 1, 2]
    assert np.isnan(gpu.asnumpy(y)).all()
    for _ in range(2):
        graph.launch()
    assert gpu.asnumpy(y).tolist() == [1, 11, 21]
    assert gpu.asnumpy(x).tolist() == [0, 100, 200]
