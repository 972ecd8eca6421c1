"""The palette: every layer by family, found by name, dragged or added by a key."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.layers import BY_NAME, CATALOGUE, FAMILIES, Layer
from core.tongue import tr
from designer.document.offers import offers
from designer.panels.layer_page import tip_of
from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.empty_state import EmptyState
from designer.widgets.search_field import SearchField

MIME = "application/x-striate-layer"  # what a dragged layer carries: {"type": "Conv2d"}
_TYPE = Qt.ItemDataRole.UserRole


class PalettePanel(QWidget):
    """Layers by family, with a search field that reads settings too: "conv 3x3 64".

    Signals: `layers_chosen(layers)` after a double-click or Enter: add them behind the selection.
    """

    layers_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField(tr("Search layers"))
        self.tree = _Tree()
        self.nothing = EmptyState(
            "search",
            tr("No layer of this name. Try what PyTorch or Keras call it, or “conv 3x3 64”."),
        )
        self.nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for widget in (self.search, self.tree, self.nothing):
            column.addWidget(widget)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._choose_first)
        self.search.installEventFilter(self)
        self.tree.itemActivated.connect(self._activated)
        self.setFocusProxy(self.search)

    def visible_types(self) -> list[str]:
        """The layer types that the search leaves, in the order shown."""
        return [item.data(0, _TYPE) for item in self.tree.leaves() if not item.isHidden()]

    @property
    def meant(self) -> str:
        """The layer type under the mouse, or the one chosen with the keys; "" for none."""
        view = self.tree.viewport()
        item = self.tree.itemAt(view.mapFromGlobal(QCursor.pos())) if view.underMouse() else None
        if item is None and (self.tree.hasFocus() or self.search.hasFocus()):
            item = self.tree.currentItem()
        return item.data(0, _TYPE) or "" if item is not None else ""

    def _filter(self, text: str) -> None:
        """Show the types that the text may mean, and mark the one that Enter would add."""
        found = [type(offer.layers[-1]).__name__ for offer in offers(text)]
        wanted = set(found)
        for item in self.tree.leaves():
            item.setHidden(item.data(0, _TYPE) not in wanted)
        for row in range(self.tree.topLevelItemCount()):
            family = self.tree.topLevelItem(row)
            children = [family.child(i) for i in range(family.childCount())]
            family.setHidden(all(child.isHidden() for child in children))
        self.tree.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if text.strip() and found:
            leaves = self.tree.leaves()
            self.tree.setCurrentItem(next(i for i in leaves if i.data(0, _TYPE) == found[0]))

    def _choose_first(self) -> None:
        """The best of what the search means; without a word in it nothing is chosen."""
        found = offers(self.search.text())
        if self.search.text().strip() and found and not found[0].sentence:
            self.layers_chosen.emit(found[0].layers)

    def _activated(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _TYPE):
            self.layers_chosen.emit((BY_NAME[item.data(0, _TYPE)](),))

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: object, event: object) -> bool:
        """Down in the search field goes to the list."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        ):
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False


class _Tree(QTreeWidget):
    """Families and their layers; a layer can be dragged out."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setIconSize(QSize(18, 18))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QTreeView { background: transparent; }")
        self.setAccessibleName(tr("Layers"))
        for family, title in FAMILIES.items():
            self._add_family(title, [cls for cls in CATALOGUE if cls.family == family])
        self.expandAll()
        self._give_room()

    def leaves(self) -> list[QTreeWidgetItem]:
        """The items that are layers."""
        families = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        return [family.child(i) for family in families for i in range(family.childCount())]

    def _give_room(self) -> None:
        """Wide enough for the longest name beside its icon and the scroll bar."""
        self.ensurePolished()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        name = max(self.fontMetrics().horizontalAdvance(cls.__name__) for cls in CATALOGUE)
        before = 2 * self.indentation() + self.iconSize().width() + 3 * Tokens.SMALL
        self.setMinimumWidth(before + name + bar)

    def _add_family(self, title: str, layers: Sequence[type[Layer]]) -> None:
        family = QTreeWidgetItem([title])
        font = family.font(0)
        font.setWeight(font.Weight.DemiBold)
        font.setPixelSize(11)
        family.setFont(0, font)
        family.setFlags(Qt.ItemFlag.ItemIsEnabled)
        family.setSizeHint(0, QSize(0, 30))
        self.addTopLevelItem(family)
        for cls in layers:
            item = QTreeWidgetItem(family, [cls.__name__])
            item.setIcon(0, icon(f"layers/{cls.__name__.lower()}", cls.family))
            item.setToolTip(0, tip_of(cls))
            item.setData(0, _TYPE, cls.__name__)
            item.setSizeHint(0, QSize(0, 26))

    # ---- Qt -----------------------------------------------------------------------------

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        data = QMimeData()
        for item in items:
            if item.data(0, _TYPE):
                text = json.dumps({"type": item.data(0, _TYPE)})
                data.setData(MIME, text.encode())
        return data

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds the layer on every platform."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.currentItem()
            if item is not None and item.data(0, _TYPE):
                self.itemActivated.emit(item, 0)
                return
        super().keyPressEvent(event)
