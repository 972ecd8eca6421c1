"""The controls of a stepper: which mode, where, and the buttons of a player."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from core.tongue import tr
from designer.resources import icon
from designer.tokens import Tokens
from designer.viewers.guess import predict_box
from designer.widgets.flow_row import FlowRow
from designer.widgets.player import Player, Speed
from designer.widgets.spin_field import spin_field

SPEEDS = ((tr("Slow"), 900), (tr("Normal"), 350), (tr("Fast"), 90))  # milliseconds for a step


class StepBar(QWidget):
    """Modes, maps and the player.

    Signals: `mode_chosen(name)`, `part_chosen(name)`, `scatter_toggled(on)`,
    `counts_toggled(on)`, `map_chosen(number)`, `plane_chosen(number)`, `sample_chosen(number)`,
    `stepped(by)`, `single_toggled(on)`, `guess_toggled(on)`, `restore_wanted`, `play_toggled(on)`.
    """

    mode_chosen = Signal(str)
    part_chosen = Signal(str)
    scatter_toggled = Signal(bool)
    counts_toggled = Signal(bool)
    map_chosen = Signal(int)
    plane_chosen = Signal(int)
    sample_chosen = Signal(int)
    stepped = Signal(int)
    single_toggled = Signal(bool)
    guess_toggled = Signal(bool)
    play_toggled = Signal(bool)
    restore_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._small = self._scattering = self._counted = False
        self.modes = _Choice(tr("Mode"))
        self.parts = _Choice(tr("Part"))
        self.modes.chosen.connect(self.mode_chosen)
        self.parts.chosen.connect(self.part_chosen)
        self.scatter = QCheckBox(tr("Scatter"))
        self.scatter.setToolTip(tr("Let every cell push its filter, instead of adding up."))
        self.scatter.toggled.connect(self.scatter_toggled)
        self.counts = QCheckBox(tr("Counts"))
        self.counts.setToolTip(tr("How many windows lie over each cell, in place of its value."))
        self.counts.toggled.connect(self.counts_toggled)
        self.map, self.plane, self.sample = (
            _Number(tr("map")),
            _Number(tr("channel")),
            _Number(tr("item")),
        )
        for number, told in (
            (self.map, self.map_chosen),
            (self.plane, self.plane_chosen),
            (self.sample, self.sample_chosen),
        ):
            number.box.valueChanged.connect(told)
        self.single = QCheckBox(tr("Product by product"))
        self.single.toggled.connect(self.single_toggled)
        self.guess = predict_box(tr("Hide the answer: type what you expect, then see."))
        self.guess.toggled.connect(self.guess_toggled)
        self.restore = QToolButton()
        self.restore.setText(tr("Undo changes"))
        self.restore.setIcon(icon("undo", "muted"))
        self.restore.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.restore.clicked.connect(self.restore_wanted)
        self._make_player()
        row = FlowRow(self)
        for widget in (
            self.modes, self.parts, self.scatter, self.counts, self.player, self.map,
            self.plane, self.sample, self.single, self.guess, self.restore,
        ):  # fmt: skip
            row.addWidget(widget)
        self.restore.hide()

    def _make_player(self) -> None:
        self.player = Player(back=tr("One step back (,)"), on=tr("One step on (.)"))
        self.speed = Speed(tr("Speed of the player"), SPEEDS)
        self.player.add(self.speed)
        self.player.clock.timeout.connect(lambda: self.stepped.emit(1))
        self.player.stepped.connect(self.stepped)
        self.player.played.connect(self.play_toggled)
        self.speed.currentIndexChanged.connect(self._pace)
        self._pace()

    def _pace(self) -> None:
        self.player.clock.setInterval(self.speed.pace)

    def guide(self) -> None:
        """Leave out for good what an example decides: where one is, and when one goes on."""
        aside = QWidget(self)
        aside.hide()
        for widget in (
            self.modes, self.parts, self.player, self.map, self.sample, self.guess,
        ):  # fmt: skip
            self.layout().removeWidget(widget)
            widget.setParent(aside)

    def set_small(self, small: bool) -> None:
        """Leave out what a low panel has no room for."""
        self._small = small
        self._show_some()

    def set_scattering(self, scattering: bool) -> None:
        """Leave out what makes no sense for pushes."""
        self._scattering = scattering
        self._show_some()

    def offer_counts(self, offered: bool) -> None:
        """Offer counts of windows where they tell something."""
        self._counted = offered
        self._show_some()

    def _show_some(self) -> None:
        self.counts.setVisible(self._counted and (not self._small or self.counts.isChecked()))
        for widget in (self.single, self.guess):
            widget.setVisible(not self._scattering and not self._small)
        self.speed.setVisible(not self._small)
        for number in (self.plane, self.sample):
            number.setVisible(number.has_choice and not self._small)


class _Choice(QWidget):
    """A few words in a row, of which one is chosen; hidden where there is no choice."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._names: tuple[str, ...] = ()
        self.buttons: dict[str, QToolButton] = {}

    def offer(self, names: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer these (name, words), one of them chosen; no signal."""
        if tuple(name for name, _ in names) != self._names:
            self._fill(names)
        self.buttons[chosen].setChecked(True) if chosen in self.buttons else None
        self.setVisible(len(names) > 1)

    def _fill(self, names: Sequence[tuple[str, str]]) -> None:
        for button in self.buttons.values():
            self._group.removeButton(button)
            button.setParent(None)
            button.deleteLater()
        self._names, self.buttons = tuple(name for name, _ in names), {}
        for name, words in names:
            button = QToolButton()
            button.setText(words)
            button.setCheckable(True)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._group.addButton(button)
            self._row.addWidget(button)
            self.buttons[name] = button


class _Number(QWidget):
    """A word and a number to choose; hidden where there is one alone."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.box = spin_field(word.capitalize())
        self.box.setWrapping(True)
        self.label = QLabel(word)
        self.label.setProperty("role", "caption")
        self.label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.TIGHT)
        row.addWidget(self.label)
        row.addWidget(self.box)

    def offer(self, count: int, chosen: int, *, word: str = "") -> None:
        """Numbers from 0, one of them chosen; no signal. `word` says what they count."""
        self.label.setText(word or self.label.text())
        with QSignalBlocker(self.box):
            self.box.setMaximum(max(0, count - 1))
            self.box.setValue(chosen)
        self.setVisible(self.has_choice)

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one number."""
        return self.box.maximum() > 0
