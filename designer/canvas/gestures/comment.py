"""Comment: a sticky note follows the mouse on the grid."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from designer.canvas.geometry import snapped
from designer.canvas.gestures.gesture import Gesture, Modifiers, Stage
from designer.canvas.gestures.move import THRESHOLD
from designer.document import commenting


class MoveComment(Gesture):
    """Drag a comment; a press without a drag selects it."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, stage: Stage, id: str, at: QPointF, spot: QPointF) -> None:
        self._stage, self._comments, self._id = stage, stage.comments, id
        self._at, self._spot = at, spot
        self._before = stage.comments.items[id].pos()
        self._dragging = False
        stage.comments.choose(id)

    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        self._dragging = self._dragging or (at - self._at).manhattanLength() >= THRESHOLD
        if self._dragging:
            self._show(*self._place(spot))

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        place, id = self._place(spot), self._id
        if self._dragging and place != self._before.toTuple():
            self._stage.document.attempt(
                "Move comment", lambda design: commenting.shift(design, id, place)
            )

    def canceled(self) -> None:
        self._show(self._before.x(), self._before.y())

    def _show(self, x: float, y: float) -> None:
        """Put the note there, unless an undo took it away meanwhile."""
        if self._id in self._comments.items:
            self._comments.items[self._id].setPos(x, y)

    def _place(self, spot: QPointF) -> tuple[int, int]:
        aim = self._before + spot - self._spot
        return snapped((aim.x(), aim.y()))
