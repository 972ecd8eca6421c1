"""The p of a p-norm as a slider: at 1 a mean, the larger the nearer to the maximum."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.numbers import value

LEAST, MOST = 1, 20


class PowerField(QWidget):
    """Signals: `tried(p)`, by a person only."""

    tried = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.slider, self.words = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.slider.setRange(LEAST, MOST)
        self.slider.setFixedWidth(120)
        self.slider.setAccessibleName("p")
        self.slider.setToolTip(tr("1 is the mean; the larger, the nearer to the maximum"))
        self.words.setProperty("role", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.TIGHT)
        row.addWidget(self.words)
        row.addWidget(self.slider)
        self.slider.valueChanged.connect(self.tried)

    def show_power(self, p: float) -> None:
        """Show a p, without a signal; 0 hides the field."""
        self.setVisible(p > 0)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(p))
        self.words.setText(f"p = {value(p, figures=3)}")
