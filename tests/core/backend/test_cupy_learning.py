"""Losses, metrics and the learner's extras on a device that is as strict as CuPy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core.backend.cupy import CupyBackend
from core.backend.numpy import Backend
from core.graph import chain
from core.layers import Flatten, Input, Linear, Output
from core.losses import LOSSES, CrossEntropy, Huber, Loss
from core.metrics import absolute_error, correct, correct_within, distances, near, overlap
from core.network import Network
from core.optimizers import SGD
from core.training.evaluate import evaluate
from core.training.learner import Learner
from tests.support.gradients import error
from tests.support.strict_array import DeviceArray, cupy_replaced, traffic

RANDOM = np.random.default_rng(8)
SETTINGS: list[Loss] = [
    *(kind() for kind in LOSSES),
    CrossEntropy(label_smoothing=0.1, class_weights=(1.0, 0.5, 0.0, 2.0)),
    Huber(0.2),
]
X, LABELS = RANDOM.normal(size=(9, 1, 3, 3)).astype(np.float32), np.arange(9) % 4


@pytest.fixture
def gpu() -> Iterator[CupyBackend]:
    """A backend on the strict stand-in."""
    with cupy_replaced():
        yield CupyBackend()


@pytest.mark.parametrize("loss", SETTINGS, ids=repr)
def test_losses_give_the_same_and_never_wait(gpu: CupyBackend, loss: Loss) -> None:
    z, target = RANDOM.normal(size=(9, 4)), loss.encode(LABELS, 4)
    there = gpu.asarray(z), gpu.asarray(target)
    traffic.reset()
    value, dz = loss.value_and_gradient(gpu.xp, *there)
    mass = loss.mass(gpu.xp, there[1])
    assert (traffic.downloads, traffic.waits) == (0, 0)
    wanted, slope = loss.value_and_gradient(np, z, target)
    assert float(value) == pytest.approx(float(wanted), rel=1e-12)
    assert error(gpu.asnumpy(dz), slope) <= 1e-12
    assert float(mass) == float(loss.mass(np, target))


def test_metrics_give_the_same(gpu: CupyBackend) -> None:
    z, boxes = RANDOM.normal(size=(9, 4)), RANDOM.random((2, 9, 8))
    there, labels = gpu.asarray(z), gpu.asarray(LABELS)
    assert int(correct(gpu.xp, there, labels)) == correct(np, z, LABELS)
    assert int(correct_within(gpu.xp, there, labels, k=2)) == correct_within(np, z, LABELS, k=2)
    one, other = (gpu.asarray(values) for values in boxes)
    for metric in (overlap, absolute_error, distances, near):
        found = gpu.asnumpy(metric(gpu.xp, one, other))
        assert error(found, metric(np, *boxes)) <= 1e-12


@pytest.mark.parametrize(
    "extra", [{"clip_norm": 0.1}, {"clip_value": 0.01}, {"ema_decay": 0.9}], ids=repr
)
def test_limits_and_averages_give_the_same_and_never_wait(
    gpu: CupyBackend, extra: dict[str, float]
) -> None:
    graph = chain(Input((1, 3, 3)), Flatten(), Linear(4), Output())
    host = Learner(Network(graph, device=Backend()), SGD(lr=0.1), **extra)
    device = Learner(Network(graph, device=gpu), SGD(lr=0.1), **extra)
    losses = [device.step(X, LABELS) for _ in range(2)]
    traffic.reset()  # the second was recorded, and the recording compared
    losses += [device.step(X, LABELS) for _ in range(2)]
    assert (traffic.downloads, traffic.waits) == (0, 0)
    assert all(isinstance(loss, DeviceArray) for loss in losses)
    wanted = [float(host.step(X, LABELS)) for _ in range(4)]
    assert error([float(loss) for loss in losses], wanted) <= 1e-6
    with host.averaged(), device.averaged():
        for name, values in host.network.weights().items():
            assert error(device.network.weight(name), values) <= 1e-5
    for one in (host, device):
        one.settle()
    found = [evaluate(one.network, [(X, LABELS)], k=2) for one in (host, device)]
    assert found[0]
    assert found[1]
    assert found[1].loss == pytest.approx(found[0].loss, rel=1e-5)
    assert found[1].more == found[0].more
