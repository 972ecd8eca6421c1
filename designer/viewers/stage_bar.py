"""The controls of a worked example: which one, which stage, play, and predict."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from core.tongue import tr
from designer.tokens import Tokens
from designer.viewers.guess import predict_box
from designer.widgets.icon_button import icon_button
from designer.widgets.numbers import count
from designer.widgets.player import Player
from designer.widgets.spin_field import spin_field

_PACE = 4500  # milliseconds that a stage stays while it plays: two sentences are read


class StageBar(QWidget):
    """Signals: `list_wanted`, `gone_to(number)` from 0, `predict_toggled(on)`."""

    list_wanted = Signal()
    gone_to = Signal(int)
    predict_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.list = icon_button("outline", tr("Choose another example"), color="")
        self.player = Player(back=tr("One stage back (Left)"), on=tr("One stage on (Right)"))
        self.player.clock.setInterval(_PACE)
        self.place = spin_field(tr("Stage"))
        self.place.setMinimum(1)
        self.of = QLabel()
        self.of.setProperty("role", "caption")
        self.predict = predict_box(tr("Hide each number: type what you expect, then see."))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.list)
        row.addWidget(self.player)
        row.addSpacing(Tokens.TIGHT)
        row.addWidget(self.place)
        row.addWidget(self.of)
        row.addSpacing(Tokens.SMALL)
        row.addWidget(self.predict)
        self._connect()

    def _connect(self) -> None:
        self.list.clicked.connect(self.list_wanted)
        self.place.valueChanged.connect(lambda number: self.gone_to.emit(number - 1))
        self.place.valueChanged.connect(self._offer)
        self.predict.toggled.connect(self.predict_toggled)
        self.player.stepped.connect(self.go)
        self.player.played.connect(self._begin_anew)
        self.player.clock.timeout.connect(self._tick)

    def begin(self, stages: int) -> None:
        """Stand at the first of so many stages; no signal."""
        self.player.stop()
        self.place.blockSignals(True)
        self.place.setMaximum(stages)
        self.place.setValue(1)
        self.place.blockSignals(False)
        self.of.setText(tr("of {stages}", stages=count(stages)))
        self._offer()

    def go(self, by: int) -> None:
        """So many stages on or back, as far as there are any."""
        self.place.setValue(self.place.value() + by)

    @property
    def at_end(self) -> bool:
        """Whether this is the last stage."""
        return self.place.value() == self.place.maximum()

    def _offer(self) -> None:
        self.player.back.setEnabled(self.place.value() > 1)
        self.player.on.setEnabled(not self.at_end)

    def _begin_anew(self, on: bool) -> None:
        """Play from the first stage where there is none after this one."""
        if on and self.at_end:
            self.place.setValue(1)

    def _tick(self) -> None:
        self.go(1)
        if self.at_end:
            self.player.stop()
