"""Move: what is selected follows the mouse on the grid."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, Qt

from core.design import Design, Position
from core.graph import Wire
from core.tongue import tr
from designer.canvas.geometry import HEIGHT, WIDTH, gives_output, snapped
from designer.canvas.gestures.gesture import THRESHOLD, Gesture, Modifiers, Stage
from designer.canvas.hit import DROP_REACH, GroundHit, WireHit, wire_at
from designer.document import edits, rework
from designer.document.removing import called

FREE = Modifiers.AltModifier  # held down, nodes leave the grid


class Move(Gesture):
    """Drag the selection by what was grabbed: a node, a collapsed group, a frame or a comment.

    A press without a drag selects that alone. A node without wires dropped on a wire goes into it.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, stage: Stage, grabbed: str, at: QPointF, spot: QPointF) -> None:
        self._stage = stage
        self._grabbed = grabbed
        self._at, self._spot = at, spot
        self._before = stage.selected_places()
        self._held = grabbed if grabbed in self._before else next(iter(self._before))
        self._dragging = False

    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        far = (at - self._at).manhattanLength() >= THRESHOLD
        self._dragging = self._dragging or far
        if not self._dragging:
            return
        places = self._places(spot, free=bool(modifiers & FREE))
        self._stage.preview(places)
        wire = self._wire(places)
        self._stage.scene.highlight.hover(WireHit(wire) if wire else GroundHit())
        self._stage.hint.say(
            tr("Insert {_title} here", _title=self._title()) if wire else "", at.toPoint()
        )

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        if not self._dragging:
            self._select_alone()
            return
        places = self._places(spot, free=bool(modifiers & FREE))
        pinned, wire = self._stage.scene.pinned, self._wire(places)
        self._stage.hint.say("", QPointF().toPoint())
        if places == self._before:
            self._stage.restore()
            return

        def edit(design: Design) -> Design:
            moved = edits.move(pinned(design), places)
            if wire is None:
                return moved
            return rework.put_on_wires(moved, self._grabbed, self._stage.scene.seen.wires[wire])

        text = tr("Insert {_title}", _title=self._title()) if wire else self._text()
        if not self._stage.document.attempt(text, edit):
            self._stage.restore()

    def canceled(self) -> None:
        self._stage.hint.say("", QPointF().toPoint())
        self._stage.scene.highlight.hover(GroundHit())
        self._stage.restore()

    def _wire(self, places: Mapping[str, Position]) -> Wire | None:
        """The wire that a single node without wires would go into."""
        graph, node = self._stage.document.design.graph, self._grabbed
        if len(places) > 1 or node not in graph.nodes:
            return None
        layer = graph[node].layer
        if graph.incoming(node) or graph.outgoing(node) or not (layer.slots or layer.many_slots):
            return None
        x, y = places[node]
        center = (x + WIDTH / 2, y + HEIGHT / 2)
        zoom, picture = self._stage.camera.zoom, self._stage.scene.picture
        return (
            wire_at(picture, center, zoom=zoom, reach=DROP_REACH) if gives_output(layer) else None
        )

    def _places(self, spot: QPointF, *, free: bool) -> dict[str, Position]:
        """All nodes by the same way, such that the one that is held lies on the grid."""
        x, y = self._before[self._held]
        by = spot - self._spot
        aim = (x + by.x(), y + by.y())
        to = (round(aim[0]), round(aim[1])) if free else snapped(aim)
        dx, dy = to[0] - x, to[1] - y
        return {node: (a + dx, b + dy) for node, (a, b) in self._before.items()}

    def _text(self) -> str:
        comments = len(self._before.keys() & self._stage.comments.items.keys())
        layers = len(self._before) - comments
        if self._grabbed != self._held:  # a frame, whose nodes move as one
            layers = 1
        return tr("Move {layers}", layers=called(layers, comments, self._title()))

    def _title(self) -> str:
        """What people call the node, or the first of them where a comment was grabbed."""
        seen = self._stage.scene.seen
        known = (self._grabbed, *self._before)
        return next((seen.title(one) for one in known if self._is_layer(one)), "")

    def _is_layer(self, item: str) -> bool:
        return item not in self._stage.comments.items

    def _select_alone(self) -> None:
        layer = self._is_layer(self._grabbed)
        one = (self._grabbed,)
        self._stage.document.select(one if layer else (), comments=() if layer else one)
