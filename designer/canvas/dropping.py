"""Layers dragged in from outside the canvas: taken, followed, and dropped; nothing else is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from designer.canvas.gestures import LayerDrop, Stage
from designer.canvas.gestures.drop import layer_in


class Dropping:
    """What is dragged over a canvas now; `spot` gives the scene point at a point of the view."""

    def __init__(self, stage: Stage, spot: Callable[[QPointF], QPointF]) -> None:
        self._stage = stage
        self._spot = spot
        self._drop: LayerDrop | None = None

    @property
    def active(self) -> bool:
        """Whether a layer is over the canvas."""
        return self._drop is not None

    def enter(self, event: QDragEnterEvent) -> bool:
        """Take a layer; whether it is one."""
        layer = layer_in(event.mimeData())
        if layer is None:
            event.ignore()
            return False
        self.leave()
        self._drop = LayerDrop(self._stage, layer)
        event.acceptProposedAction()
        return True

    def move(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        if self._drop is None:
            event.ignore()
            return
        self._drop.moved(event.position(), self._spot(event.position()))
        event.acceptProposedAction()

    def leave(self) -> None:
        """It went elsewhere."""
        if self._drop is not None:
            self._drop.left()
            self._drop = None

    def drop(self, event: QDropEvent) -> bool:
        """Add it; whether there was one."""
        drop, self._drop = self._drop, None
        if drop is None:
            event.ignore()
            return False
        drop.dropped(self._spot(event.position()))
        event.acceptProposedAction()
        return True
