"""What lies under the network: the dotted ground, and what to do where there is nothing yet."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer import resources
from designer.canvas.geometry import GRID
from designer.canvas.ink import Ink
from designer.theme import font
from designer.tokens import Tokens

PITCH = 3 * GRID
DENSEST = 16.0  # pixels on screen between dots; below this every other dot is left out
INVITATION = "Drag a layer here"
SECOND = "or press Space to search for one. Under File, New has networks to start from."


def paint_dots(painter: QPainter, area: QRectF, ink: Ink, zoom: float) -> None:
    """Dots on the grid, of the same size at every zoom."""
    painter.fillRect(area, ink.ground)
    pitch = float(PITCH)
    while pitch * zoom < DENSEST:
        pitch *= 2
    across = range(floor(area.left() / pitch), ceil(area.right() / pitch) + 1)
    down = range(floor(area.top() / pitch), ceil(area.bottom() / pitch) + 1)
    pen = QPen(ink.dots, 2.0)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.drawPoints([QPointF(x * pitch, y * pitch) for x in across for y in down])


def paint_invitation(painter: QPainter, area: QRect, ink: Ink) -> None:
    """The sentence on an empty canvas, in its middle."""
    middle = QPointF(area.center())
    glyph = QRectF(middle.x() - 20, middle.y() - 64, 40, 40)
    resources.paint(painter, glyph, "layers/conv2d", color=ink.wire)
    wide = QRectF(area.left(), middle.y() - 12, area.width(), 24)
    painter.fillRect(QRectF(middle.x() - 220, middle.y() - 12, 440, 48), ink.ground)
    painter.setPen(ink.text)
    painter.setFont(font(Tokens.HEADING, bold=True))
    painter.drawText(wide, Qt.AlignmentFlag.AlignCenter, INVITATION)
    painter.setPen(ink.muted)
    painter.setFont(font(Tokens.BODY))
    painter.drawText(wide.translated(0, 24), Qt.AlignmentFlag.AlignCenter, SECOND)
