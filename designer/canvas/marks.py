"""Small marks on the canvas: the switch of a group, how often it repeats, the edges of a stack."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QStaticText

from designer.canvas.geometry import HEIGHT, WIDTH, Box, switch_at
from designer.canvas.ink import Ink
from designer.tokens import Tokens

CHIP_HEIGHT = 16.0
STACK = (5.0, 2.5)  # how far the edges behind a collapsed group look out, the farthest first


def still(text: str, face: QFont) -> QStaticText:
    """A text that is laid out once and painted often."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(font=face)
    return made


def rect_of(box: Box) -> QRectF:
    """A box as Qt has it."""
    return QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)


def box_of(rect: QRectF) -> Box:
    """A rectangle as the layout has it."""
    return Box(rect.left(), rect.top(), rect.right(), rect.bottom())


def paint_switch(painter: QPainter, ink: Ink, *, frame: bool, corner: QPointF) -> None:
    """A chevron in a small box: right where a group can be opened, down where it can be closed."""
    area = rect_of(switch_at((corner.x(), corner.y()), frame=frame))
    painter.setPen(ink.edge)
    painter.setBrush(ink.ground)
    painter.drawRoundedRect(area, Tokens.RADIUS, Tokens.RADIUS)
    middle, reach = area.center(), 3.5
    points = [(-reach, -reach / 2), (0.0, reach / 2), (reach, -reach / 2)]
    if not frame:
        points = [(y, x) for x, y in points]
    pen = QPen(ink.text, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPolyline([middle + QPointF(x, y) for x, y in points])


def paint_stack(painter: QPainter, ink: Ink) -> None:
    """The edges of more cards behind a collapsed group."""
    painter.setBrush(ink.surface)
    painter.setPen(ink.edge)
    for by in STACK:
        card = QRectF(by, by, WIDTH, HEIGHT)
        painter.drawRoundedRect(card, Tokens.CARD_RADIUS, Tokens.CARD_RADIUS)


def chip_box(ink: Ink, text: str, right: float, middle: float) -> QRectF:
    """Where a chip with a short text lies whose right end and middle are given."""
    width = ink.small_metrics.horizontalAdvance(text) + 2 * Tokens.SMALL
    return QRectF(right - width, middle - CHIP_HEIGHT / 2, width, CHIP_HEIGHT)


def paint_chip(painter: QPainter, ink: Ink, box: QRectF, text: QStaticText) -> None:
    """A short value in a rounded box."""
    painter.setPen(ink.edge)
    painter.setBrush(ink.ground)
    painter.drawRoundedRect(box, CHIP_HEIGHT / 2, CHIP_HEIGHT / 2)
    painter.setPen(ink.text)
    painter.setFont(ink.small_font)
    painter.drawStaticText(box.topLeft() + QPointF(Tokens.SMALL, 1), text)


def triangle(x: float, y: float) -> QPainterPath:
    """A warning triangle of 10 × 9 units with its mark cut out."""
    path = QPainterPath(QPointF(x + 5, y))
    path.lineTo(x + 10, y + 9)
    path.lineTo(x, y + 9)
    path.closeSubpath()
    path.addRect(x + 4.4, y + 3, 1.2, 3)
    path.addRect(x + 4.4, y + 6.8, 1.2, 1.2)
    return path
