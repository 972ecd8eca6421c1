"""The middle of the kernel lab: the kernel to type in, and what its numbers give at one cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.number_grid import NumberGrid
from designer.widgets.numbers import value

Floats = NDArray[np.float64]
_FIRST = 1000  # the share of the room that the grids take before it is left empty
_WIDEST = 180  # pixels that the kernel keeps for itself


class KernelCard(QWidget):
    """Grids of the kernel and of its products, and a button that takes the kernel.

    Signals: `value_typed(row, column, value)`; `used` by the button.
    """

    value_typed = Signal(int, int, float)
    used = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.grid, self.products = NumberGrid(name=tr("Kernel")), NumberGrid(name=tr("Products"))
        self.grid.set_editable(True)
        self.products.hide()
        self.sum = QLabel()
        self.sum.setProperty("role", "caption")
        self.sum.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.use = QPushButton(tr("Use as filter"))
        self._lay()
        self.grid.value_typed.connect(self.value_typed)
        self.use.clicked.connect(self.used)

    def _lay(self) -> None:
        grids = QHBoxLayout()
        grids.setSpacing(Tokens.TIGHT)
        grids.addWidget(self.grid, 1)
        grids.addWidget(self.products, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addStretch(1)
        column.addLayout(grids, _FIRST)
        column.addWidget(self.sum)
        column.addWidget(self.use, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def show_kernel(self, kernel: Floats, words: str) -> None:
        """Show a kernel, and words about it."""
        self.grid.set_numbers(_numbers(kernel), GridMarks(), title=tr("Kernel"))
        self.grid.setMinimumWidth(min(self.grid.wanted_width(), _WIDEST))
        for grid in (self.grid, self.products):
            grid.setMaximumHeight(self.grid.wanted_height())
        self.sum.setText(words)

    def show_products(self, found: Floats, at: tuple[int, int]) -> None:
        """Show what each number of the kernel adds to the result at a row and column."""
        self.products.set_numbers(_numbers(found), GridMarks(), title=tr("Kernel · picture"))
        self.products.show()
        total = value(float(found.sum()), figures=3)
        self.sum.setText(
            tr("row {at}, column {at2}: Σ = {total}", at=at[0], at2=at[1], total=total)
        )


def _numbers(values: Floats) -> Numbers:
    limit = float(np.abs(values).max(initial=0.0)) or 1.0
    return Numbers(values, np.zeros(values.shape, np.int8), low=-limit, high=limit)
