"""The door to the engine: signals, closing, and an engine that is killed."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.messages import Cancelled, Going, Refused
from core.questions.viewing import FiltersShown, MapsShown, Predicted
from core.training.events import EpochDone, Finished, Paused, Progress, Resumed, Started, Warned
from core.training.runs import list_runs
from designer.engine.client import Engine, loss_sentence, merged
from tests.support.training import curve, few_digits, small_design

WAIT = 60_000  # milliseconds; a limit, never a delay


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.shut_down()


def of(kind: type) -> Callable[[Any], bool]:
    return lambda message: isinstance(message, kind)


def wait_for(qtbot: QtBot, engine: Engine, kind: type) -> Any:
    with qtbot.waitSignal(engine.event_received, timeout=WAIT, check_params_cb=of(kind)) as caught:
        pass
    return caught.args[0]


def train_until(qtbot: QtBot, engine: Engine, kind: type, *arguments: Any, **more: Any) -> Any:
    with qtbot.waitSignal(engine.event_received, timeout=WAIT, check_params_cb=of(kind)) as caught:
        engine.train(*arguments, **more)
    return caught.args[0]


def test_nothing_is_started_before_it_is_needed(engine: Engine) -> None:
    engine.show(small_design())
    engine.pause()
    engine.stop()
    engine.set_learning_rate(0.1)
    assert (engine.process_id, engine.state) == (None, "idle")


def test_training_tells_events_and_states(engine: Engine, qtbot: QtBot) -> None:
    events: list[Any] = []
    states: list[str] = []
    engine.event_received.connect(events.append)
    engine.state_changed.connect(states.append)
    last = train_until(qtbot, engine, Finished, small_design(epochs=2))
    assert last.reason == "done"
    assert states == ["starting", "training", "idle"]
    names = [event.name for event in events if event.name not in ("progress", "measured")]
    assert names == ["started", "epoch", "epoch", "finished"]
    assert any(isinstance(event, Progress) for event in events)


def test_views_are_answered_while_idle_and_while_training(engine: Engine, qtbot: QtBot) -> None:
    engine.show(small_design(epochs=1000))
    with qtbot.waitSignal(engine.filters_received, timeout=WAIT) as filters:
        engine.request_filters("conv1")
    assert isinstance(filters.args[0], FiltersShown)
    train_until(qtbot, engine, Progress, small_design(epochs=1000))
    with qtbot.waitSignal(engine.maps_received, timeout=WAIT) as maps:
        engine.request_maps("conv1", 7)
    assert isinstance(maps.args[0], MapsShown)
    assert maps.args[0].step > 0
    with qtbot.waitSignal(engine.request_refused, timeout=WAIT) as refused:
        engine.request_filters("relu1")
    assert isinstance(refused.args[0], Refused)
    with qtbot.waitSignal(engine.prediction_received, timeout=WAIT) as said:
        engine.request_prediction(few_digits(4, 4).train.items([0])[0])
    assert isinstance(said.args[0], Predicted)


def test_data_and_devices_are_told(engine: Engine, qtbot: QtBot) -> None:
    with qtbot.waitSignals([engine.data_received, engine.devices_received], timeout=WAIT):
        engine.request_data(small_design().data, (1, 28, 28))
        engine.request_devices()


def test_many_questions_are_answered_with_the_newest_last(engine: Engine, qtbot: QtBot) -> None:
    engine.show(small_design())
    seen: list[int] = []
    engine.maps_received.connect(lambda shown: seen.append(shown.sample))
    last = lambda shown: shown.sample == 99  # noqa: E731
    with qtbot.waitSignal(engine.maps_received, timeout=WAIT, check_params_cb=last):
        for sample in range(100):
            engine.request_maps("conv1", sample)
    assert seen == [0, 99]


def test_pause_and_resume(engine: Engine, qtbot: QtBot) -> None:
    train_until(qtbot, engine, Started, small_design(epochs=1000))
    with qtbot.waitSignal(engine.event_received, timeout=WAIT, check_params_cb=of(Paused)):
        engine.pause()
    assert engine.state == "paused"
    with qtbot.waitSignal(engine.event_received, timeout=WAIT, check_params_cb=of(Resumed)):
        engine.set_learning_rate(0.003)
        engine.resume()
    assert engine.state == "training"
    assert wait_for(qtbot, engine, EpochDone).lr == 0.003


def test_stopped_and_continued(engine: Engine, qtbot: QtBot, tmp_path: Path) -> None:
    whole: list[Any] = []
    engine.event_received.connect(whole.append)
    train_until(qtbot, engine, Finished, small_design(epochs=3))
    engine.event_received.disconnect()
    parts: list[Any] = []
    engine.event_received.connect(parts.append)
    train_until(qtbot, engine, EpochDone, small_design(epochs=3), str(tmp_path))
    with qtbot.waitSignal(engine.event_received, timeout=WAIT, check_params_cb=of(Finished)):
        engine.stop()
    (run,) = list_runs(tmp_path)
    train_until(qtbot, engine, Finished, small_design(epochs=3), resume=str(run.path))
    assert curve(parts) == curve(whole)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")
def test_a_killed_engine_is_told_and_training_can_go_on(
    engine: Engine, qtbot: QtBot, tmp_path: Path
) -> None:
    window = QLabel("still here")
    qtbot.addWidget(window)
    started = train_until(qtbot, engine, Started, small_design(epochs=1000), str(tmp_path))
    done = wait_for(qtbot, engine, EpochDone)
    wait_for(qtbot, engine, EpochDone)
    assert engine.process_id
    with qtbot.waitSignal(engine.engine_lost, timeout=WAIT) as lost:
        os.kill(engine.process_id, signal.SIGKILL)
    assert "memory ran out" in lost.args[0]
    assert "last finished epoch" in lost.args[0]
    assert (engine.state, engine.process_id) == ("lost", None)
    window.show()
    again = train_until(
        qtbot, engine, Started, small_design(epochs=done.epoch + 3), resume=started.run
    )
    assert again.epoch > done.epoch
    assert wait_for(qtbot, engine, Finished).reason == "done"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")
def test_an_engine_lost_while_idle_comes_back_for_a_view(engine: Engine, qtbot: QtBot) -> None:
    engine.show(small_design())
    with qtbot.waitSignal(engine.filters_received, timeout=WAIT):
        engine.request_filters("conv1")
    assert engine.process_id
    with qtbot.waitSignal(engine.engine_lost, timeout=WAIT) as lost:
        os.kill(engine.process_id, signal.SIGKILL)
    assert "Your work is untouched" in lost.args[0]
    with qtbot.waitSignal(engine.filters_received, timeout=WAIT):
        engine.request_filters("conv1")


def test_closing_while_training_leaves_a_checkpoint_and_nothing_else(
    qtbot: QtBot, tmp_path: Path
) -> None:
    before = threading.active_count(), len(multiprocessing.active_children())
    engine = Engine()
    train_until(qtbot, engine, Progress, small_design(epochs=1000), str(tmp_path))
    engine.request_maps("conv1")
    engine.shut_down()
    gc.collect()
    assert (threading.active_count(), len(multiprocessing.active_children())) == before
    assert (engine.state, engine.process_id) == ("idle", None)
    (run,) = list_runs(tmp_path)
    assert run.checkpoints()
    engine.shut_down()


def test_batch_reports_in_a_row_are_merged() -> None:
    reports: list[Any] = [Progress(1, step, 9, 0.5, 10.0, 1.0) for step in range(5)]
    warned = Warned("Look.")
    assert merged([*reports[:3], warned, *reports[3:]]) == [reports[2], warned, reports[4]]
    assert merged([]) == []


def test_of_how_far_answers_are_the_newest_word_counts() -> None:
    going = [Going("patches", done, 9) for done in range(3)]
    other = [Going("dream", done, 9) for done in range(2)]
    given_up = Cancelled("patches")
    said = [going[0], other[0], going[1], given_up, going[2], other[1]]
    assert merged(said) == [given_up, going[2], other[1]]


@pytest.mark.parametrize(
    ("code", "words"), [(-9, "memory ran out"), (-11, "signal 11"), (1, "unexpectedly")]
)
def test_what_is_said_of_a_lost_engine(code: int, words: str) -> None:
    assert words in loss_sentence(code, training=True)
    assert words in loss_sentence(code, training=False)
