"""A real drag with the mouse from the palette to the canvas; run under X11 by test_true_drag.

Prints one line of JSON: what happened. QDrag.exec() blocks in a loop of its own, so every step
after the press is scheduled before it.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from core.design import Design
from core.graph import chain
from core.layers import Conv2d, Input, Output
from designer.canvas.view import CanvasView
from designer.document.document import Document
from designer.panels.palette import PalettePanel
from designer.theme import theme

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Play:
    """A window with a palette and a canvas, and a mouse that drags one layer onto one wire."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.palette = PalettePanel()
        self.document = Document(Design(chain(Input(), Conv2d(), Output())))
        self.canvas = CanvasView(self.document, theme)
        row = QHBoxLayout(self.window)
        row.addWidget(self.palette, 0)
        row.addWidget(self.canvas, 1)
        self.window.resize(1000, 700)
        self.window.show()
        self.hint = ""

    def begin(self) -> None:
        """Schedule the rest, then press and leave the row."""
        item = next(i for i in self.palette.tree.leaves() if i.text(0) == "ReLU")
        tree = self.palette.tree
        tree.scrollToItem(item)
        start = tree.viewport().mapTo(self.window, tree.visualItemRect(item).center())
        x, y = self.canvas.network.places["input1"]
        wire = self.canvas.mapFromScene(QPointF(x + 96, y + 80))
        end = self.canvas.viewport().mapTo(self.window, wire)
        handle = self.window.windowHandle()
        way = (start + QPoint(60, 40), (start + end) / 2, end - QPoint(20, 8), end,
               end + QPoint(1, 0))  # fmt: skip
        for step, at in enumerate(way, start=1):
            QTimer.singleShot(150 * step, lambda at=at: QTest.mouseMove(handle, at))
        QTimer.singleShot(900, self.look)
        QTimer.singleShot(1000, lambda: QTest.mouseRelease(handle, LEFT, NONE, end))
        QTimer.singleShot(6000, QDrag.cancel)
        QTimer.singleShot(1600, self.report)
        QTest.mousePress(handle, LEFT, NONE, start)
        QTest.mouseMove(handle, start + QPoint(6, 5))
        QTest.mouseMove(handle, start + QPoint(30, 20))

    def look(self) -> None:
        """What the canvas says while the layer hangs over the wire."""
        self.hint = self.canvas.hint.text

    def report(self) -> None:
        """Say what came of it."""
        graph = self.document.design.graph
        wires = sorted([wire.source, wire.target] for wire in graph.wires)
        found = {"platform": QApplication.platformName(), "hint": self.hint, "wires": wires,
                 "selected": list(self.document.selection)}  # fmt: skip
        sys.stdout.write(json.dumps(found) + "\n")
        QApplication.exit(0)


def main() -> int:
    """Play once."""
    application = QApplication(sys.argv)
    theme.apply("light")
    play = Play()
    QTimer.singleShot(500, play.begin)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
