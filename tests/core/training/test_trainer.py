"""Training: what it tells, that it learns and repeats, and what it does where it cannot go on."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.backend import backend
from core.cli.telling import _lines
from core.data.dataset import Dataset
from core.design import Design
from core.graph import chain
from core.layers import Flatten, Input, Linear, Output
from core.network import Network
from core.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop
from core.plan import Plan
from core.training.control import Control
from core.training.events import (
    EpochDone,
    Event,
    Failed,
    Finished,
    Paused,
    Preparing,
    Resumed,
    Started,
    Warned,
)
from core.training.runs import RunFolder
from core.training.train import train
from core.training.trainer import Trainer
from core.zoo import BY_ID
from tests.support.training import curve, few_digits, small_design

OPTIMIZERS: list[Optimizer] = [
    SGD(lr=0.05),
    SGD(lr=0.02, nesterov=True),
    RMSprop(),
    Adam(),
    AdamW(),
]


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return few_digits()


class StopAfter(Control):
    """Stops, or does something else, at a look at the controls.

    An epoch of `few_digits` has 8: one before each of 6 steps, one before validation, one in it.
    """

    def __init__(self, looks: int, act: Callable[[Control], None] = Control.stop) -> None:
        super().__init__()
        self.looks, self.act = looks, act

    def attend(self, network: Network) -> None:
        super().attend(network)
        self.looks -= 1
        if self.looks == 0:
            self.act(self)


def weights_after(trainer: Trainer) -> dict[str, np.ndarray]:
    list(trainer.events())
    assert trainer.network
    return trainer.network.weights()


def test_events_come_in_order_and_fit_in_json(digits: Dataset) -> None:
    events = list(train(small_design(), dataset=digits))
    named = [event.name for event in events if event.name not in ("progress", "measured")]
    assert named == ["started", "epoch", "epoch", "finished"]
    first, last = events[0], events[-1]
    assert isinstance(first, Started)
    assert (first.steps, first.train_items, first.validation_items) == (6, 96, 40)
    assert isinstance(last, Finished)
    assert (last.reason, last.epoch, last.step) == ("done", 2, 12)
    for event in events:
        data = json.loads(json.dumps(event.to_json(), allow_nan=False))
        assert data["event"] == event.name
        assert not any(isinstance(value, dict | list) for value in data.values())


def test_lenet_learns_digits() -> None:
    """Three epochs are enough for 93 of 100; the campaign `learns` compares ten with PyTorch."""
    events = list(train(Design(BY_ID["lenet5"].build(), plan=Plan(epochs=3, seed=3))))
    accuracies = [event.accuracy for event in events if isinstance(event, EpochDone)]
    assert max(accuracy or 0 for accuracy in accuracies) >= 0.93


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_same_seed_gives_the_same_bits(optimizer: Optimizer, digits: Dataset) -> None:
    design = small_design(optimizer=optimizer)
    one, other = Trainer(design, dataset=digits), Trainer(design, dataset=digits)
    first, second = weights_after(one), weights_after(other)
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert any(np.abs(values).sum() for values in first.values())


def test_another_seed_gives_other_weights(digits: Dataset) -> None:
    first = weights_after(Trainer(small_design(seed=1), dataset=digits))
    second = weights_after(Trainer(small_design(seed=2), dataset=digits))
    assert not np.array_equal(first["linear1.weight"], second["linear1.weight"])


@pytest.mark.parametrize("looks", [3, 11, 19], ids=["epoch1", "epoch2", "epoch3"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_stopped_and_resumed_is_the_same_run(
    optimizer: Optimizer, looks: int, digits: Dataset, tmp_path: Path
) -> None:
    design = small_design(epochs=3, optimizer=optimizer)
    whole = Trainer(design, dataset=digits)
    expected = list(whole.events())
    run = RunFolder.create(tmp_path, {})
    first = list(train(design, dataset=digits, run=run, control=StopAfter(looks)))
    rest = Trainer(design, dataset=digits, run=RunFolder(run.path), resume=True)
    events = list(rest.events())
    assert isinstance(first[-1], Finished)
    assert first[-1].reason == "stopped"
    assert curve(first) + curve(events) == curve(expected)
    assert whole.network
    assert rest.network
    there, here = whole.network.weights(), rest.network.weights()
    assert all(np.array_equal(there[name], here[name]) for name in there)
    assert [one["epoch"] for one in run.history()] == [1, 2, 3]


@pytest.mark.parametrize("looks", [7, 8], ids=["before", "within"])
def test_stopped_during_validation_resumes_with_it(
    looks: int, digits: Dataset, tmp_path: Path
) -> None:
    design, run = small_design(), RunFolder.create(tmp_path, {})
    expected = list(train(design, dataset=digits))
    first = list(train(design, dataset=digits, run=run, control=StopAfter(looks)))
    assert curve(first) == []
    events = list(train(design, dataset=digits, run=run, resume=True))
    assert curve(events) == curve(expected)


def test_views_do_not_change_training(digits: Dataset) -> None:
    design = small_design(epochs=3)
    seen: list[float] = []

    class Watched(Control):
        def attend(self, network: Network) -> None:
            x = digits.validation.items([0]) / np.float32(255)
            self.ask("maps", lambda net: seen.append(float(net.predict(x).sum())))
            super().attend(network)

    plain, watched = Trainer(design, dataset=digits), Trainer(
        design, dataset=digits, control=Watched(clock=lambda: 0.0)
    )  # fmt: skip
    assert curve(list(plain.events())) == curve(list(watched.events()))
    assert plain.network
    assert watched.network
    assert np.array_equal(plain.network.parameters, watched.network.parameters)
    assert np.array_equal(plain.network.kept, watched.network.kept)
    assert len(seen) >= 18


def test_learning_rate_changes_while_training(digits: Dataset) -> None:
    control = StopAfter(9, lambda control: control.set_learning_rate(0.001))
    events = list(train(small_design(), dataset=digits, control=control))
    assert [event.lr for event in events if isinstance(event, EpochDone)] == [0.05, 0.001]


def test_a_changed_rate_is_kept_by_resume_unless_the_plan_changes(
    digits: Dataset, tmp_path: Path
) -> None:
    design, run = small_design(epochs=1), RunFolder.create(tmp_path, {})
    control = StopAfter(2, lambda control: control.set_learning_rate(0.001))
    list(train(design, dataset=digits, run=run, control=control))
    more = replace(design, plan=design.plan.replace(epochs=2))
    events = list(train(more, dataset=digits, run=run, resume=True))
    assert [event.lr for event in events if isinstance(event, EpochDone)] == [0.001]
    other = replace(design, plan=design.plan.replace(epochs=3, optimizer=SGD(lr=0.01)))
    events = list(train(other, dataset=digits, run=run, resume=True))
    assert [event.lr for event in events if isinstance(event, EpochDone)] == [0.01]


def test_pause_waits_and_resumes_to_the_same_run(digits: Dataset) -> None:
    control = StopAfter(4, Control.pause)
    events: list[Event] = []
    for event in train(small_design(), dataset=digits, control=control):
        events.append(event)
        if isinstance(event, Paused):
            assert event.step == 3
            control.resume()
    assert any(isinstance(event, Resumed) for event in events)
    assert curve(events) == curve(list(train(small_design(), dataset=digits)))


def test_early_stop_waits_for_the_patience(digits: Dataset, tmp_path: Path) -> None:
    # a rate of 0 changes nothing but running averages: the loss soon stops to fall
    design = small_design(epochs=50, optimizer=SGD(lr=0.0), patience=2)
    run = RunFolder.create(tmp_path, {})
    events = list(train(design, dataset=digits, run=run))
    losses = [event.loss for event in events if isinstance(event, EpochDone)]
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "early"
    assert min(losses) == losses[-3]
    again = list(train(design, dataset=digits, run=run, resume=True))
    assert isinstance(again[-1], Finished)
    assert again[-1].reason == "early"
    assert curve(again) == []


def test_best_weights_are_those_of_the_best_epoch(digits: Dataset, tmp_path: Path) -> None:
    design, run = small_design(epochs=4, optimizer=SGD(lr=0.2)), RunFolder.create(tmp_path, {})
    events = list(train(design, dataset=digits, run=run))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.weights == str(run.best)
    best = max(row[4] for row in curve(events))  # type: ignore[type-var]
    assert last.best_accuracy == best
    until = replace(design, plan=design.plan.replace(epochs=last.best_epoch))
    expected = weights_after(Trainer(until, dataset=digits))
    from core.training.checkpoint import load_weights

    network = Network(design.graph, seed=9)
    load_weights(run.best, network)
    found = network.weights()
    assert all(np.array_equal(found[name], expected[name]) for name in expected)


def test_divergence_stops_names_a_layer_and_keeps_weights(digits: Dataset) -> None:
    plan = Plan(optimizer=SGD(lr=1000.0), batch_size=16)
    # without an activation: a ReLU may die at once, and then nothing diverges
    deep = (Linear(32), Linear(32), Linear(32), Linear(10))
    graph = chain(Input((1, 28, 28)), Flatten(), *deep, Output())
    design = Design(graph, plan=plan)
    trainer = Trainer(design, dataset=digits)
    events = list(trainer.events())
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.cause == "rate"
    assert failed.node in design.graph.nodes
    assert failed.lower_rate == 100.0
    assert f"step {failed.step} of epoch {failed.epoch}" in failed.sentence
    assert trainer.network
    assert all(np.isfinite(values).all() for values in trainer.network.weights().values())


def test_divergence_goes_back_to_the_last_epoch(digits: Dataset, tmp_path: Path) -> None:
    design, run = small_design(epochs=3), RunFolder.create(tmp_path, {})
    expected = weights_after(Trainer(small_design(epochs=1), dataset=digits))
    control = StopAfter(9, lambda control: control.set_learning_rate(math.inf))
    trainer = Trainer(design, dataset=digits, run=run, control=control)
    events = list(trainer.events())
    assert isinstance(events[-1], Failed)
    assert trainer.network
    found = trainer.network.weights()
    assert all(np.array_equal(found[name], expected[name]) for name in expected)
    lower = replace(design, plan=design.plan.replace(optimizer=SGD(lr=0.005)))
    again = list(train(lower, dataset=digits, run=run, resume=True))
    assert [row[0] for row in curve(again)] == [2, 3]


def test_memory_that_runs_out_offers_half_the_batch(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward, calls = Linear.forward, []

    def fails_at_tenth(self: Linear, *arguments: object) -> object:
        calls.append(1)
        if len(calls) == 10:
            raise MemoryError
        return forward(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Linear, "forward", fails_at_tenth)
    trainer = Trainer(small_design(), dataset=digits)
    failed = list(trainer.events())[-1]
    assert isinstance(failed, Failed)
    assert (failed.cause, failed.smaller_batch) == ("memory", 8)
    assert "a batch of 16 needs at least" in failed.sentence
    assert trainer.network
    assert np.isfinite(trainer.network.predict(np.zeros((2, 1, 28, 28), "f4"))).all()
    assert isinstance(list(train(small_design(batch_size=8), dataset=digits))[-1], Finished)


def test_another_batch_size_starts_the_epoch_again(digits: Dataset, tmp_path: Path) -> None:
    design, run = small_design(), RunFolder.create(tmp_path, {})
    list(train(design, dataset=digits, run=run, control=StopAfter(4)))
    halved = replace(design, plan=design.plan.replace(batch_size=8))
    started = next(train(halved, dataset=digits, run=run, resume=True))
    assert isinstance(started, Started)
    assert (started.epoch, started.step, started.steps) == (1, 1, 12)


def test_a_damaged_checkpoint_is_told_and_the_one_before_is_used(
    digits: Dataset, tmp_path: Path
) -> None:
    design, run = small_design(epochs=3), RunFolder.create(tmp_path, {})
    expected = list(train(design, dataset=digits))
    list(train(design, dataset=digits, run=run, control=StopAfter(17)))
    newest = run.checkpoints()[-1]
    newest.write_bytes(newest.read_bytes()[:-40])
    events = list(train(design, dataset=digits, run=run, resume=True))
    (warned,) = [event for event in events if isinstance(event, Warned)]
    assert f"{newest.name} is damaged" in warned.sentence
    assert "before it is used" in warned.sentence
    assert curve(events) == curve(expected)[2:]


def test_checkpoints_of_another_network_are_left_alone(digits: Dataset, tmp_path: Path) -> None:
    design, run = small_design(), RunFolder.create(tmp_path, {})
    list(train(design, dataset=digits, run=run))
    kept = [path.read_bytes() for path in run.checkpoints()]
    wider = replace(design, graph=design.graph.with_layer("linear1", Linear(12)))
    (failed,) = train(wider, dataset=digits, run=run, resume=True)
    assert isinstance(failed, Failed)
    assert failed.sentence.endswith("linear1.weight is 10 × 144 there and 12 × 144 here."
                                    " Start a new run instead.")  # fmt: skip
    assert [path.read_bytes() for path in run.checkpoints()] == kept


@pytest.mark.parametrize(
    ("change", "cause", "words"),
    [
        ({"graph": Design().graph}, "design", "empty"),
        ({"plan": Plan(device="gpu:77")}, "device", "gpu:77"),
        ({"graph": BY_ID["lenet5"].build().with_layer("linear3", Linear(4))}, "design", "10 units"),
    ],
)
def test_what_cannot_start_says_why(
    change: dict[str, object], cause: str, words: str, digits: Dataset
) -> None:
    design = replace(small_design(), **change)  # type: ignore[arg-type]
    (failed,) = train(design, dataset=digits)
    assert isinstance(failed, Failed)
    assert failed.cause == cause
    assert words in failed.sentence


def test_a_full_disk_warns_and_training_goes_on(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.files import FileError

    def full(*arguments: object, **more: object) -> None:
        raise FileError("The disk is full.")

    run = RunFolder.create(tmp_path, {})
    monkeypatch.setattr("core.files.append_line", full)
    monkeypatch.setattr(RunFolder, "save", full)
    events = list(train(small_design(), dataset=digits, run=run))
    warned = [event for event in events if isinstance(event, Warned)]
    assert isinstance(events[-2], Finished)
    assert {event.cause for event in warned} == {"disk"}


def test_kernels_are_prepared_before_it_starts(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [(0, 2), (1, 2)]
    monkeypatch.setattr(type(backend("cpu")), "prepare", lambda _: iter(parts))
    events = list(Trainer(small_design(epochs=1), dataset=digits).events())
    assert events[:2] == [Preparing(*part) for part in parts]
    assert isinstance(events[2], Started)
    assert _lines(events[0])[0].startswith("Preparing kernels for this processor")
    assert _lines(events[1]) == []
