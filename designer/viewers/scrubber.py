"""Through time: a rail over the moments of a run that every view then shows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from core.files import FileError
from core.timeline import Timeline, timeline
from core.tongue import tr
from core.training.events import EpochDone, Event, Finished, Progress, Started
from core.training.runs import RunFolder, list_runs
from core.when import LAST
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.film_row import FilmRow
from designer.viewers.selection import Selection
from designer.viewers.time_buttons import TimeButtons
from designer.viewers.tools import ViewTools
from designer.viewers.words import plural, run_title
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import count, value
from designer.widgets.seen import Seen
from designer.widgets.time_rail import TimeRail

_RUN_WIDTH = 200  # pixels
_NARROW = 440  # pixels: narrower, the player's buttons are all there is room for
_LOW = 140  # pixels: lower, there is no room for films
_RUNS = 40  # the newest that are offered
_REFRESH = 1000  # milliseconds between two looks at the disk while a network learns
_HOW = tr(
    "While a network learns, its weights are copied after every step at first and at every sixth"
    " of the way later; beyond 60 copies, or 200 MB, the one that leaves the smallest gap goes."
    " Trained weights keep 11 bits (float16), averages of batch normalization all. Every view"
    " computes anew with the weights of the moment, on the same items; training is not touched."
    " Moments have the same room each. Lines: loss of the batch of"
    " each of these steps, and of all validation items after each epoch."
)


class ScrubberView(QWidget):
    """Moves the moment of the selection: by mouse, by keys, as a film; two moments can be pinned.

    Attributes: `timeline` (the run on the rail), `rail`, `buttons`, `pins` (letter: moment).
    """

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__()
        self.selection, self.engine = selection, engine
        self.timeline = Timeline()
        self.pins: dict[str, int] = {}  # steps of this run, or LAST
        self.runs = Choice(tr("Run"), tr("The run whose moments are on the rail"))
        self.runs.setMaximumWidth(_RUN_WIDTH)
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.rail, self.buttons = TimeRail(name=tr("Moment of the run")), TimeButtons()
        self.now = QPushButton(tr("Now"))
        self.now.setToolTip(tr("Back to the network as it is now (N)"))
        self.film = FilmRow(selection, engine)
        self.empty = EmptyState("through-time", "")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content())
        self._soon = QTimer(self, singleShot=True, interval=_REFRESH)
        self._soon.timeout.connect(self.refresh)
        self.seen = Seen(self)
        self._connect()
        self.setAccessibleName(tr("Through time"))
        self.refresh()

    def _content(self) -> QWidget:
        content = QWidget()
        self.tools = ViewTools(
            tr("Through time"), "through-time", picture=self.rail, numbers=self.numbers
        )
        self.tools.set_how(_HOW)
        head, row = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.runs)
        head.addWidget(self.title, 1)
        head.addWidget(self.tools)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(self.buttons)
        row.addWidget(self.rail, 1)
        row.addWidget(self.now)
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, Tokens.TIGHT)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        column.addLayout(row, 1)
        column.addWidget(self.film)
        column.addWidget(self.tools.how)
        return content

    def _connect(self) -> None:
        selection, buttons, player = self.selection, self.buttons, self.buttons.player
        self.runs.chosen.connect(self._choose_run)
        self.rail.valueChanged.connect(self._move)
        self.now.clicked.connect(selection.look_at_now)
        buttons.stepped.connect(self.step)
        buttons.pinned.connect(self._pin)
        buttons.pin_wanted.connect(self._go_to_pin)
        self.film.told.connect(self._tell)
        self.film.film.went.connect(player.stop)
        selection.changed.connect(self._spot_changed)
        selection.run_shown.connect(self.refresh)
        self.engine.event_received.connect(self._take_event)
        self.seen.changed.connect(lambda seen: self.refresh() if seen else player.stop())
        keys = {",": player.back.click, ".": player.on.click, "N": self.now.click, "X": self.flip}
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # ---- the run ------------------------------------------------------------------------

    @property
    def run(self) -> str:
        """The run on the rail: the one that is looked back at, else the one at hand."""
        return self.selection.spot.run or self.selection.run_at_hand

    @property
    def is_at_hand(self) -> bool:
        """Whether the run on the rail goes up to now."""
        return self.run == self.selection.run_at_hand

    def refresh(self) -> None:
        """Read what there is, as soon as somebody looks."""
        self._soon.stop()
        if not self.seen.is_seen:
            return
        before, run = self.timeline.run, self.run
        try:
            self.timeline = timeline(RunFolder(run)) if run else Timeline()
        except FileError as trouble:
            self.timeline = Timeline()
            self.empty.set_sentence(str(trouble))
        else:
            self.empty.set_sentence(_lack(run))
        if before != run:
            self.pins = {}
        self._stack.setCurrentIndex(1 if self.timeline.steps else 0)
        self._offer_runs()
        self._show_timeline()

    def _offer_runs(self) -> None:
        """The runs beside this one, the newest first."""
        home = Path(self.run).parent
        found = list_runs(home)[-_RUNS:] if self.run else []
        self.runs.offer(
            [(run_title(str(one.path)), str(one.path)) for one in found[::-1]], self.run
        )

    def _choose_run(self, run: object) -> None:
        """Another run from its first moment on, or the one at hand as it is now."""
        if run == self.selection.run_at_hand:
            self.selection.look_at_now()
        elif run != self.run:
            self.selection.look_back(str(run), 0)

    def _show_timeline(self) -> None:
        words = [count(step) for step in self.timeline.steps]
        with QSignalBlocker(self.rail):
            self.rail.set_moments([*words, tr("now")] if self.is_at_hand and words else words)
        self.rail.set_curves(self.timeline.curves(), what="loss")
        self.film.offer(self.timeline.run, self.timeline.steps)
        self._show_spot()

    # ---- the moment ---------------------------------------------------------------------

    @property
    def steps(self) -> tuple[int, ...]:
        """What the rail's values mean: steps, and LAST at its end where that is now."""
        return (*self.timeline.steps, LAST) if self.is_at_hand else self.timeline.steps

    def go_to(self, step: int) -> None:
        """Look at a moment of this run, or at now."""
        if step == LAST:
            self.selection.look_at_now()
        else:
            self.selection.look_back(self.timeline.run, step)

    def step(self, by: int) -> None:
        """So many moments on; playing ends at the last one, and begins there with the first."""
        at = self.rail.value() + by
        if by and at > self.rail.maximum():
            at = 0 if self.buttons.is_starting else self.rail.maximum()
        self.rail.setValue(at)
        if self.rail.value() == self.rail.maximum():
            self.buttons.player.stop()

    def _move(self, place: int) -> None:
        if place < len(self.steps):
            self.go_to(self.steps[place])

    def _spot_changed(self) -> None:
        if self.run != self.timeline.run:
            self.refresh()
        else:
            self._show_spot()

    def _show_spot(self) -> None:
        """The handle, the words and the buttons as the selection has it."""
        if not self.timeline.steps or self.run != self.timeline.run:
            return
        step = self.selection.spot.step
        with QSignalBlocker(self.rail):
            self.rail.setValue(self._place_of(step))
        self.now.setEnabled(step != LAST)
        self.title.setText(self.words())
        self.buttons.show_pins({letter: _word(at) for letter, at in self.pins.items()})
        self.rail.set_pins({letter: self._place_of(at) for letter, at in self.pins.items()})

    def _place_of(self, step: int) -> int:
        return len(self.timeline.steps) if step == LAST else self.timeline.nearest(step)

    def words(self) -> str:
        """Which moment is shown, and how the network was doing."""
        step, steps = self.selection.spot.step, self.timeline.steps
        if step == LAST:
            moments, first, last = plural(len(steps), "moment"), count(steps[0]), count(steps[-1])
            return tr(
                "now · {moments} from step {first} to {last}",
                moments=moments,
                first=first,
                last=last,
            )
        parts = [_word(step)]
        if self.timeline.course.steps and step:
            epoch = count(math.ceil(step / self.timeline.course.steps))
            parts.append(tr("epoch {epoch}", epoch=epoch))
        cost = self.timeline.loss_at(step)
        if not math.isnan(cost):
            loss = value(cost, figures=3)
            parts.append(tr("loss {loss}", loss=loss))
        return " · ".join([*parts, tr("all views show this moment")])

    # ---- two moments --------------------------------------------------------------------

    def _pin(self, letter: str) -> None:
        """Give this moment a letter."""
        self.pins[letter] = self.selection.spot.step
        self._show_spot()

    def _go_to_pin(self, letter: str) -> None:
        """Look at a pinned moment; where none is, this one is pinned."""
        if letter in self.pins:
            self.go_to(self.pins[letter])
        else:
            self._pin(letter)

    def flip(self) -> None:
        """Between the two pinned moments."""
        here = [letter for letter, at in self.pins.items() if at == self.selection.spot.step]
        others = [letter for letter in self.pins if letter not in here[:1]]
        if others:
            self.go_to(self.pins[others[0]])

    # ---- what is told -------------------------------------------------------------------

    def _tell(self, sentence: str) -> None:
        self.title.setText(sentence or tr("The film is saved."))

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Started | Progress | EpochDone | Finished):
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The moments, and the losses with their steps."""
        course, batches = self.timeline.course.curve("loss", "step"), self.timeline.batches
        return {
            "moments": np.array(self.timeline.steps),
            "training steps": batches[0],
            "training loss": batches[1],
            "validation steps": course[0],
            "validation loss": course[1],
        }

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays where it does not press the button that has the focus."""
        if event.key() == Qt.Key.Key_Space:
            self.buttons.player.play.toggle()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.film.setVisible(self.height() >= _LOW or self.film.film.is_running)
        self.buttons.set_small(self.width() < _NARROW)

    def sizeHint(self) -> QSize:
        return QSize(560, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 84)


def _word(step: int) -> str:
    number = count(step)
    return tr("now") if step == LAST else tr("step {number}", number=number)


def _lack(run: str) -> str:
    """Why there is nothing to look back at."""
    if not run:
        return tr("The moments of a run appear here while a network trains: press Ctrl+Enter.")
    return tr("This run has kept no weights to look back at.")
