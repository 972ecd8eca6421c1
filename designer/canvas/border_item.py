"""Where the inside of a group meets the rest: what feeds it, and what takes from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.flow import Direction
from core.tongue import tr
from designer.canvas.geometry import HEIGHT, WIDTH, Box, Point
from designer.canvas.ink import Ink
from designer.canvas.marks import rect_of, still
from designer.canvas.node_item import CLOSE
from designer.canvas.routing import Way, route
from designer.canvas.wire_item import path_of
from designer.document.shown import Shown
from designer.tokens import Tokens

AWAY = 40.0  # between a label at the border and the nearest slot
PILL = PILL_WIDTH, PILL_HEIGHT = 152.0, 22.0
GAP = 12.0  # between two labels


@dataclass(frozen=True)
class Border:
    """One label at the border and the ways, as the flow has them, to the slots it leads to."""

    text: str
    box: Box
    ways: tuple[Way, ...]


class BorderItem(QGraphicsItem):
    """Paints one label with its wires, paler than what can be changed here."""

    def __init__(self, border: Border, ink: Ink, flow: Direction) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-3)
        self.border, self._ink = border, ink
        self._path = QPainterPath()
        for way in border.ways:
            self._path.addPath(path_of(way, flow))
        room = PILL_WIDTH - 2 * Tokens.SMALL
        words = ink.small_metrics.elidedText(border.text, Qt.TextElideMode.ElideMiddle, room)
        self._words = still(words, ink.small_font)
        self._left = (PILL_WIDTH - ink.small_metrics.horizontalAdvance(words)) / 2

    @property
    def line_box(self) -> QRectF:
        """The rectangle around label and wires."""
        return rect_of(self.border.box).united(self._path.boundingRect())

    def boundingRect(self) -> QRectF:
        """Label and wires."""
        return self.line_box.adjusted(-3, -3, 3, 3)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Dashed wires and a label with round ends."""
        ink, box = self._ink, rect_of(self.border.box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(ink.passing)
        painter.drawPath(self._path)
        painter.setPen(ink.edge)
        painter.setBrush(ink.ground)
        painter.drawRoundedRect(box, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= CLOSE:
            painter.setPen(ink.muted)
            painter.setFont(ink.small_font)
            painter.drawStaticText(box.topLeft() + QPointF(self._left, 4), self._words)


def borders_of(
    seen: Shown,
    boxes: Sequence[Box],
    spot: Callable[[str, int | None], Point],
    flow: Direction,
) -> list[Border]:
    """What feeds the group that is open by itself, before it, and what takes from it, behind.

    `boxes` are those of all nodes in sight, `spot` gives the place of a slot, None for the output.
    """
    feeding: dict[str, list[Point]] = {}
    taking: dict[str, list[Point]] = {}
    for wire in seen.crossing:
        if wire.target in seen.item_of:
            at = flow.turned(spot(wire.target, wire.slot))
            feeding.setdefault(wire.source, []).append(at)
        else:
            taking.setdefault(wire.source, []).append(flow.turned(spot(wire.source, None)))
    pill, rest = flow.turned(PILL), _Rest([box.turned(flow) for box in boxes], flow)
    first = min((at for spots in feeding.values() for _, at in spots), default=0.0) - AWAY
    last = max((at for spots in taking.values() for _, at in spots), default=0.0) + AWAY
    found = []
    for source, (box, spots) in _spread(feeding, first - pill[1], pill).items():
        start = ((box.left + box.right) / 2, box.bottom)
        ways = tuple(rest.way(start, end, end) for end in dict.fromkeys(spots))
        found.append(Border(tr("from {seen}", seen=_outside(seen, source)), box.turned(flow), ways))
    for source, (box, spots) in _spread(taking, last, pill).items():
        end = ((box.left + box.right) / 2, box.top)
        ways = (rest.way(spots[0], end, spots[0]),)
        readers = {
            _outside(seen, w.target)
            for w in seen.graph.outgoing(source)
            if w.target not in seen.item_of
        }
        found.append(
            Border(tr("to {readers}", readers=", ".join(sorted(readers))), box.turned(flow), ways)
        )
    return found


def _spread(
    spots: dict[str, list[Point]], along: float, pill: Point
) -> dict[str, tuple[Box, list[Point]]]:
    """A box of this size for each label, as near to its slots as the others let it."""
    middle = {one: sum(x for x, _ in known) / len(known) for one, known in spots.items()}
    found: dict[str, tuple[Box, list[Point]]] = {}
    end = float("-inf")
    for one in sorted(middle, key=middle.__getitem__):
        start = max(middle[one] - pill[0] / 2, end + GAP)
        end = start + pill[0]
        found[one] = (Box(start, along, end, along + pill[1]), spots[one])
    return found


@dataclass(frozen=True)
class _Rest:
    """The boxes of everything in sight, as the flow has them: what ways go around."""

    boxes: Sequence[Box]
    flow: Direction

    def way(self, start: Point, end: Point, slot: Point) -> Way:
        """The way from one to the other, of which `slot` is the one on a node."""
        own = [box for box in self.boxes if box.grown(1).contains(slot)]
        foreign = [box for box in self.boxes if box not in own]
        half = self.flow.turned((WIDTH, HEIGHT))[0] / 2
        return route(start, end, foreign, own=own, half=half)


def _outside(seen: Shown, node: str) -> str:
    """What a person calls a node that is out of sight: the group it is in there, or its name."""
    path, here = seen.groups.path(node), seen.groups.path(seen.inside)
    depth = next((at for at, one in enumerate(path) if at >= len(here) or one != here[at]), None)
    return seen.graph[node].title if depth is None else seen.groups[path[depth]].title
