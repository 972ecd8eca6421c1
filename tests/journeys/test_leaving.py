"""A trained network leaves the window: what it learned is kept, or given up on purpose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.training.events import Paused, Resumed, Warned
from core.training.runs import list_runs
from designer.dialogs import questions
from designer.document import edits
from designer.document.recovery import find
from designer.engine.series import Series
from designer.viewers.boxes import BoxesView
from designer.viewers.filters import FiltersView
from designer.window import Window
from tests.support.training import small_design
from tests.support.windows import Open

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def learner(open_window: Open) -> Window:
    """A window with a small network that was never saved, as a template is."""
    window = open_window()
    window.document.new(small_design(epochs=1))
    window.files.opened.emit()
    return window


def train(window: Window, qtbot: QtBot, *, epochs: int = 1) -> None:
    design = window.document.design
    plan = design.plan.replace(epochs=epochs, batch_size=64)
    window.document.apply("Plan", edits.set_plan(design, plan))
    window.session.train_anew()
    if epochs == 1:
        qtbot.waitUntil(lambda: not window.engine.is_busy, timeout=PATIENCE)
        assert window.session.failure is None
    else:
        qtbot.waitUntil(lambda: window.session.state == "training", timeout=PATIENCE)


def answers(monkeypatch: pytest.MonkeyPatch, *, leave: str, stop: bool = True) -> list[str]:
    """Answer the questions that leaving asks; gives which were asked."""
    asked: list[str] = []

    def save_changes(*_: object) -> str:
        asked.append("save")
        return leave

    def stop_training(*_: object) -> bool:
        asked.append("stop")
        return stop

    monkeypatch.setattr(questions, "save_changes", save_changes)
    monkeypatch.setattr(questions, "stop_training", stop_training)
    return asked


def waiting(window: Window, state: Path) -> Path:
    return state / "runs" / window.document.uuid


def test_what_a_fresh_template_learned_is_something_to_save(
    learner: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.document.history.setClean()
    train(learner, qtbot)
    while learner.document.history.canUndo():
        learner.document.history.undo()
    assert learner.isWindowModified()
    asked = answers(monkeypatch, leave="cancel")
    assert not learner.close()
    assert asked == ["save"]


def test_a_crash_leaves_the_run_to_be_found_again(
    learner: Window, open_window: Open, qtbot: QtBot
) -> None:
    train(learner, qtbot)
    learner.recovery.write()
    held = learner.recovery._held
    assert held is not None
    held.unlock()  # as if this window's process were gone
    (found,) = find()
    again = open_window()
    again.files.restore(found.design, path=found.path, uuid=found.uuid)
    assert again.session.run is not None
    assert learner.session.run is not None
    assert again.session.run.path == learner.session.run.path
    again.recovery.close()


def test_another_network_is_opened_only_when_training_may_stop(
    learner: Window, qtbot: QtBot, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(learner, qtbot, epochs=50)
    asked = answers(monkeypatch, leave="discard", stop=False)
    learner.actions_by_id["new"].trigger()
    assert learner.pages.working
    assert learner.engine.is_busy
    answers(monkeypatch, leave="discard", stop=True)
    runs = waiting(learner, own_state)
    assert len(list_runs(runs)) == 1
    learner.actions_by_id["new"].trigger()
    assert asked == ["stop"]
    assert not learner.pages.working
    assert not learner.engine.is_busy
    assert not runs.exists()  # given up with the network, which had no other place
    learner.files.start("lenet5")
    assert learner.session.run is None
    assert not learner.session.figures.known
    assert not learner.isWindowModified()


def test_questions_and_trainings_to_come_stay_with_the_network_that_is_left(
    learner: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine ends with the network; who waited for it asks a new one about the next."""
    for view in ("side-by-side", "data", "filters"):
        learner.docks.show(view)
    filters, series = learner.findChild(FiltersView), learner.findChild(Series)
    design = learner.document.design
    plan = design.plan.replace(epochs=500, batch_size=64)
    series.start([replace(design, plan=plan.replace(seed=seed)) for seed in (1, 2)])
    learner.document.select(["conv1"])
    qtbot.waitUntil(lambda: learner.session.state == "training", timeout=PATIENCE)
    qtbot.waitUntil(lambda: filters.asking.waiting, timeout=PATIENCE)
    answers(monkeypatch, leave="discard")
    learner.files.switch_to_template("lenet5")
    assert not series.is_on
    assert series.end == ""
    assert learner.session.design is None
    learner.document.select(["conv1"])
    qtbot.waitUntil(lambda: filters.shown_node == "conv1", timeout=PATIENCE)
    learner.docks.show("data")
    qtbot.waitUntil(lambda: learner.data.samples._data is not None, timeout=PATIENCE)


