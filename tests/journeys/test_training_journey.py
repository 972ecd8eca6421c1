"""Whole paths through the window: build, train, pause, stop, save, reopen, and a killed engine."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.layers import Add, GlobalAvgPool2d, Linear, Output
from designer.dialogs import questions
from designer.document import edits
from designer.window import Window
from tests.support.windows import Open

PATIENCE = 60_000  # milliseconds; a slow machine is still a machine


def start(window: Window, epochs: int) -> None:
    design = window.document.design
    plan = design.plan.replace(epochs=epochs, device="cpu")
    window.document.apply("Plan", edits.set_plan(design, plan))
    window.actions_by_id["train"].trigger()


def wait_for(window: Window, qtbot: QtBot, state: str) -> None:
    qtbot.waitUntil(lambda: window.session.state == state, timeout=PATIENCE)


def test_build_a_residual_block(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.files.start("")
    search = window.palette_panel.search
    for name in ("Input", "Conv2d", "BatchNorm2d", "ReLU", "Conv2d"):
        search.clear()
        qtbot.keyClicks(search, name.lower())
        qtbot.keyClick(search, Qt.Key.Key_Return)
    document = window.document
    for node in ("conv1", "conv2"):
        document.attempt("Same", lambda d, n=node: edits.set_settings(d, [n], {"padding": "same"}))
    document.select(["conv2", "conv1"])
    window.adding.add((Add(),))
    window.adding.add((GlobalAvgPool2d(),))
    window.adding.add((Linear(),))
    window.adding.add((Output(),))
    assert document.inference.ok
    assert document.design.graph.inputs_of("add1") == ("conv2", "conv1")
    assert document.inference.nodes["add1"].output == (32, 28, 28)
    steps = document.history.count()
    for _ in range(steps):
        window.actions_by_id["undo"].trigger()
    assert not document.design.graph.nodes
    for _ in range(steps):
        window.actions_by_id["redo"].trigger()
    assert document.inference.ok


@pytest.mark.slow
def test_train_pause_edit_continue_stop_save_reopen(
    open_window: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window()
    window.files.start("lenet5")
    events: list[str] = []
    window.session.event_received.connect(lambda event: events.append(event["event"]))
    start(window, 50)
    wait_for(window, qtbot, "training")
    qtbot.waitUntil(lambda: "epoch" in events, timeout=PATIENCE)
    window.actions_by_id["pause"].trigger()
    wait_for(window, qtbot, "paused")
    frozen = window.session.design
    window.document.attempt("x", lambda d: edits.rename(d, "conv1", "first"))
    assert window.session.design is frozen  # a run keeps the design it began with
    window.actions_by_id["train"].trigger()
    wait_for(window, qtbot, "training")
    window.session.set_learning_rate(0.01)
    window.actions_by_id["stop"].trigger()
    wait_for(window, qtbot, "idle")
    assert events[-1] == "finished"
    assert window.session.can_continue
    assert window.actions_by_id["train"].text() == "&Continue"

    window.document.save(tmp_path / "net.striate")
    assert window.session.run is not None
    assert window.session.run.path.parent == tmp_path / "net.runs"
    best = window.session.figures.get("best_accuracy")
    window.close()

    again = open_window()
    assert again.files.load(tmp_path / "net.striate")
    assert again.session.run is not None
    assert again.session.figures.get("best_accuracy") == best
    assert again.session.can_continue
    assert again.curves.curves.state == "stopped"


@pytest.mark.slow
def test_a_killed_engine_leaves_the_window_alive(window: Window, qtbot: QtBot) -> None:
    start(window, 50)
    wait_for(window, qtbot, "training")
    assert window.engine.process_id is not None
    os.kill(window.engine.process_id, signal.SIGKILL)
    wait_for(window, qtbot, "lost")
    assert "engine" in window.training.run.sentence.text()
    assert window.document.inference.ok
    window.document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    window.actions_by_id["undo"].trigger()
    window.actions_by_id["train"].trigger()  # a new engine
    wait_for(window, qtbot, "training")


@pytest.mark.slow
def test_closing_while_training_keeps_what_was_learned(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(window, 50)
    window.document.history.setClean()
    wait_for(window, qtbot, "training")
    monkeypatch.setattr(questions, "stop_training", lambda _: False)
    assert not window.close()
    monkeypatch.setattr(questions, "stop_training", lambda _: True)
    assert window.close()
    assert window.session.run is not None
    assert window.session.run.checkpoints()
