"""The steps from scores to the loss and the first gradient, a column each."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.explain.loss_steps import Column
from core.layers import Output
from core.questions.viewing import TensorsShown
from core.tongue import tr
from designer.theme import fixed_font
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.guess import GuessField, predict_box, verdict
from designer.viewers.loss_sheet import AS_IT_IS, LossSheet, loss_sheet
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.grid_marks import GridMarks
from designer.widgets.number_grid import NumberGrid
from designer.widgets.player import Player
from designer.widgets.role import set_role

_PACE = 1200  # milliseconds a step
_GIVEN = 1  # columns that nobody has to predict: the scores


class LossPage(QWidget):
    """Rows are units, columns are steps; the right class is marked, and another can be tried.

    Attributes: `player`, which shows one column after another; `known`, how many are shown, 0 all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.known = 0
        self.sheet: LossSheet | None = None
        self._of: tuple[Output, TensorsShown] | None = None
        self._cell: tuple[int, int] | None = None  # the one that a lesson marks
        self._revealed = True
        self.player = Player(back=tr("One step back"), on=tr("One step on"))
        self.player.clock.setInterval(_PACE)
        self.predict = predict_box(tr("Hide the answer: type what you expect, then see."))
        self.right = Choice(tr("Right class"), tr("What the loss would be for another right class"))
        self.grid = NumberGrid(name=tr("Loss, step by step"))
        self.line = ElidedLabel()
        self.line.setFont(fixed_font(Tokens.CAPTION))
        self.result, self.guess = QLabel(), GuessField()
        self._lay()
        self._connect()

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.grid, 1)
        for widgets in (
            (self.player, self.predict, self.right, self.line),
            (self.result, self.guess),
        ):
            row = QHBoxLayout()
            row.setSpacing(Tokens.SMALL)
            for widget in widgets:
                row.addWidget(widget, int(widget is self.line))
            if widgets[-1] is self.guess:
                row.addStretch(1)
            column.addLayout(row)
        self.guess.hide()

    def _connect(self) -> None:
        self.player.clock.timeout.connect(lambda: self.step(1))
        self.player.stepped.connect(self.step)
        self.predict.toggled.connect(self._set_predict)
        self.right.chosen.connect(self._try)
        self.guess.guessed.connect(self._answer)

    def show_loss(
        self,
        layer: Output,
        shown: TensorsShown,
        *,
        cell: tuple[int, int] | None = None,
        secret: bool = False,
    ) -> str:
        """Show the steps for the item that was probed; gives the words for how they come about.

        One `cell` is marked in place of the right class, its number hidden if `secret`. A class
        that is tried stays so long as the item does.
        """
        stays = self._of is not None and _item(self._of[1]) == _item(shown)
        tried = self.sheet.tried if self.sheet is not None and stays else AS_IT_IS
        self._of, self._cell = (layer, shown), cell
        for widget in (self.player, self.predict):
            widget.setVisible(cell is None)  # a lesson leads from cell to cell itself
        self._set_tried(tried)
        self.known = self.known % len(self._columns) if cell is None else 0
        self._draw(secret=secret)
        meanings = ", ".join(f"{one.title}: {one.meaning}" for one in self._columns)
        return tr(
            "{meanings}. The loss is the sum of the column before the last; the last is where"
            " every gradient of the network begins (1 sample). For another right class than the"
            " item's it is a what-if: the scores are the network's, the loss and the gradient are"
            " computed here alone.",
            meanings=meanings,
        )

    @property
    def _columns(self) -> tuple[Column, ...]:
        return self.sheet.table.columns if self.sheet is not None else ()

    # ---- steps --------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Show one column more or less, from the first one on; with the last one all is told."""
        if self.sheet is None:
            return
        self.known = (self.known + by) % len(self._columns)
        if not self.known:
            self.player.stop()
        self._revealed = False
        self._draw()

    def _draw(self, *, secret: bool = False) -> None:
        """The columns that are known, and how the last of them comes about."""
        sheet, shown = self.sheet, self.known or len(self._columns)
        assert sheet is not None
        secret = secret or self._is_asked
        last = sheet.table.columns[shown - 1]
        self.line.setText(f"{last.title}: {last.meaning}" if self.known else sheet.table.formula)
        self.grid.set_numbers(sheet.first(shown), self._marks(shown, secret), title=sheet.title)
        self.guess.setVisible(self._is_asked)
        if self._is_asked:
            row = sheet.names[sheet.row]
            self._say(tr("{step} of {row} = ?", step=last.title, row=row))
        else:
            is_told = not secret and not self.known
            self._say(sheet.result if is_told else "", role="warning" if sheet.is_tried else "")

    def _marks(self, shown: int, secret: bool) -> GridMarks:
        """The cell of a lesson or of a guess, or the row of the right class."""
        sheet, cell = self.sheet, self._cell
        assert sheet is not None
        if self._is_asked:
            cell = (sheet.row, shown - 1)
        if cell is not None:
            rows, columns = (np.array([place]) for place in cell)
            return GridMarks(rows, columns, target=True, secret=secret)
        if sheet.loss.takes_classes:
            return GridMarks(np.array([sheet.row]), np.arange(shown))
        return GridMarks()

    def _say(self, words: str, *, role: str = "") -> None:
        self.result.setText(words)
        set_role(self.result, role)

    # ---- what if ------------------------------------------------------------------------

    def _try(self, tried: int) -> None:
        """Take another class for the right one."""
        self._set_tried(tried)
        self._revealed = False
        self._draw()

    def _set_tried(self, tried: int) -> None:
        assert self._of is not None
        self.sheet = sheet = loss_sheet(*self._of, tried)
        takes = sheet.loss.takes_classes and self._cell is None
        self.right.setVisible(takes)
        if not takes:
            return
        own = [(tr("As labelled: {name}", name=sheet.names[sheet.own]), AS_IT_IS)]
        names = enumerate(sheet.names)
        others = [(tr("What if {name}", name=name), at) for at, name in names if at != sheet.own]
        self.right.offer([*(own if sheet.own >= 0 else ()), *others], sheet.tried)

    # ---- predict, then see --------------------------------------------------------------

    @property
    def _is_asked(self) -> bool:
        """Whether the newest number of the marked row is hidden, and asked for."""
        is_on = self.predict.isChecked() and self._cell is None
        return is_on and not self._revealed and self.known != _GIVEN

    def _set_predict(self, on: bool) -> None:
        """Begin with the scores, which are given."""
        self.guess.clear()
        self._revealed = not on
        if self.sheet is None:
            return
        if on:
            self.player.stop()
            self.known = _GIVEN + 1
        self._draw()
        if on:
            self.guess.setFocus()

    def _answer(self, number: float | None) -> None:
        """Show the answer, and say how near the guess was."""
        if self.sheet is None:
            return
        last = self._columns[self.known - 1]
        words, is_right = verdict(number, float(last.values[self.sheet.row]))
        if number is not None:
            self._revealed = True
            self._draw()
        self._say(words, role="good" if is_right else "problem")

    def take_key(self, event: QKeyEvent) -> bool:
        """Hand a key to the player; True where it was one of its own."""
        return self.player.take_key(event)


def _item(shown: TensorsShown) -> tuple[str, int, str]:
    """What tells one item from another: node, number and class."""
    return shown.node, shown.sample, shown.label
