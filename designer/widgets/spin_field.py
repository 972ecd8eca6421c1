"""A whole number to type or to step through, as all views have it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSpinBox

_INSET = 4  # pixels from the frame to the number: style sheets cannot set it
_TAKEN_BACK = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class _SpinField(QSpinBox):
    """Undo is about what is being typed, and about the window where nothing is."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and not self.lineEdit().isModified():
            assert isinstance(event, QKeyEvent)
            if any(event.matches(key) for key in _TAKEN_BACK):
                event.ignore()
                return False
        return super().event(event)


def spin_field(name: str, tip: str = "") -> QSpinBox:
    """An empty field of this name, which tells a number once it is typed to its end."""
    field = _SpinField()
    field.setKeyboardTracking(False)
    field.setAccessibleName(name)
    field.setToolTip(tip)
    field.lineEdit().setTextMargins(_INSET, 0, 0, 0)
    return field
