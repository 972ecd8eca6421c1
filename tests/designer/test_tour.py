"""The tour points at real parts, can be skipped, and comes by itself only once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from designer.preferences import Preferences
from designer.tour import Tour
from designer.touring import STOPS
from designer.window import Window
from tests.support.windows import Open

LEFT = Qt.MouseButton.LeftButton


def started(window: Window) -> Tour:
    window.actions_by_id["tour"].trigger()
    assert window.touring.tour is not None
    return window.touring.tour


def area(window: Window, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def target(window: Window, where: str) -> QWidget:
    if where == "canvas":
        return window.canvas
    if where == "train":
        return window.findChild(QWidget, "train_button")
    return window.docks.docks[where]


@pytest.mark.parametrize("size", [(1280, 800), (1000, 640)])
def test_every_stop_points_at_its_part_and_the_card_is_in_sight(
    window: Window, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    tour = started(window)
    for number, (where, heading, _) in enumerate(STOPS):
        assert tour.number == number
        assert tour.heading.text() == heading
        part = target(window, where)
        assert part.isVisible()
        qtbot.waitUntil(lambda p=part: tour.hole.contains(area(window, p).center()))
        assert tour.rect().contains(tour.card.geometry())
        shown = window.childAt(tour.next.mapTo(window, tour.next.rect().center()))
        assert shown is tour.next
        qtbot.mouseClick(tour.next, LEFT)
    assert window.touring.tour is None
    assert len(STOPS) == 6


def test_keys_lead_on_and_back_and_escape_ends_it(window: Window, qtbot: QtBot) -> None:
    tour = started(window)
    qtbot.keyClick(tour, Qt.Key.Key_Right)
    qtbot.keyClick(tour, Qt.Key.Key_Return)
    qtbot.keyClick(tour, Qt.Key.Key_Left)
    assert tour.place.text() == "2 of 6"
    qtbot.keyClick(tour, Qt.Key.Key_Escape)
    assert window.touring.tour is None
    assert Preferences().toured


def test_it_comes_once_and_again_when_asked_for(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.files.opened.connect(window.touring.start_once)
    window.files.start("lenet5")
    tour = window.touring.tour
    assert tour is not None
    qtbot.mouseClick(tour.skip, LEFT)
    window.files.start("largenet")
    assert window.touring.tour is None
    started(window).end()


def test_from_the_welcome_page_it_opens_an_example(open_window: Open) -> None:
    window = open_window()
    tour = started(window)
    assert window.pages.working
    assert len(window.document.design.graph.nodes) == 14
    assert tour.isVisible()


def test_it_grows_with_the_window_and_blocks_slips(window: Window, qtbot: QtBot) -> None:
    tour = started(window)
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: tour.size() == window.size())
    before = window.document.design
    qtbot.mouseClick(tour, LEFT, pos=QPoint(700, 300))
    assert window.touring.tour is tour
    assert window.document.design is before
    tour.end()
