"""A person at the window: real mouse and key events, counted as the actions they are.

An action is one gesture of the mouse, one shortcut, or one typed string with its Enter.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from designer.canvas.view import CanvasView
from designer.window import Window

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


class Robot:
    """Drives one window; `actions` counts what it did."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.actions = 0
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)

    @property
    def canvas(self) -> CanvasView:
        return self.window.canvas

    # ---- actions ------------------------------------------------------------------------

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """One key on the canvas."""
        self.actions += 1
        self.canvas.setFocus()
        QTest.keyClick(self.canvas, key, modifiers)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        """Type into the chooser that is open, and Enter."""
        self.actions += 1
        chooser = self.window.search.open_chooser
        assert chooser is not None, "nothing asks for words"
        QTest.keyClicks(chooser.search, text)
        QTest.keyClick(chooser.search, Qt.Key.Key_Return)
        QApplication.processEvents()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """One click on a widget, in its middle unless said."""
        self.actions += 1
        QTest.mouseClick(widget, LEFT, NONE, at if at is not None else widget.rect().center())
        QApplication.processEvents()

    def click_node(self, node: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """One click on a node's body."""
        self.actions += 1
        QTest.mouseClick(self.canvas.viewport(), LEFT, modifiers, self.body(node))

    def double_click(self, at: QPoint) -> None:
        """One double-click on the canvas."""
        self.actions += 1
        viewport = self.canvas.viewport()
        QTest.mouseClick(viewport, LEFT, NONE, at)
        QTest.mouseDClick(viewport, LEFT, NONE, at)
        QTest.mouseRelease(viewport, LEFT, NONE, at)
        QApplication.processEvents()

    def drag(self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """One drag on the canvas, in steps."""
        self.actions += 1
        viewport = self.canvas.viewport()
        QTest.mousePress(viewport, LEFT, modifiers, start)
        for step in range(1, 7):
            move(viewport, start + (end - start) * step / 6, modifiers)
        QTest.mouseRelease(viewport, LEFT, modifiers, end)
        QApplication.processEvents()

    # ---- where things are ---------------------------------------------------------------

    def at(self, x: float, y: float) -> QPoint:
        """Where a scene point is on the canvas."""
        return self.canvas.mapFromScene(QPointF(x, y))

    def body(self, node: str) -> QPoint:
        x, y = self.canvas.network.places[node]
        return self.at(x + 40, y + 28)

    def output(self, node: str) -> QPoint:
        x, y = self.canvas.network.places[node]
        return self.at(x + 96, y + 56)

    def input(self, node: str) -> QPoint:
        x, y = self.canvas.network.places[node]
        return self.at(x + 96, y)

    def ground(self) -> QPoint:
        """A point with nothing under it, left of everything."""
        area = self.canvas.network.extent()
        if area.isEmpty():
            return self.canvas.viewport().rect().center()
        return self.at(area.left() - 60, area.center().y())


def move(viewport: QWidget, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """A move with the left button down; QTest's own forgets keys that are held."""

    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(viewport.mapToGlobal(at)), LEFT, LEFT, modifiers
    )
    QApplication.sendEvent(viewport, event)
