"""Type a few letters, take the first match: for commands (Ctrl+K) and for layers (Ctrl+F)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.widgets.search_field import SearchField

_ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """One thing to choose: what is shown, more words it is found by, and what choosing does."""

    text: str
    act: Callable[[], object]
    icon: QIcon
    words: str = ""


class Chooser(QDialog):
    """A search field over a list. Enter takes what is marked, Escape closes."""

    def __init__(self, hint: str, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.search = SearchField(hint)
        self.list = QListWidget()
        self.list.setIconSize(QSize(18, 18))
        self.list.setUniformItemSizes(True)
        self._entries = tuple(entries)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self.choose())
        self.list.itemActivated.connect(lambda _: self.choose())
        self._filter("")
        self.resize(440, 360)

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of a window."""
        corner = window.mapToGlobal(window.rect().center())
        self.move(
            corner.x() - self.width() // 2, window.mapToGlobal(window.rect().topLeft()).y() + 90
        )
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def choose(self) -> None:
        """Close, then do what the marked entry says."""
        item = self.list.currentItem()
        if item is None:
            return
        entry = self._entries[item.data(_ENTRY)]
        self.accept()
        entry.act()

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        self.list.clear()
        for place, entry in enumerate(self._entries):
            words = f"{entry.text} {entry.words}".casefold()
            if all(word in words for word in wanted):
                item = QListWidgetItem(entry.icon, entry.text)
                item.setData(_ENTRY, place)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys and Enter work on the list while typing goes on."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.choose()
                return True
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self.list.count():
                row = (self.list.currentRow() + step) % self.list.count()
                self.list.setCurrentRow(row)
                return True
        return False
