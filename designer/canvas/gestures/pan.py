"""Pan: the ground sticks to the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from designer.canvas.gestures.gesture import Gesture, Modifiers, Stage


class Pan(Gesture):
    """Drag what is seen: middle button, or left button while Space is held."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, at: QPointF) -> None:
        self._camera = stage.camera
        self._last = at.toPoint()

    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        now = at.toPoint()
        self._camera.pan(now - self._last)
        self._last = now

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        self.moved(at, spot, modifiers)

    def canceled(self) -> None:
        """What is seen stays where it was dragged to."""