def test_a_view_that_opens_a_template_asks_first(
    learner: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.document.attempt("x", lambda d: edits.delete(d, ["relu1"]))
    left = learner.document.design
    learner.docks.show("boxes")
    view = learner.findChild(BoxesView)
    qtbot.waitUntil(lambda: view.empty.button.text().startswith("Open "), timeout=PATIENCE)
    asked = answers(monkeypatch, leave="cancel")
    qtbot.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert asked == ["save"]
    assert learner.document.design is left
    answers(monkeypatch, leave="discard")
    qtbot.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert learner.files.name == "Box and class"


def test_what_was_discarded_is_not_asked_for_again(
    learner: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.document.attempt("x", lambda d: edits.delete(d, ["conv1"]))
    asked = answers(monkeypatch, leave="discard")
    learner.actions_by_id["new"].trigger()
    assert learner.close()
    assert asked == ["save"]


def test_choosing_no_file_leaves_everything_as_it_is(
    learner: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.document.attempt("x", lambda d: edits.delete(d, ["conv1"]))
    asked = answers(monkeypatch, leave="discard")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    learner.actions_by_id["open"].trigger()
    assert not asked
    assert learner.isWindowModified()


def test_a_new_run_keeps_the_weights_that_still_fit(
    learner: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    assert learner.files._save(tmp_path / "net.striate")
    train(learner, qtbot)
    session = learner.session
    assert session.run is not None
    first = session.run.path
    learner.document.attempt(
        "Wider", lambda d: edits.set_settings(d, ["conv1"], {"out_channels": 5})
    )
    assert not session.can_continue
    assert session.can_inherit
    told: list[str] = []
    session.told.connect(told.append)
    learner.training.run.inherit.click()
    qtbot.waitUntil(lambda: any("weights come from" in one for one in told), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not learner.engine.is_busy, timeout=PATIENCE)
    assert session.run.path != first
    assert any(first.name in one for one in told)


def test_save_as_leaves_runs_behind_but_lets_weights_come_along(
    learner: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    assert learner.files._save(tmp_path / "one.striate")
    train(learner, qtbot)
    learner.document.attempt("More", lambda d: edits.set_plan(d, d.plan.replace(epochs=9)))
    assert learner.session.can_continue
    assert learner.files._save(tmp_path / "two.striate")
    assert not learner.session.can_continue
    assert learner.session.can_inherit
    assert not list_runs(tmp_path / "two.runs")


def test_a_full_disk_is_told_until_training_goes_on(learner: Window) -> None:
    session, sentence = learner.session, learner.training.run.sentence
    learner.engine.event_received.emit(Warned("The disk is full.", "disk"))
    learner.engine.event_received.emit(Paused(1, 3))
    assert sentence.text() == "The disk is full."
    assert sentence.isVisibleTo(learner.training.run)
    learner.engine.event_received.emit(Resumed(1, 3))
    assert session.warning == ""
    assert sentence.text() != "The disk is full."


def test_a_long_name_shows_its_beginning(learner: Window) -> None:
    learner.document.attempt("x", lambda d: edits.rename(d, "conv1", "name " * 11))
    learner.document.select(["conv1"])
    assert learner.properties.head.name.cursorPosition() == 0
