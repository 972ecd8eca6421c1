"""A button that shows an icon and says its name."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton

from designer.resources import icon


def icon_button(
    glyph: str, tip: str, *, name: str = "", color: str = "muted", size: int = 16
) -> QToolButton:
    """A tool button; a screen reader calls it `name`, else its tip without the key behind it.

    `glyph` and `color` as in `resources.icon`, `size` in pixels.
    """
    button = QToolButton()
    button.setIcon(icon(glyph, color))
    button.setIconSize(QSize(size, size))
    button.setToolTip(tip)
    button.setAccessibleName(name or tip.partition(" (")[0])
    return button
