"""The outline: the network as a tree of groups and layers, for the keyboard and screen readers."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QVBoxLayout, QWidget

from core.design import Design
from core.shapes import shape_text
from core.tongue import tr
from designer.document.change import Change
from designer.document.document import Document
from designer.notation import notation
from designer.resources import icon
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import localized
from designer.widgets.when_seen import WhenSeen

ID = Qt.ItemDataRole.UserRole
_ROW = 24


class OutlinePanel(QWidget):
    """Every layer in the order data flows, inside its groups; what is selected is selected here.

    Signals: `node_wanted(id)` to bring a node into view, `node_activated(id)` to open it.
    """

    node_wanted = Signal(str)
    node_activated = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._items: dict[str, QStandardItem] = {}
        self._told = False  # whether the selection comes from the document
        self.model = QStandardItemModel(0, 2, self)
        self.model.setHorizontalHeaderLabels([tr("Layer"), tr("Output")])
        self.tree = _tree(self.model)
        self.empty = EmptyState(
            "outline",
            tr(
                "Layers appear here in the order data flows. Drag the first one onto the canvas, or"
                " press Space there."
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(Tokens.SMALL, Tokens.SMALL, Tokens.SMALL, Tokens.SMALL)
        column.addWidget(self.tree)
        column.addWidget(self.empty)
        self.tree.selectionModel().selectionChanged.connect(self._selected)
        self.tree.activated.connect(self._activated)
        self._stale: set[str] | None = set()  # what is to be written anew, None for everything
        self._catching_up = WhenSeen(self, self._catch_up)
        document.design_changed.connect(self._design_changed)
        document.selection_changed.connect(self._catching_up.do)
        theme.theme_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the network anew; groups stay open or closed as they were."""
        closed = {id for id, item in self._items.items() if self._is_closed(item)}
        groups = self._document.design.groups
        closed |= {
            id for id, one in groups.by_id.items() if one.collapsed and id not in self._items
        }
        self._told = True
        self.model.removeRows(0, self.model.rowCount())
        self._items = {}
        self._fill(self.model.invisibleRootItem(), "")
        for id, item in self._items.items():
            self.tree.setExpanded(item.index(), id not in closed)
        self._told = False
        self.tree.setRootIsDecorated(bool(self._document.design.groups))
        self.tree.setVisible(bool(self._items))
        self.setFocusProxy(self.tree if self._items else None)  # a hidden one would catch Tab
        self.empty.setVisible(not self._items)
        self._show_selection()

    def _is_closed(self, item: QStandardItem) -> bool:
        return item.hasChildren() and not self.tree.isExpanded(item.index())

    def _fill(self, parent: QStandardItem, group: str) -> None:
        """The items that lie directly in a group, "" being the whole network."""
        for id in _in_order(self._document.design, group):
            row = [QStandardItem(), QStandardItem()]
            row[0].setData(id, ID)
            row[1].setFont(font(Tokens.CAPTION))
            row[1].setForeground(theme.color("muted"))
            row[1].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            parent.appendRow(row)
            self._items[id] = row[0]
            self._dress(id)
            if id in self._document.design.groups.by_id:
                self._fill(row[0], id)

    def _dress(self, id: str) -> None:
        """The words of one item."""
        design, item = self._document.design, self._items[id]
        if id in design.groups.by_id:
            count = len(design.groups.members[id])
            item.setText(design.groups[id].title)
            item.setIcon(icon("folder", "muted"))
            self._beside(item, tr("{count} layers", count=count))
            return
        node, info = design.graph[id], self._document.inference.nodes.get(id)
        cls = type(node.layer)
        told = self._document.inference.problems_of(id)
        item.setText(node.title)
        item.setIcon(icon(f"layers/{cls.__name__.lower()}", cls.family))
        about = f"{cls.__name__}, {localized(node.layer.brief()) or tr('no settings')}"
        item.setToolTip(
            "\n".join([about, *(notation.sentence(problem.sentence) for problem in told)])
        )
        item.setData(f"{node.title}, {about}", Qt.ItemDataRole.AccessibleTextRole)
        size = shape_text(info.output) if info and info.output else "?"
        self._beside(item, size.replace(" ", ""))  # tight: the name needs the room

    def _beside(self, item: QStandardItem, text: str) -> None:
        parent = item.parent() or self.model.invisibleRootItem()
        parent.child(item.row(), 1).setText(text)

    def _design_changed(self, change: Change) -> None:
        moved = change.added or change.removed or change.wires_added or change.wires_removed
        if change.whole or moved or change.groups:
            self._stale = None
        elif self._stale is not None:
            self._stale |= change.changed | change.inferred
        self._catching_up.do()

    def _catch_up(self) -> None:
        """Write anew what has changed since the last time."""
        stale, self._stale = self._stale, set()
        if stale is None or set(_all(self._document.design)) != self._items.keys():
            self.refresh()
            return
        for id in stale & self._items.keys():
            self._dress(id)
        self._show_selection()

    # ---- selection ----------------------------------------------------------------------

    def _selected(self) -> None:
        if self._told:
            return
        rows = self.tree.selectionModel().selectedRows()
        ids = [str(index.data(ID)) for index in rows]
        groups = self._document.design.groups
        nodes: list[str] = []
        for id in ids:
            nodes += sorted(groups.members[id]) if id in groups.by_id else [id]
        self._document.select(nodes)
        if len(ids) == 1:
            self.node_wanted.emit(ids[0])

    def _show_selection(self) -> None:
        model = self.tree.selectionModel()
        wanted = set(self._document.selection)
        chosen = {str(index.data(ID)) for index in model.selectedRows()}
        groups = self._document.design.groups
        for id in chosen & groups.by_id.keys():
            chosen |= groups.members[id]
        if wanted == {id for id in chosen if id not in groups.by_id}:
            return
        self._told = True
        model.clearSelection()
        flags = QItemSelectionModel.SelectionFlag
        for id in self._document.selection:
            if id in self._items:
                model.select(self._items[id].index(), flags.Select | flags.Rows)
        last = self._items.get(self._document.selection[-1]) if wanted else None
        if last is not None:
            model.setCurrentIndex(last.index(), flags.NoUpdate)
            self.tree.scrollTo(last.index())
        self._told = False

    def _activated(self, index: QModelIndex) -> None:
        id = str(index.siblingAtColumn(0).data(ID))
        if id in self._document.design.graph.nodes:
            self.node_activated.emit(id)


def _all(design: Design) -> Iterator[str]:
    yield from design.graph.nodes
    yield from design.groups.by_id


def _in_order(design: Design, group: str) -> list[str]:
    """What lies directly in a group, in the order data flows."""
    place = {node: number for number, node in enumerate(design.graph.order)}
    groups = design.groups
    loose = [node for node in design.graph.nodes if node not in groups.homes]
    inner = [id for id, one in groups.by_id.items() if one.parent == group]
    nodes = [node for node, home in groups.homes.items() if home == group] if group else loose
    first = {id: min(place[node] for node in groups.members[id]) for id in inner}
    return sorted([*nodes, *inner], key=lambda id: first.get(id, place.get(id, 0)))


def _tree(model: QStandardItemModel) -> QTreeView:
    tree = QTreeView()
    tree.setModel(model)
    tree.setObjectName("outline_tree")
    tree.setAccessibleName(tr("Layers of the network"))
    tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    tree.setUniformRowHeights(True)
    tree.setIndentation(14)
    tree.setIconSize(QSize(18, 18))
    tree.setStyleSheet(
        "QTreeView { background: transparent; }"
        f"QTreeView::item {{ height: {_ROW}px; padding: 0 2px; }}"
    )
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    header.hide()
    return tree
