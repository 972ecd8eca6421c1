"""Curves grow from events, live or recorded, and lose nothing but what a later start took back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explain.curves import HEADER, Curves, rate_steps, trailing_mean
from core.training.events import EpochDone, Finished, Paused, Progress, Resumed, Started

STEPS = 10


def started(epoch: int = 1, step: int = 1) -> dict[str, Any]:
    event = Started(epoch, step, 5, STEPS, "cpu", 100, 640, 64, "As they are.", "runs/one")
    return event.to_json()


def progress(epoch: int, step: int, loss: float) -> dict[str, Any]:
    return Progress(epoch, step, STEPS, loss, 100.0, 1.0).to_json()


def epoch_done(
    epoch: int, *, loss: float = 0.5, accuracy: float | None = 0.9, lr: float = 0.1, best=False
) -> dict[str, Any]:
    return EpochDone(epoch, loss - 0.1, accuracy, loss, accuracy, lr, 2.0, best).to_json()


def test_batch_losses_lie_where_their_batch_ended() -> None:
    curves = Curves([started(), progress(1, 5, 2.0), progress(2, 10, 1.0)])
    step, loss = curves.batch_losses("step")
    epoch, _ = curves.batch_losses("epoch")
    assert step.tolist() == [5, 20]
    assert epoch.tolist() == [0.5, 2.0]
    assert loss.tolist() == [2.0, 1.0]


def test_epoch_curves_on_both_axes() -> None:
    curves = Curves([started(), epoch_done(1, loss=0.7), epoch_done(2, loss=0.4)])
    assert curves.curve("validation_loss")[0].tolist() == [1, 2]
    assert curves.curve("validation_loss", "step")[0].tolist() == [10, 20]
    assert curves.curve("validation_loss")[1].tolist() == [0.7, 0.4]
    assert curves.curve("training_loss")[1] == pytest.approx([0.6, 0.3])


def test_accuracy_is_not_measured_where_nothing_is_classified() -> None:
    curves = Curves([started(), epoch_done(1, accuracy=None)])
    assert not curves.measured("validation_accuracy")
    assert curves.measured("validation_loss")
    assert np.isnan(curves.curve("validation_accuracy")[1]).all()


def test_losses_that_are_no_number_stay_in_place() -> None:
    curves = Curves([started(), progress(1, 1, math.nan), progress(1, 2, 3.0)])
    loss = curves.batch_losses()[1]
    assert np.isnan(loss[0])
    assert loss[1] == 3.0


def test_many_points_are_kept_in_order() -> None:
    curves = Curves([started()])
    for step in range(1, 2001):
        curves.add(progress(1 + (step - 1) // STEPS, 1 + (step - 1) % STEPS, float(step)))
    x, loss = curves.batch_losses("step")
    assert x.tolist() == loss.tolist() == list(range(1, 2001))


def test_going_on_drops_what_the_checkpoint_did_not_know() -> None:
    before = [started(), epoch_done(1, best=True), progress(2, 3, 1.0), progress(2, 6, 0.9)]
    curves = Curves([*before, epoch_done(2, best=True), started(2, 5)])
    assert curves.curve("training_loss")[0].tolist() == [1]
    assert curves.batch_losses("step")[0].tolist() == [13]
    assert curves.best_epoch is None  # epoch 2 will come again
    assert [mark.kind for mark in curves.marks] == ["continued"]
    assert curves.marks[0].epoch == pytest.approx(1.4)  # four of its steps were done


def test_marks_name_rate_pause_and_best() -> None:
    events = [
        started(),
        progress(1, 4, 2.0),
        Paused(1, 4).to_json(),
        Resumed(1, 4).to_json(),
        epoch_done(1, lr=0.1, best=True),
        epoch_done(2, lr=0.1, best=True),
        epoch_done(3, lr=0.01),
    ]
    marks = Curves(events).marks
    assert [(mark.kind, mark.epoch) for mark in marks] == [
        ("paused", 0.4), ("rate", 2.0), ("best", 2),
    ]  # fmt: skip
    assert marks[1].text == "rate 0.01"


EPOCHS = np.arange(1, 31)
GLIDES = {
    "constant": np.full(30, 0.1),
    "exponential": 0.1 * 0.9**EPOCHS,
    "cosine": 0.05 * (1 + np.cos(np.pi * (EPOCHS - 0.01) / 30)),
    "warm-up and cosine": np.where(
        EPOCHS < 5, EPOCHS / 50, 0.05 * (1 + np.cos(np.pi * (EPOCHS - 5) / 25.1))
    ),
    "triangle": np.minimum(EPOCHS, 31 - EPOCHS) / 100,
}


@pytest.mark.parametrize("rates", GLIDES.values(), ids=GLIDES)
def test_a_rate_that_glides_has_no_marks(rates: np.ndarray) -> None:
    for seen in range(1, 31):  # at no moment of a training
        assert not rate_steps(rates[:seen]).size


@pytest.mark.parametrize("factor", [0.1, 0.5, 3.0])
@pytest.mark.parametrize("glide", ["constant", "exponential", "cosine"])
def test_a_rate_turned_by_hand_is_marked_once(glide: str, factor: float) -> None:
    rates = np.where(EPOCHS > 12, factor, 1.0) * GLIDES[glide]
    curves = Curves([started(), *(epoch_done(n + 1, lr=lr) for n, lr in enumerate(rates))])
    assert [mark.epoch for mark in curves.marks if mark.kind == "rate"] == [12]


@pytest.mark.parametrize("every", [2, 3, 10])
def test_each_fall_of_a_stepwise_schedule_is_marked(every: int) -> None:
    rates = 0.1 * 0.1 ** ((EPOCHS - 1) // every)
    assert rate_steps(rates).tolist() == [n - 1 for n in EPOCHS[:-1] if n % every == 0]


def test_a_rate_of_no_number_or_0_is_no_step() -> None:
    assert not rate_steps(np.array([0.1, np.nan, 0.1, 0.1, 0.1])).size
    assert not rate_steps(np.zeros(5)).size


def test_hebbs_rule_is_told_from_training_by_gradient() -> None:
    curves = Curves([started()])
    assert not curves.by_hebb
    curves.add(started() | {"method": "hebb"})
    assert curves.by_hebb
    curves.clear()
    assert not curves.by_hebb


@pytest.mark.parametrize("reason", ["done", "stopped", "early"])
def test_state_follows_events(reason: str) -> None:
    curves = Curves()
    assert curves.state == "waiting"
    curves.add(started())
    assert (curves.state, curves.epochs, curves.run) == ("training", 5, "runs/one")
    curves.add(Paused(1, 2).to_json())
    assert curves.state == "paused"
    curves.add(Finished(reason, 1, 2, 0.5, 0.9, 1, 0.9, 3.0).to_json())
    assert curves.state == reason


def test_unknown_events_change_nothing() -> None:
    curves = Curves([started()])
    assert not curves.add({"event": "warning", "sentence": "The disk is nearly full."})
    assert not curves.add({})
    assert len(curves) == 0


@pytest.mark.parametrize("name", ["started", "progress", "epoch", "paused", "finished"])
@pytest.mark.parametrize("value", [None, "three", 10**400], ids=["none", "word", "huge"])
def test_damaged_events_are_left_out(name: str, value: object) -> None:
    curves = Curves([started(), progress(1, 5, 2.0)])
    fields = dict.fromkeys(("epoch", "step", "steps", "epochs", "loss", "reason"), value)
    assert not curves.add({"event": name})
    curves.add({"event": name, **fields})
    assert curves.batch_losses("step")[0].tolist() == [5]
    assert curves.steps == STEPS


def test_rows_hold_every_number() -> None:
    curves = Curves([
        started(), progress(1, 5, 2.25), epoch_done(1, loss=0.5, best=True), progress(2, 5, 1.125),
    ])  # fmt: skip
    header, first, epoch, last = curves.rows()
    assert header == HEADER
    assert first[:4] == ("batches", "0.5", "5", "2.25")
    assert epoch == ("epoch", "1", "10", "0.4", "0.9", "0.5", "0.9", "0.1", "1")
    assert last[:4] == ("batches", "1.5", "15", "1.125")
    assert {len(row) for row in curves.rows()} == {len(HEADER)}


def test_clear_forgets_the_run() -> None:
    curves = Curves([started(), progress(1, 5, 2.0), epoch_done(1)])
    curves.clear()
    assert (len(curves), curves.state, curves.run, curves.marks) == (0, "waiting", "", ())


@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), max_size=60),
    st.integers(min_value=1, max_value=80),
)
def test_trailing_mean_is_the_mean_of_what_is_finite(values: list[float], count: int) -> None:
    found = trailing_mean(np.array(values, float), count)
    for i, value in enumerate(found):
        window = [v for v in values[max(0, i - count + 1) : i + 1] if not math.isnan(v)]
        if window:
            assert value == pytest.approx(sum(window) / len(window), rel=1e-6, abs=1e-5)
        else:
            assert math.isnan(value)
