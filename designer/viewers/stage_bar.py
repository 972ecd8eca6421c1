"""The controls of a worked example: which one, which stage, play, and predict."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from core.tongue import tr
from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.numbers import count

_PACE = 4500  # milliseconds that a stage stays while it plays: two sentences are read


class StageBar(QWidget):
    """Signals: `list_wanted`, `gone_to(number)` from 0, `predict_toggled(on)`."""

    list_wanted = Signal()
    gone_to = Signal(int)
    predict_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.list = _button("outline", tr("Choose another example"))
        self.back = _button("chevron-left", tr("One stage back (Left)"))
        self.play = _button("train", tr("Play (Space)"))
        self.play.setCheckable(True)
        self.next = _button("chevron-right", tr("One stage on (Right)"))
        self.place = QSpinBox()
        self.place.setMinimum(1)
        self.place.setKeyboardTracking(False)
        self.place.setAccessibleName(tr("Stage"))
        self.of = QLabel()
        self.of.setProperty("role", "caption")
        self.predict = QCheckBox(tr("Predict"))
        self.predict.setToolTip(tr("Hide each number: type what you expect, then see."))
        self.clock = QTimer(self, interval=_PACE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self.list, self.back, self.play, self.next):
            row.addWidget(widget)
        row.addSpacing(Tokens.TIGHT)
        row.addWidget(self.place)
        row.addWidget(self.of)
        row.addSpacing(Tokens.SMALL)
        row.addWidget(self.predict)
        self._connect()

    def _connect(self) -> None:
        self.list.clicked.connect(self.list_wanted)
        self.back.clicked.connect(lambda: self.go(-1))
        self.next.clicked.connect(lambda: self.go(1))
        self.place.valueChanged.connect(lambda number: self.gone_to.emit(number - 1))
        self.place.valueChanged.connect(self._offer)
        self.predict.toggled.connect(self.predict_toggled)
        self.play.toggled.connect(self._play)
        self.clock.timeout.connect(self._tick)

    def begin(self, stages: int) -> None:
        """Stand at the first of so many stages; no signal."""
        self.stop()
        self.place.blockSignals(True)
        self.place.setMaximum(stages)
        self.place.setValue(1)
        self.place.blockSignals(False)
        self.of.setText(tr("of {stages}", stages=count(stages)))
        self._offer()

    def go(self, by: int) -> None:
        """So many stages on or back, as far as there are any."""
        self.place.setValue(self.place.value() + by)

    def stop(self) -> None:
        """Halt the player."""
        self.play.setChecked(False)

    @property
    def at_end(self) -> bool:
        """Whether this is the last stage."""
        return self.place.value() == self.place.maximum()

    def _offer(self) -> None:
        self.back.setEnabled(self.place.value() > 1)
        self.next.setEnabled(not self.at_end)

    def _play(self, on: bool) -> None:
        """Begin anew at the end, else go on from here."""
        self.play.setIcon(icon("pause" if on else "train"))
        self.play.setToolTip(tr("Pause (Space)") if on else tr("Play (Space)"))
        if not on:
            self.clock.stop()
            return
        self.clock.start()
        if self.at_end:
            self.place.setValue(1)

    def _tick(self) -> None:
        self.go(1)
        if self.at_end:
            self.stop()


def _button(glyph: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(glyph))
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button
