"""One wire on the canvas: a smooth line along its way, and the shape of what it carries."""

from __future__ import annotations

from itertools import pairwise
from math import copysign, hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.geometry import Point
from designer.canvas.ink import Ink
from designer.canvas.routing import Way, curve_handle

PICK_WIDTH = 10.0
LABELED = 0.6  # from this zoom on wires show what they carry
CORNER = 12.0
LABEL_HEIGHT = 15.0
AWAY = 8.0  # between an upright wire and its label


class WireItem(QGraphicsItem):
    """Paints one wire. `side` is where its label stands: 1 right, -1 left, 0 nowhere."""

    def __init__(self, ink: Ink, way: Way, *, label: str = "", side: int = 1) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-1)
        self._ink = ink
        self._selected = self._hovered = False
        self._label, self._side = label, side
        self._label_box = QRectF()
        self.lay(way)

    @property
    def label(self) -> str:
        """The shape it shows, "" for none."""
        return self._label

    @property
    def hovered(self) -> bool:
        """Whether it is drawn as under the mouse."""
        return self._hovered

    @property
    def line_box(self) -> QRectF:
        """The rectangle around the line, without its label."""
        return self._path.boundingRect()

    def lay(self, way: Way, *, label: str | None = None, side: int | None = None) -> None:
        """Run another way, or show another label."""
        self.prepareGeometryChange()
        self.way = way
        self._label = self._label if label is None else label
        self._side = self._side if side is None else side
        self._path = path_of(way)
        self._place_label()
        self._bounds = self._path.boundingRect().adjusted(-4, -4, 4, 4)
        if self._label:
            self._bounds = self._bounds.united(self._label_box)
        self.update()

    def wear(self, ink: Ink) -> None:
        """Take on other colors and fonts."""
        self._ink = ink
        self.lay(self.way)

    def set_selected(self, on: bool) -> None:
        """Draw it in the accent."""
        if on != self._selected:
            self._selected = on
            self.setZValue(-0.5 if on else -1)
            self.update()

    def set_hovered(self, on: bool) -> None:
        """Draw it stronger, under the mouse or under something that would be inserted."""
        if on != self._hovered:
            self._hovered = on
            self.update()

    def _place_label(self) -> None:
        """Beside an upright start, on the middle of a curve; a wire that turns labels its start."""
        width = self._ink.small_metrics.horizontalAdvance(self._label)
        a, b = self.way[0], self.way[1]
        upright = a[0] == b[0]
        self._on_line = not upright and len(self.way) == 2
        middle = QPointF((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        if upright and len(self.way) > 2:
            middle.setY(a[1] + 14)
        left = middle.x() - width / 2
        if not self._on_line:
            left = middle.x() + AWAY if self._side > 0 else middle.x() - AWAY - width
        self._label_box = QRectF(left, middle.y() - LABEL_HEIGHT / 2, width, LABEL_HEIGHT)
        self._label_text = QStaticText(self._label)
        self._label_text.setTextFormat(Qt.TextFormat.PlainText)
        self._label_text.prepare(font=self._ink.small_font)

    def _pen(self) -> QPen:
        if self._selected:
            return self._ink.wire_selected
        return self._ink.wire_hovered if self._hovered else self._ink.wire_pen

    def boundingRect(self) -> QRectF:
        """Line and label."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """The line as wide as it can be picked."""
        stroker = QPainterPathStroker()
        stroker.setWidth(PICK_WIDTH)
        return stroker.createStroke(self._path)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the line, and its label where there is room to read it."""
        painter.setPen(self._pen())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        if not self._label or not self._side or zoom <= LABELED:
            return
        # The dots of the ground, and the line itself on a curve, would run through the figures.
        painter.fillRect(self._label_box.adjusted(-3, 0, 3, 0), self._ink.ground)
        painter.setPen(self._ink.accent if self._selected else self._ink.muted)
        painter.setFont(self._ink.small_font)
        painter.drawStaticText(self._label_box.topLeft(), self._label_text)


class LooseWire(QGraphicsItem):
    """The wire that follows the mouse while it is being laid."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self._path = QPainterPath()
        self._refused = False
        self.setZValue(1)

    def follow(self, start: Point, end: Point, *, refused: bool) -> None:
        """Run from an output slot to the mouse, or from the mouse to an input slot."""
        self.prepareGeometryChange()
        self._path = path_of((start, end))
        self._refused = refused
        self.update()

    def boundingRect(self) -> QRectF:
        """The line and its round ends."""
        return self._path.boundingRect().adjusted(-6, -6, 6, 6)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the line; dashed where it may not end."""
        painter.setPen(self._ink.wire_refused if self._refused else self._ink.wire_loose)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)


def path_of(way: Way) -> QPainterPath:
    """The line along a way: rounded corners between straight pieces, else an S."""
    path = QPainterPath(QPointF(*way[0]))
    for i, (a, b) in enumerate(pairwise(way)):
        if a[0] != b[0] and a[1] != b[1]:
            handle = curve_handle(a, b)
            path.cubicTo(a[0], a[1] + handle, b[0], b[1] - handle, *b)
            continue
        after = way[i + 2] if i + 2 < len(way) else None
        if after is None or not _turns(a, b, after):
            path.lineTo(*b)
            continue
        radius = min(CORNER, _length(a, b) / 2, _length(b, after) / 2)
        path.lineTo(*_towards(b, a, radius))
        path.quadTo(QPointF(*b), QPointF(*_towards(b, after, radius)))
    return path


def _turns(a: Point, b: Point, c: Point) -> bool:
    """Whether two straight pieces meet at a right angle."""
    return (a[0] == b[0] and b[1] == c[1]) or (a[1] == b[1] and b[0] == c[0])


def _length(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def _towards(a: Point, b: Point, by: float) -> Point:
    """The point `by` units from a on the level or upright way to b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    return (a[0] + copysign(by, dx) * (dx != 0), a[1] + copysign(by, dy) * (dy != 0))
