"""A canvas to act on, and hands that send it real mouse and key events."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.design import Design
from core.graph import Graph, chain
from core.layers import Conv2d, Flatten, Input, Linear, Output, ReLU
from designer.canvas.view import CanvasView
from designer.document.document import Document
from designer.theme import theme

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def small_graph() -> Graph:
    """input1 → conv1 → relu1 → flatten1 → linear1 → output1, and conv2 on its own."""
    graph = chain(Input((1, 12, 12)), Conv2d(4), ReLU(), Flatten(), Linear(10), Output())
    return graph.with_node(Conv2d(8))


class Hands:
    """Drives a canvas through its viewport, as a person would."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view
        self.document = view.document
        self.scene = view.network

    def at(self, x: float, y: float) -> QPoint:
        """Where a scene point is on the view."""
        return self.view.mapFromScene(QPointF(x, y))

    def node(self, node: str) -> QPoint:
        """A point on a node's body, away from its slots."""
        x, y = self.scene.places[node]
        return self.at(x + 40, y + 28)

    def output(self, node: str) -> QPoint:
        """The output slot of a node."""
        x, y = self.scene.places[node]
        return self.at(x + 96, y + 56)

    def input(self, node: str) -> QPoint:
        """The input slot of a node."""
        x, y = self.scene.places[node]
        return self.at(x + 96, y)

    def ground(self) -> QPoint:
        """A point with nothing under it: left of everything."""
        area = self.scene.extent()
        return self.at(area.left() - 60, area.center().y())

    def press(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mousePress(self.view.viewport(), LEFT, modifiers, at)

    def move(self, at: QPoint) -> None:
        QTest.mouseMove(self.view.viewport(), at)

    def release(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseRelease(self.view.viewport(), LEFT, modifiers, at)

    def drag(
        self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE, steps: int = 6
    ) -> None:
        """Press, move in steps, release."""
        self.press(start, modifiers)
        for step in range(1, steps + 1):
            self.move(start + (end - start) * step / steps)
        self.release(end, modifiers)

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, modifiers, at)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view, key, modifiers)


MakeHands = Callable[..., Hands]


@pytest.fixture
def make_hands(qtbot: QtBot) -> Iterator[MakeHands]:
    """Hands on a fresh canvas that shows a graph."""
    made: list[Document] = []

    def make(graph: Graph | None = None, *, size: tuple[int, int] = (1100, 760)) -> Hands:
        theme.apply("light")
        document = Document(Design(small_graph() if graph is None else graph))
        made.append(document)
        view = CanvasView(document, theme)
        view.animated = False
        qtbot.addWidget(view)
        view.resize(*size)
        with qtbot.waitExposed(view):
            view.show()
        QApplication.processEvents()
        return Hands(view)

    yield make
    theme.apply("light")
    for document in made:
        document.history.clear()  # undo commands and their document hold each other


@pytest.fixture
def hands(make_hands: MakeHands) -> Hands:
    """Hands on a canvas with the small graph."""
    return make_hands()
