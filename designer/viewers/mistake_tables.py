"""Two tables beside the confusion matrix: the largest mistakes, and how well each class is told."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from core.explain.mistakes import mistakes
from core.metrics import Counts, per_class
from designer.widgets.numbers import count, percent

_MOST = 500  # mistakes in the list
_ROW = 22


class _Table(QTableView):
    """Rows that are read and chosen. Signals: `cell_chosen(label, said)`."""

    cell_chosen = Signal(int, int)

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        super().__init__()
        self._columns = columns
        self._cells: list[tuple[int, int]] = []
        self._model = QStandardItemModel(0, len(columns), self)
        self._model.setHorizontalHeaderLabels(list(columns))
        self.setModel(self._model)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def _fill(self, rows: Sequence[Sequence[str]], cells: list[tuple[int, int]]) -> None:
        """Show rows of words; each stands for a cell of the matrix."""
        words = [[item.text() for item in self._items(row)] for row in range(len(self._cells))]
        if words == [list(row) for row in rows] and cells == self._cells:
            return
        self._cells = cells
        self._model.setRowCount(0)
        for row in rows:
            items = [QStandardItem(text) for text in row]
            for item in items[1:]:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            items[0].setToolTip(row[0])
            self._model.appendRow(items)

    def _items(self, row: int) -> list[QStandardItem]:
        return [self._model.item(row, column) for column in range(len(self._columns))]

    def _choose(self, index: QModelIndex) -> None:
        self.cell_chosen.emit(*self._cells[index.row()])


class MistakeTable(_Table):
    """Which class is taken for which, the largest mistake first."""

    def __init__(self) -> None:
        super().__init__("Largest mistakes", ("True class → said", "Items", "Of the class"))

    def set_counts(self, counts: Counts, names: Sequence[str]) -> None:
        """Show the mistakes of a confusion matrix."""
        found = mistakes(counts)[:_MOST]
        self._fill(
            [
                (f"{names[one.label]} → {names[one.said]}", count(one.count), percent(one.share))
                for one in found
            ],
            [(one.label, one.said) for one in found],
        )


class ClassTable(_Table):
    """Precision and recall of every class."""

    def __init__(self) -> None:
        super().__init__("Each class", ("Class", "Items", "Precision", "Recall", "F1"))

    def set_counts(self, counts: Counts, names: Sequence[str]) -> None:
        """Show how well each class of a confusion matrix is told."""
        found = per_class(counts)
        self._fill(
            [
                (
                    names[at],
                    count(int(found.items[at])),
                    _share(found.precision[at]),
                    _share(found.recall[at]),
                    _share(found.f1[at]),
                )
                for at in range(len(counts))
            ],
            [(at, at) for at in range(len(counts))],
        )


def _share(share: float) -> str:
    return "–" if math.isnan(share) else percent(float(share))
