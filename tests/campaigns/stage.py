"""The real window as a stage: brought into a state, waited for, and taken as a picture.

What stands above the window (menus, dialogs, lists) is painted into the picture where it stands.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from designer.application import Application
from designer.theme import theme
from designer.window import Window

PATIENCE = 60.0  # seconds


class Stage:
    """One window of a size and look; pictures go to `out`."""

    def __init__(self, out: Path, *, look: str, size: tuple[int, int]) -> None:
        self.out = out
        self.taken: set[str] = set()
        self._application = Application([])
        theme.apply(look)
        self.window: Window = self._application.open_window()
        self.window.canvas.animated = False
        self.window.resize(*size)
        self.settle()

    # ---- bringing about -----------------------------------------------------------------

    def start(self, template: str) -> None:
        """A template, nothing selected, as it is opened the first time."""
        self.window.document.history.setClean()
        self.window.files.start(template)
        self.window.docks.reset()
        self.window.activateWindow()  # a panel that was a window of its own may have been active
        self.settle()

    def do(self, action: str) -> None:
        """Trigger a command by its id."""
        self.window.actions_by_id[action].trigger()
        self.settle()

    def show(self, pane: str, node: str = "") -> None:
        """Bring a panel to the front, wait until it shows the node."""
        if node:
            self.window.document.select([node])
        self.window.docks.show(pane)
        viewer = self.window.docks.docks[pane].widget()
        if node and hasattr(viewer, "shown_node"):
            self.wait(lambda: viewer.shown_node == node)
        self.settle()

    def float_pane(self, pane: str, size: tuple[int, int]) -> None:
        """A panel in a window of its own, as large as one makes it to look closely."""
        dock = self.window.docks.docks[pane]
        dock.show()
        dock.setFloating(True)
        dock.resize(*size)
        dock.move(self.window.mapToGlobal(QPoint(40, 90)))
        self.settle()

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        found = QApplication.focusWidget()
        if found is not None:
            QTest.keyClicks(found, text)
        self.settle()

    def train(self, epochs: int) -> None:
        """Train to the end."""
        from designer.document import edits

        document = self.window.document
        plan = document.design.plan.replace(epochs=epochs)
        document.attempt("Set epochs", lambda design: edits.set_plan(design, plan))
        self.window.session.train_anew()
        self.wait(lambda: not self.window.engine.is_busy, 600)
        self.settle(1.0)

    def in_dialog(self, name: str, open_it: Callable[[], object]) -> None:
        """Take a picture while a dialog that waits for an answer is there, then refuse it."""

        def take() -> None:
            self.take(name)
            for widget in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
                if widget is not None:
                    widget.close()

        QTimer.singleShot(700, self.window, take)
        open_it()
        self.settle()

    # ---- waiting and taking -------------------------------------------------------------

    def wait(self, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Let the window work until something is so, or say so on the picture's behalf."""
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)
        if not done():
            click.echo(f"  what was waited for is not so within {seconds:g} s")

    def settle(self, seconds: float = 0.5) -> None:
        """Let everything that moves come to rest."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def take(self, name: str) -> None:
        """The window with what stands above it."""
        picture = self.window.grab()
        for widget in QApplication.topLevelWidgets():
            if self._stands_above(widget):
                self._paint(picture, widget)
        self.taken.add(name)
        picture.save(str(self.out / f"{name}.png"))

    def _stands_above(self, widget: QWidget) -> bool:
        kind = widget.windowType()
        tip = kind == Qt.WindowType.ToolTip
        return widget.isVisible() and widget is not self.window and not tip

    def _paint(self, picture: QPixmap, widget: QWidget) -> None:
        place = widget.mapToGlobal(QPoint()) - self.window.mapToGlobal(QPoint())
        painter = QPainter(picture)
        painter.drawPixmap(place, widget.grab())
        painter.end()

    def close(self) -> None:
        """End everything that was started."""
        self.window.document.history.setClean()
        if self.window.engine.is_busy:
            self.window.session.leave(keep=False)
        self.window.close()
        self.settle(0.2)
