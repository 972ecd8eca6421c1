"""A click on the size that stands on a node asks why it is so."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from designer.canvas.size_spot import size_under
from designer.canvas.view import CanvasView


class SizeClick(QObject):
    """Watches the canvas for clicks on sizes; a drag that begins there is no click.

    Signals: `size_wanted(node)`.
    """

    size_wanted = Signal(str)

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._pressed = QPointF()
        view.viewport().installEventFilter(self)

    def node_at(self, at: QPointF) -> str:
        """The node whose size stands at a point of the view; "" where there is none."""
        view = self._view
        return size_under(view.network, view.camera.spot(at), zoom=view.zoom)

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at presses and releases, and let all of them pass."""
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            at = event.position()
            if event.type() == QEvent.Type.MouseButtonPress:
                self._pressed = at
            elif event.type() == QEvent.Type.MouseButtonRelease and not event.modifiers():
                moved = (at - self._pressed).manhattanLength()
                node = self.node_at(at)
                if node and moved < QApplication.startDragDistance():
                    self.size_wanted.emit(node)
        return False
