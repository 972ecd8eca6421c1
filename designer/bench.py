"""Figures of the interface: `striate bench --ui [--json]`.

Opens the real window without a screen, gives its canvas 200 nodes at 1400 × 900, moves the mouse,
and measures what each frame takes from the event to the painted picture. Times are wall clock.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core.graph import Graph
from core.layers import Add, BatchNorm2d, Conv2d, GlobalAvgPool2d, Input, Linear, Output, ReLU
from core.zoo.template import Builder

if TYPE_CHECKING:
    from designer.application import Application
    from designer.canvas.view import CanvasView

FRAMES = 60
SIZE = (1400, 900)
NODES = 200
STARTS = 3
SETTLE_MS = 400
CONV = Conv2d(16, (3, 3), padding="same", bias=False)
BLOCK = (CONV, BatchNorm2d(), ReLU(), CONV, BatchNorm2d())


@dataclass(frozen=True)
class Figure:
    """One measurement: milliseconds in the median and at the 95th percentile, and the limit."""

    name: str
    median: float
    p95: float
    limit: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the median is within the limit."""
        return self.limit is None or self.median <= self.limit


def main(arguments: Sequence[str] = ()) -> int:
    """Measure and print; 1 where a limit was missed. `--json` prints plain data."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STRIATE_STATE"] = folder  # no layout, look or recovery of the user's
        if "--first-window" in arguments:
            return _show_first_window()
        figures = [_start(), *_canvas()]
    if "--json" in arguments:
        print(json.dumps({"ui": [asdict(figure) for figure in figures]}))
    else:
        print(as_text(figures))
    return 0 if all(figure.kept for figure in figures) else 1


def as_text(figures: Sequence[Figure]) -> str:
    """The figures as a table."""
    lines = [f"{'':42}{'median':>10}{'95 %':>10}{'limit':>10}"]
    for one in figures:
        limit = f"{one.limit:.0f} ms" if one.limit is not None else ""
        missed = "" if one.kept else "  missed"
        lines.append(f"{one.name:42}{one.median:7.1f} ms{one.p95:7.1f} ms{limit:>10}{missed}")
    return "\n".join(lines)


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


# ---- the start --------------------------------------------------------------------------


def _start() -> Figure:
    """From the command to the first painted window, in processes of their own."""
    times = []
    for _ in range(STARTS):
        begin = time.perf_counter()
        command = [sys.executable, "-m", "designer.bench", "--first-window"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            line = process.stdout.readline() if process.stdout else ""
            times.append((time.perf_counter() - begin) * 1000)
            process.communicate()
        if line.strip() != "painted":
            raise RuntimeError("The window did not open: run striate doctor to see why.")
    return _figure("start to the first window", times, 3000)


def _show_first_window() -> int:
    """Open the application's first window, say so as soon as it is painted, and end."""
    from PySide6.QtCore import QTimer

    from designer.application import Application

    application = Application([])
    window = application.open_window()
    application.processEvents()
    window.repaint()
    print("painted", flush=True)
    QTimer.singleShot(0, window.close)
    return application.exec()


# ---- the canvas -------------------------------------------------------------------------


def _canvas() -> list[Figure]:
    """Frames of the window's canvas with `NODES` nodes."""
    from core.design import Design
    from designer.application import Application

    application = Application([])
    window = application.open_window()
    window.document.new(Design(network()))
    window.show_network()
    window.show_canvas_only(True)
    window.canvas.setFixedSize(*SIZE)
    window.canvas.animated = False
    stage = _Stage(application, window.canvas)
    figures = stage.measure()
    window.document.new(Design())
    window.close()
    return figures


class _Stage:
    """A canvas on a stage, and the hands that move it."""

    def __init__(self, application: Application, view: CanvasView) -> None:
        self._application = application
        self._view = view
        self._settle()

    def measure(self) -> list[Figure]:
        """Every figure of the canvas."""
        from PySide6.QtCore import QPoint, QPointF

        view = self._view
        count = len(view.network.nodes)
        view.fit()
        view.zoom_to(1.0)
        self._settle()
        figures = [self._frames("full repaint at 100 %", lambda i: view.viewport().repaint(), 25)]
        with self._held() as move:
            figures.append(self._frames(f"drag of one node among {count}", move, 8))
        view.select_all()
        with self._held() as move:
            figures.append(self._frames(f"drag of all {count} nodes", move))
        view.document.select(())
        sway = (QPoint(9, 5), QPoint(-9, -5))
        figures.append(self._frames("pan", lambda i: view.camera.pan(sway[i // 30 % 2]), 15))
        middle = QPointF(SIZE[0] / 2, SIZE[1] / 2)
        steps = (1.05, 1 / 1.05)
        zoom = self._frames("zoom", lambda i: view.camera.zoom_by(steps[i // 10 % 2], middle))
        view.fit()
        self._settle()
        whole = self._frames("full repaint, all in view", lambda i: view.viewport().repaint(), 25)
        return [*figures, zoom, whole]

    def _frames(
        self, name: str, act: Callable[[int], object], limit: float | None = None
    ) -> Figure:
        times = []
        for frame in range(FRAMES):
            begin = time.perf_counter()
            act(frame)
            self._application.processEvents()
            times.append((time.perf_counter() - begin) * 1000)
        self._settle()
        return _figure(name, times, limit)

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


def _figure(name: str, times: Sequence[float], limit: float | None = None) -> Figure:
    late = sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]
    return Figure(name, round(statistics.median(times), 2), round(late, 2), limit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
