"""The steps from scores to the loss and the first gradient, a column each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.explain.loss_steps import LossTable, loss_table
from core.layers import Output
from core.questions.viewing import TensorsShown
from core.tongue import tr
from designer.theme import fixed_font
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.number_grid import NumberGrid
from designer.widgets.numbers import value
from designer.widgets.player import Player

_PACE = 1200  # milliseconds a step


class LossPage(QWidget):
    """Rows are units, columns are steps; the right class is marked.

    Attributes: `player`, which shows one column after another; `known`, how many are shown, 0 all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.known = 0
        self._all = (Numbers(np.zeros((1, 1)), np.zeros((1, 1), np.int8)), GridMarks(), "", "")
        self.player = Player(back=tr("One step back"), on=tr("One step on"))
        self.player.clock.setInterval(_PACE)
        self.player.clock.timeout.connect(lambda: self.step(1))
        self.player.stepped.connect(self.step)
        self.table: LossTable | None = None
        self.grid = NumberGrid(name=tr("Loss, step by step"))
        self.line = ElidedLabel()
        self.line.setFont(fixed_font(Tokens.CAPTION))
        self.result = QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.grid, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Tokens.SMALL)
        foot.addWidget(self.player)
        foot.addWidget(self.line, 1)
        column.addLayout(foot)
        column.addWidget(self.result)

    def show_loss(
        self,
        layer: Output,
        shown: TensorsShown,
        *,
        cell: tuple[int, int] | None = None,
        secret: bool = False,
    ) -> str:
        """Show the steps for the item that was probed; gives the words for how they come about.

        One `cell` is marked in place of the right class, its number hidden if `secret`.
        """
        found = shown.tensors
        table = loss_table(layer.loss, found["x"], found["target"], weight=layer.weight)
        self.table = table
        values = np.stack([column.values for column in table.columns], axis=1)
        units = len(values)
        names = shown.classes if len(shown.classes) == units else tuple(map(str, range(units)))
        limit = float(np.abs(values).max(initial=0.0)) or 1.0
        titles = tuple(column.title for column in table.columns)
        numbers = Numbers(
            values, np.zeros(values.shape, np.int8), (0, 0), True, -limit, limit, names, titles
        )
        marks = GridMarks()
        if cell is not None:
            rows, columns = (np.array([place]) for place in cell)
            marks = GridMarks(rows, columns, target=True, secret=secret)
        elif layer.loss.takes_classes:
            marks = GridMarks(np.array([int(found["target"])]), np.arange(values.shape[1]))
        self._all = (numbers, marks, layer.loss.label, self._result(table, shown))
        self.player.setVisible(cell is None)  # a lesson leads from cell to cell itself
        self.known = self.known % len(table.columns) if cell is None else 0
        self._draw(secret=secret)
        meanings = ", ".join(f"{one.title}: {one.meaning}" for one in table.columns)
        return tr(
            "{meanings}. The loss is the sum of the column before the last; the last is where"
            " every gradient of the network begins (1 sample).",
            meanings=meanings,
        )

    def step(self, by: int) -> None:
        """Show one column more or less, from the first one on; with the last one all is told."""
        if self.table is None:
            return
        self.known = (self.known + by) % len(self.table.columns)
        if not self.known:
            self.player.stop()
        self._draw()

    def _draw(self, *, secret: bool = False) -> None:
        """The columns that are known, and how the last of them comes about."""
        table, (numbers, marks, title, result) = self.table, self._all
        assert table is not None
        if self.known:
            numbers = replace(
                numbers,
                values=numbers.values[:, : self.known],
                kinds=numbers.kinds[:, : self.known],
                columns=numbers.columns[: self.known],
            )
            marks = replace(marks, columns=marks.columns[marks.columns < self.known])
            last = table.columns[self.known - 1]
            self.line.setText(f"{last.title}: {last.meaning}")
        else:
            self.line.setText(table.formula)
        self.grid.set_numbers(numbers, marks, title=title)
        self.result.setText("" if secret or self.known else result)

    def _result(self, table: LossTable, shown: TensorsShown) -> str:
        words = f"loss = {value(table.loss, figures=6)}"
        dy = shown.tensors.get("dy")
        if dy is None:
            return words
        off = float(np.abs(dy - table.columns[-1].values).max(initial=0.0))
        agrees = off <= 1e-4 * max(1.0, float(np.abs(dy).max(initial=0.0)))
        return (
            tr("{words}, dz as the engine has it", words=words)
            if agrees
            else tr("{words}, dz is {off} off", words=words, off=value(off))
        )

    def take_key(self, event: QKeyEvent) -> bool:
        """Comma and point step, Space plays; True where the key was one of them."""
        steps = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}
        if event.key() == Qt.Key.Key_Space:
            self.player.play.toggle()
        elif event.key() in steps:
            self.step(steps[Qt.Key(event.key())])
        else:
            return False
        return True
