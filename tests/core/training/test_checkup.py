"""Checks of a network that learns: their figures, that they disturb nothing, and their time."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.graph import Graph, chain
from core.infer import infer
from core.layers import Conv2d, Flatten, Input, Linear, Output, ReLU, Tanh
from core.network import Losses, Network
from core.optimizers import SGD, Adam
from core.training.checkup import BINS, ITEMS, SAMPLED, Checkup
from core.training.control import SHARE, Control
from core.training.events import Event, Finished, Measured
from core.training.health import MOST_MOMENTS, Health, Histogram, History, NodeHealth
from core.training.health import health_from_json as read
from core.training.learner import Learner
from core.training.runs import RunFolder
from core.training.trainer import Trainer
from core.zoo import find
from tests.support.training import few_digits, small_design

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(12, 1, 6, 6)).astype(np.float32)
LABELS = RANDOM.integers(0, 3, 12)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits()


def little() -> Graph:
    return chain(
        Input((1, 6, 6)), Conv2d(4, (3, 3)), ReLU(), Flatten(), Linear(5), Tanh(), Linear(3),
        Output(),
    )  # fmt: skip


def checked(network: Network, rate: float = 0.1) -> dict[str, NodeHealth]:
    """One step, and the check of it."""
    checkup, learner = Checkup(network, 1.0), Learner(network, SGD(lr=rate, momentum=0.0))
    checkup.begin()
    learner.step(X, LABELS)
    return checkup.end(X, LABELS)


def test_figures_are_pytorchs() -> None:
    torch = pytest.importorskip("torch")
    network = Network(little(), seed=3)
    start = network.weights()
    found = checked(network)
    now = {name: torch.tensor(value) for name, value in network.weights().items()}
    for value in now.values():
        value.requires_grad_()
    made = [torch.tensor(X)]
    made.append(torch.nn.functional.conv2d(made[-1], now["conv1.weight"], now["conv1.bias"]))
    made.append(torch.relu(made[-1]))
    made.append(made[-1].flatten(1))
    made.append(made[-1] @ now["linear1.weight"].T + now["linear1.bias"])
    made.append(torch.tanh(made[-1]))
    made.append(made[-1] @ now["linear2.weight"].T + now["linear2.bias"])
    for one in made[1:]:
        one.retain_grad()
    torch.nn.functional.cross_entropy(made[-1], torch.tensor(LABELS)).backward()
    order = ["input", "conv1", "relu1", "flatten1", "linear1", "tanh1", "linear2"]
    assert list(found)[1:7] == order[1:]
    for id, y in zip(order, made, strict=True):
        told = found[id] if id in found else found[next(iter(found))]
        np.testing.assert_allclose(told.mean, y.detach().mean(), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(told.std, y.detach().numpy().std(), rtol=1e-4)
        if y.grad is not None:
            np.testing.assert_allclose(told.returned, y.grad.norm(), rtol=1e-4)
    for id in ("conv1", "linear1", "linear2"):
        both = [now[f"{id}.{name}"] for name in ("weight", "bias")]
        gradient = torch.cat([one.grad.flatten() for one in both]).norm()
        flat = np.concatenate([one.detach().numpy().ravel() for one in both])
        old = np.concatenate([start[f"{id}.{name}"].ravel() for name in ("weight", "bias")])
        np.testing.assert_allclose(found[id].gradient, gradient, rtol=1e-4)
        np.testing.assert_allclose(found[id].weight, np.linalg.norm(flat), rtol=1e-5)
        moved = np.linalg.norm(flat - old) / np.linalg.norm(old)
        np.testing.assert_allclose(found[id].update, moved, rtol=1e-3)
    inner = made[5].detach().numpy()
    assert found["tanh1"].saturated == pytest.approx((abs(inner) > 0.94).mean())
    assert found["relu1"].dead == (made[2].detach().numpy() == 0).all(axis=(0, 2, 3)).mean()
    assert all(node.seconds >= 0 for node in found.values())


def test_a_histogram_counts_like_numpys() -> None:
    network = Network(little(), seed=3)
    found = checked(network)["linear1"]
    values = np.concatenate(
        [network.weight(f"linear1.{name}").ravel() for name in ("weight", "bias")]
    )
    told = found.weights
    assert told is not None
    edges = np.linspace(-told.limit, told.limit, BINS + 1)
    want, _ = np.histogram(np.clip(values, -told.limit, np.nextafter(told.limit, 0)), edges)
    np.testing.assert_array_equal(told.counts, want)
    scale = 4 * np.sqrt(np.mean(values.astype(float) ** 2))
    assert told.limit / 2 < scale <= told.limit


def test_a_large_array_is_picked_from_evenly() -> None:
    graph = chain(Input((300,)), Linear(200), Output())
    network = Network(graph)
    checkup, learner = Checkup(network, 1.0), Learner(network, SGD())
    checkup.begin()
    x, labels = np.ones((2, 300), np.float32), np.array([0, 1])
    learner.step(x, labels)
    told = checkup.end(x, labels)["linear1"].weights
    assert told is not None
    assert SAMPLED <= told.counts.sum() <= 2 * SAMPLED


def test_histograms_come_to_one_scale() -> None:
    values = RANDOM.normal(size=1000)
    fine = Histogram(2, np.histogram(values, np.linspace(-4, 4, BINS + 1))[0])
    wide = np.histogram(values, np.linspace(-16, 16, BINS + 1))[0]
    np.testing.assert_array_equal(fine.widened(4).counts, wide)


@pytest.mark.parametrize("optimizer", [SGD(), Adam()], ids=repr)
def test_training_is_the_same_with_checks_and_without(
    optimizer: SGD | Adam, digits: Dataset
) -> None:
    design = small_design(optimizer=optimizer, ema_decay=0.9)  # with dropout and batch norm
    weights = []
    for share in (0.0, 1.0):
        trainer = Trainer(design, dataset=digits, checkups=share)
        events = list(trainer.events())
        assert trainer.network
        assert sum(isinstance(one, Measured) for one in events) == (12 if share else 0)
        weights.append(trainer.network.weights())
    for name, value in weights[0].items():
        np.testing.assert_array_equal(value, weights[1][name])


class Clock:
    """A clock that moves by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Slow(Network):
    """A network that takes 30 ms to look at a batch."""

    clock_of_test = Clock()

    def losses(self, *given: Any) -> Losses:
        self.clock_of_test.now += 0.03
        return super().losses(*given)


