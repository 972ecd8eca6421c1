"""The buttons of a player, and how fast it plays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from core.tongue import tr
from designer.resources import icon
from designer.widgets.icon_button import icon_button

_STEPS = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Less: -1, Qt.Key.Key_Period: 1, Qt.Key.Key_Greater: 1}


class Player(QWidget):
    """Back, play, on; back and on repeat while they are held.

    Attributes: `back`, `play`, `on`, the buttons; `clock`, which runs while it plays.
    Signals: `stepped(by)` by a button, `played(on)`.
    """

    stepped = Signal(int)
    played = Signal(bool)

    def __init__(self, *, back: str, on: str) -> None:
        super().__init__()
        self.back = icon_button("chevron-left", back, color="")
        self.play = icon_button("train", tr("Play (Space)"), color="")
        self.play.setCheckable(True)
        self.on = icon_button("chevron-right", on, color="")
        for button in (self.back, self.on):
            button.setAutoRepeat(True)
        self.clock = QTimer(self)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        self.play.toggled.connect(self._play)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        for button in (self.back, self.play, self.on):
            self._row.addWidget(button)

    def add(self, widget: QWidget) -> None:
        """Put something behind the buttons."""
        self._row.addWidget(widget)

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self.clock.isActive()

    def stop(self) -> None:
        """Halt."""
        self.play.setChecked(False)

    def take_key(self, event: QKeyEvent) -> bool:
        """Comma and point step, Space plays; True where the key was one of them."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self.play.toggle()
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        else:
            return False
        return True

    def _play(self, on: bool) -> None:
        self.play.setIcon(icon("pause" if on else "train"))
        self.play.setToolTip(tr("Pause (Space)") if on else tr("Play (Space)"))
        if on:
            self.clock.start()
        else:
            self.clock.stop()
        self.played.emit(on)


class Speed(QComboBox):
    """How fast a player plays: `paces` by their names, the second one at first.

    Attributes: `pace`, in milliseconds.
    """

    def __init__(self, tip: str, paces: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        self.setAccessibleName(tr("Speed"))
        self.setToolTip(tip)
        for name, pace in paces:
            self.addItem(name, pace)
        self.setCurrentIndex(1)

    @property
    def pace(self) -> int:
        return int(self.currentData())
