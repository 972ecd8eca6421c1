"""A real window for a test: its own state folder, no question asked twice, gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.preferences import Preferences
from designer.theme import theme
from designer.window import Window

Open = Callable[[], Window]


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of this test alone."""
    folder = tmp_path / "state"
    monkeypatch.setenv("STRIATE_STATE", str(folder))
    return folder


@pytest.fixture
def open_window(qtbot: QtBot, own_state: Path) -> Iterator[Open]:
    """Opens windows; all are closed at the end, what is unsaved is let go."""
    theme.apply("light")
    windows: list[Window] = []

    def make() -> Window:
        window = Window(Preferences())
        window.canvas.animated = False
        window.resize(1280, 800)
        window.show()
        qtbot.waitExposed(window)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.engine.shut_down()
        window.document.history.setClean()
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Open) -> Window:
    """A window with LeNet-5."""
    found = open_window()
    found.files.start("lenet5")
    return found


def hide_viewers(window: Window) -> None:
    """Hide what asks the engine for pictures; where these are not the matter they cost seconds."""
    for pane in window.docks.panes:
        if pane.place == "viewer":
            window.docks.docks[pane.id].hide()


def rest() -> None:
    """Let events pass, and what is to be deleted go: only a running event loop does the last.

    Without it every form that was ever shown would stay for good.
    """
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
