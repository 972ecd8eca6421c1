"""A view is made when somebody first looks at it, and knows then all that it would have heard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget
from pytestqt.qtbot import QtBot

from core.messages import DevicesShown
from core.training.events import Started
from designer.viewers.dream import DreamView
from designer.viewers.looker import Looker
from designer.viewers.ruler import RulerView
from designer.widgets.late_dock import LateDock
from designer.window import Window
from tests.support.windows import Open


def made(window: Window) -> set[str]:
    """The views that are there."""
    found = window.docks.docks.items()
    return {id for id, dock in found if isinstance(dock, LateDock) and dock.is_filled}


def tabs(window: Window, title: str) -> list[tuple[QTabBar, int]]:
    """The bar that has a tab of this name, and which one it is."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    bars = [bar for bar in window.findChildren(QTabBar, options=direct) if bar.isVisible()]
    return [(bar, at) for bar in bars for at in range(bar.count()) if bar.tabText(at) == title]


def test_only_the_view_in_front_is_made(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(made(window)))
    assert len(made(window)) == 1
    assert len(window.findChildren(Looker)) <= 1


def test_a_turned_tab_and_an_opened_view_are_made(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(made(window)))
    before = made(window)
    qtbot.waitUntil(lambda: bool(tabs(window, "Step by step")))  # Qt fills its bars in its own time
    ((bar, tab),) = tabs(window, "Step by step")
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(tab).center())
    qtbot.waitUntil(lambda: made(window) == before | {"stepper"})
    window.views.actions["dream"].trigger()
    qtbot.waitUntil(lambda: made(window) == before | {"stepper", "dream"})
    (view,) = window.findChildren(DreamView)
    qtbot.waitUntil(lambda: view.isVisible() and view.seen.is_seen)


def test_the_welcome_page_makes_none(open_window: Open) -> None:
    assert made(open_window()) == set()


def test_a_view_that_is_opened_late_knows_the_run_and_the_devices(window: Window) -> None:
    started = Started(1, 1, 3, 10, "cpu", 1, 1, 1, "", "runs/20261121-102533")
    window.engine.event_received.emit(started)
    window.engine.devices_received.emit(DevicesShown(("cpu", "gpu:0"), "", "", (), (1, 12345)))
    dream, ruler = (window.docks.docks[id].widget() for id in ("dream", "ruler"))
    assert isinstance(dream, Looker)
    assert "epoch 3 of run Nov 21, 10:25" in dream.moment.words(30)
    assert isinstance(ruler, RulerView)
    assert ruler._memory == {"cpu": 1, "gpu:0": 12345}


def test_who_waits_for_a_view_gets_it_when_it_is_opened(window: Window, qtbot: QtBot) -> None:
    got: list[QWidget] = []
    window.docks.when_there("surgery", got.append)
    assert got == []
    window.docks.show("surgery")
    qtbot.waitUntil(lambda: bool(got))
    window.docks.when_there("surgery", got.append)
    assert got == [window.docks.docks["surgery"].widget()] * 2


@pytest.mark.parametrize("floating", [False, True])
def test_a_dock_shows_what_it_makes(window: Window, qtbot: QtBot, floating: bool) -> None:
    dock = window.docks.docks["as-matrix"]
    dock.setFloating(floating)
    window.docks.show("as-matrix")
    qtbot.waitUntil(lambda: dock.widget().isVisible() and dock.widget().height() > 50)
