"""A neocognitron in the window: Hebb's rule, supervision after it, and conversion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.hebb import Hebb, Inhibitory, Plain
from core.layers import Conv2d, MaxPool2d, NeoC, NeoS, ReLU
from core.plan import Gradient
from designer.document import edits
from designer.forms.form import OneOfEditor
from designer.forms.number_box import NumberBox
from designer.window import Window
from tests.support.windows import Open

WAIT = 60_000  # milliseconds; a limit, never a delay
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def neocognitron(open_window: Open) -> Window:
    """A window with the template, its Training panel in front."""
    window = open_window()
    window.files.start("neocognitron")
    window.docks.show("training")
    return window


def kinds(window: Window) -> list[int]:
    """How many S, C, Conv2d, ReLU and MaxPool2d layers there are."""
    graph = window.document.design.graph
    return [len(graph.of_type(one)) for one in (NeoS, NeoC, Conv2d, ReLU, MaxPool2d)]


def choose(qtbot: QtBot, editor: OneOfEditor, title: str) -> None:
    """Choose a kind of value by keys."""
    combo = editor.combo
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.findText(title)):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


def method_editor(window: Window) -> OneOfEditor:
    editor = window.training.form.rows["method"].editor
    assert isinstance(editor, OneOfEditor)
    return editor


def shown(window: Window) -> set[str]:
    """The settings of the plan that the form shows."""
    rows = window.training.form.rows
    return {name for name, row in rows.items() if row.editor.isVisibleTo(window.training.form)}


def kept(run: Path, name: str) -> NDArray[np.float32]:
    """An array in the newest checkpoint of a run."""
    from safetensors.numpy import load_file

    return np.asarray(load_file(sorted(run.glob("ckpt-*"))[-1])[f"model/{name}"])


# ---- conversion -------------------------------------------------------------------------


def test_a_button_of_an_s_layer_converts_everything(neocognitron: Window, qtbot: QtBot) -> None:
    window = neocognitron
    before = window.document.design
    window.document.select(["us1"])
    qtbot.mouseClick(window.properties.convert, LEFT)
    assert kinds(window) == [0, 0, 3, 3, 3]
    assert window.document.inference.ok
    assert set(window.document.design.positions) == set(window.document.design.graph.nodes)
    assert "3 × NeoS to Conv2d and ReLU" in window.status.notice.text()
    assert window.properties.convert.isHidden()
    window.actions_by_id["undo"].trigger()
    assert window.document.design == before


def test_the_action_is_found_by_name_and_only_where_it_makes_sense(
    neocognitron: Window, qtbot: QtBot
) -> None:
    window, action = neocognitron, neocognitron.actions_by_id["convert"]
    assert action.isEnabled()
    window.guide.commands()
    chooser = window.search.open_chooser
    assert chooser is not None
    qtbot.keyClicks(chooser.search, "neocognitron to conv")
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert kinds(window) == [0, 0, 3, 3, 3]
    assert not action.isEnabled()
    window.files.start("lenet5")
    assert not action.isEnabled()
    window.document.select(["conv1"])
    assert window.properties.convert.isHidden()


def test_the_converted_network_is_trained_by_gradient(neocognitron: Window) -> None:
    window = neocognitron
    window.document.attempt(
        "x", lambda d: edits.set_plan(d, d.plan.replace(method=Hebb(), epochs=3))
    )
    window.actions_by_id["convert"].trigger()
    assert window.document.design.plan.method == Gradient()
    assert window.document.design.plan.epochs == 3
    assert "method" not in shown(window)


# ---- Hebb's rule ------------------------------------------------------------------------


def test_only_s_layers_learn_by_hebbs_rule(window: Window, neocognitron: Window) -> None:
    window.docks.show("training")
    assert "method" not in shown(window)
    assert {"epochs", "optimizer", "device"} <= shown(window)
    assert {"method", "epochs", "optimizer"} <= shown(neocognitron)


def test_the_rule_is_chosen_in_the_panel(neocognitron: Window, qtbot: QtBot) -> None:
    window = neocognitron
    choose(qtbot, method_editor(window), "Hebb")
    assert window.document.design.plan.method == Hebb(Inhibitory())
    assert shown(window) == {"method", "device"}
    assert window.training.recipe.isHidden()
    rule = method_editor(window).form.rows["rule"].editor
    assert isinstance(rule, OneOfEditor)
    choose(qtbot, rule, "Plain")
    assert window.document.design.plan.method == Hebb(Plain())
    choose(qtbot, method_editor(window), "Gradient")
    assert window.document.design.plan.method == Gradient()
    assert not window.training.recipe.isHidden()


def test_without_s_cells_it_says_why_it_cannot_start(window: Window) -> None:
    window.document.attempt("x", lambda d: edits.set_plan(d, d.plan.replace(method=Hebb())))
    assert "method" in shown(window)  # so that it can be mended
    window.actions_by_id["train"].trigger()
    assert "add a NeoS layer" in window.status.notice.text()
    assert window.engine.state == "idle"


@pytest.mark.slow
def test_learn_by_hebbs_rule_then_supervise_then_convert(
    neocognitron: Window, qtbot: QtBot
) -> None:
    """J5, J7 and J6 on one canvas, all by mouse and keys."""
    window, session, panel = neocognitron, neocognitron.session, neocognitron.training.run
    choose(qtbot, method_editor(window), "Hebb")
    box = method_editor(window).form.rows["presentations"].editor.findChild(NumberBox)
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), "40")
    told: list[str] = []
    session.event_received.connect(lambda event: told.append(event["event"]))
    window.document.select(["us1"])
    qtbot.mouseClick(panel.train, LEFT)
    qtbot.waitUntil(lambda: "finished" in told, timeout=WAIT)
    assert told.count("presented") == 3 * 40
    assert panel.figures.shown["Pictures"] == "40 / 40"
    assert panel.figures.shown["Layer"] == "us3"
    assert session.figures.fraction == 1.0
    assert session.run is not None
    assert session.run.events()[-1]["reason"] == "done"
    assert not session.can_continue
    assert not session.can_inherit
    assert window.curves.curves.by_hebb
    hebb = session.run.path
    learned = kept(hebb, "us1/weight")

    told.clear()
    window.document.attempt(
        "x", lambda d: edits.set_plan(d, d.plan.replace(epochs=1, batch_size=512))
    )
    session.told.connect(told.append)
    qtbot.mouseClick(panel.supervise, LEFT)
    assert window.document.design.plan.method == Gradient()
    qtbot.waitUntil(lambda: "finished" in told, timeout=WAIT)
    total = len(window.document.inference.nodes["linear1"].weights) + 3 * 2
    assert f"{total} of {total} arrays of weights come from run {hebb.name}." in told
    assert session.run.path != hebb
    assert not np.array_equal(kept(session.run.path, "us1/weight"), learned)
    supervised = kept(session.run.path, "us1/weight")

    told.clear()
    window.document.attempt(
        "x", lambda d: edits.set_plan(d, d.plan.replace(optimizer=d.plan.optimizer.replace(lr=0)))
    )
    qtbot.mouseClick(window.properties.convert, LEFT)
    qtbot.mouseClick(panel.inherit, LEFT)
    qtbot.waitUntil(lambda: "finished" in told, timeout=WAIT)
    # At rate 0 nothing moves: the filters are r·a still, r = 4.
    np.testing.assert_allclose(kept(session.run.path, "us1/weight"), 4.0 * np.abs(supervised))
    np.testing.assert_array_equal(kept(session.run.path, "us1/bias"), np.zeros(8))


@pytest.mark.slow
def test_hebbian_learning_pauses_and_stops(neocognitron: Window, qtbot: QtBot) -> None:
    window, session = neocognitron, neocognitron.session
    many = Hebb(presentations=1_000_000)
    window.document.attempt("x", lambda d: edits.set_plan(d, d.plan.replace(method=many)))
    window.actions_by_id["train"].trigger()
    qtbot.waitUntil(lambda: session.state == "training", timeout=WAIT)
    window.actions_by_id["pause"].trigger()
    qtbot.waitUntil(lambda: session.state == "paused", timeout=WAIT)
    assert not window.training.run.rate.isVisible()
    window.actions_by_id["stop"].trigger()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=WAIT)
    assert session.figures.get("reason") == "stopped"
    assert session.run is not None
    assert session.run.checkpoints()
