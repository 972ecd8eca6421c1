"""The palette: every layer by family, found by name, dragged or added by a key."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.layers import CATALOGUE, FAMILIES, Layer
from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.empty_state import EmptyState
from designer.widgets.search_field import SearchField

MIME = "application/x-striate-layer"  # what a dragged layer carries: {"type": "Conv2d"}
_TYPE = Qt.ItemDataRole.UserRole


class PalettePanel(QWidget):
    """Layers by family, with a search field.

    Signals: `layer_chosen(type)` after a double-click or Enter: add it behind the selection.
    """

    layer_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField("Search layers")
        self.tree = _Tree()
        self.nothing = EmptyState(
            "search", "No layer of this name. Try what PyTorch or Keras call it."
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

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for item in self.tree.leaves():
            words = item.data(0, _TYPE + 1)
            item.setHidden(not all(word in words for word in wanted))
        for row in range(self.tree.topLevelItemCount()):
            family = self.tree.topLevelItem(row)
            children = [family.child(i) for i in range(family.childCount())]
            family.setHidden(all(child.isHidden() for child in children))
        found = bool(self.visible_types())
        self.tree.setVisible(found)
        self.nothing.setVisible(not found)
        if wanted and found:
            first = next(item for item in self.tree.leaves() if not item.isHidden())
            self.tree.setCurrentItem(first)

    def _choose_first(self) -> None:
        types = self.visible_types()
        if self.search.text().strip() and types:
            self.layer_chosen.emit(types[0])

    def _activated(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _TYPE):
            self.layer_chosen.emit(item.data(0, _TYPE))

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
        self.setAccessibleName("Layers")
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
            item.setToolTip(0, tooltip(cls))
            item.setData(0, _TYPE, cls.__name__)
            item.setSizeHint(0, QSize(0, 26))
            words = f"{cls.__name__} {cls.keras_name} {title} {first_line(cls)}"
            item.setData(0, _TYPE + 1, words.casefold())

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


def first_line(cls: type[Layer]) -> str:
    """What a layer does, in one sentence: the first line of its docstring."""
    return (inspect.getdoc(cls) or "").splitlines()[0]


def tooltip(cls: type[Layer]) -> str:
    """What a layer does and what Keras calls it, as rich text that wraps."""
    keras = f"<p>Keras: {cls.keras_name}</p>" if cls.keras_name else ""
    return f"<p>{escape(first_line(cls))}</p>{keras}"
