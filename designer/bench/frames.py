"""Frames of the canvas with 200 nodes: from the mouse to the painted picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.graph import Graph
from core.layers import Add, BatchNorm2d, Conv2d, GlobalAvgPool2d, Input, Linear, Output, ReLU
from core.zoo.template import Builder
from designer.bench.figure import Figure, timed

if TYPE_CHECKING:
    from designer.canvas.view import CanvasView
    from designer.window import Window

FRAMES = 60
NODES = 200
SETTLE_MS = 400
CONV = Conv2d(16, (3, 3), padding="same", bias=False)
BLOCK = (CONV, BatchNorm2d(), ReLU(), CONV, BatchNorm2d())


def figures(window: Window, size: tuple[int, int]) -> list[Figure]:
    """Frames of the window's canvas alone, of this size, with `NODES` nodes."""
    from core.design import Design

    window.document.new(Design(network()))
    window.pages.show_network()
    window.pages.show_canvas_only(True)
    window.canvas.setFixedSize(*size)
    return _Stage(window.canvas).measure()


def network(nodes: int = NODES) -> Graph:
    """A residual network of exactly this many nodes, six or more."""
    build = Builder()
    build(Input((3, 32, 32)))
    build(Conv2d(16, (3, 3), padding="same"))
    while len(build.graph.nodes) + len(BLOCK) + 1 <= nodes - 3:
        skip = build.last
        for layer in BLOCK:
            build(layer)
        build(Add(), build.last, skip)
    while len(build.graph.nodes) < nodes - 3:
        build(ReLU())
    build(GlobalAvgPool2d())
    build(Linear(10))
    build(Output())
    return build.graph


class _Stage:
    """A canvas on a stage, and the hands that move it."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._settle()

    def measure(self) -> list[Figure]:
        """Every figure of the canvas."""
        from PySide6.QtCore import QPoint, QPointF

        view = self._view
        count = len(view.network.nodes)
        view.outlook.fit()
        view.outlook.zoom_to(1.0)
        self._settle()
        found = [self._frames("full repaint at 100 %", lambda i: view.viewport().repaint(), 25)]
        with self._held() as move:
            found.append(self._frames(f"drag of one node among {count}", move, 3))
        view.select_all()
        with self._held() as move:
            found.append(self._frames(f"drag of all {count} nodes", move))
        view.document.select(())
        sway = (QPoint(9, 5), QPoint(-9, -5))
        found.append(self._frames("pan", lambda i: view.camera.pan(sway[i // 30 % 2]), 15))
        middle = QPointF(view.width() / 2, view.height() / 2)
        steps = (1.05, 1 / 1.05)
        zoom = self._frames("zoom", lambda i: view.camera.zoom_by(steps[i // 10 % 2], middle))
        view.outlook.fit()
        self._settle()
        whole = self._frames("full repaint, all in view", lambda i: view.viewport().repaint(), 25)
        return [*found, zoom, whole]

    def _frames(self, name: str, act: Callable[[int], object], goal: float | None = None) -> Figure:
        from PySide6.QtWidgets import QApplication

        def frame(number: int) -> None:
            act(number)
            QApplication.processEvents()

        found = timed(name, frame, runs=FRAMES, goal=goal)
        self._settle()
        return found

    @contextmanager
    def _held(self) -> Iterator[Callable[[int], None]]:
        """A node near the middle, held with the mouse; gives what moves it."""
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtTest import QTest

        view, places = self._view, self._view.network.places
        center = view.center_of_view()
        node = min(places, key=lambda n: (QPointF(*places[n]) - center).manhattanLength())
        start = view.mapFromScene(QPointF(*places[node]) + QPointF(40, 28))
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(view.viewport(), left, none, start)
        yield lambda i: QTest.mouseMove(view.viewport(), start + QPoint(3 * i, 2 * i))
        QTest.mouseRelease(view.viewport(), left, none, start)

    def _settle(self) -> None:
        """Let timers run out: smooth edges come back, panels take in the change."""
        from PySide6.QtTest import QTest

        QTest.qWait(SETTLE_MS)
