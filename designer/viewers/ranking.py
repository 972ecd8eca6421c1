"""Maps in the order of what the network loses without them, each with a box that mutes it."""

from __future__ import annotations

import math
from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem

from core.explain.surgery import Ablation
from core.tongue import tr
from designer.widgets.focus_line import FocusLine
from designer.widgets.numbers import percent, value

_NUMBER = Qt.ItemDataRole.UserRole
_NAMES = 96  # width of the boxes with the names


class _Row(QTreeWidgetItem):
    """One map; every column is sorted by its number."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        column = self.treeWidget().sortColumn()
        return float(self.data(column, _NUMBER)) < float(other.data(column, _NUMBER))


class Ranking(QTreeWidget):
    """A row for each map. Signals: `muted_changed`; `map_chosen(channel)`, by a person only."""

    muted_changed = Signal()
    map_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("What is lost without each map"))
        self.setHeaderLabels([tr("Mute"), tr("Loss"), tr("Right")])
        self.headerItem().setToolTip(1, tr("How the mean loss changes without this map"))
        self.headerItem().setToolTip(2, tr("How the share of right answers changes without it"))
        self.header().setStretchLastSection(False)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        FocusLine(self)
        self.itemChanged.connect(lambda item, column: self.muted_changed.emit())
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def show_ablation(self, found: Ablation, muted: Collection[int], channel: int) -> None:
        """Show what each map is worth; the ring is around `channel`."""
        self.blockSignals(True)
        self.setSortingEnabled(False)
        self.clear()
        for number, (loss, right) in enumerate(zip(found.losses, found.accuracies, strict=True)):
            change, fall = loss - found.muted.loss, right - found.muted.accuracy
            row = _Row([tr("map {number}", number=number), _signed(change), _points(fall)])
            row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_muted = number in muted
            row.setCheckState(0, Qt.CheckState.Checked if is_muted else Qt.CheckState.Unchecked)
            for column, figure in enumerate((number, change, -fall)):
                row.setData(column, _NUMBER, 0.0 if math.isnan(figure) else float(figure))
            for column in (1, 2):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            self.addTopLevelItem(row)
        self.setSortingEnabled(True)
        self.setColumnHidden(2, math.isnan(found.whole.accuracy))
        self.setColumnWidth(0, _NAMES)
        for column in (1, 2):
            self.resizeColumnToContents(column)
        self.blockSignals(False)
        self.mark(channel)

    @property
    def muted(self) -> tuple[int, ...]:
        """The maps whose box is checked."""
        rows = (self.topLevelItem(at) for at in range(self.topLevelItemCount()))
        found = [
            int(row.data(0, _NUMBER)) for row in rows if row.checkState(0) == Qt.CheckState.Checked
        ]
        return tuple(sorted(found))

    def mark(self, channel: int) -> None:
        """Select the row of a map, without a signal."""
        for at in range(self.topLevelItemCount()):
            row = self.topLevelItem(at)
            if int(row.data(0, _NUMBER)) == channel:
                self.setCurrentItem(row)
                return

    def _choose(self, row: QTreeWidgetItem) -> None:
        self.map_chosen.emit(int(row.data(0, _NUMBER)))


def _signed(change: float) -> str:
    """A change with its sign, so that a gain is told from a loss."""
    return f"{'+' if change >= 0 else '−'}{value(abs(float(change)), figures=3)}"


def _points(change: float) -> str:
    return "" if math.isnan(change) else f"{'+' if change >= 0 else '−'}{percent(abs(change))}"
