"""A network as a small picture: boxes in the colors of their families, and the wires."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from core.graph import Graph
from designer.canvas.geometry import HEIGHT, WIDTH, Point
from designer.canvas.places import layout_of
from designer.theme import theme

_MARGIN = 8


def thumbnail(graph: Graph, size: QSize, *, ratio: float = 1.0) -> QPixmap:
    """The network laid out and drawn to fit `size`, in the look that is on.

    `ratio` is the screen's device pixel ratio. Data flows from left to right here, since cards are
    wider than high.
    """
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    boxes = _boxes(graph, size)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("muted"), 1))
    for wire in sorted(graph.wires):
        painter.drawPath(_curve(boxes[wire.source], boxes[wire.target]))
    painter.setPen(Qt.PenStyle.NoPen)
    for id, box in boxes.items():
        painter.setBrush(theme.color(graph[id].layer.family))
        radius = min(box.height(), box.width()) / 5
        painter.drawRoundedRect(box, radius, radius)
    painter.end()
    return picture


def _boxes(graph: Graph, size: QSize) -> dict[str, QRectF]:
    """Where each node is drawn; the flow, downwards on the canvas, is turned to the right."""
    places = dict(layout_of(graph).places)
    spots: dict[str, Point] = {id: (y, x) for id, (x, y) in places.items()}
    left = min(x for x, _ in spots.values())
    top = min(y for _, y in spots.values())
    width = max(x for x, _ in spots.values()) - left + HEIGHT
    height = max(y for _, y in spots.values()) - top + WIDTH
    room = (size.width() - 2 * _MARGIN, size.height() - 2 * _MARGIN)
    scale = min(room[0] / width, room[1] / height, 0.2)
    dx, dy = ((size.width() - width * scale) / 2, (size.height() - height * scale) / 2)
    return {
        id: QRectF(dx + (x - left) * scale, dy + (y - top) * scale, HEIGHT * scale, WIDTH * scale)
        for id, (x, y) in spots.items()
    }


def _curve(source: QRectF, target: QRectF) -> QPainterPath:
    start = QPointF(source.right(), source.center().y())
    end = QPointF(target.left(), target.center().y())
    half = (end.x() - start.x()) / 2
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(half, 0), end - QPointF(half, 0), end)
    return path
