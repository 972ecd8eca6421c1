"""A small fact one can press: the device, the number of problems, the save state."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from designer.resources import icon


class Chip(QToolButton):
    """Icon and a few words for a tool bar or status bar; `clicked` opens what is behind it."""

    def __init__(
        self, icon_name: str, text: str, *, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "chip")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(14, 14))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._said: tuple[str, ...] = ()
        self.set(icon_name, text, tip=tip)

    def set(self, icon_name: str, text: str, *, tip: str = "", color: str = "muted") -> None:
        """Say something else; `color` is a token for the icon, such as "problem" or "good"."""
        said = (icon_name, text, tip, color)
        if said == self._said:
            return
        self._said = said
        self.setIcon(icon(icon_name, color))
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
