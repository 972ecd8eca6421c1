"""Nothing flashes up beside the window: what is shown before it has a parent is a window itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from designer.window import Window
from tests.support.windows import Open


class Lookout(QObject):
    """Writes down every widget but the window that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and not isinstance(watched, Window):
            self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.fixture
def lookout(qapp: QApplication) -> Iterator[Lookout]:
    """A lookout over the whole application."""
    made = Lookout()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def test_the_lookout_sees_a_flash(lookout: Lookout) -> None:
    button = QPushButton()
    button.setVisible(True)
    assert lookout.seen == ["QPushButton "]


def test_a_window_opens_alone_with_every_view(open_window: Open, lookout: Lookout) -> None:
    window = open_window()
    window.files.start("lenet5")
    for dock in window.docks.docks.values():
        assert dock.widget() is not None  # made now, where it was not yet
    QApplication.processEvents()
    assert not lookout.seen
    assert QApplication.activeWindow() is window
