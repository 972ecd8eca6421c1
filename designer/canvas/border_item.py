"""Where the inside of a group meets the rest: what feeds it, and what takes from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.geometry import Box, Point
from designer.canvas.ink import Ink
from designer.canvas.marks import rect_of, still
from designer.canvas.node_item import CLOSE
from designer.canvas.routing import Way, route
from designer.canvas.wire_item import path_of
from designer.document.shown import Shown
from designer.tokens import Tokens

AWAY = 40.0  # between a label at the border and the nearest slot
PILL_WIDTH, PILL_HEIGHT = 152.0, 22.0
GAP = 12.0  # between two labels


@dataclass(frozen=True)
class Border:
    """One label at the border and the ways between it and the slots it leads to."""

    text: str
    box: Box
    ways: tuple[Way, ...]


class BorderItem(QGraphicsItem):
    """Paints one label with its wires, paler than what can be changed here."""

    def __init__(self, border: Border, ink: Ink) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-3)
        self.border, self._ink = border, ink
        self._path = QPainterPath()
        for way in border.ways:
            self._path.addPath(path_of(way))
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
    seen: Shown, boxes: Sequence[Box], spot: Callable[[str, int | None], Point]
) -> list[Border]:
    """What feeds the group that is open by itself, above it, and what takes from it, below.

    `boxes` are those of all nodes in sight, `spot` gives the place of a slot, None for the output.
    """
    feeding: dict[str, list[Point]] = {}
    taking: dict[str, list[Point]] = {}
    for wire in seen.crossing:
        if wire.target in seen.item_of:
            feeding.setdefault(wire.source, []).append(spot(wire.target, wire.slot))
        else:
            taking.setdefault(wire.source, []).append(spot(wire.source, None))
    top = min((y for spots in feeding.values() for _, y in spots), default=0.0) - AWAY
    low = max((y for spots in taking.values() for _, y in spots), default=0.0) + AWAY
    found = []
    for source, (box, spots) in _spread(feeding, top - PILL_HEIGHT).items():
        start = ((box.left + box.right) / 2, box.bottom)
        ways = tuple(_way(start, end, end, boxes) for end in dict.fromkeys(spots))
        found.append(Border(f"from {_outside(seen, source)}", box, ways))
    for source, (box, spots) in _spread(taking, low).items():
        end = ((box.left + box.right) / 2, box.top)
        ways = (_way(spots[0], end, spots[0], boxes),)
        readers = {
            _outside(seen, w.target)
            for w in seen.graph.outgoing(source)
            if w.target not in seen.item_of
        }
        found.append(Border(f"to {', '.join(sorted(readers))}", box, ways))
    return found


def _spread(spots: dict[str, list[Point]], top: float) -> dict[str, tuple[Box, list[Point]]]:
    """A box for each label, as near above or below its slots as the others let it."""
    middle = {one: sum(x for x, _ in known) / len(known) for one, known in spots.items()}
    found: dict[str, tuple[Box, list[Point]]] = {}
    right = float("-inf")
    for one in sorted(middle, key=middle.__getitem__):
        left = max(middle[one] - PILL_WIDTH / 2, right + GAP)
        right = left + PILL_WIDTH
        found[one] = (Box(left, top, right, top + PILL_HEIGHT), spots[one])
    return found


def _way(start: Point, end: Point, slot: Point, boxes: Iterable[Box]) -> Way:
    """The way from one to the other, of which `slot` is the one on a node."""
    own = [box for box in boxes if box.grown(1).contains(slot)]
    return route(start, end, [box for box in boxes if box not in own], own=own)


def _outside(seen: Shown, node: str) -> str:
    """What a person calls a node that is out of sight: the group it is in there, or its name."""
    path, here = seen.groups.path(node), seen.groups.path(seen.inside)
    depth = next((at for at, one in enumerate(path) if at >= len(here) or one != here[at]), None)
    return seen.graph[node].title if depth is None else seen.groups[path[depth]].title
