"""What leads where between a stepper's sheets, by mouse: arrows, frames, counts, and following."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.explain.probe import probe
from core.explain.steps import steps
from core.explain.walk import Walk
from core.layers import Conv2d, MaxPool2d
from core.network import Network
from core.questions.viewing import ShowTensors, TensorsShown
from designer.document.document import Document
from designer.theme import theme
from designer.viewers.selection import Selection
from designer.viewers.step_page import StepPage
from designer.viewers.stepper import StepperView
from designer.widgets.number_grid import NumberGrid
from tests.designer.viewers.conftest import QuietEngine
from tests.support.robot import move

X = np.array(
    [[1, 9, 2, 3], [4, 5, 8, 6], [0, 1, 2, 3], [7, 6, 5, 4]], np.float64
)[None]  # fmt: skip
WINNERS = {(0, 0): (0, 1), (0, 1): (1, 2), (1, 0): (3, 0), (1, 1): (3, 2)}  # by hand


@pytest.fixture
def page(qtbot: QtBot) -> StepPage:
    made = StepPage()
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def show_pool(page: StepPage, mode: str = "forward") -> None:
    """Max pooling 2 × 2 of the numbers above."""
    y = np.array([[[9, 8], [7, 5]]], np.float64)
    found = {"x": X, "y": y, "dy": np.arange(1.0, 5).reshape(1, 2, 2)}
    page.show_walk(Walk(steps(MaxPool2d((2, 2)), found)), anew=True, rate=0.0)
    if mode != "forward":
        page.bar.modes.buttons[mode].click()


def show_conv(page: StepPage, mode: str) -> None:
    """A filter of 3 × 3 over 5 × 5 cells with stride 2 and a ring of 1."""
    layer = Conv2d(1, (3, 3), (2, 2), (1, 1, 1, 1), bias=False)
    found = {"x": np.ones((1, 5, 5)), "weight": np.ones((1, 1, 3, 3)), "dy": np.ones((1, 3, 3))}
    page.show_walk(Walk(steps(layer, found)), anew=True, rate=0.0)
    page.bar.modes.buttons[mode].click()


def point(grid: NumberGrid, row: int, column: int) -> None:
    """Move the mouse onto a cell, from elsewhere on the sheet."""
    move(grid, grid.rect().topLeft())
    move(grid, grid.cell_rect(row, column).center().toPoint())


def leave(grid: NumberGrid) -> None:
    """Take the mouse off a sheet; without a screen not every move elsewhere says so."""
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))


def cells(page: StepPage, side: str, at: QPointF) -> tuple[int, int] | None:
    """The cell of a sheet that a place of the page's sheets is in, or touches from outside."""
    grid = {"left": page.grids.left, "right": page.grids.right}[side]
    inward = QPointF(-2 if side == "left" else 2, 0)
    return grid.cell_at((grid.mapFromParent(at) + inward).toPoint())


@pytest.mark.parametrize("mode", ["forward", "data"])
def test_arrows_lead_from_winners_and_gradients_back(page: StepPage, mode: str) -> None:
    show_pool(page, mode)
    found = {
        (cells(page, "left", line.begin), cells(page, "right", line.end))
        for line in page.traces.lines()
    }
    if mode == "forward":
        expected = {(winner, window) for window, winner in WINNERS.items()}
    else:  # values lie on every other cell of the spread sheet, behind a ring of 1
        expected = {((1 + 2 * p, 1 + 2 * q), winner) for (p, q), winner in WINNERS.items()}
    assert found == expected


def test_the_arrow_of_the_window_under_the_mouse_is_strong(page: StepPage, qtbot: QtBot) -> None:
    show_pool(page)

    def strong() -> list[tuple[int, int] | None]:
        return [cells(page, "right", line.end) for line in page.traces.lines() if line.width > 2]

    assert strong() == [(0, 0)]  # what is computed
    point(page.grids.left, 2, 3)
    assert strong() == [(0, 0), (1, 1)]
    point(page.grids.right, 1, 0)
    assert strong() == [(0, 0), (1, 0)]
    leave(page.grids.right)
    assert strong() == [(0, 0)]


