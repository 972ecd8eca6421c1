"""What lies over the canvas makes way for the network, and for what else lies there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.graph import Wire
from core.zoo import BY_ID
from designer.canvas.corners import Corner, Corners
from designer.canvas.geometry import HEIGHT, WIDTH
from tests.designer.canvas.conftest import Hands, MakeHands

ALL = (
    Corner.BottomRightCorner,
    Corner.TopRightCorner,
    Corner.BottomLeftCorner,
    Corner.TopLeftCorner,
)


@pytest.fixture
def card(hands: Hands) -> QWidget:
    """A small widget over the canvas."""
    made = QPushButton(hands.view)
    made.resize(180, 132)
    made.show()
    return made


@pytest.fixture
def corners(hands: Hands, card: QWidget) -> Corners:
    found = Corners(hands.view)
    found.keep(card, *ALL)
    return found


def put_in_corner(hands: Hands, node: str) -> None:
    """Let a node lie in the lower right corner of the canvas at 100 %."""
    hands.view.outlook.zoom_to(1.0)
    x, y = hands.scene.places[node]
    size = hands.view.viewport().size()
    hands.view.outlook.look_at(QPointF(x + 150 - size.width() / 2, y + 100 - size.height() / 2))


def covers(hands: Hands, card: QWidget) -> list[str]:
    """The nodes beneath a widget, by their corners on the canvas."""
    boxes = {
        node: QRect(hands.at(x, y), hands.at(x + WIDTH, y + HEIGHT))
        for node, (x, y) in hands.scene.places.items()
    }
    return [node for node, box in boxes.items() if box.intersects(card.geometry())]


def test_it_leaves_a_node_uncovered_and_stays_where_it_went(
    qtbot: QtBot, hands: Hands, card: QWidget, corners: Corners
) -> None:
    put_in_corner(hands, "conv1")
    assert covers(hands, card)
    qtbot.waitUntil(lambda: not covers(hands, card))
    went = corners.corner_of(card)
    assert went is not Corner.BottomRightCorner
    hands.view.outlook.look_at(QPointF(5000, 5000))  # nothing is near
    corners.settle()
    assert corners.corner_of(card) is went


def test_it_shares_no_corner(hands: Hands, card: QWidget, corners: Corners) -> None:
    other = QWidget(hands.view)
    other.resize(60, 24)
    other.move(hands.view.width() - 100, 20)
    other.show()
    put_in_corner(hands, "conv1")
    corners.settle()
    assert corners.corner_of(card) is Corner.BottomLeftCorner


def test_a_label_of_a_wire_counts(hands: Hands, card: QWidget, corners: Corners) -> None:
    hands.view.outlook.zoom_to(1.0)
    label = hands.scene.wires[Wire("conv1", "relu1")].label_box
    size = hands.view.viewport().size()
    card.resize(120, 20)  # fits between two nodes
    spot = label.center() - QPointF(size.width() / 2 - 70, size.height() / 2 - 20)
    hands.view.outlook.look_at(spot)
    assert not covers(hands, card)
    assert card.geometry().contains(hands.view.mapFromScene(label.center()))
    corners.settle()
    assert corners.corner_of(card) is not Corner.BottomRightCorner


def test_it_stays_under_the_mouse_that_holds_it(
    hands: Hands, card: QWidget, corners: Corners
) -> None:
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    put_in_corner(hands, "conv1")
    corners.settle()
    assert corners.corner_of(card) is Corner.BottomRightCorner
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    corners.settle()
    assert corners.corner_of(card) is not Corner.BottomRightCorner


def test_where_no_corner_is_free_it_covers_little(make_hands: MakeHands) -> None:
    """Of its four places nearly the one with the fewest pixels of nodes beneath."""
    hands = make_hands(BY_ID["resnet20-cifar"].build(), size=(600, 400))
    card = QWidget(hands.view)
    card.resize(280, 180)
    card.show()
    corners = Corners(hands.view)
    corners.keep(card, *ALL)
    hands.view.outlook.zoom_to(1.0)
    middle = hands.scene.extent().center()
    for aside in (0, 90, 180, 270):
        hands.view.outlook.look_at(middle + QPointF(aside, aside / 2))
        corners.settle()
        right, bottom = hands.view.width() - 292, hands.view.height() - 192
        spots = [QPoint(12, 12), QPoint(right, 12), QPoint(12, bottom), QPoint(right, bottom)]
        beneath = {spot.toTuple(): pixels(hands, QRect(spot, card.size())) for spot in spots}
        assert beneath[card.pos().toTuple()] <= min(beneath.values()) + 0.25 * 280 * 180


def pixels(hands: Hands, place: QRect) -> int:
    """How many pixels of nodes lie in a part of the canvas."""
    boxes = [
        QRect(hands.at(x, y), hands.at(x + WIDTH, y + HEIGHT)).intersected(place)
        for x, y in hands.scene.places.values()
    ]
    return sum(box.width() * box.height() for box in boxes if not box.isEmpty())
