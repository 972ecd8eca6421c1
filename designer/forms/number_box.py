"""A field for one number that never hides what was typed: illegal text is explained, not eaten."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from core.kinds import Float, Int
from core.tongue import tr

_LADDER = (1.0, 2.0, 5.0, 10.0)  # learning rates go 0.01, 0.02, 0.05, 0.1


class NumberBox(QAbstractSpinBox):
    """One whole or real number, typed, stepped with the arrow keys or turned with the wheel.

    Signals: typed(number) for every legal text, doubted(sentence) for an illegal one.
    """

    typed = Signal(object)
    doubted = Signal(str)

    def __init__(self, kind: Int | Float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._value: int | float = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
        self.lineEdit().textEdited.connect(self._text_edited)

    def show_value(self, value: int | float) -> None:
        """Show a number; a text that already means it stays as it was typed."""
        self._value = value
        if self.hasFocus() and self._parsed(self.lineEdit().text()) == value:
            return
        self.lineEdit().setText(self._text(value))

    def value(self) -> int | float:
        """The last legal number."""
        return self._value

    def _text_edited(self, text: str) -> None:
        try:
            number = self._kind.convert(self._parsed(text))
        except ValueError as error:
            came = tr("{text!r} came", text=text) if text.strip() else tr("the field is empty")
            sentence = str(error) if self._parsed(text) is not None else self._wanted(came)
            self.doubted.emit(f"{sentence[:1].upper()}{sentence[1:]}.")
            return
        self._value = number
        self.doubted.emit("")
        self.typed.emit(number)

    def _wanted(self, came: str) -> str:
        what = tr("a whole number") if isinstance(self._kind, Int) else tr("a number")
        return tr("{what} is expected, {came}", what=what, came=came)

    def _parsed(self, text: str) -> int | float | None:
        """The number a text means, in the system's way of writing or the plain one."""
        text = text.strip()
        number, fine = QLocale().toDouble(text)
        if not fine:
            try:
                number = float(text)
            except ValueError:
                return None
        if isinstance(self._kind, Int) and number.is_integer():
            return int(number)
        return number

    def _text(self, value: int | float) -> str:
        if isinstance(value, int):
            return str(value)
        text = f"{value:.10g}"
        return text.replace(".", QLocale().decimalPoint()) if "e" not in text else text

    def _stepped(self, steps: int) -> int | float:
        if isinstance(self._kind, Int):
            return int(self._value) + steps
        if self._kind.log:
            return _along_ladder(float(self._value), steps)
        step = 10.0 ** (math.floor(math.log10(abs(self._value))) - 1) if self._value else 0.01
        return round(self._value + steps * step, 12)

    # ---- Qt -----------------------------------------------------------------------------

    def stepBy(self, steps: int) -> None:
        """Go up or down; the ends of the range stop it."""
        low, high = self._kind.low, self._kind.high
        number = self._stepped(steps)
        number = number if low is None else max(number, type(number)(low))
        number = number if high is None else min(number, type(number)(high))
        if number != self._value:
            self.lineEdit().setText(self._text(number))
            self._text_edited(self.lineEdit().text())

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Both ways, as far as the range goes."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._kind.high is None or self._value < self._kind.high:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._kind.low is None or self._value > self._kind.low:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Any text may be typed; what it means is judged in the open."""
        return QValidator.State.Acceptable, text, position

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the field, the last legal number is shown again."""
        super().focusOutEvent(event)
        self.lineEdit().setText(self._text(self._value))
        self.doubted.emit("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel turns the number only where the field has the focus; else the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """Room for six digits."""
        width = self.fontMetrics().horizontalAdvance("000000") + 34
        return QSize(width, max(26, super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """Room for three digits."""
        width = self.fontMetrics().horizontalAdvance("000") + 30
        return QSize(width, self.sizeHint().height())


def _along_ladder(value: float, steps: int) -> float:
    """`steps` rungs up or down 1, 2, 5, 10, … from a value; 0 starts at 0.0001."""
    if value <= 0:
        return 1e-4 if steps > 0 else 0.0
    for _ in range(abs(steps)):
        scale = 10.0 ** math.floor(math.log10(value) + 1e-9)
        place = value / scale
        if steps > 0:
            value = scale * next(rung for rung in _LADDER if rung > place * (1 + 1e-9))
        else:
            below = [rung for rung in (0.5, *_LADDER) if rung < place * (1 - 1e-9)]
            value = scale * below[-1]
    return float(f"{value:.6g}")
