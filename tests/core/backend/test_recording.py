"""Steps that are recorded and played back: on a stand-in that does nothing while it captures."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.backend import graphs
from core.backend.cupy import CupyBackend
from core.backend.numpy import Backend
from core.graph import Graph, chain
from core.layers import (
    RBF,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    Layer,
    Linear,
    MaskedConv2d,
    MaxPool2d,
    Output,
    ReLU,
    TiedConv2d,
)
from core.losses import CrossEntropy
from core.network import Network
from core.optimizers import SGD
from core.training.learner import Learner
from tests.support.capture import TAPE
from tests.support.gradients import error
from tests.support.host_cuda import needs_compiler
from tests.support.strict_array import cupy_replaced, traffic

pytestmark = needs_compiler
STEPS = 4


@pytest.fixture
def gpu() -> Iterator[CupyBackend]:
    """A backend on the strict stand-in."""
    with cupy_replaced():
        yield CupyBackend(tf32=False)


def net(*middle: Layer, loss: CrossEntropy | None = None) -> Graph:
    """A small network of nearly every kind of kernel."""
    head = (Conv2d(16, (3, 3), padding="same", bias=False), BatchNorm2d(), ReLU(), MaxPool2d())
    return chain(Input((2, 6, 6)), *head, *middle, Output(loss=loss or CrossEntropy()))


DENSE = (Flatten(), Linear(4))


def batches(sizes: tuple[int, ...] = (4,) * STEPS) -> Iterator[tuple[Any, Any]]:
    random = np.random.default_rng(5)
    for count in sizes:
        yield random.random((count, 2, 6, 6), np.float32), random.integers(0, 4, count)


def trained(graph: Graph, device: Backend, **words: Any) -> tuple[list[Any], Learner]:
    """Losses of the steps, read at the end, and the learner."""
    learner = Learner(Network(graph, device=device, seed=1), SGD(lr=0.05))
    losses = [learner.step(x, labels) for x, labels in batches(**words)]
    return [float(loss) for loss in losses], learner


def follows(graph: Graph, gpu: CupyBackend, **words: Any) -> None:
    """Training on the device must give what the reference gives, batch norm's averages too."""
    ours, device = trained(graph, gpu, **words)
    wanted, host = trained(graph, Backend(), **words)
    assert error(ours, wanted) <= 1e-5
    for name, values in host.network.weights().items():
        assert error(device.network.weight(name), values) <= 1e-3, name


@pytest.mark.parametrize(
    "graph",
    [
        net(*DENSE),
        net(MaskedConv2d("0-3 4-9", (2, 2)), *DENSE),
        net(*DENSE, loss=CrossEntropy(class_weights=(1.0, 2.0, 3.0, 4.0))),
        net(*DENSE, loss=CrossEntropy(label_smoothing=0.1)),
    ],
    ids=["plain", "masked", "weighted", "smoothed"],
)
def test_a_recorded_step_does_what_the_step_does(gpu: CupyBackend, graph: Graph) -> None:
    follows(graph, gpu)
    assert TAPE.launches == STEPS - 1  # the second is played for comparison


def test_what_is_played_back_neither_waits_nor_brings_more_than_the_batch(gpu: CupyBackend) -> None:
    learner = Learner(Network(net(*DENSE), device=gpu), SGD())
    for number, (x, labels) in enumerate(batches()):
        traffic.reset()
        learner.step(x, labels)
        if number != 1:  # when the recording is compared
            assert (traffic.uploads, traffic.downloads, traffic.waits) == (2, 0, 0)
    assert TAPE.launches == STEPS - 1


def test_values_of_a_step_are_those_of_its_batch(gpu: CupyBackend) -> None:
    graph = net(*DENSE)
    found = []
    for device in (gpu, Backend()):
        learner, rights = Learner(Network(graph, device=device), SGD(lr=0.05)), []
        for x, labels in batches():
            learner.step(x, labels)
            rights.append(int(learner.correct(labels)))
        found.append(rights)
    assert found[0] == found[1]


def test_other_batches_and_evaluation_go_between(gpu: CupyBackend) -> None:
    graph = net(*DENSE)
    follows(graph, gpu, sizes=(4, 4, 2, 4, 2, 4))
    assert TAPE.launches == 3
    learner = Learner(Network(graph, device=gpu), SGD())
    host = Learner(Network(graph, device=Backend()), SGD())
    for x, labels in batches():
        one, other = (float(each.step(x, labels)) for each in (learner, host))
        assert one == pytest.approx(other, rel=1e-4)
        big = np.random.default_rng(9).random((9, 2, 6, 6), np.float32)
        assert error(learner.network.predict(big), host.network.predict(big)) <= 1e-3


@pytest.mark.parametrize(
    ("middle", "reason"),
    [
        ((Dropout(), *DENSE), "brings values to the GPU"),
        ((Flatten(), Linear(12), RBF(4)), "cuBLAS"),
        ((TiedConv2d(4, 2), *DENSE), "cuBLAS"),
    ],
    ids=["dropout", "patterns", "tied"],
)
def test_a_step_that_cannot_be_recorded_goes_on_as_it_is(
    gpu: CupyBackend, caplog: pytest.LogCaptureFixture, middle: tuple[Layer, ...], reason: str
) -> None:
    with caplog.at_level(logging.INFO):
        follows(net(*middle), gpu)
    assert TAPE.launches == 0
    (told,) = [one.getMessage() for one in caplog.records if one.name == graphs.__name__]
    assert told.startswith("steps are started kernel by kernel: ")
    assert reason in told


def test_a_recording_that_gives_other_values_is_not_used(
    gpu: CupyBackend, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong driver, a forgotten pool: whatever it is, training must not follow it."""
    play = graphs._Graph.play
    calls = []

    def wrong(self: Any, inputs: Any) -> Any:
        calls.append(1)
        return play(self, {name: values * 0 for name, values in inputs.items()})

    monkeypatch.setattr(graphs._Graph, "play", wrong)
    with caplog.at_level(logging.INFO):
        follows(net(*DENSE), gpu)
    assert calls == [1]
    assert "gives other values" in caplog.text


def test_large_networks_are_not_recorded(gpu: CupyBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "SMALL", 1000)
    follows(net(*DENSE), gpu)
    assert TAPE.launches == 0


def test_a_recording_keeps_the_buffers_that_it_works_in(gpu: CupyBackend) -> None:
    """A larger batch takes larger ones; what was recorded goes on writing into the old."""
    network = Network(net(*DENSE), device=gpu)
    learner = Learner(network, SGD())
    for x, labels in list(batches())[:2]:
        learner.step(x, labels)
    old = network.buffers()
    network.predict(np.ones((9, 2, 6, 6), np.float32))
    assert any(one is not other for one, other in zip(old, network.buffers(), strict=True))
    recorder = learner._learn
    assert isinstance(recorder, graphs.Recorder)
    assert recorder._graph is not None
    assert all(one is other for one, other in zip(old, recorder._graph.buffers, strict=True))
