"""The GPU path without a GPU: a strict stand-in for CuPy, and the real kernels on the processor.

Tests marked `gpu` run the same comparisons on a real one.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.backend import Backend
from core.backend.cupy import CupyBackend
from core.network import Network
from core.optimizers import OPTIMIZERS, Adam, Optimizer
from core.shapes import Window
from core.training.learner import Learner
from core.zoo import BY_ID
from tests.support.gradients import error
from tests.support.host_cuda import HostModule, needs_compiler
from tests.support.layer_cases import CASES, Case
from tests.support.layer_run import given, run_layer
from tests.support.strict_array import FACE, DeviceArray, cupy_replaced, traffic

ARCHITECTURES = ("sm_75", "sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120")
needs_cupy = pytest.mark.skipif(
    importlib.util.find_spec("cupy") is None, reason="CuPy is not installed"
)


@pytest.fixture
def gpu() -> Iterator[CupyBackend]:
    """A backend on the strict stand-in."""
    with cupy_replaced():
        yield CupyBackend()


def batch(count: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Digits that are none, and labels."""
    random = np.random.default_rng(7)
    return random.random((count, 1, 28, 28), np.float32), random.integers(0, 10, count)


def train(network: Network, optimizer: Optimizer, steps: int) -> list[Any]:
    """The losses of some steps, still on the device."""
    learner, (x, labels) = Learner(network, optimizer), batch()
    return [learner.step(x, labels) for _ in range(steps)]


# ---- the stand-in itself is strict ---------------------------------------------------


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


# ---- the backend ---------------------------------------------------------------------


def test_backend_describes_itself(gpu: CupyBackend) -> None:
    assert (gpu.name, gpu.title) == ("gpu:0", "Strict array")
    assert gpu.memory() == (4 << 30, 8 << 30)
    assert gpu.reports_every > 1
    gpu.synchronize()
    assert traffic.waits == 1


@needs_compiler
@pytest.mark.parametrize(
    "name", ["lenet5", "largenet", "vgg-small", "resnet-small", "neocognitron"]
)
def test_networks_give_the_same(gpu: CupyBackend, name: str) -> None:
    graph = BY_ID[name].build()
    host, device = Network(graph, seed=3), Network(graph, seed=3, device=gpu)
    x = np.random.default_rng(1).random((3, *host.input_shape), np.float32)
    labels = np.array([1, 0, 9])
    assert_array_equal(host.weight(host.weight_names[0]), device.weight(host.weight_names[0]))
    losses = [network.loss_and_gradients(x, labels) for network in (host, device)]
    assert error(losses[1], losses[0]) <= 1e-6
    for weight in host.weight_names:
        if "running" not in weight:
            assert error(device.gradient(weight), host.gradient(weight)) <= 2e-5, weight
    assert error(device.predict(x), host.predict(x)) <= 1e-5


@needs_compiler
@pytest.mark.parametrize("name", ["lenet5", "resnet-small", "neocognitron"])
@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)
def test_a_training_step_never_waits(gpu: CupyBackend, name: str, rule: type[Optimizer]) -> None:
    network = Network(BY_ID[name].build(), device=gpu)
    traffic.reset()
    losses = train(network, rule(weight_decay=1e-4), 2)
    assert (traffic.downloads, traffic.waits) == (0, 0)
    assert traffic.uploads == 2 * len(losses)  # pictures and labels
    assert all(isinstance(loss, DeviceArray) for loss in losses)


@needs_compiler
def test_training_follows_the_reference(gpu: CupyBackend) -> None:
    graph = BY_ID["lenet5"].build()
    host, device = Network(graph), Network(graph, device=gpu)
    ours = [float(loss) for loss in train(device, Adam(), 5)]
    assert error(ours, [float(loss) for loss in train(host, Adam(), 5)]) <= 1e-5


@needs_compiler
def test_kernels_read_any_layout_and_write_contiguous_arrays(gpu: CupyBackend) -> None:
    random, window = np.random.default_rng(5), Window((2, 2), (2, 2))
    x = random.normal(size=(4, 4, 3, 2))
    turned = gpu.xp.transpose(gpu.asarray(x), (3, 2, 1, 0))
    out = gpu.xp.empty((2, 3, 2, 2), np.float64)
    gpu.max_pool2d(turned, window=window, out=out)
    wanted, _ = Backend().max_pool2d(
        np.ascontiguousarray(x.transpose(3, 2, 1, 0)), window=window, out=np.empty((2, 3, 2, 2))
    )
    assert_array_equal(gpu.asnumpy(out), wanted)
    with pytest.raises(ValueError, match="contiguous"):
        gpu.max_pool2d(turned, window=window, out=gpu.xp.swapaxes(out, 0, 1))


@needs_compiler
def test_max_pooling_hands_on_what_is_no_number(gpu: CupyBackend) -> None:
    x = np.ones((1, 1, 2, 4), np.float32)
    x[0, 0, 0, 0] = np.nan
    window = Window((2, 2), (2, 2))
    for backend in (gpu, Backend()):
        out = backend.xp.empty((1, 1, 1, 2), np.float32)
        backend.max_pool2d(backend.asarray(x), window=window, out=out)
        assert_array_equal(backend.asnumpy(out), [[[[np.nan, 1]]]])


# ---- the real CuPy, and a real GPU ---------------------------------------------------


@needs_cupy
def test_cupy_has_everything_that_the_stand_in_offers() -> None:
    import cupy

    names = FACE["function"] | FACE["constant"]
    assert [name for name in sorted(names) if not hasattr(cupy, name)] == []
    of_arrays = FACE["method"] | FACE["attribute"] | {"T", "get", "item"}
    assert [name for name in sorted(of_arrays) if not hasattr(cupy.ndarray, name)] == []


@needs_cupy
@pytest.mark.parametrize("real", ["float", "double"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_kernels_compile_for_every_gpu(architecture: str, real: str) -> None:
    from cupy.cuda import nvrtc

    try:
        nvrtc.getVersion()
    except RuntimeError as missing:
        pytest.skip(f"NVRTC is not installed: {missing}")
    source = files("core.backend").joinpath("kernels.cu").read_text(encoding="utf-8")
    program = nvrtc.createProgram(source, "kernels.cu", [], [])
    nvrtc.compileProgram(program, (f"-arch={architecture}", f"-DREAL={real}"))
    assert nvrtc.getPTX(program) or nvrtc.getCUBIN(program)


@pytest.mark.gpu
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_real_gpu_gives_the_same(case: Case) -> None:
    start = given(case)
    got = run_layer(case, start, CupyBackend(), np.float64).named()
    for name, wanted in run_layer(case, start, Backend(), np.float64).named().items():
        assert error(got[name], wanted) <= 1e-12, name


@pytest.mark.gpu
def test_a_real_gpu_trains_alike() -> None:
    graph = BY_ID["resnet-small"].build()
    host, device = Network(graph), Network(graph, device=CupyBackend())
    ours = [float(loss) for loss in train(device, Adam(), 5)]
    assert error(ours, [float(loss) for loss in train(host, Adam(), 5)]) <= 1e-3
