"""A whole number to type or to step through, as all views have it."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox

_INSET = 4  # pixels from the frame to the number: style sheets cannot set it


def spin_field(name: str, tip: str = "") -> QSpinBox:
    """An empty field of this name, which tells a number once it is typed to its end."""
    field = QSpinBox()
    field.setKeyboardTracking(False)
    field.setAccessibleName(name)
    field.setToolTip(tip)
    field.lineEdit().setTextMargins(_INSET, 0, 0, 0)
    return field
