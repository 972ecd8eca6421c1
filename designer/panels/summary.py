"""The summary panel: the network as a table, layer by layer, with totals.

It is also the list of layers for those who do not see the canvas.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.graph import Node
from core.infer import NodeInfo
from core.tongue import tr
from designer.document.change import Change
from designer.document.document import Document
from designer.notation import notation, shape_text
from designer.panels.facts import MACS_TIP
from designer.resources import icon
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import count, localized
from designer.widgets.when_seen import WhenSeen

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (tr("Name"), tr("Type"), tr("Settings"), tr("Output"), tr("Parameters"), tr("MACs"))
_WIDEST = 220  # pixels of a column, however long a name is
_MEASURED = 60  # rows that the width of a column is taken from
_NUMBERS = (3, 4, 5)  # columns of figures, right-aligned


class SummaryPanel(QWidget):
    """Every layer in the order data flows, with its output, parameters and MACs; totals below.

    Signals: `node_wanted(id)` to bring a node into view.
    """

    node_wanted = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.model = SummaryModel(document)
        self.table = _table(self.model)
        self.totals = QLabel()
        self.totals.setContentsMargins(12, 6, 12, 8)
        self.totals.setToolTip(MACS_TIP)
        self.empty = EmptyState(
            "summary",
            tr(
                "Layers appear here in the order data flows, with sizes and costs. Drag the first"
                " one"
                " onto the canvas, or press Space there."
            ),
        )
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self.totals)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(filled)
        self._selecting = False
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.table.activated.connect(lambda index: self.node_wanted.emit(self.model.id(index)))
        document.design_changed.connect(self._design_changed)
        self._refreshing = WhenSeen(self, self.refresh)
        self._selecting_later = WhenSeen(self, self._show_selection)
        document.selection_changed.connect(self._selecting_later.do)
        notation.notation_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the network anew."""
        self._selecting = True
        self.model.refresh()
        self._selecting = False
        inference = self._document.inference
        self._stack.setCurrentIndex(1 if self.model.nodes else 0)
        self.totals.setText(
            tr(
                "<b>{count}</b> layers · <b>{parameters}</b> parameters · <b>{macs}</b> MACs",
                count=count(len(self.model.nodes)),
                parameters=count(inference.parameters),
                macs=count(inference.macs),
            )
        )
        self._show_selection()

    def copy(self) -> None:
        """Copy the table as text that a spreadsheet takes."""
        rows = [COLUMNS, *(self.model.texts(row) for row in range(len(self.model.nodes)))]
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows))

    def _design_changed(self, change: Change) -> None:
        if change.graph or change.inferred or change.whole:
            self._refreshing.do()

    def _selected(self) -> None:
        if self._selecting:
            return
        rows = self.table.selectionModel().selectedRows()
        self._document.select([self.model.id(index) for index in rows])

    def _show_selection(self) -> None:
        wanted = set(self._document.selection)
        model, table = self.table.selectionModel(), self.table
        shown = {self.model.id(index) for index in model.selectedRows()}
        if shown == wanted:
            return
        self._selecting = True
        model.clearSelection()
        flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
        for row, node in enumerate(self.model.nodes):
            if node.id in wanted:
                model.select(self.model.index(row, 0), flags)
                table.scrollTo(self.model.index(row, 0))
        self._selecting = False


class SummaryModel(QAbstractTableModel):
    """The rows of the summary."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._known = document.inference  # of these rows
        self.nodes: list[Node] = []
        self._texts: dict[int, list[str]] = {}  # of the rows that were asked for

    def refresh(self) -> None:
        """Read the design anew; the view keeps its place where rows are the same."""
        graph = self._document.design.graph
        nodes = [graph[id] for id in graph.order]
        self._known = self._document.inference
        self._texts.clear()
        if [node.id for node in nodes] == [node.id for node in self.nodes]:
            self.nodes = nodes
            last = self.index(len(nodes) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.nodes = nodes
        self.endResetModel()

    def id(self, index: Index) -> str:
        """The node id of a row."""
        return self.nodes[index.row()].id

    def texts(self, row: int) -> list[str]:
        """The cells of a row."""
        if row not in self._texts:
            self._texts[row] = self._words(self.nodes[row])
        return self._texts[row]

    def _words(self, node: Node) -> list[str]:
        info = self._info(node)
        words = [node.title, type(node.layer).__name__, localized(node.layer.brief())]
        if info.output is None:
            return [*words, "?", "", ""]
        return [
            *words,
            shape_text(info.output),
            count(info.cost.parameters) if info.cost.parameters else "",
            count(info.cost.macs) if info.cost.macs else "",
        ]

    def _info(self, node: Node) -> NodeInfo:
        return self._known.nodes[node.id]

    def _severities(self, node: Node) -> Iterable[str]:
        return {problem.severity for problem in self._known.problems_of(node.id)}

    # ---- Qt -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.nodes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole and COLUMNS[section] == "MACs":
            return MACS_TIP
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.nodes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(index.row())[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            severities = self._severities(node)
            if "error" in severities:
                return icon("problem", "problem")
            if "warning" in severities:
                return icon("warning", "warning")
            cls = type(node.layer)
            return icon(f"layers/{cls.__name__.lower()}", cls.family)
        if role == Qt.ItemDataRole.ToolTipRole:
            problems = self._known.problems_of(node.id)
            return "\n".join(notation.sentence(problem.sentence) for problem in problems)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _table(model: SummaryModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(tr("Layers of the network"))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)  # Tab leaves it, arrows walk in it
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(26)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setMaximumSectionSize(_WIDEST)
    header.setResizeContentsPrecision(_MEASURED)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
    return table
