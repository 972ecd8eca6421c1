"""The buttons of the time rail: a player, and two moments to flip between."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStyle, QToolButton, QWidget

from core.tongue import tr
from designer.widgets.player import Player, Speed

LETTERS = ("A", "B")
SPEEDS = ((tr("Slow"), 900), (tr("Normal"), 350), (tr("Fast"), 120))  # milliseconds for a moment
_STILL = 900  # the same at least, where the system has turned motion off


class TimeButtons(QWidget):
    """Back, play, on, how fast, A and B.

    Attributes: `is_starting`, whether the player has not moved since it was started.
    Signals: `stepped(by)`; `pin_wanted(letter)` to go there, `pinned(letter)` to pin this moment.
    """

    stepped = Signal(int)
    pin_wanted = Signal(str)
    pinned = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.is_starting = False
        self.player = Player(back=tr("One moment back (,)"), on=tr("One moment on (.)"))
        self.speed = Speed(tr("How fast moments are played"), SPEEDS)
        self.speed.currentIndexChanged.connect(self._pace)
        self.player.clock.timeout.connect(self._tick)
        self.player.stepped.connect(self.stepped)
        self.player.played.connect(self._play)
        self._pace()
        self.pins = {letter: self._pin_button(letter) for letter in LETTERS}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self.player, self.speed, *self.pins.values()):
            row.addWidget(widget)
        self.show_pins({})

    def _pin_button(self, letter: str) -> QToolButton:
        button, menu = QToolButton(), QMenu(self)
        button.setText(letter)
        button.clicked.connect(partial(self.pin_wanted.emit, letter))
        menu.addAction(tr("Pin this moment as {letter}", letter=letter)).triggered.connect(
            partial(self.pinned.emit, letter)
        )
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return button

    def show_pins(self, pins: Mapping[str, str]) -> None:
        """Which moments are pinned, in words by letter."""
        for letter, button in self.pins.items():
            if letter in pins:
                place = pins[letter]
                tip = tr(
                    "Go to {letter}, {place} (X flips between A and B)", letter=letter, place=place
                )
            else:
                tip = tr("Pin this moment as {letter}", letter=letter)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setProperty("pinned", letter in pins)
            font = button.font()
            font.setBold(letter in pins)
            button.setFont(font)

    def set_small(self, small: bool) -> None:
        """Leave out what a narrow panel has no room for; keys do the same."""
        for widget in (self.speed, *self.pins.values()):
            widget.setVisible(not small)

    def _tick(self) -> None:
        self.stepped.emit(1)
        self.is_starting = False

    def _play(self, on: bool) -> None:
        self.is_starting = on
        self._pace()

    def _pace(self) -> None:
        still = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
        pace = self.speed.pace
        self.player.clock.setInterval(max(pace, _STILL) if still else pace)
