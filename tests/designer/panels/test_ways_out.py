"""Ways out of problems as buttons with what they give, and advice that can be waved away."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.advice import advice
from core.fixes import ways_out
from core.graph import chain
from core.infer import infer
from core.layers import Conv2d, Flatten, Input, Linear, Output, ReLU
from core.messages import DataShown
from core.project import load
from designer.document import edits
from designer.panels.problem_note import ProblemNote, preview_text
from designer.panels.problems import ProblemRow
from designer.window import Window

LEFT = Qt.MouseButton.LeftButton


def spoil(window: Window, node: str, **settings: object) -> None:
    window.document.attempt("x", lambda d: edits.set_settings(d, [node], settings))


def filled(note: ProblemNote, qtbot: QtBot) -> list[QPushButton]:
    """The buttons of a note, once they are there."""
    qtbot.waitUntil(lambda: bool(note.buttons))
    return note.buttons


def advice_row(window: Window) -> ProblemRow:
    return next(row for row in window.problems.rows if row.problem.severity == "advice")


def test_a_fix_shows_the_sizes_after_it_and_makes_them(window: Window, qtbot: QtBot) -> None:
    window.docks.show("problems")
    spoil(window, "conv2", kernel_size=(50, 5))
    (row,) = window.problems.rows
    buttons = filled(row.note, qtbot)
    assert "conv2: 14 × 14 × 16" in buttons[0].accessibleDescription()
    qtbot.mouseClick(buttons[0], LEFT)
    assert window.document.inference.nodes["conv2"].output == (16, 14, 14)
    assert window.document.history.undoText() == row.note.ways[0].fix.text
    window.actions_by_id["undo"].trigger()
    assert not window.document.inference.ok


def test_the_form_of_the_layer_has_the_same_buttons(window: Window, qtbot: QtBot) -> None:
    window.document.select(["conv2"])
    spoil(window, "conv2", kernel_size=50)
    note = window.properties.form.findChild(ProblemNote)
    assert note is not None
    texts = [button.text() for button in filled(note, qtbot)]
    assert "Make the kernel 14×14" in texts


def test_a_fix_is_of_the_network_as_it_is_now(window: Window, qtbot: QtBot) -> None:
    window.docks.show("problems")
    spoil(window, "conv2", kernel_size=50)
    filled(window.problems.rows[0].note, qtbot)
    spoil(window, "conv2", out_channels=9)  # the problem stays the same
    buttons = filled(window.problems.rows[0].note, qtbot)
    qtbot.mouseClick(buttons[0], LEFT)
    assert window.document.inference.nodes["conv2"].output[0] == 9


def test_new_nodes_lie_in_the_open(window: Window, qtbot: QtBot) -> None:
    window.document.attempt("x", lambda d: edits.delete(d, ["flatten"]))
    window.docks.show("problems")
    qtbot.mouseClick(filled(window.problems.rows[0].note, qtbot)[0], LEFT)
    places = [window.canvas.network.places[id] for id in window.document.design.graph.nodes]
    assert len(set(places)) == len(places)


def test_what_a_fix_costs_is_said() -> None:
    graph = chain(Input((1, 8, 8)), Conv2d(2, 4, padding="same"), ReLU(), Flatten(), Linear(3),
                  Output())  # fmt: skip
    (problem,) = advice(graph, infer(graph))
    larger, smaller = ways_out(graph, problem)  # 2·4² weights become 2·5² or 2·3²
    assert preview_text(larger, "conv1", problem.severity) == "+18 parameters"
    assert preview_text(smaller, "conv1", problem.severity) == "−14 parameters"


def test_classes_that_the_network_cannot_name(window: Window, qtbot: QtBot) -> None:
    classes = tuple("abcdefghijkl")
    none = np.zeros(0, np.int64)
    pictures = np.zeros((0, 1, 28, 28), np.uint8)
    window.docks.show("problems")
    shown = DataShown("Letters", "", (), classes, none, none, pictures, none)
    window.engine.data_received.emit(shown)
    (row,) = window.problems.rows
    assert row.problem.sentence == "output tells 10 classes apart, the data have 12."
    qtbot.mouseClick(filled(row.note, qtbot)[0], LEFT)
    assert window.document.inference.nodes["output"].output == (12,)
    assert window.problems.rows == []


# ---- advice -----------------------------------------------------------------------------


def test_advice_is_quiet_and_never_in_the_way(window: Window, qtbot: QtBot) -> None:
    window.docks.show("problems")
    spoil(window, "conv1", kernel_size=4, padding="same")
    row = advice_row(window)
    assert row.problem.kind == "even-kernel"
    assert window.docks.docks["problems"].windowTitle() == "Problems"  # it is not counted
    assert window.document.inference.ok
    assert window.canvas.network.nodes["conv1"].look.sentence == ""
    window.docks.show("problems")
    buttons = filled(row.note, qtbot)
    qtbot.mouseClick(next(b for b in buttons if b.text() == "Make the kernel 5×5"), LEFT)
    assert not [row for row in window.problems.rows if row.problem.kind == "even-kernel"]


def test_a_click_selects_the_layer_that_advice_is_about(window: Window, qtbot: QtBot) -> None:
    spoil(window, "conv1", kernel_size=4, padding="same")
    window.docks.show("problems")
    qtbot.mouseClick(advice_row(window), LEFT, pos=QPoint(3, 3))
    assert window.document.selection == ("conv1",)


def test_advice_can_be_dismissed_for_good_and_called_back(
    window: Window, qtbot: QtBot, tmp_path: object
) -> None:
    spoil(window, "conv1", kernel_size=4, padding="same")
    window.docks.show("problems")
    row = advice_row(window)
    assert row.dismiss is not None
    qtbot.mouseClick(row.dismiss, LEFT)
    assert window.problems.rows == []
    assert window.document.design.dismissed == {("conv1", "even-kernel")}
    path = tmp_path / "a.striate"  # type: ignore[operator]
    window.document.save(path)
    assert load(path).design.dismissed == {("conv1", "even-kernel")}
    window.actions_by_id["undo"].trigger()
    assert advice_row(window).problem.kind == "even-kernel"
    window.actions_by_id["redo"].trigger()
    assert window.problems.heed.text() == "Show advice again that was dismissed (1)"
    qtbot.mouseClick(window.problems.heed, LEFT)
    assert advice_row(window).problem.kind == "even-kernel"
    assert not window.problems.heed.isVisible()
