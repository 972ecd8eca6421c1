"""Where a canvas view looks: zoom, pan, fit. Keeps the point under the mouse where it is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QTimer
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QGraphicsView

from core.flow import Direction

FARTHEST, NEAREST = 0.05, 4.0
READABLE = 0.6  # a network opens at this zoom or larger
MARGIN = 24  # pixels around what is fitted
LEAST_MARGIN = 8  # enough where that makes the difference to 100 %
STEP = 1.25
REST_MS = 150  # after this time without motion everything is drawn smooth again


class Camera:
    """Moves one view. Points are in the view's own pixels unless they are called scene points."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view
        self._rest = QTimer(view)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._smooth)

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self._view.transform().m11()

    @property
    def center(self) -> QPointF:
        """The scene point in the middle of the view."""
        return self._view.mapToScene(self._view.viewport().rect().center())

    def spot(self, at: QPointF) -> QPointF:
        """The scene point at a point of the view; unlike mapToScene exact between pixels."""
        inverse, _ = self._view.viewportTransform().inverted()
        return inverse.map(at)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom, keeping the scene point under `at` (the middle unless given) where it is."""
        self.zoom_to(self.zoom * factor, at)

    def zoom_to(self, level: float, at: QPointF | None = None) -> None:
        """Zoom to a level, keeping the scene point under `at` where it is."""
        level = min(NEAREST, max(FARTHEST, level))
        anchor = self._middle() if at is None else at
        factor = level / self.zoom
        if abs(factor - 1) < 1e-9:
            return
        self.hurry()
        before = self.spot(anchor)
        self._view.scale(factor, factor)
        drift = self.spot(anchor) - before
        self._view.translate(drift.x(), drift.y())

    def pan(self, by: QPoint) -> None:
        """Move what is seen by some pixels."""
        self.hurry()
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())

    def look_at(self, center: QPointF, zoom: float) -> None:
        """Put a scene point into the middle of the view."""
        self._view.setTransform(QTransform.fromScale(zoom, zoom))
        self._view.centerOn(center)

    def fit(self, area: QRectF) -> None:
        """Show an area whole, never above 100 %."""
        if area.isEmpty():
            self.look_at(QPointF(0, 0), 1.0)
            return
        self.look_at(area.center(), self._fitting(area))

    def open(self, area: QRectF, start: QPointF, flow: Direction) -> None:
        """Show an area for the first time: whole where it stays readable, else from its start."""
        zoom = self._fitting(area) if not area.isEmpty() else 1.0
        if zoom >= READABLE or area.isEmpty():
            self.fit(area)
            return
        margin = MARGIN / READABLE
        ground = area.adjusted(-margin, -margin, margin, margin)
        size = self._view.viewport().size()
        half = flow.turned((size.width() / (2 * READABLE), size.height() / (2 * READABLE)))
        first, last = (flow.turned(at.toTuple()) for at in (ground.topLeft(), ground.bottomRight()))
        across, along = (first[0] + last[0]) / 2, first[1] + half[1]
        if last[0] - first[0] > 2 * half[0]:
            # The start stays in sight, and no more of the empty ground than the margin.
            across = max(first[0] + half[0], flow.turned(start.toTuple())[0] - half[0] / 2)
            across = min(across, last[0] - half[0])
        self.look_at(QPointF(*flow.turned((across, along))), READABLE)

    def reveal(self, area: QRectF) -> None:
        """Move just far enough that an area is seen."""
        self._view.ensureVisible(area, MARGIN, MARGIN)

    def hurry(self) -> None:
        """Draw without smooth edges until the motion rests."""
        self._view.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._rest.start()

    def _smooth(self) -> None:
        self._view.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._view.viewport().update()

    def _fitting(self, area: QRectF) -> float:
        size = self._view.viewport().size()
        spare = min(size.width() - area.width(), size.height() - area.height())
        if spare >= 2 * LEAST_MARGIN:
            return 1.0
        wide = max(1, size.width() - 2 * MARGIN) / area.width()
        high = max(1, size.height() - 2 * MARGIN) / area.height()
        return max(FARTHEST, min(1.0, wide, high))

    def _middle(self) -> QPointF:
        return QPointF(self._view.viewport().rect().center())
