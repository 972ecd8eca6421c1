"""Which plane of S-cells wins how many items of each class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from core.tongue import tr
from designer.theme import theme
from designer.widgets.focus_line import FocusLine
from designer.widgets.numbers import count, percent

_ROW = 28  # height


class ClusterTable(QTableWidget):
    """A row for each plane and one for silence, a column for each class; most often is bold."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Items that each plane wins, by class"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)  # Tab leaves it, arrows walk in it
        FocusLine(self)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self._shown: tuple[NDArray[np.int64], Sequence[str]] | None = None
        theme.theme_changed.connect(self._fill)

    def show_table(self, table: NDArray[np.int64], names: Sequence[str]) -> None:
        """Show counts (planes + 1, classes), silence last."""
        self._shown = (table, names)
        self._fill()

    def clear_table(self) -> None:
        """Nothing is counted yet."""
        self._shown = None
        self.setRowCount(0)
        self.setColumnCount(0)

    def _fill(self) -> None:
        if self._shown is None:
            return
        table, names = self._shown
        planes = len(table) - 1
        self.setRowCount(planes + 1)
        self.setColumnCount(len(names) + 2)
        self.setHorizontalHeaderLabels([tr("Items"), tr("Mostly"), *names])
        self.setVerticalHeaderLabels([*(tr("plane {k}", k=k) for k in range(planes)), "silent"])
        for row, counts in enumerate(table):
            total, most = int(counts.sum()), int(counts.argmax())
            self.setItem(row, 0, _item(count(total)))
            share = percent(counts[most] / total, decimals=0) if total else ""
            mostly = f"{names[most]} · {share}" if total else ""
            self.setItem(row, 1, _item(mostly, bold=True))
            for column, number in enumerate(counts.tolist()):
                is_most = total > 0 and column == most
                cell = _item(count(number) if number else "·", bold=is_most)
                if is_most:
                    cell.setBackground(theme.color("selection"))
                if not number:
                    cell.setForeground(theme.color("disabled"))
                self.setItem(row, column + 2, cell)
        self.resizeColumnsToContents()


def _item(words: str, *, bold: bool = False) -> QTableWidgetItem:
    item = QTableWidgetItem(words)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if bold:
        font = item.font()
        font.setBold(True)
        item.setFont(font)
    return item
