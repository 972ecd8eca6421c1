"""Sliders that shift, turn and scale a picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.numbers import percent


class Moves(QWidget):
    """Shift right and down, turn, scale. Signals: `changed`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Tokens.SMALL)
        self._grid.setVerticalSpacing(0)
        self._labels: dict[QSlider, QLabel] = {}
        self.right = self._slider(tr("Right"), -14, 14)
        self.down = self._slider(tr("Down"), -14, 14)
        self.angle = self._slider(tr("Turn"), -180, 180)
        self.scale = self._slider(tr("Scale"), 25, 300)
        self.reset()

    def set_size(self, width: int, height: int) -> None:
        """How large the picture is: it can be shifted by half of that."""
        self.right.setRange(-(width // 2), width // 2)
        self.down.setRange(-(height // 2), height // 2)

    def reset(self) -> None:
        """As the picture is; no signal."""
        for slider in self._labels:
            slider.blockSignals(True)
            slider.setValue(100 if slider is self.scale else 0)
            slider.blockSignals(False)
        self._write()

    def values(self) -> tuple[tuple[float, float], float, float]:
        """Shift (x, y) in pixels, angle in degrees, scale."""
        shift = float(self.right.value()), float(self.down.value())
        return shift, float(self.angle.value()), self.scale.value() / 100

    def _slider(self, name: str, low: int, high: int) -> QSlider:
        row = len(self._labels)
        slider, label, caption = QSlider(Qt.Orientation.Horizontal), QLabel(), QLabel(name)
        slider.setRange(low, high)
        slider.setAccessibleName(name)
        slider.setMinimumWidth(60)
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance("−180°"))
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for one in (label, caption):
            one.setProperty("role", "caption")
        caption.setBuddy(slider)
        self._labels[slider] = label
        for column, widget in enumerate((caption, slider, label)):
            self._grid.addWidget(widget, row, column)
        slider.valueChanged.connect(self._moved)
        return slider

    def _moved(self) -> None:
        self._write()
        self.changed.emit()

    def _write(self) -> None:
        units = {self.right: " px", self.down: " px", self.angle: "°"}
        for slider, label in self._labels.items():
            number = slider.value()
            if slider is self.scale:
                label.setText(percent(number / 100, decimals=0))
            else:
                label.setText(f"{number}{units[slider]}".replace("-", "−"))
