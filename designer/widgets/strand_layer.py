"""Lines from place to place over other widgets: what leads where."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from designer.theme import theme

_HEAD = (7.0, 3.5)  # length and half the width of the head of an arrow


class Strand(NamedTuple):
    """A line, in pixels of the layer.

    Attributes:
        begin, end: its two ends.
        width: how thick it is.
        strength: how much of what lies below it covers, 0 to 1.
        is_arrow: whether it has a head.
    """

    begin: QPointF
    end: QPointF
    width: float
    strength: float = 0.5
    is_arrow: bool = False


class StrandLayer(QWidget):
    """Covers its parent with lines; the mouse goes through. What they are, a subclass says."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)

    def lines(self) -> list[Strand]:
        """The lines that are in sight."""
        raise NotImplementedError

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover all of the parent, and follow what moves below."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.parentWidget().rect())
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for strand in self.lines():
            painter.setOpacity(strand.strength)
            _paint(painter, strand)


def _paint(painter: QPainter, strand: Strand) -> None:
    """A line that leaves and arrives level."""
    begin, end, color = strand.begin, strand.end, theme.color("accent")
    if strand.is_arrow:
        end = QPointF(end.x() - _HEAD[0], end.y())
    half = QPointF((end.x() - begin.x()) / 2, 0)
    path = QPainterPath(begin)
    path.cubicTo(begin + half, end - half, end)
    painter.setPen(QPen(color, strand.width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    if strand.is_arrow:
        aside = QPointF(0, _HEAD[1])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([strand.end, end - aside, end + aside]))