def test_an_arrow_out_of_sight_is_not_drawn(page: StepPage, qtbot: QtBot) -> None:
    x = np.random.default_rng(0).random((1, 40, 40))
    page.show_walk(Walk(steps(MaxPool2d((2, 2)), {"x": x})), anew=True, rate=0.0)
    left = page.grids.left
    rows = [row for row in range(40) if left.place_in_sight(row, 0) is not None]
    assert 0 < len(rows) < 40
    assert 0 < len(page.traces.lines()) <= (len(rows) // 2 + 1) ** 2
    inside = page.traces.rect()
    assert all(inside.contains(line.begin.toPoint()) for line in page.traces.lines())


def test_a_convolution_has_frames_and_no_arrows(page: StepPage, qtbot: QtBot) -> None:
    show_conv(page, "forward")
    assert page.traces.lines() == []
    point(page.grids.left, 2, 3)  # cell (1, 2): rows 0 and 1, column 1 alone
    rows, columns = page.grids.right.marks.linked
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1])
    leave(page.grids.left)
    assert not len(page.grids.right.marks.linked[0])


def test_in_the_data_gradient_what_is_computed_marks_what_it_feeds(
    page: StepPage, qtbot: QtBot
) -> None:
    show_conv(page, "data")
    page.walk.aim(row=1, column=1)
    page.step(0)
    rows, columns = page.grids.left.marks.linked
    assert (rows.tolist(), columns.tolist()) == ([2, 4], [2, 4])  # dy (0, 0) to (1, 1), spread
    point(page.grids.right, 1, 1)  # cell (0, 0)
    rows, columns = page.grids.left.marks.linked
    assert (rows.tolist(), columns.tolist()) == ([2], [2])


def test_counts_take_the_place_of_values(page: StepPage) -> None:
    show_conv(page, "data")
    values = page.grids.right.numbers.values
    assert page.bar.counts.isVisible()
    page.bar.counts.click()
    row = np.array([1, 2, 1, 2, 1])  # windows begin at −1, 1 and 3
    numbers = page.grids.right.numbers
    assert_array_equal(numbers.values[1:-1, 1:-1], np.outer(row, row))
    assert not numbers.signed
    assert page.grids.right.title == "windows over each cell of dx, map 0"
    page.bar.guess.click()
    assert not page.grids.right.marks.secret  # a count gives nothing away
    page.bar.modes.buttons["forward"].click()
    assert_array_equal(page.grids.left.numbers.values[1:-1, 1:-1], np.outer(row, row))
    page.bar.counts.click()
    page.bar.modes.buttons["data"].click()
    assert_array_equal(page.grids.right.numbers.values, values)
    show_pool(page)
    assert not page.bar.counts.isVisible()  # every cell lies under one window


def test_both_looks_of_traces_are_painted(page: StepPage) -> None:
    show_pool(page)
    light = page.grids.grab().toImage()
    page.traces.hide()
    assert page.grids.grab().toImage() != light
    page.traces.show()
    theme.apply("dark")
    assert page.grids.grab().toImage() != light


def test_gradients_follow_the_value_that_is_selected(
    qtbot: QtBot, selection: Selection, engine: QuietEngine, document: Document
) -> None:
    view = StepperView(selection, engine)
    qtbot.addWidget(view)
    view.show()
    selection.set(node="conv2", channel=3, row=4, column=5)
    asked = engine.asked("tensors")[-1]
    assert isinstance(asked, ShowTensors)
    item = np.random.default_rng(0).random((1, 28, 28)).astype(np.float32)
    network = Network(document.design.graph, seed=3)
    found = probe(network, item, np.array([4]), node="conv2", wants=asked.wants)
    engine.say(TensorsShown("conv2", 0, asked.sample, "4", (), found))
    buttons = view.page.bar.modes.buttons
    qtbot.mouseClick(buttons["data"], Qt.MouseButton.LeftButton)
    assert tuple(view.page.walk.target) == (0, 6, 7)  # the middle of a window of 5 × 5
    selection.set(channel=3, row=0, column=9)  # in another view
    assert tuple(view.page.walk.target) == (0, 2, 11)
    assert selection.spot.value == (3, 0, 9)
    qtbot.mouseClick(buttons["filter"], Qt.MouseButton.LeftButton)
    assert view.page.walk.target.map == 3 * 6  # the first of the kernels of map 3
