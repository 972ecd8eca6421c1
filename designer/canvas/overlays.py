"""What lies over the canvas: the find bar above, the minimap in a corner that is free."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from designer.canvas.corners import Corner, Corners
from designer.canvas.find_bar import FindBar
from designer.canvas.minimap import Minimap
from designer.canvas.view import CanvasView
from designer.theme import Theme
from designer.tokens import Tokens


class Overlays(QObject):
    """Keeps `find_bar` and `minimap` in their `corners` of a canvas."""

    def __init__(self, view: CanvasView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self.find_bar = FindBar(view)
        self.minimap = Minimap(view)
        self.corners = Corners(view)
        self.corners.keep(
            self.minimap,
            Corner.BottomRightCorner,
            Corner.TopRightCorner,
            Corner.BottomLeftCorner,
            Corner.TopLeftCorner,
        )
        view.installEventFilter(self)
        theme.theme_changed.connect(self.minimap.redraw)
        self._place()

    def find(self) -> None:
        """Look for a layer by name, type or size."""
        self.find_bar.open()
        self._place()
        self.corners.settle()

    def _place(self) -> None:
        gap = Tokens.MEDIUM
        self.find_bar.move(self._view.width() - self.find_bar.width() - gap, gap)

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
            self.minimap.refresh()
        return False
