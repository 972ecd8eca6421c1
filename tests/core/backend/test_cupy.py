"""The GPU path without a GPU: a strict stand-in for CuPy, and the real kernels on the processor.

Tests marked `gpu` run the same comparisons on a real one.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.backend import graphs
from core.backend.cupy import CupyBackend
from core.backend.numpy import Backend
from core.network import Network
from core.optimizers import OPTIMIZERS, Adam, Optimizer
from core.shapes import Window
from core.training.learner import Learner
from core.zoo import BY_ID
from tests.support.gradients import error
from tests.support.host_cuda import needs_compiler
from tests.support.layer_cases import CASES, Case
from tests.support.layer_run import given, run_layer
from tests.support.strict_array import FACE, DeviceArray, cupy_replaced, traffic

needs_cupy = pytest.mark.skipif(
    importlib.util.find_spec("cupy") is None, reason="CuPy is not installed"
)


@pytest.fixture
def gpu() -> Iterator[CupyBackend]:
    """A backend on the strict stand-in, whose emulated tensor cores are slow: they rest."""
    with cupy_replaced():
        yield CupyBackend(tf32=False)


def batch(count: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Digits that are none, and labels."""
    random = np.random.default_rng(7)
    return random.random((count, 1, 28, 28), np.float32), random.integers(0, 10, count)


def train(network: Network, optimizer: Optimizer, steps: int) -> list[Any]:
    """The losses of some steps, still on the device."""
    learner, (x, labels) = Learner(network, optimizer), batch()
    return [learner.step(x, labels) for _ in range(steps)]


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
    host, device = (Network(graph, seed=3, device=one) for one in (Backend(), gpu))
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
@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)
def test_a_recorded_training_step_never_waits(gpu: CupyBackend, rule: type[Optimizer]) -> None:
    learner, (x, labels) = Learner(Network(BY_ID["lenet5"].build(), device=gpu), rule()), batch()
    for _ in range(2):  # the second is recorded, and the recording compared
        learner.step(x, labels)
    never_waits(learner)


@needs_compiler
@pytest.mark.parametrize("name", ["lenet5", "resnet-small", "neocognitron"])
def test_a_training_step_never_waits(
    gpu: CupyBackend, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(graphs, "SMALL", 0)
    never_waits(Learner(Network(BY_ID[name].build(), device=gpu), Adam(weight_decay=1e-4)))


def never_waits(learner: Learner) -> None:
    """Two steps bring pictures and labels and nothing else; their losses are still there."""
    x, labels = batch()
    traffic.reset()
    losses = [learner.step(x, labels) for _ in range(2)]
    assert (traffic.uploads, traffic.downloads, traffic.waits) == (4, 0, 0)
    assert all(isinstance(loss, DeviceArray) for loss in losses)


@needs_compiler
def test_training_follows_the_reference(gpu: CupyBackend) -> None:
    graph = BY_ID["lenet5"].build()
    host, device = Network(graph, device=Backend()), Network(graph, device=gpu)
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
    of_arrays = FACE["method"] | FACE["attribute"] | {"T", "data", "get", "item"}
    assert [name for name in sorted(of_arrays) if not hasattr(cupy.ndarray, name)] == []
    for owner, names in (
        (cupy.cuda, ("Device", "MemoryPool", "using_allocator", "get_current_stream")),
        (cupy.cuda.Stream, ("begin_capture", "end_capture")),
        (cupy.cuda.Graph, ("launch",)),
    ):
        assert [name for name in names if not hasattr(owner, name)] == []


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
    host = Network(graph, device=Backend())
    wanted = [float(loss) for loss in train(host, Adam(), 5)]
    for device in (CupyBackend(tf32=False), CupyBackend()):
        ours = [float(loss) for loss in train(Network(graph, device=device), Adam(), 5)]
        assert error(ours, wanted) <= (3e-2 if device.tf32 else 1e-3)
