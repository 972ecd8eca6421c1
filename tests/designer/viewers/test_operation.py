"""Changed weights: what is typed is asked about, undone and shown before and after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.explain.operation import Operation, Paint, Swap
from core.explain.surgery import Worth
from core.questions.layers import OperationShown, ShowOperation
from designer.viewers.operation import OperationView
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

NAMES = tuple("0123456789")
SHEET = np.arange(25.0).reshape(5, 5)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> OperationView:
    selection.set(node="conv1")
    made = OperationView(selection, engine)
    qtbot.addWidget(made)
    made.resize(760, 300)
    made.show()
    return made


def asked(engine: QuietEngine) -> ShowOperation:
    request = engine.asked("operation")[-1]
    assert isinstance(request, ShowOperation)
    return replace(request, when=None)


def answer(view: OperationView, engine: QuietEngine) -> None:
    request = asked(engine)
    found = Operation(256, Worth(0.4, 0.9), Worth(0.7, 0.6) if request.cuts else Worth(0.4, 0.9))
    maps = np.stack([np.zeros((28, 28)), np.ones((28, 28))]).astype(np.float32)
    said, after = np.eye(10)[7], np.eye(10)[3]
    engine.say(
        OperationShown(2, request, found, SHEET, (6, 1), maps, NAMES, "7", said, after)
    )  # fmt: skip
    view.asking._rest.stop()


def type_value(view: OperationView, qtbot: QtBot, row: int, column: int, text: str) -> None:
    """Double-click a cell, type, press Enter."""
    view.grab()  # only what is painted has its place
    spot = view.grid.cell_rect(row, column).center().toPoint()
    qtbot.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseDClick(view.grid, Qt.MouseButton.LeftButton, pos=spot)
    view.grid.field.selectAll()
    qtbot.keyClicks(view.grid.field, text)
    qtbot.keyClick(view.grid.field, Qt.Key.Key_Return)


def test_a_typed_weight_is_asked_about(
    view: OperationView, engine: QuietEngine, qtbot: QtBot
) -> None:
    assert asked(engine) == ShowOperation("conv1")
    answer(view, engine)
    assert view.title.text().startswith("conv1: 90.0 % right, loss 0.4 · 256 items")
    assert not view.undo.isEnabled()
    type_value(view, qtbot, 1, 2, "-3.5")
    assert asked(engine).cuts == (Paint(0, 0, 1, 2, -3.5),)
    assert view.grid.numbers.values[1, 2] == -3.5  # at once
    answer(view, engine)
    assert "60.0 % right, loss 0.7 with 1 change" in view.title.text()
    np.testing.assert_array_equal(view.maps._tiles.values[1], 1)
    np.testing.assert_array_equal(view.bars.shares, np.eye(10)[3])


def test_units_are_swapped_and_changes_taken_back(
    view: OperationView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(view, engine)
    type_value(view, qtbot, 0, 0, "2")
    answer(view, engine)
    qtbot.mouseClick(view.swap, Qt.MouseButton.LeftButton)
    assert "Choose another unit" in view.title.text()
    view.other.setValue(4)
    qtbot.mouseClick(view.swap, Qt.MouseButton.LeftButton)
    assert asked(engine).cuts == (Paint(0, 0, 0, 0, 2.0), Swap(0, 4))
    answer(view, engine)
    assert "units 0 and 4 swapped" in view.title.text()
    qtbot.mouseClick(view.undo, Qt.MouseButton.LeftButton)
    assert asked(engine).cuts == (Paint(0, 0, 0, 0, 2.0),)
    answer(view, engine)
    qtbot.mouseClick(view.undo, Qt.MouseButton.LeftButton)
    assert asked(engine).cuts == ()


def test_another_layer_forgets_the_changes_and_pooling_has_none(
    view: OperationView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    answer(view, engine)
    type_value(view, qtbot, 0, 0, "2")
    answer(view, engine)
    selection.set(node="conv2")
    assert asked(engine) == ShowOperation("conv2")
    selection.set(node="pool1")
    assert "no units whose weights" in view.empty.accessibleName()
