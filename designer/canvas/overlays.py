"""What lies over the canvas: the find bar above, the minimap below, each in its corner."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from designer.canvas.find_bar import FindBar
from designer.canvas.minimap import Minimap
from designer.canvas.view import CanvasView
from designer.theme import Theme
from designer.tokens import Tokens


class Overlays(QObject):
    """Keeps `find_bar` and `minimap` in their corners of a canvas."""

    def __init__(self, view: CanvasView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self.find_bar = FindBar(view)
        self.minimap = Minimap(view)
        view.installEventFilter(self)
        theme.theme_changed.connect(self.minimap.redraw)
        self._place()

    def find(self) -> None:
        """Look for a layer by name, type or size."""
        self.find_bar.open()
        self._place()

    def _place(self) -> None:
        width, height, gap = self._view.width(), self._view.height(), Tokens.MEDIUM
        bar, small = self.find_bar, self.minimap
        bar.move(width - bar.width() - gap, gap)
        small.move(width - small.width() - gap, height - small.height() - gap)

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corners."""
        if event.type() == QEvent.Type.Resize:
            self._place()
            self.minimap.refresh()
        return False
