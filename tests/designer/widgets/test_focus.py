"""The keyboard: where it is can be seen, what it leaves is left, and Undo reaches the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.viewers.mistake_tables import MistakeTable
from designer.widgets.focus_line import FocusLine
from designer.widgets.mosaic_grid import MosaicGrid
from designer.widgets.spin_field import spin_field

TAB = Qt.Key.Key_Tab
CTRL = Qt.KeyboardModifier.ControlModifier


def window_of(qtbot: QtBot, *widgets: QWidget) -> QMainWindow:
    window, inner = QMainWindow(), QWidget()
    column = QVBoxLayout(inner)
    for widget in widgets:
        column.addWidget(widget)
    window.setCentralWidget(inner)
    window.resize(300, 300)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_a_line_is_around_what_was_reached_by_tab_and_not_by_mouse(qtbot: QtBot) -> None:
    before, grid = QLineEdit(), MosaicGrid()
    window = window_of(qtbot, before, grid)
    assert window.isVisible()
    line = grid.findChild(FocusLine)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton)
    assert grid.hasFocus()
    assert not line.isVisible()
    before.setFocus()
    qtbot.keyClick(before, TAB)
    assert grid.hasFocus()
    assert line.isVisible()
    assert line.geometry() == grid.rect()
    grid.resize(120, 90)
    assert line.geometry() == grid.rect()
    before.setFocus()
    assert not line.isVisible()


def test_tab_leaves_a_table(qtbot: QtBot) -> None:
    table, after = MistakeTable(), QLineEdit()
    window = window_of(qtbot, table, after)
    assert window.isVisible()
    table._fill([("3 → 5", "7", "9 %"), ("5 → 3", "4", "5 %")], [(3, 5), (5, 3)])
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(table, TAB)
    assert after.hasFocus()


def test_undo_is_the_windows_while_nothing_is_typed(qtbot: QtBot) -> None:
    field = spin_field("Items")
    field.setRange(0, 9999)
    field.setValue(12)
    window = window_of(qtbot, field)
    undo = QAction(window, shortcut=QKeySequence("Ctrl+Z"))
    window.addAction(undo)
    field.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(undo.triggered):
        qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(field, Qt.Key.Key_4)
    with qtbot.assertNotEmitted(undo.triggered):
        qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert field.value() == 12
    qtbot.keyClick(field, Qt.Key.Key_Return)
    with qtbot.waitSignal(undo.triggered):
        qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
