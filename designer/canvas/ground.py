"""What lies under the network: the dotted ground, and what to do where there is nothing yet."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from core.tongue import tr
from designer import resources
from designer.canvas.geometry import GRID
from designer.canvas.ink import Ink
from designer.theme import font
from designer.tokens import Tokens

PITCH = 3 * GRID
DENSEST = 16.0  # pixels on screen between dots; below this every other dot is left out
INVITATION = tr("Drag a layer here")
SECOND = tr("or press Space to search for one. Under File, New has networks to start from.")


def paint_dots(painter: QPainter, area: QRectF, ink: Ink, zoom: float) -> None:
    """Dots on the grid, of the same size at every zoom."""
    painter.fillRect(area, ink.ground)
    pitch = float(PITCH)
    while pitch * zoom < DENSEST:
        pitch *= 2
    left, top = floor(area.left() / pitch), floor(area.top() / pitch)
    across = ceil(area.right() / pitch) - left + 1
    down = ceil(area.bottom() / pitch) - top + 1
    pen = QPen(ink.dots, 2.0)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.save()
    painter.translate(left * pitch, top * pitch)
    painter.scale(pitch, pitch)
    painter.drawPoints(_grid(_up(across), _up(down)))
    painter.restore()


def _up(count: int) -> int:
    """The next step of the sizes that are kept: what is too much is clipped away."""
    return -(-count // 8) * 8


@lru_cache(maxsize=256)
def _grid(across: int, down: int) -> QPolygonF:
    """The points of a grid of pitch 1; made once, for Python makes points slowly."""
    return QPolygonF([QPointF(x, y) for y in range(down) for x in range(across)])


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
