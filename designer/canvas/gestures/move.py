"""Move: the selected nodes follow the mouse on the grid."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, Qt

from core.design import Design, Position
from core.graph import Wire
from designer.canvas.geometry import HEIGHT, WIDTH, gives_output, snapped
from designer.canvas.gestures.gesture import Gesture, Modifiers, Stage
from designer.canvas.hit import DROP_REACH, GroundHit, WireHit, wire_at
from designer.document import edits, rework

THRESHOLD = 4.0  # pixels before a press becomes a drag
FREE = Modifiers.AltModifier  # held down, nodes leave the grid


class MoveNodes(Gesture):
    """Drag the selection by what was grabbed: a node, a collapsed group or a frame.

    A press without a drag selects that alone. A node without wires dropped on a wire goes into it.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, stage: Stage, grabbed: str, at: QPointF, spot: QPointF) -> None:
        self._stage = stage
        self._grabbed = grabbed
        self._at, self._spot = at, spot
        self._before = stage.scene.places_of(stage.document.selection)
        self._held = grabbed if grabbed in self._before else next(iter(self._before))
        self._dragging = False

    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        far = (at - self._at).manhattanLength() >= THRESHOLD
        self._dragging = self._dragging or far
        if not self._dragging:
            return
        places = self._places(spot, free=bool(modifiers & FREE))
        self._stage.scene.preview(places)
        wire = self._wire(places)
        self._stage.scene.hover(WireHit(wire) if wire else GroundHit())
        title = self._stage.scene.seen.title(self._grabbed)
        self._stage.hint.say(f"Insert {title} here" if wire else "", at.toPoint())

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        if not self._dragging:
            self._stage.document.select((self._grabbed,))
            return
        places = self._places(spot, free=bool(modifiers & FREE))
        pinned, wire = self._stage.scene.pinned, self._wire(places)
        self._stage.hint.say("", QPointF().toPoint())
        if places == self._before:
            self._stage.scene.restore()
            return

        def edit(design: Design) -> Design:
            moved = edits.move(pinned(design), places)
            if wire is None:
                return moved
            return rework.put_on_wires(moved, self._grabbed, self._stage.scene.seen.wires[wire])

        text = f"Insert {self._stage.scene.seen.title(self._grabbed)}" if wire else self._text()
        if not self._stage.document.attempt(text, edit):
            self._stage.scene.restore()

    def canceled(self) -> None:
        self._stage.hint.say("", QPointF().toPoint())
        self._stage.scene.hover(GroundHit())
        self._stage.scene.restore()

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
        if len(self._before) == 1 or self._grabbed != self._held:
            return f"Move {self._stage.scene.seen.title(self._grabbed)}"
        return f"Move {len(self._before)} layers"
