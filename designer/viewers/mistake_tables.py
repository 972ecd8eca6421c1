"""Two tables beside the confusion matrix: the largest mistakes, and how well each class is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from core.explain.mistakes import mistakes
from core.metrics import Counts, per_class
from core.tongue import tr
from designer.widgets.focus_line import FocusLine
from designer.widgets.numbers import count, percent

Index = QModelIndex | QPersistentModelIndex
Rows = list[tuple[str, ...]]
_MOST = 500  # mistakes in the list
_ROW = 22  # its height


class _Words(QAbstractTableModel):
    """Rows of words below the names of their columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self._columns = columns
        self.rows: Rows = []

    def set_rows(self, rows: Rows) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None


class _Table(QTableView):
    """Rows that are read and chosen. Signals: `cell_chosen(label, said)`."""

    cell_chosen = Signal(int, int)

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        super().__init__()
        self._cells: list[tuple[int, int]] = []
        self._words = _Words(columns)
        self._words.setParent(self)
        self.setModel(self._words)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(True)  # the first says which classes: it is never squeezed
        head.setHighlightSections(False)
        self.setTabKeyNavigation(False)  # Tab leaves it, arrows walk in it
        FocusLine(self)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def _fill(self, rows: Rows, cells: list[tuple[int, int]]) -> None:
        """Show rows of words; each stands for a cell of the matrix."""
        self._cells = cells
        if rows != self._words.rows:
            self._words.set_rows(rows)

    def _choose(self, index: QModelIndex) -> None:
        self.cell_chosen.emit(*self._cells[index.row()])


class MistakeTable(_Table):
    """Which class is taken for which, the largest mistake first."""

    def __init__(self) -> None:
        super().__init__(
            tr("Largest mistakes"), (tr("True → said"), tr("Items"), tr("Of the class"))
        )

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
        super().__init__(
            tr("Each class"), (tr("Class"), tr("Items"), tr("Precision"), tr("Recall"), "F1")
        )

    def set_counts(self, counts: Counts, names: Sequence[str]) -> None:
        """Show how well each class of a confusion matrix is told."""
        found = per_class(counts)
        shares = zip(found.precision, found.recall, found.f1, strict=True)
        self._fill(
            [
                (name, count(int(items)), *(_share(float(one)) for one in three))
                for name, items, three in zip(names, found.items, shares, strict=True)
            ],
            [(at, at) for at in range(len(counts))],
        )


def _share(share: float) -> str:
    return "–" if math.isnan(share) else percent(share)


def _side(column: int) -> Qt.AlignmentFlag:
    """Names to the left, numbers to the right."""
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
