"""The same with other seeds: one training after another, until done, stopped, failed or lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.design import Design
from core.messages import Stop, Train
from core.training.events import Event, Failed, Finished, Started
from designer.engine.series import Series
from designer.engine.session import Session
from tests.designer.viewers.conftest import QuietEngine, document, engine, session
from tests.support.training import small_design

__all__ = ["document", "engine", "session"]

STARTED = Started(1, 1, 3, 10, "cpu", 1, 1, 1, "")


def ended(reason: str = "done") -> Event:
    return Finished(reason, 3, 30, 0.5, 0.5, 3, 0.5, 1.0)


def seeds(*numbers: int) -> list[Design]:
    design = small_design()
    return [replace(design, plan=design.plan.replace(seed=one)) for one in numbers]


@pytest.fixture
def series(session: Session) -> Series:
    return Series(session)


def trained(engine: QuietEngine) -> list[int]:
    """The seeds that the engine was told to train."""
    return [one.design.plan.seed for one in engine.sent if isinstance(one, Train)]


def test_one_after_another(series: Series, engine: QuietEngine) -> None:
    series.start(seeds(4, 7))
    assert (trained(engine), series.total, series.done, series.seed) == ([4], 2, 0, 4)
    engine.say(STARTED)
    engine.say(ended())
    assert (trained(engine), series.done, series.seed) == ([4, 7], 1, 7)
    engine.say(STARTED)
    engine.say(ended("early"))
    assert not series.is_on
    assert series.end == ""
    assert trained(engine) == [4, 7]


def test_cancel_stops_the_training_and_those_to_come(series: Series, engine: QuietEngine) -> None:
    series.start(seeds(1, 2, 3))
    engine.say(STARTED)
    series.cancel()
    assert isinstance(engine.sent[-1], Stop)
    engine.say(ended("stopped"))
    assert not series.is_on
    assert "stopped" in series.end
    assert trained(engine) == [1]


def test_a_stop_from_elsewhere_ends_it_too(series: Series, engine: QuietEngine) -> None:
    series.start(seeds(1, 2))
    engine.say(STARTED)
    engine.say(ended("stopped"))
    assert not series.is_on
    assert trained(engine) == [1]


def test_cancel_in_the_last_moment_of_a_training(series: Series, engine: QuietEngine) -> None:
    """It came to its end before it heard of the stop: nothing else begins."""
    series.start(seeds(1, 2))
    engine.say(STARTED)
    series.cancel()
    engine.say(ended())
    assert not series.is_on
    assert trained(engine) == [1]


def test_a_failure_says_why(series: Series, engine: QuietEngine) -> None:
    series.start(seeds(1, 2))
    engine.say(Failed("The loss is no number.", "rate"))
    assert not series.is_on
    assert series.end == "The loss is no number."
    assert trained(engine) == [1]


def test_a_lost_engine_ends_it(series: Series, engine: QuietEngine) -> None:
    series.start(seeds(1, 2))
    engine._forget()
    assert not series.is_on
    assert "engine" in series.end


def test_nothing_begins_beside_a_training(series: Series, engine: QuietEngine) -> None:
    engine.say(STARTED)
    series.start(seeds(1))
    assert not series.is_on
    assert trained(engine) == []


def test_another_training_does_not_count(series: Series, engine: QuietEngine) -> None:
    engine.say(STARTED)
    engine.say(ended())
    assert (series.total, series.done, series.end) == (0, 0, "")
