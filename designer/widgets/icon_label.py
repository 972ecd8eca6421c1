"""An icon that stands by itself."""

from __future__ import annotations

from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget


class IconLabel(QWidget):
    """Paints an icon, `pixels` wide and high, in the colors that are on."""

    def __init__(self, picture: QIcon, pixels: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = picture
        self.setFixedSize(pixels, pixels)

    def set_icon(self, picture: QIcon) -> None:
        """Show another icon."""
        self._icon = picture
        self.update()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        self._icon.paint(painter, self.rect(), mode=mode)
