"""The minimap: the whole network in a corner, and what the canvas shows of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from core.tongue import tr
from designer.canvas.geometry import HEIGHT, WIDTH
from designer.canvas.view import CanvasView
from designer.document.change import Change
from designer.tokens import Tokens

LARGEST, LEAST_SIDE = QSize(180, 132), 56
KEEP = Qt.AspectRatioMode.KeepAspectRatio
MARGIN = 6.0  # pixels around the network
LEAST = 2.0  # pixels that a node takes however large the network is


class Minimap(QWidget):
    """Shown where the network is larger than the canvas. Click or drag in it to look elsewhere."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.setObjectName("minimap")
        self.setAccessibleName(tr("Minimap"))
        self.setToolTip(tr("The whole network; drag to look elsewhere"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view = view
        self._wanted = False
        self._picture: QPixmap | None = None
        self._colored: dict[str, str] = {}  # the families in the picture
        self._area = QRectF()
        view.document.design_changed.connect(self._follow)
        view.document.selection_changed.connect(self._paint_anew)
        view.network.inside_changed.connect(self.redraw)
        view.outlook.zoom_changed.connect(self.refresh)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.refresh)
        self.redraw()

    @property
    def wanted(self) -> bool:
        """Whether it is shown where there is something to show."""
        return self._wanted

    def set_wanted(self, on: bool) -> None:
        """Show it where the network is larger than the canvas, or never."""
        self._wanted = on
        self.refresh()

    def refresh(self) -> None:
        """Show what the canvas shows now; nothing where that is all there is."""
        shown = self._wanted and not self._area.isEmpty() and not self._seen().contains(self._area)
        self.setVisible(shown)
        self.update()

    def place_of(self, spot: QPointF) -> QPointF:
        """Where a point of the scene lies on the map."""
        scale, left, top = self._fit()
        return QPointF(left + spot.x() * scale, top + spot.y() * scale)

    def redraw(self) -> None:
        """Draw the network anew."""
        self._area = self._view.network.extent()
        self.resize(self.sizeHint())
        self._paint_anew()
        self.refresh()

    def _follow(self, change: Change) -> None:
        """Sizes are not told here: where nothing else differs nothing is drawn."""
        wires = change.wires_added or change.wires_removed
        elsewhere = change.added or change.removed or change.moved or wires
        if elsewhere or change.problems or change.groups or change.flow or change.whole:
            self.redraw()
        elif change.changed and self._families() != self._colored:
            self._paint_anew()

    def _families(self) -> dict[str, str]:
        """What gives every node its color."""
        return {id: item.look.family for id, item in self._view.network.nodes.items()}

    def _paint_anew(self) -> None:
        self._picture = None
        self.update()

    def _seen(self) -> QRectF:
        """The part of the scene that the canvas shows."""
        corner = self._view.mapToScene(0, 0)
        size = self._view.viewport().size()
        return QRectF(corner, corner + QPointF(size.width(), size.height()) / self._view.zoom)

    def _fit(self) -> tuple[float, float, float]:
        """Scale, and where the scene's origin lies on the map."""
        area = self._area
        wide, high = self.width() - 2 * MARGIN, self.height() - 2 * MARGIN
        scale = min(wide / max(area.width(), 1.0), high / max(area.height(), 1.0))
        left = (self.width() - area.width() * scale) / 2 - area.left() * scale
        return scale, left, (self.height() - area.height() * scale) / 2 - area.top() * scale

    def _drawn(self) -> QPixmap:
        """The network as small boxes in the colors of their families."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        scene, (scale, left, top) = self._view.network, self._fit()
        wide, high = max(LEAST, round(WIDTH * scale)), max(LEAST, round(HEIGHT * scale))
        painter = QPainter(made)
        painter.setPen(QPen(scene.ink.wire, 1.0))
        for way in scene.picture.wires.values():
            painter.drawPolyline([QPointF(left + x * scale, top + y * scale) for x, y in way])
        chosen = set(scene.seen.items_of(self._view.document.selection))
        self._colored = self._families()
        colors = {family: scene.ink.far(family) for family in set(self._colored.values())}
        for node, (x, y) in scene.places.items():
            color = scene.ink.accent if node in chosen else colors[self._colored[node]]
            painter.fillRect(QRectF(left + x * scale, top + y * scale, wide, high), color)
        painter.end()
        return made

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As large as it may be in the shape of the network."""
        seam = QSize(round(2 * MARGIN), round(2 * MARGIN))
        shape = self._area.size().toSize().scaled(LARGEST - seam, KEEP) + seam
        return shape.expandedTo(QSize(LEAST_SIDE, LEAST_SIDE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The network, and a frame around what the canvas shows of it."""
        if self._picture is None:
            self._picture = self._drawn()
        ink = self._view.network.ink
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink.edge)
        painter.setBrush(ink.surface)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, Tokens.RADIUS, Tokens.RADIUS)
        painter.drawPixmap(0, 0, self._picture)
        seen = self._seen()
        frame = QRectF(self.place_of(seen.topLeft()), self.place_of(seen.bottomRight()))
        veil = QColor(ink.accent)
        veil.setAlphaF(0.12)
        painter.setPen(QPen(ink.accent, 1.0))
        painter.setBrush(veil)
        painter.drawRect(frame.intersected(box.adjusted(2, 2, -2, -2)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look where the mouse is dragged."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def _look_at(self, at: QPointF) -> None:
        scale, left, top = self._fit()
        self._view.outlook.look_at(QPointF((at.x() - left) / scale, (at.y() - top) / scale))
