"""The real window with its engine, in which the campaign looks around."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from designer.application import Application
from designer.document import edits
from designer.window import Window
from tests.campaigns.looking.figure import Clock
from tests.support.all_views import hide_all, views

PATIENCE = 120.0  # seconds
SIZE = (1400, 900)
FLOATING = (1000, 620)
REST = 0.35  # seconds after which every view may ask again


class Stage:
    """One window; `view` gives a view by the id of its pane."""

    def __init__(self) -> None:
        qInstallMessageHandler(_say)
        self._application = Application([])
        self.window: Window = self._application.open_window()
        self.window.canvas.animated = False
        self.window.resize(*SIZE)
        self._tick = QTimer(self.window, interval=20)  # so that waiting for events ends
        self._tick.start()

    def start(self, template: str, **plan: Any) -> None:
        """A template with every view closed, to be trained on the processor by such a plan."""
        document = self.window.document
        document.history.setClean()
        self.window.files.start(template)
        wanted = document.design.plan.replace(device="cpu", **{"epochs": 1, **plan})
        document.apply("Plan", edits.set_plan(document.design, wanted))
        document.history.setClean()
        hide_all(self.window)
        self.pause(REST)

    def view(self, id: str) -> Any:
        return views(self.window)[id]

    def open_alone(self, id: str) -> QWidget:
        """One view in a window of its own, nothing else that asks the engine."""
        hide_all(self.window)
        dock = self.window.docks.docks[id]
        dock.setFloating(True)
        dock.resize(*FLOATING)
        dock.show()
        self.pause(REST)
        found = self.view(id)
        assert isinstance(found, QWidget)
        return found

    def wake(self) -> int:
        """Start the engine where it is not there; gives its process id."""
        with self.hears(self.window.engine.devices_received) as heard:
            self.window.engine.request_devices()
            self.until(lambda: bool(heard))
        assert self.window.engine.process_id is not None
        return self.window.engine.process_id

    def clock(self) -> Clock:
        return Clock(self.wake())

    @contextmanager
    def hears(
        self, signal: Any, wanted: Callable[[Any], bool] = lambda answer: True
    ) -> Iterator[list[Any]]:
        """What a signal tells meanwhile, if it is what is wanted."""
        heard: list[Any] = []

        def hear(answer: Any) -> None:
            if wanted(answer):
                heard.append(answer)

        signal.connect(hear)
        try:
            yield heard
        finally:
            signal.disconnect(hear)

    def until(self, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Let the window work until something is so; SystemExit where it never is."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise SystemExit(f"What was waited for is not so within {seconds:g} s.")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def paint(self) -> None:
        """Let what is to be painted be painted."""
        QApplication.processEvents()

    def pause(self, seconds: float) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def close(self) -> None:
        """End everything that was started."""
        self.window.engine.shut_down()
        self.window.document.history.setClean()
        self.window.close()


def _say(kind: object, context: object, words: str) -> None:
    """Qt's words, without those of a platform that has no screen."""
    if not words.startswith("This plugin does not support"):
        sys.stderr.write(f"{words}\n")
