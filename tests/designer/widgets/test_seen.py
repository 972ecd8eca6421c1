"""Seen knows what Qt's own visibility does not: a dock behind another tab."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from designer.widgets.seen import Seen


def test_only_the_dock_in_front_is_seen(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    docks, all_seen, heard = [], [], []
    for number in range(2):
        dock, widget = QDockWidget(str(number), window), QWidget()
        seen = Seen(widget)
        seen.changed.connect(lambda is_seen, number=number: heard.append((number, is_seen)))
        dock.setWidget(widget)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        docks.append(dock)
        all_seen.append(seen)
    window.tabifyDockWidget(*docks)
    docks[0].raise_()
    window.show()
    qtbot.waitUntil(lambda: [one.is_seen for one in all_seen] == [True, False])
    assert all(dock.widget().isVisible() for dock in docks)  # as Qt has it
    heard.clear()
    window.findChild(QTabBar).setCurrentIndex(1)
    qtbot.waitUntil(lambda: [one.is_seen for one in all_seen] == [False, True])
    assert sorted(heard) == [(0, False), (1, True)]
    docks[1].hide()
    qtbot.waitUntil(lambda: [one.is_seen for one in all_seen] == [True, False])


def test_without_a_dock_a_widget_is_seen_while_it_is_shown(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    seen = Seen(widget)
    assert not seen.is_seen
    with qtbot.waitSignal(seen.changed):
        widget.show()
    assert seen.is_seen
    with qtbot.waitSignal(seen.changed):
        widget.hide()
    assert not seen.is_seen
