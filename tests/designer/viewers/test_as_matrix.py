"""A convolution as a matrix: what is asked, how it is drawn, and what the mouse is told."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.design import Design
from core.explain.toeplitz import as_matrix
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Linear, Output
from core.questions.exploring import MatrixShown, ShowMatrix
from designer.document.document import Document
from designer.viewers.as_matrix import AsMatrixView
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

RANDOM = np.random.default_rng(0)
FOUND = as_matrix(
    Conv2d(1, 3), np.arange(1.0, 10).reshape(1, 1, 3, 3), RANDOM.random((1, 4, 4)),
    source=0, channel=0,
)  # fmt: skip


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> AsMatrixView:
    selection.set(node="conv1")
    made = AsMatrixView(selection, engine)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    return made


def answer(engine: QuietEngine) -> None:
    engine.say(MatrixShown(0, engine.asked("matrix")[-1], FOUND, 1, (28, 28)))


def test_matrix_and_maps_are_drawn(view: AsMatrixView, engine: QuietEngine) -> None:
    assert engine.asked("matrix")[-1] == ShowMatrix("conv1")
    answer(engine)
    np.testing.assert_array_equal(view.matrix._tiles.values[0], FOUND.matrix)
    np.testing.assert_array_equal(view.x._tiles.values[0], FOUND.x)
    assert "4 × 16: 36 of 64 entries hold one of 9 weights" in view.title.text()
    assert "the middle 4×4 cells" in view.title.text()


def test_transposed_and_by_weight(view: AsMatrixView, engine: QuietEngine, qtbot: QtBot) -> None:
    answer(engine)
    qtbot.mouseClick(view.turned, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(view.matrix._tiles.values[0], FOUND.matrix.T)
    np.testing.assert_array_equal(view.x._tiles.values[0], FOUND.y)
    qtbot.mouseClick(view.shared, Qt.MouseButton.LeftButton)
    shown = view.matrix._tiles.values[0]
    assert np.isnan(shown).sum() == 64 - 36
    assert set(shown[~np.isnan(shown)]) == set(range(9))


def test_the_mouse_is_told_which_cells_meet(view: AsMatrixView, engine: QuietEngine) -> None:
    answer(engine)
    view.matrix.hovered.emit(0, 3, 10, 5.0)  # output (1, 1) and input (2, 2)
    assert view.title.text() == (
        "input row 2, column 2 → output row 1, column 1: weight at row 1, column 1, 5"
    )
    view.matrix.hovered.emit(0, 0, 15, 0.0)
    assert view.title.text().endswith("do not meet")
    view.matrix.hovered.emit(-1, -1, -1, None)
    assert "36 of 64" in view.title.text()


def test_maps_of_another_group_are_not_asked_for(
    view: AsMatrixView, engine: QuietEngine, document: Document, selection: Selection
) -> None:
    graph = chain(Input((4, 9, 9)), Conv2d(4, groups=2), Flatten(), Linear(3), Output())
    document.new(Design(graph=graph))
    selection.set(node="conv1")
    selection.set(channel=3)
    assert view.question("conv1").source == 2  # the second group takes maps 2 and 3


def test_other_layers_are_none(view: AsMatrixView, selection: Selection) -> None:
    selection.set(node="pool1")
    assert "is no Conv2d" in view.empty.accessibleName()


def test_numbers_are_named(view: AsMatrixView, engine: QuietEngine) -> None:
    assert view.numbers() == {}
    answer(engine)
    assert set(view.numbers()) == {"matrix", "taps", "x", "y", "kernel"}
