"""The rate of a training: the schedule, a hand on it, and going on exactly."""

from __future__ import annotations

import json

import pytest

from core.files import FileError
from core.optimizers import SGD
from core.plan import Plan
from core.schedules import Constant, Cosine, Exponential, ReduceOnPlateau, Schedule
from core.training.rate import Rate
from core.training.tally import Tally


def made(schedule: Schedule, *, lr: float = 0.5) -> Rate:
    rate = Rate(Plan(epochs=4, optimizer=SGD(lr=lr), schedule=schedule))
    rate.steps = 10
    return rate


def test_it_follows_the_schedule() -> None:
    rate = made(Exponential(0.5))
    assert [rate.at(Tally(epoch, 9)) for epoch in (1, 2, 3)] == [0.5, 0.25, 0.125]


def test_turned_it_is_exactly_what_was_asked_for_and_goes_on_in_shape() -> None:
    rate, plain = made(Cosine()), made(Cosine())
    rate.turn(0.037, Tally(2, 3))
    assert rate.at(Tally(2, 3)) == 0.037
    share = rate.at(Tally(4, 0)) / plain.at(Tally(4, 0))
    assert share == pytest.approx(0.037 / plain.at(Tally(2, 3)))


def test_turned_where_the_schedule_has_ended_it_stays() -> None:
    rate = made(Constant(), lr=0.0)
    rate.turn(0.01, Tally(1, 1))
    assert rate.at(Tally(3, 0)) == 0.01


def test_it_goes_on_exactly_from_its_state() -> None:
    schedule = ReduceOnPlateau(0.3, patience=1, cooldown=1)
    whole, rate = made(schedule), made(schedule)
    losses = [3.0, 2.0, 2.0, 2.0, 1.9, 2.0, 2.0, 2.0, 2.0, 2.0]
    for number, loss in enumerate(losses):
        if number == 4:
            rate.turn(0.2, Tally(1, 0))
            whole.turn(0.2, Tally(1, 0))
        again = made(schedule)
        again.restore(json.loads(json.dumps(rate.state(), allow_nan=False)))
        rate = again
        rate.judge(loss)
        whole.judge(loss)
        assert rate.at(Tally(1, 5)) == whole.at(Tally(1, 5))
    assert whole.at(Tally(1, 5)) < 0.2


@pytest.mark.parametrize("other", [made(Constant(), lr=0.1), made(Cosine())], ids=["lr", "shape"])
def test_another_plan_begins_anew(other: Rate) -> None:
    rate = made(Constant())
    rate.turn(0.3, Tally())
    fresh = other.at(Tally())
    other.restore(rate.state())
    assert other.at(Tally()) == fresh


@pytest.mark.parametrize(
    "change",
    [{"turn": "odd"}, {"turn": {"lr": 1}}, {"plateau": 3}, {"plateau": {"lowest": "x"}}],
    ids=repr,
)
def test_a_damaged_state_is_one_sentence(change: dict[str, object]) -> None:
    with pytest.raises(FileError, match="learning rate"):
        made(Constant()).restore({**made(Constant()).state(), **change})
