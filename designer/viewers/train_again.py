"""The same with other seeds: trains a run's design, or the one that is open, several times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count as numbers
from itertools import islice

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.design import Design
from core.explain.side_by_side import alike
from core.tongue import tr
from designer.document.change import Change
from designer.document.document import Document
from designer.engine.series import Series
from designer.engine.session import Session
from designer.resources import icon
from designer.tokens import Tokens
from designer.viewers.beside_words import LETTERS
from designer.viewers.choice import Choice
from designer.viewers.explorer import number_field
from designer.viewers.run_choice import RunChoice
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.numbers import count
from designer.widgets.progress_line import ProgressLine

_TODAY = -1  # the design that is open, among the columns
_SEEDS = 3
_WIDE = 260  # pixels of the sheet
_WHY = tr(
    "One run may be lucky. Trained again with other seeds, a design shows how far luck goes: each"
    " training is a run of this project. To try one change, make it on the canvas first."
)


class TrainAgain(QToolButton):
    """Opens a sheet: which design, with how many seeds that it has not had.

    Attributes: `sheet`; `bar`, how far a series is, with a button that ends it; `series`.
    """

    def __init__(self, choice: RunChoice, session: Session, document: Document) -> None:
        super().__init__()
        self._choice, self._session, self._document = choice, session, document
        self.series = Series(session, self)
        self.setIcon(icon("repeat"))
        self.setText(tr("Train again"))
        self.setToolTip(tr("Train the same with other seeds, to tell help from luck"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.which = Choice(
            tr("Design"), tr("What is trained: the design of a run, or the one on canvas")
        )
        self.which.setMaximumWidth(_WIDE)
        self.seeds = number_field("Seeds", _SEEDS, "How many times, each with a new seed", high=20)
        self.train = QPushButton(tr("Train with new seeds"))
        self.train.setProperty("primary", True)
        self.sheet = self._sheet()
        self.line = ProgressLine(name=tr("Progress of the trainings"))
        self.stop = QPushButton(tr("Cancel"))
        self.stop.setToolTip(tr("Stop this training, keep what was learned, and train no more"))
        self.note = ElidedLabel()
        self.note.setProperty("role", "caption")
        self.bar = self._bar()
        self.clicked.connect(self.open)
        self.train.clicked.connect(self._start)
        self.stop.clicked.connect(self.series.cancel)
        document.design_changed.connect(self._design_changed)
        for part in (self.series, session, choice):
            part.changed.connect(self.refresh)
        self.refresh()

    def _sheet(self) -> QFrame:
        sheet = QFrame(self, Qt.WindowType.Popup)
        sheet.setFrameShape(QFrame.Shape.StyledPanel)
        words = QLabel(_WHY)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(*[Tokens.MEDIUM] * 4)
        column.setSpacing(Tokens.SMALL)
        for widget in (words, self.which, self.seeds, self.train):
            column.addWidget(widget)
        sheet.setFixedWidth(_WIDE + 2 * Tokens.MEDIUM)
        return sheet

    def _bar(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, Tokens.TIGHT)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(self.line, 1)
        row.addWidget(self.stop)
        row.addWidget(self.note, 1)
        return bar

    def open(self) -> None:
        """Show the sheet below the button."""
        self.refresh()
        self.sheet.adjustSize()
        self.sheet.move(self.mapToGlobal(QPoint(0, self.height())))
        self.sheet.show()
        self.train.setFocus(Qt.FocusReason.PopupFocusReason)

    def _design_changed(self, change: Change) -> None:
        if change.whole:
            self.series.forget()

    def refresh(self) -> None:
        """Show what can be trained, and how far a series is."""
        series, columns = self.series, self._choice.columns
        offered: list[tuple[str, object]] = [
            (tr("Design of {letters}", letters=LETTERS[at]), at) for at in range(len(columns))
        ]
        self.which.offer(
            [*offered, (tr("Network on the canvas"), _TODAY)], self.which.currentData()
        )
        self.setEnabled(not self._session.engine.is_busy and not series.is_on)
        for widget in (self.line, self.stop):
            widget.setVisible(series.is_on)
        if series.is_on:
            share = (series.done + self._session.figures.fraction) / series.total
            place, total = count(series.done + 1), count(series.total)
            seed = count(series.seed)
            before = tr("Run {place} of {total}, seed {seed}", place=place, total=total, seed=seed)
            self.line.set_progress(share, before=before)
        self._say(series.end)

    def _say(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        self.bar.setVisible(bool(sentence) or self.series.is_on)

    def _start(self) -> None:
        self.sheet.hide()
        at = self.which.currentData()
        if at == _TODAY and self._session.obstacle:
            self._say(self._session.obstacle)
            return
        columns = self._choice.columns
        design = self._document.design if at == _TODAY else columns[at].design
        fresh = islice(self._unused(design), self.seeds.value())
        plans = (design.plan.replace(seed=seed) for seed in fresh)
        self.series.start([replace(design, plan=plan) for plan in plans])

    def _unused(self, design: Design) -> Iterator[int]:
        """Seeds with which a design has not come to its end yet, from 0 on."""
        had = [run for run in self._choice.shelf.runs if run.is_whole]
        used = {run.seed for run in had if alike(run, replace(run, design=design))}
        return (seed for seed in numbers() if seed not in used)
