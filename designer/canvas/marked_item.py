"""What nodes and frames have in common: they can be selected, and the mouse can be over them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem


class MarkedItem(QGraphicsItem):
    """An item that the scene marks; it takes no mouse events itself."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._selected = self._hovered = False

    def set_selected(self, on: bool) -> None:
        """Draw the selection ring."""
        if on != self._selected:
            self._selected = on
            self.update()

    def set_hovered(self, on: bool) -> None:
        """Draw a stronger edge under the mouse."""
        if on != self._hovered:
            self._hovered = on
            self.update()

    @property
    def selected(self) -> bool:
        """Whether the selection ring is drawn."""
        return self._selected