@pytest.mark.parametrize("views", [False, True])
def test_checks_keep_to_their_share(views: bool) -> None:
    clock = Clock()
    control, network = Control(clock=clock), Slow(little())
    network.clock_of_test = clock
    checkup, asked = Checkup(network, 0.015, control=control, clock=clock), 0.0

    def view(_: Network | None) -> None:
        nonlocal asked
        clock.now += 0.04
        asked += 0.04

    checks = 0
    for _ in range(4000):
        if views:
            control.ask("maps", view)
            control.attend(network)
        checkup.begin()
        checks += bool(checkup.end(X, LABELS))
        clock.now += 0.02  # a step
    share = (0.03 * checks + asked) / clock.now
    assert 0.9 * SHARE < share < 0.1
    assert 0.03 * checks / clock.now > 0.012  # views leave them their part


def test_a_run_remembers_its_checks(digits: Dataset, tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, {})
    events: list[Event] = list(
        Trainer(small_design(), dataset=digits, run=run, checkups=1.0).events()
    )
    told = [one.health for one in events if isinstance(one, Measured)]
    stored = run.health()
    assert [one.step for one in stored] == [one.step for one in told] == list(range(1, 13))
    for one, other in zip(told, stored, strict=True):
        assert other.nodes.keys() == one.nodes.keys()
        for id, node in one.nodes.items():
            assert other.nodes[id].returned == pytest.approx(node.returned, rel=1e-5, nan_ok=True)
            assert (node.weights is None) == (other.nodes[id].weights is None)
    assert isinstance(events[-1], Finished)
    line = json.loads(json.dumps(next(e for e in events if e.name == "measured").to_json()))
    assert line["conv1.gradient"] > 0
    assert not any(isinstance(v, list | dict) for v in line.values())


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"nodes": 3}, {"nodes": {"a": {"weights": [0, 1]}}, "step": 1},
     {"nodes": {}, "step": -1, "items": 1, "checks": 1},
     {"nodes": {"a": {"weights": [1e9] + [0] * 64}}, "step": 1, "items": 1, "checks": 1}],
)  # fmt: skip
def test_a_damaged_line_is_no_health(data: object) -> None:
    assert read(data) is None


def test_a_history_stays_small_and_forgets_what_was_taken_back() -> None:
    history = History()
    for step in range(1, 5000):
        history.add(Health(step, step / 10, 32, 5, 1.0, 0.1, {"a": NodeHealth(update=step)}))
    assert len(history.moments) <= MOST_MOMENTS
    assert history.moments[0].step == 1
    assert history.usual("a", "update") == 4995.5  # the median of the last eight
    history.add(Health(100, 10.0, 32, 5, 1.0, 0.1, {}))
    assert history.last is not None
    assert history.last.step == 100
    assert max(one.step for one in history.moments) == 100
    assert ITEMS == 32


BRANCHED = ("resnet-small", "googlenet-aux/8", "unet-small", "box-and-class", "tdnn", "lenet5-1998")


@pytest.mark.parametrize("id", BRANCHED)
def test_templates_with_branches_and_several_heads(id: str) -> None:
    template = find(id)
    assert template
    design = template.design()
    design = replace(design, plan=design.plan.replace(device="cpu", batch_size=8))
    trainer = Trainer(design, checkups=1.0)
    with closing(trainer.events()) as events:
        measured = next(one for one in events if isinstance(one, Measured))
    nodes = measured.health.nodes
    assert set(nodes) == set(design.graph.order)
    for id_, info in infer(design.graph).nodes.items():
        trained = any(weight.trained for weight in info.weights.values())
        assert trained == (nodes[id_].gradient > 0)
        assert nodes[id_].outputs is not None
