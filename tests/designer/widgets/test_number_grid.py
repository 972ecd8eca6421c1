"""A grid of numbers: every cell can be read, chosen, dragged over and typed into."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.widgets.grid_layout import laid_out, wanted_width
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.grid_numbers import cell_text, power_words, shared_power
from designer.widgets.number_grid import NumberGrid
from designer.widgets.numbers import read_number

VALUES = np.arange(25.0).reshape(5, 5) - 12


def numbers(values: np.ndarray = VALUES, **more: object) -> Numbers:
    limit = float(np.abs(values).max())
    return Numbers(values, np.zeros(values.shape, np.int8), low=-limit, high=limit, **more)


@pytest.fixture
def grid(qtbot: QtBot) -> NumberGrid:
    made = NumberGrid(name="Input")
    qtbot.addWidget(made)
    made.resize(260, 240)
    made.set_numbers(numbers(), GridMarks(np.array([2]), np.array([3])), title="x, map 0")
    made.show()
    return made


def middle(grid: NumberGrid, row: int, column: int) -> QPoint:
    return grid.cell_rect(row, column).center().toPoint()


def test_a_click_and_a_drag_choose_cells(grid: NumberGrid, qtbot: QtBot) -> None:
    heard: list[tuple[int, int]] = []
    grid.cell_chosen.connect(lambda row, column: heard.append((row, column)))
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 1, 4))
    QTest.mouseMove(grid, middle(grid, 3, 2))
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 3, 2))
    QTest.mouseMove(grid, middle(grid, 0, 0))
    assert heard[0] == (1, 4)
    assert heard[-1] == (3, 2)


def test_arrow_keys_move_the_marked_cell_and_stay_inside(grid: NumberGrid, qtbot: QtBot) -> None:
    heard: list[tuple[int, int]] = []
    grid.cell_chosen.connect(lambda row, column: heard.append((row, column)))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down):
        qtbot.keyClick(grid, key)
    grid.set_numbers(numbers(), GridMarks(np.array([0]), np.array([4])), title="x")
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right):
        qtbot.keyClick(grid, key)
    assert heard == [(2, 2), (3, 3)]


def test_a_value_is_typed_where_that_is_allowed(grid: NumberGrid, qtbot: QtBot) -> None:
    heard: list[tuple[int, int, float]] = []
    grid.value_typed.connect(lambda *what: heard.append(what))
    qtbot.mouseDClick(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 1, 1))
    assert not grid.field.isVisible()
    grid.set_editable(True)
    qtbot.mouseDClick(grid, Qt.MouseButton.LeftButton, pos=middle(grid, 1, 1))
    assert grid.field.isVisible()
    assert grid.field.selectedText() == "−6"
    qtbot.keyClicks(grid.field, "0.5")
    qtbot.keyClick(grid.field, Qt.Key.Key_Return)
    assert heard == [(1, 1, 0.5)]
    assert not grid.field.isVisible()


def test_what_is_no_number_stays_in_the_field(grid: NumberGrid, qtbot: QtBot) -> None:
    heard: list[object] = []
    grid.value_typed.connect(lambda *what: heard.append(what))
    grid.set_editable(True)
    grid.edit(0, 0)
    grid.field.setText("many")
    qtbot.keyClick(grid.field, Qt.Key.Key_Return)
    assert grid.field.isVisible()
    assert "A number is expected" in grid.field.toolTip()
    qtbot.keyClick(grid.field, Qt.Key.Key_Escape)
    assert not grid.field.isVisible()
    assert not heard


def test_typing_on_the_marked_cell_begins_a_number(grid: NumberGrid, qtbot: QtBot) -> None:
    grid.set_editable(True)
    qtbot.keyClicks(grid, "7")
    assert grid.field.text() == "7"
    assert grid.field.cell == (2, 3)


def test_a_large_grid_shows_the_cells_around_the_mark(grid: NumberGrid) -> None:
    values = np.random.default_rng(0).normal(size=(224, 224))
    grid.set_numbers(numbers(values), GridMarks(np.array([100]), np.array([3])), title="x")
    grid.repaint()
    assert "of 224×224" in grid.caption
    here = grid.cell_at(middle(grid, 100, 3))
    assert here == (100, 3)
    assert grid.text_at(100, 3).startswith("row 100, column 3: ")


def test_marks_padding_and_secrets_are_painted(grid: NumberGrid) -> None:
    plain = grid.grab().toImage()
    kinds = np.zeros((5, 5), np.int8)
    kinds[0] = 1
    looks = [plain]
    for numbers_, marks in (
        (Numbers(VALUES, kinds, low=-12, high=12), GridMarks()),
        (numbers(), GridMarks(np.array([2]), np.array([3]), secret=True)),
        (numbers(), GridMarks(until=7)),
        (numbers(rows=("a", "b", "c", "d", "e")), GridMarks()),
    ):
        grid.set_numbers(numbers_, marks, title="x, map 0")
        looks.append(grid.grab().toImage())
    assert all(one != other for n, one in enumerate(looks) for other in looks[:n])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (0.25, "0.25"), (-1.304, "−1.30"), (12.5, "12.5"), (140.2, "140"), (-7.0, "−7"),
        (0.0004, "≈0"), (-0.0004, "≈0"), (float("nan"), "·"), (float("inf"), "∞"), (9.999, "10.0"),
        (99.96, "100"),
    ],
)  # fmt: skip
def test_numbers_in_cells(number: float, text: str) -> None:
    assert cell_text(number) == text
    assert len(text) <= 5


def test_small_numbers_share_a_power_of_ten() -> None:
    assert shared_power(np.array([0.5, -2.0])) == 0
    assert shared_power(np.array([0.0])) == 0
    assert shared_power(np.array([0.00042, -1e-6])) == -4
    assert shared_power(np.array([31_000.0])) == 4
    assert cell_text(0.00042, -4) == "4.20"
    assert power_words(-4) == "×10⁻⁴"
    assert power_words(0) == ""


def test_numbers_are_read_as_people_write_them() -> None:
    assert read_number(" −0.5 ") == -0.5
    assert read_number("1e-3") == 0.001
    assert read_number("nan") is None
    assert read_number("") is None


def test_every_column_fits_into_the_width_that_is_wanted() -> None:
    for columns in (1, 5, 16):
        room = QRectF(0, 0, wanted_width(columns), 200)
        layout = laid_out((4, columns), room, (0, 0))
        assert layout.shown == (4, columns)
        assert layout.text
        assert layout.rect(0, columns - 1).right() <= room.right() + 0.5
    assert laid_out((4, 4), QRectF(0, 0, 10, 10), (0, 0)).shown == (0, 0)
