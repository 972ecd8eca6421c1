"""Networks that are really ill are told so at the right layer; the remedy cures; none else is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from core.data.dataset import ArraySplit, Dataset
from core.design import Design
from core.fixes import repaired
from core.graph import Graph, chain
from core.infer import infer
from core.initializers import Constant, GlorotNormal, HeNormal, Initializer, Normal
from core.layers import (
    Conv2d,
    Flatten,
    Input,
    Layer,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Sigmoid,
    Tanh,
)
from core.optimizers import SGD, Adam, Optimizer
from core.plan import Plan
from core.training.case import Case, Illness
from core.training.events import EpochDone, Failed, Measured
from core.training.health import Health, History, NodeHealth
from core.training.illness import examine
from core.training.remedies import Remedy
from core.training.trainer import Trainer
from core.zoo import BY_ID
from tests.support.training import few_digits


def deep(layer: type[Layer], depth: int, units: int, start: Initializer) -> Graph:
    """Dense layers with the same activation after each."""
    layers: list[Layer] = [Input((1, 28, 28)), Flatten()]
    for _ in range(depth):
        layers += [Linear(units, weight_init=start), layer()]
    return chain(*layers, Linear(10, weight_init=start), Output())


def lenet(**more: object) -> Graph:
    """A small LeNet, with these settings in each layer that has weights."""
    return chain(
        Input((1, 28, 28)), Conv2d(6, (5, 5), (2, 2), **more), ReLU(), MaxPool2d(),
        Conv2d(12, (5, 5), **more), ReLU(), MaxPool2d(), Flatten(),
        Linear(60, **more), ReLU(), Linear(10, **more), Output(),
    )  # fmt: skip


def shuffled(dataset: Dataset) -> Dataset:
    """The same pictures with the labels of others."""
    every = np.arange(len(dataset.train))
    labels = np.random.default_rng(0).permutation(dataset.train.labels(every))
    return replace(dataset, train=ArraySplit(np.asarray(dataset.train.items(every)), labels, 10))


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits(640, 200)


USUAL = SGD()


@dataclass(frozen=True)
class Ill:
    """A network that is ill: which illness at which layer, and how it was made so."""

    kind: str
    node: str
    graph: Graph
    optimizer: Optimizer = USUAL
    epochs: int = 3


ILL = (
    Ill("rate-high", "conv1", lenet(), SGD(lr=0.5)),
    Ill("rate-high", "conv2", lenet(), Adam(lr=0.3)),
    Ill("rate-low", "linear1", lenet(), SGD(lr=1e-6)),
    Ill("vanishing", "linear1", deep(Sigmoid, 6, 32, GlorotNormal())),
    Ill("exploding", "linear1", deep(ReLU, 6, 64, Normal(0.6)), Adam()),
    Ill("dead", "relu1", lenet(bias_init=Constant(-3.0))),
    Ill("saturated", "tanh1", deep(Tanh, 2, 64, Normal(1.0))),
    Ill("alike", "conv1", lenet(weight_init=Constant(0.0))),
)


def run(design: Design, dataset: Dataset | None, share: float = 1.0) -> Case:
    """Train a design for real, and what a doctor sees of it."""
    case_history, epochs, failed, validated = History(), [], None, 0
    for event in Trainer(design, dataset=dataset, checkups=share).events():
        match event:
            case Measured(health=health):
                case_history.add(health)
            case EpochDone():
                epochs.append(event.to_json())
            case Failed():
                failed = event.to_json()
    validated = len(dataset.validation) if dataset else 1000
    return Case(design, infer(design.graph), case_history, epochs, failed, validated)


def treated(design: Design, remedy: Remedy) -> Design:
    graph = repaired(design.graph, remedy.fix)
    return replace(design.with_graph(graph), plan=remedy.plan(design.plan))


def planned(graph: Graph, optimizer: Optimizer, epochs: int) -> Design:
    plan = Plan(epochs=epochs, batch_size=32, optimizer=optimizer, device="cpu")
    return Design(graph, plan=plan)


def kinds(found: tuple[Illness, ...]) -> set[str]:
    return {one.kind for one in found}


@pytest.mark.parametrize("ill", ILL, ids=lambda ill: f"{ill.kind}-{ill.node}")
def test_an_illness_is_found_and_cured(ill: Ill, digits: Dataset) -> None:
    design = planned(ill.graph, ill.optimizer, ill.epochs)
    found = examine(run(design, digits))
    assert [(one.kind, one.node) for one in found] == [(ill.kind, ill.node)]
    (illness,) = found
    assert illness.sentence.startswith(ill.node)
    assert illness.brief.endswith(".")
    assert illness.evidence
    assert all(isinstance(one, float) for one in illness.evidence.values())
    after = examine(run(treated(design, illness.remedy), digits))
    assert ill.kind not in kinds(after)


def test_units_that_die_of_the_rate(digits: Dataset) -> None:
    design = planned(lenet(), Adam(lr=0.05), 3)
    (illness,) = examine(run(design, digits))
    assert (illness.kind, illness.remedy.lr) == ("dead", 0.005)
    assert illness.evidence["dead at first"] < 0.5 <= illness.evidence["dead"]
    assert not examine(run(treated(design, illness.remedy), digits))


def test_learning_by_heart_is_told_and_stopped() -> None:
    few = few_digits(64, 200)
    design = planned(deep(ReLU, 2, 128, HeNormal()), SGD(), 30)
    (illness,) = examine(run(design, few))
    assert (illness.kind, illness.node) == ("overfitting", "linear1")
    case = run(treated(design, illness.remedy), few)
    assert len(case.epochs) < 15
    assert not examine(case)


FALLING = (0.50, 0.20, 0.10, 0.05, 0.02, 0.01)


@pytest.mark.parametrize(
    ("losses", "accuracies", "told"),
    [
        ((0.50, 0.20, 0.22, 0.24, 0.30, 0.33), (0.8, 0.9, 0.9, 0.9, 0.89, 0.88), True),
        ((0.50, 0.20, 0.22, 0.24, 0.21, 0.33), (0.8, 0.9, 0.9, 0.9, 0.89, 0.88), False),
        ((0.50, 0.20, 0.22, 0.24, 0.30, 0.33), (0.8, 0.9, 0.9, 0.9, 0.91, 0.92), False),
        ((0.50, 0.20, 0.22, 0.21, 0.22, 0.23), (0.8, 0.9, 0.9, 0.9, 0.89, 0.88), False),
        ((0.50, 0.20, 0.22, 0.24, 0.30, 0.33), (None,) * 6, True),
    ],
    ids=["worse and worse", "one bad epoch", "names more", "hardly worse", "no classes"],
)
def test_learning_by_heart_lasts_and_costs_answers(
    losses: tuple[float, ...], accuracies: tuple[float | None, ...], told: bool
) -> None:
    design = Design(lenet(), plan=Plan(device="cpu"))
    history = History()
    for step in range(20):
        history.add(Health(300 + step, 6.0, 32, 1, 0.01, 0.1, {"conv1": NodeHealth(update=1e-3)}))
    epochs = [
        EpochDone(at + 1, FALLING[at], None, loss, right, 0.1, 1.0, False).to_json()
        for at, (loss, right) in enumerate(zip(losses, accuracies, strict=True))
    ]
    found = examine(Case(design, infer(design.graph), history, epochs, None, 1000))
    assert kinds(found) == ({"overfitting"} if told else set())


def test_few_checks_of_a_rough_start_are_not_held_against_a_network() -> None:
    """What the epochs say counts too, where a busy computer was looked at only a few times."""
    design = Design(lenet(), plan=Plan(device="cpu"))
    history = History()
    for step in range(4):
        far = {"conv1": NodeHealth(update=0.4), "conv2": NodeHealth(update=0.01)}
        history.add(Health(40 * step + 1, 2.0 + step / 100, 32, 1, 2.4, 0.1, far))
    slow, quick = (
        [EpochDone(1, loss, 0.5, loss, 0.5, 0.1, 1.0, True).to_json()] for loss in (2.35, 0.8)
    )
    ill = examine(Case(design, infer(design.graph), history, slow, None, 1000))
    assert kinds(ill) == {"rate-high"}
    assert examine(Case(design, infer(design.graph), history, quick, None, 1000)) == ()


@pytest.mark.parametrize(
    ("epoch", "share", "loss", "of_epoch", "told"),
    [
        (1.2, 0.95, 2.2, 2.2, False),  # a rough start
        (1.2, 1.0, 2.2, 2.2, True),  # nothing is left that could learn
        (2.2, 0.95, 2.2, 2.2, True),
        (2.2, 0.95, 1.2, 2.2, False),  # the others do well without them
        (2.2, 0.95, 2.2, 1.2, False),  # the same, by what few checks have not seen yet
        (2.2, 0.4, 2.2, 2.2, False),
    ],
)
def test_units_that_a_rough_start_has_killed_are_told_where_they_are_missed(
    epoch: float, share: float, loss: float, of_epoch: float, told: bool
) -> None:
    design = Design(lenet(), plan=Plan(device="cpu"))
    history = History()
    for step in range(8):
        node = {"relu1": NodeHealth(dead=share), "conv1": NodeHealth(update=1e-3)}
        history.add(Health(60 + step, epoch, 32, 5, loss, 0.1, node))
    epochs = [EpochDone(1, of_epoch, 0.5, of_epoch, 0.5, 0.1, 1.0, True).to_json()]
    found = examine(Case(design, infer(design.graph), history, epochs, None, 1000))
    assert [(one.kind, one.node) for one in found] == ([("dead", "relu1")] if told else [])


@pytest.mark.parametrize(
    ("activation", "epoch", "first_step", "loss", "told"),
    [
        (ReLU, 2.2, 0.02, 2.2, True),
        (ReLU, 2.2, 0.02, 1.2, False),  # it learns well, and nothing shrinks a gradient
        (Sigmoid, 2.2, 0.02, 1.2, True),  # the layers behind learn, the first one hardly
        (ReLU, 1.2, 0.02, 2.2, True),
        (ReLU, 1.2, 0.3, 2.2, False),  # a rough start is not over
    ],
)
def test_small_gradients_are_told_where_they_keep_a_layer_from_learning(
    activation: type[Layer], epoch: float, first_step: float, loss: float, told: bool
) -> None:
    design = Design(deep(activation, 2, 16, HeNormal()), plan=Plan(device="cpu"))
    history = History()
    for step in range(8):
        update = 0.001 if step else first_step
        nodes = {
            "linear1": NodeHealth(gradient=1e-4, weight=4.0, update=update, returned=1e-4),
            "linear2": NodeHealth(gradient=0.1, weight=4.0, update=update, returned=0.1),
            "linear3": NodeHealth(gradient=0.2, weight=4.0, update=update, returned=0.2),
        }
        history.add(Health(60 + step, epoch, 32, 5, loss, 0.1, nodes))
    found = examine(Case(design, infer(design.graph), history, (), None, 1000))
    assert [(one.kind, one.node) for one in found] == ([("vanishing", "linear1")] if told else [])


def test_a_network_that_bursts_is_not_given_a_rate_of_nothing() -> None:
    """Its last steps are huge, for its weights are: they do not tell how long a step should be."""
    design = Design(lenet(), plan=Plan(device="cpu", optimizer=SGD(lr=5.0)))
    history = History()
    for step, update in enumerate((6.0, 14_000.0)):
        node = {"linear1": NodeHealth(update=update)}
        history.add(Health(step + 1, 0.1, 32, 1, 4e9, 5.0, node))
    failed = {"cause": "rate", "node": "conv1", "sentence": "No number.", "lower_rate": 0.5}
    (illness,) = examine(Case(design, infer(design.graph), history, (), failed, 1000))
    assert (illness.kind, illness.remedy.lr) == ("diverged", 0.005)


def test_labels_that_do_not_belong(digits: Dataset) -> None:
    (illness,) = examine(run(planned(lenet(), SGD(), 6), shuffled(digits)))
    assert (illness.kind, illness.node, illness.remedy.text) == ("unlearned", "output1", "")
    assert illness.evidence["accuracy"] < 0.17


def test_a_loss_that_is_no_number(digits: Dataset) -> None:
    graph = chain(Input((1, 28, 28)), Flatten(), Linear(64), Linear(10), Output())
    design = planned(graph, SGD(lr=100.0), 3)
    (illness,) = examine(run(design, digits))
    assert illness.kind == "diverged"
    assert illness.node
    assert illness.remedy.lr is not None
    assert illness.remedy.lr <= 10
    after = examine(run(treated(design, illness.remedy), digits))
    assert "diverged" not in kinds(after)


def test_a_healthy_network_is_told_nothing() -> None:
    """At any moment."""
    design = Design(BY_ID["lenet5"].build(), plan=Plan(epochs=4, device="cpu"))
    known, history, epochs = infer(design.graph), History(), []
    for event in Trainer(design, checkups=0.9).events():
        if isinstance(event, Measured):
            history.add(event.health)
        if isinstance(event, EpochDone):
            epochs.append(event.to_json())
        if isinstance(event, Measured | EpochDone):
            assert not examine(Case(design, known, history, epochs, None, 1000))
    assert len(epochs) == 4
    assert epochs[-1]["accuracy"] > 0.9


def test_nothing_is_said_before_enough_was_seen() -> None:
    design = Design(lenet(), plan=Plan(device="cpu"))
    history = History()
    history.add(Health(1, 0.1, 32, 1, 2.3, 0.1, {"conv1": NodeHealth(update=9.0)}))
    assert examine(Case(design, infer(design.graph), history)) == ()
    assert examine(Case(design, infer(design.graph), History())) == ()
