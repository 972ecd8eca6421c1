"""A number on a slider, with its name before and its value behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from designer.tokens import Tokens
from designer.widgets.numbers import value

_WIDTH = 84  # of the slider


class SliderField(QWidget):
    """A number between two limits, in steps. Signals: `changed()`, by a person or `set_number`."""

    changed = Signal()

    def __init__(
        self, name: str, start: float, tip: str, *, low: float, high: float, step: float = 1.0,
        unit: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._step, self._unit = step, unit
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(low / step), round(high / step))
        self.slider.setFixedWidth(_WIDTH)
        self.slider.setAccessibleName(name)
        self.setToolTip(tip)
        caption, self._label = QLabel(name), QLabel()
        caption.setBuddy(self.slider)
        for label in (caption, self._label):
            label.setProperty("role", "caption")
        widest = max((self._words(round(end / step)) for end in (low, high)), key=len)
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance(f"{widest}0"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.TIGHT)
        for widget in (caption, self.slider, self._label):
            row.addWidget(widget)
        self.slider.valueChanged.connect(self._moved)
        self.set_number(start)
        self._label.setText(self._words(self.slider.value()))

    def number(self) -> float:
        """The number that is chosen."""
        return self.slider.value() * self._step

    def set_number(self, number: float) -> None:
        """Choose the step that is nearest to a number, within the limits."""
        self.slider.setValue(round(number / self._step))

    def _words(self, steps: int) -> str:
        return f"{value(steps * self._step, figures=3)}{self._unit}"

    def _moved(self, steps: int) -> None:
        self._label.setText(self._words(steps))
        self.changed.emit()
