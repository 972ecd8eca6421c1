"""A number to type or to step through, as all views have it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

_INSET = 4  # pixels from the frame to the number: style sheets cannot set it
_TAKEN_BACK = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class _SpinField(QSpinBox):
    """Undo is about what is being typed, and about the window where nothing is."""

    def event(self, event: QEvent) -> bool:
        return False if _is_of_window(self, event) else super().event(event)


class _DecimalField(QDoubleSpinBox):
    """The same with decimals."""

    def event(self, event: QEvent) -> bool:
        return False if _is_of_window(self, event) else super().event(event)


def _is_of_window(field: QAbstractSpinBox, event: QEvent) -> bool:
    """Whether undo or redo is pressed while nothing is being typed; the event is let go then."""
    if event.type() != QEvent.Type.ShortcutOverride or field.lineEdit().isModified():
        return False
    assert isinstance(event, QKeyEvent)
    if not any(event.matches(key) for key in _TAKEN_BACK):
        return False
    event.ignore()
    return True


def spin_field(name: str, tip: str = "") -> QSpinBox:
    """An empty field of this name, which tells a number once it is typed to its end."""
    field = _SpinField()
    _name(field, name, tip)
    return field


def decimal_field(name: str, tip: str = "") -> QDoubleSpinBox:
    """The same for a number with decimals."""
    field = _DecimalField()
    _name(field, name, tip)
    return field


def _name(field: QAbstractSpinBox, name: str, tip: str) -> None:
    field.setKeyboardTracking(False)
    field.setAccessibleName(name)
    field.setToolTip(tip)
    field.lineEdit().setTextMargins(_INSET, 0, 0, 0)
