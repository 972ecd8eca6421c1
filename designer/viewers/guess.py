"""Predict, then see: the box that asks for it, a field for the number, what is said about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from core.tongue import tr
from designer.widgets.numbers import read_number, value

_CLOSE = 0.02  # of the answer: a guess within counts as right, since cells show two decimals
_LEAST = 0.005


class GuessField(QLineEdit):
    """Signals: `guessed(number)` at Enter, None where that is no number; then it is empty again."""

    guessed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr("your number"))
        self.setAccessibleName(tr("Your number"))
        self.setFixedWidth(104)
        self.returnPressed.connect(self._take)

    def _take(self) -> None:
        number = read_number(self.text())
        if number is not None:
            self.clear()
        self.guessed.emit(number)


def predict_box(tip: str) -> QCheckBox:
    """The box that hides what is to be predicted."""
    box = QCheckBox(tr("Predict"))
    box.setToolTip(tip)
    return box


def verdict(number: float | None, answer: float) -> tuple[str, bool]:
    """What to say to a guess, and whether it is right."""
    if number is None:
        return tr("A number is expected, such as 0.5."), False
    off = abs(number - answer)
    told = value(answer, figures=6)
    if off <= max(_CLOSE * abs(answer), _LEAST):
        return tr("Right: it is {told}.", told=told), True
    return tr("It is {told}: {off} away.", told=told, off=value(off)), False
