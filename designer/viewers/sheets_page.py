"""What a layer takes and gives, as two grids of numbers with one cell marked."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.explain.links import Floats
from core.lessons.showing import Sheets
from core.tongue import tr
from designer.theme import fixed_font
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.number_grid import NumberGrid

_MEANING = {
    "x": tr("taken"),
    "y": tr("given"),
    "dy": tr("gradient that comes back"),
    "dx": tr("handed back"),
    "weight": tr("as it is"),
    "dweight": tr("gradient by it"),
}


class SheetsPage(QWidget):
    """Left what comes in, right what comes out; below them the layer's own formula."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = NumberGrid(name=tr("Taken")), NumberGrid(name=tr("Given"))
        self.arrow = QLabel("→")
        self.arrow.setProperty("role", "muted")
        self.line = ElidedLabel()
        self.line.setFont(fixed_font(Tokens.CAPTION))
        self.line.setProperty("role", "muted")
        grids = QHBoxLayout()
        grids.setContentsMargins(0, 0, 0, 0)
        grids.setSpacing(Tokens.SMALL)
        grids.addWidget(self.left, 1)
        grids.addWidget(self.arrow)
        grids.addWidget(self.right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(grids, 1)
        column.addWidget(self.line)

    def show_sheets(self, sheets: Sheets, cell: tuple[int, int], *, secret: bool = False) -> None:
        """Show both grids; `cell` of the right one is marked, its number hidden if `secret`."""
        beside, name = sheets.names
        for part in (self.left, self.arrow):
            part.setVisible(sheets.left is not None)
        if sheets.left is not None:
            same = sheets.left.shape == sheets.right.shape
            marks = _at(cell) if same else GridMarks()
            self.left.set_numbers(_numbers(sheets.left), marks, title=_title(beside))
        marks = _at(cell, target=True, secret=secret)
        self.right.set_numbers(_numbers(sheets.right), marks, title=_title(name))
        self.line.setText(sheets.line)


def _title(name: str) -> str:
    return f"{name}, {_MEANING[name]}"


def _at(cell: tuple[int, int], *, target: bool = False, secret: bool = False) -> GridMarks:
    rows, columns = (np.array([place]) for place in cell)
    return GridMarks(rows, columns, target=target, secret=secret)


def _numbers(values: Floats) -> Numbers:
    limit = float(np.abs(values).max(initial=0.0)) or 1.0
    return Numbers(values, np.zeros(values.shape, np.int8), (0, 0), True, -limit, limit)
