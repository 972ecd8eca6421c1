"""One wire on the canvas: a smooth line along its way, and the shape of what it carries."""

from __future__ import annotations

from itertools import pairwise
from math import copysign, hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen, QStaticText, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.flow import Direction
from designer.canvas.geometry import Box, Point
from designer.canvas.ink import Ink
from designer.canvas.marks import rect_of, still
from designer.canvas.routing import Way, curve_handle

PICK_WIDTH = 10.0
LABELED = 0.6  # from this zoom on wires show what they carry
CORNER = 12.0
LABEL_HEIGHT = 15.0
AWAY = (8.0, 2.0)  # from a wire to the label beside it, and to one above or below it
BEHIND = 6.5  # from a slot to the label of a wire that turns
SPARE = 8.0  # between two nodes there must be so much more room than a label takes
TURNED = QTransform(0, 1, 1, 0, 0, 0)  # x for y


class WireItem(QGraphicsItem):
    """Paints one wire, whose way is across and along the flow.

    `side` is where its label stands: 1 right or below, -1 left or above, 0 nowhere.
    """

    def __init__(
        self, ink: Ink, way: Way, flow: Direction, *, label: str = "", side: int = 1
    ) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-1)
        self._ink = ink
        self._selected = self._hovered = False
        self._label, self._side, self._flow = label, side, flow
        self._label_box = QRectF()
        self._label_text: QStaticText | None = None  # laid out when it is first painted
        self._strength = 0.0
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

    @property
    def label_box(self) -> QRectF:
        """Where its label stands; empty without one."""
        return QRectF(self._label_box) if self._label and self._side else QRectF()

    def lay(
        self,
        way: Way,
        *,
        flow: Direction | None = None,
        label: str | None = None,
        side: int | None = None,
    ) -> None:
        """Run another way, or show another label."""
        self.way = way
        self._flow = flow or self._flow
        self._label = self._label if label is None else label
        self._side = self._side if side is None else side
        self._path = path_of(way, self._flow)
        reach = 4 + self._strength / 2
        self._reach = self._path.boundingRect().adjusted(-reach, -reach, reach, reach)
        self._place_label()

    def set_label(self, label: str) -> None:
        """Show another label; it runs as it ran."""
        if label != self._label:
            self._label = label
            self._place_label()

    def wear(self, ink: Ink) -> None:
        """Take on other colors and fonts."""
        self._ink = ink
        self.lay(self.way)

    def set_strength(self, width: float) -> None:
        """Draw it so wide, for what flows through it while the network learns; 0 as usual."""
        if width != self._strength:
            self._strength = width
            self.lay(self.way)

    @property
    def strength(self) -> float:
        """How wide it is drawn while the network learns, 0 for as usual."""
        return self._strength

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
        """Beside a straight start, on the middle of a curve; a wire that turns labels its start."""
        self.prepareGeometryChange()
        (a, start), (b, end) = self.way[0], self.way[1]
        self._words, width = self._fitting(end - start)
        wide, long = self._flow.turned((width, LABEL_HEIGHT))
        left, first = (a + b - wide) / 2, (start + end - long) / 2
        if a == b and len(self.way) > 2:
            first = start + BEHIND
        if a == b or len(self.way) > 2:
            away = self._flow.turned(AWAY)[0]
            left = (a + b) / 2 + (away if self._side > 0 else -away - wide)
        self._label_box = rect_of(Box(left, first, left + wide, first + long).turned(self._flow))
        self._label_text = None
        self._bounds = self._reach.united(self._label_box) if self._label else self._reach
        self.update()

    def _fitting(self, room: float) -> tuple[str, float]:
        """The label, where it fits between two nodes so far apart, and its width.

        Along a wire it stands tight.
        """
        words = self._label if self._flow is Direction.DOWN else self._label.replace(" ", "")
        width = self._ink.small_width(words)
        long = self._flow.turned((width, LABEL_HEIGHT))[1]
        fits = len(self.way) > 2 or long <= room - SPARE
        return (words, width) if fits else ("", 0.0)

    def _pen(self) -> QPen:
        ink = self._ink
        pen = ink.wire_selected if self._selected else ink.wire_hovered
        if not self._selected and not self._hovered:
            pen = ink.wire_pen
        if self._strength:
            pen = QPen(pen)
            pen.setWidthF(self._strength)
        return pen

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
        if self._label_box.isEmpty() or not self._side or zoom <= LABELED:
            return
        # The dots of the ground, and the line itself on a curve, would run through the figures.
        painter.fillRect(self._label_box.adjusted(-3, 0, 3, 0), self._ink.ground)
        painter.setPen(self._ink.accent if self._selected else self._ink.muted)
        painter.setFont(self._ink.small_font)
        if self._label_text is None:
            self._label_text = still(self._words, self._ink.small_font)
        painter.drawStaticText(self._label_box.topLeft(), self._label_text)


class LooseWire(QGraphicsItem):
    """The wire that follows the mouse while it is being laid."""

    def __init__(self, ink: Ink, flow: Direction) -> None:
        super().__init__()
        self._ink, self._flow = ink, flow
        self._path = QPainterPath()
        self._refused = False
        self.setZValue(1)

    def follow(self, start: Point, end: Point, *, refused: bool) -> None:
        """Run from an output slot to the mouse, or from the mouse to an input slot."""
        self.prepareGeometryChange()
        turned = self._flow.turned
        self._path = path_of((turned(start), turned(end)), self._flow)
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


def path_of(way: Way, flow: Direction) -> QPainterPath:
    """The line along a way, in the scene: rounded corners between straight pieces, else an S."""
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
    return path if flow is Direction.DOWN else TURNED.map(path)


def _turns(a: Point, b: Point, c: Point) -> bool:
    """Whether two straight pieces meet at a right angle."""
    return (a[0] == b[0] and b[1] == c[1]) or (a[1] == b[1] and b[0] == c[0])


def _length(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def _towards(a: Point, b: Point, by: float) -> Point:
    """The point `by` units from a on the level or upright way to b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    return (a[0] + copysign(by, dx) * (dx != 0), a[1] + copysign(by, dy) * (dy != 0))
