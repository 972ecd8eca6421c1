"""Paints a drawing."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from designer.canvas.ink import mixed
from designer.figures.drawing import Drawing, Face, Line, Point, Words
from designer.theme import font
from designer.tokens import Tokens

WIRE = 1.0  # width of a line
HEAD = (5.0, 2.4)  # length and half width of an arrow head
PAPER = QColor("#FFFFFF")
_SIZE = 100  # fonts are measured large and scaled, so that halves of a point count


def paint(painter: QPainter, drawing: Drawing, tokens: Tokens, family: str) -> None:
    """Paint every mark in these colors, with this family of font."""
    ground = QColor(tokens.ground) if tokens.name == "dark" else PAPER
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in drawing.marks:
        if isinstance(mark, Face):
            _face(painter, mark, QColor(tokens.color(mark.color)), ground)
        elif isinstance(mark, Line):
            _line(painter, mark, mixed(QColor(tokens.text), ground, 0.7))
        else:
            _words(painter, mark, QColor(tokens.color(mark.color)), family)


def _face(painter: QPainter, face: Face, color: QColor, ground: QColor) -> None:
    pen = QPen(color, 0.8)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if face.dashed:
        pen.setDashPattern([3.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(mixed(color, ground, face.share / 3 if face.dashed else face.share))
    corners = QPolygonF([QPointF(*corner) for corner in face.corners])
    if face.round:
        painter.drawRoundedRect(corners.boundingRect(), face.round, face.round)
    else:
        painter.drawPolygon(corners)


def _line(painter: QPainter, line: Line, color: QColor) -> None:
    """The wire up to its head, then the head."""
    tip = line.points[-1]
    neck = (tip[0] - HEAD[0], tip[1]) if line.across else (tip[0], tip[1] - HEAD[0])
    points = (*line.points[:-1], neck)
    path = QPainterPath(QPointF(*points[0]))
    for a, b in pairwise(points):
        _lead(path, a, b, across=line.across)
    painter.setPen(QPen(color, WIRE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    wide = HEAD[1]
    sides = ((0, -wide), (0, wide)) if line.across else ((-wide, 0), (wide, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    feet = [QPointF(neck[0] + dx, neck[1] + dy) for dx, dy in sides]
    painter.drawPolygon(QPolygonF([QPointF(*tip), *feet]))


def _lead(path: QPainterPath, a: Point, b: Point, *, across: bool) -> None:
    """Straight where level or upright, else in an S along the flow."""
    (ax, ay), (bx, by) = a, b
    if abs(ax - bx) < 0.5 or abs(ay - by) < 0.5:
        path.lineTo(bx, by)
    elif across:
        path.cubicTo((ax + bx) / 2, ay, (ax + bx) / 2, by, bx, by)
    else:
        path.cubicTo(ax, (ay + by) / 2, bx, (ay + by) / 2, bx, by)


def _words(painter: QPainter, words: Words, color: QColor, family: str) -> None:
    made = font(_SIZE, bold=words.bold, family=family)
    metrics, scale = QFontMetricsF(made), words.size / _SIZE
    wide, high = metrics.horizontalAdvance(words.text), metrics.height()
    painter.save()
    painter.translate(words.x, words.y)
    painter.scale(scale, scale)
    painter.setFont(made)
    painter.setPen(color)
    painter.drawText(QRectF(-wide, 0, 2 * wide, high), Qt.AlignmentFlag.AlignHCenter, words.text)
    painter.restore()
