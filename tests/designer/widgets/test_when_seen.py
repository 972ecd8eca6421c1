"""Work that waits until somebody sees its widget."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from designer.widgets.when_seen import WhenSeen


class Two:
    """A window with two docks in tabs; `done` counts the work for the widget in the first."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.front, self.back = QDockWidget("front", self.window), QDockWidget("back", self.window)
        self.widget = QLabel("x")
        self.front.setWidget(self.widget)
        self.back.setWidget(QLabel("y"))
        for dock in (self.front, self.back):
            self.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        self.window.tabifyDockWidget(self.front, self.back)
        self.done = 0
        self.work = WhenSeen(self.widget, self._count)

    def _count(self) -> None:
        self.done += 1


@pytest.fixture
def two(qtbot: QtBot) -> Two:
    made = Two()
    qtbot.addWidget(made.window)
    made.window.show()
    qtbot.waitExposed(made.window)
    return made


def test_it_is_done_at_once_in_front(two: Two, qtbot: QtBot) -> None:
    two.front.raise_()
    qtbot.waitUntil(lambda: not two.widget.visibleRegion().isEmpty())
    two.work.do()
    assert two.done == 1


def test_behind_another_tab_it_waits_and_is_done_once(two: Two, qtbot: QtBot) -> None:
    two.back.raise_()
    qtbot.waitUntil(lambda: two.widget.visibleRegion().isEmpty())
    two.work.do()
    two.work.do()
    assert two.done == 0
    two.front.raise_()
    qtbot.waitUntil(lambda: two.done > 0)
    assert two.done == 1
    two.back.raise_()
    two.front.raise_()
    assert two.done == 1  # nothing was asked for since


def test_in_a_closed_dock_it_waits(two: Two, qtbot: QtBot) -> None:
    two.front.hide()
    two.work.do()
    assert two.done == 0
    two.front.show()
    two.front.raise_()
    qtbot.waitUntil(lambda: two.done == 1)


def test_without_a_dock_it_is_done_at_once(qtbot: QtBot) -> None:
    widget, done = QWidget(), []
    qtbot.addWidget(widget)
    WhenSeen(widget, lambda: done.append(1)).do()
    assert done == [1]
