"""Schedules, limited gradients and averaged weights in a whole training, and resumed exactly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.network import Network
from core.schedules import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    Schedule,
    Step,
    Warmup,
)
from core.training.checkpoint import load_weights
from core.training.control import Control
from core.training.evaluate import evaluate
from core.training.events import EpochDone, Event, Finished, Progress
from core.training.runs import RunFolder
from core.training.train import train
from core.training.trainer import Trainer
from tests.support.training import curve, few_digits, small_design

STEPS = 6  # in an epoch of `few_digits`
PLANS: list[dict[str, object]] = [
    {"schedule": Step(1, 0.5)},
    {"schedule": Exponential(0.7)},
    {"schedule": Cosine(), "clip_norm": 0.5},
    {"schedule": OneCycle(), "clip_value": 0.01},
    {"schedule": Warmup(1.5, then=Cosine())},
    {"schedule": Warmup(0.5, then=ReduceOnPlateau(0.1, patience=0))},
    {"schedule": ReduceOnPlateau(0.5, patience=0, threshold=0.5)},
    {"ema_decay": 0.9},
]


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits()


class At(Control):
    """Does something after so many steps."""

    def __init__(self, step: int, lr: float | None = None) -> None:
        super().__init__()
        self.step, self.turned = step, lr

    def attend(self, network: Network) -> None:
        super().attend(network)
        if network.clock == self.step:
            if self.turned is None:
                self.stop()
            else:
                self.set_learning_rate(self.turned)
                self.step = -1


def rates(events: list[Event]) -> list[float]:
    return [event.lr for event in events if isinstance(event, EpochDone)]


def final(trainer: Trainer) -> dict[str, np.ndarray]:
    assert trainer.network
    return trainer.network.weights()


@pytest.mark.parametrize("step", [4, 9])
@pytest.mark.parametrize("plan", PLANS, ids=repr)
def test_stopped_and_resumed_is_the_same_run(
    plan: dict[str, object], step: int, digits: Dataset, tmp_path: Path
) -> None:
    design, run = small_design(epochs=3, **plan), RunFolder.create(tmp_path, {})
    whole = Trainer(design, dataset=digits)
    expected = list(whole.events())
    first = list(train(design, dataset=digits, run=run, control=At(step)))
    rest = Trainer(design, dataset=digits, run=RunFolder(run.path), resume=True)
    events = list(rest.events())
    assert curve(first) + curve(events) == curve(expected)
    assert rates(first) + rates(events) == rates(expected)
    there, here = final(whole), final(rest)
    assert all(np.array_equal(there[name], here[name]) for name in there)


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        (Constant(), [0.05, 0.05, 0.05]),
        (Step(2, 0.1), [0.05, 0.05, 0.005]),
        (Exponential(0.5), [0.05, 0.025, 0.0125]),
    ],
)
def test_epochs_tell_the_rate_of_their_last_step(
    schedule: Schedule, wanted: list[float], digits: Dataset
) -> None:
    events = list(train(small_design(epochs=3, schedule=schedule), dataset=digits))
    assert rates(events) == pytest.approx(wanted, rel=1e-12)
    reports = [event for event in events if isinstance(event, Progress)]
    assert all(event.lr == pytest.approx(wanted[event.epoch - 1]) for event in reports)


def test_a_plateau_lowers_the_rate(digits: Dataset) -> None:
    # with so high a threshold no loss counts as lower, so every epoch but the first is a plateau
    schedule = ReduceOnPlateau(0.1, patience=0, threshold=1.0)
    events = list(train(small_design(epochs=3, schedule=schedule), dataset=digits))
    assert rates(events) == pytest.approx([0.05, 0.005, 0.0005])


def test_a_rate_turned_by_hand_goes_on_in_the_shape_of_the_schedule(digits: Dataset) -> None:
    design = small_design(epochs=3, schedule=Exponential(0.5))
    events = list(train(design, dataset=digits, control=At(STEPS + 1, lr=0.4)))
    assert rates(events) == pytest.approx([0.05, 0.4, 0.2])


def test_limits_change_training(digits: Dataset) -> None:
    plain = curve(list(train(small_design(), dataset=digits)))
    for limit in ({"clip_norm": 0.1}, {"clip_value": 0.001}):
        assert curve(list(train(small_design(**limit), dataset=digits))) != plain


def test_averaged_weights_are_validated_kept_and_left_behind(
    digits: Dataset, tmp_path: Path
) -> None:
    design = small_design(epochs=2, ema_decay=0.95)
    run = RunFolder.create(tmp_path, {})
    trainer = Trainer(design, dataset=digits, run=run)
    events = list(trainer.events())
    assert trainer.network
    assert trainer.data
    assert isinstance(events[-1], Finished)
    (one, last) = (event for event in events if isinstance(event, EpochDone))
    assert one.loss != last.loss
    for weights in (run.checkpoints()[-1], None):
        network = trainer.network
        if weights:
            network = Network(design.graph, seed=9)
            load_weights(weights, network)
        items = trainer.data.validation.batch(range(40))
        found = evaluate(network, [items])
        assert found
        assert found.loss == pytest.approx(last.loss, rel=1e-6)
    plain = Trainer(replace(design, plan=design.plan.replace(ema_decay=0.0)), dataset=digits)
    learning = curve(list(plain.events()))
    assert [row[1] for row in learning] == [row[1] for row in curve(events)]
    assert [row[3] for row in learning] != [row[3] for row in curve(events)]


def test_an_average_may_begin_later(digits: Dataset, tmp_path: Path) -> None:
    design, run = small_design(epochs=1), RunFolder.create(tmp_path, {})
    list(train(design, dataset=digits, run=run))
    later = replace(design, plan=design.plan.replace(epochs=2, ema_decay=0.5))
    events = list(train(later, dataset=digits, run=run, resume=True))
    assert isinstance(events[-1], Finished)
    assert [row[0] for row in curve(events)] == [2]
