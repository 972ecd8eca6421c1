"""Move: the selected nodes follow the mouse on the grid."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from core.design import Design, Position
from designer.canvas.geometry import snapped
from designer.canvas.gestures.gesture import Gesture, Modifiers, Stage
from designer.document import edits

THRESHOLD = 4.0  # pixels before a press becomes a drag
FREE = Modifiers.AltModifier  # held down, nodes leave the grid


class MoveNodes(Gesture):
    """Drag the selection by what was grabbed: a node, a collapsed group or a frame.

    A press without a drag selects that alone.
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
        if self._dragging:
            self._stage.scene.preview(self._places(spot, free=bool(modifiers & FREE)))

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        if not self._dragging:
            self._stage.document.select((self._grabbed,))
            return
        places = self._places(spot, free=bool(modifiers & FREE))
        pinned = self._stage.scene.pinned
        if places == self._before:
            self._stage.scene.restore()
            return

        def edit(design: Design) -> Design:
            return edits.move(pinned(design), places)

        self._stage.document.attempt(self._text(), edit)

    def canceled(self) -> None:
        self._stage.scene.restore()

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
