"""Type a few letters, take the first match: for commands (Ctrl+K) and for layers (Ctrl+F)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.widgets.search_field import SearchField

_ENTRY = Qt.ItemDataRole.UserRole
_ICON = 18


@dataclass(frozen=True)
class Entry:
    """One thing to choose: what is shown, more words it is found by, and what choosing does."""

    text: str
    act: Callable[[], object]
    icon: QIcon
    words: str = ""


class Chooser(QFrame):
    """A search field over a list, on top of a window. Enter takes what is marked, Escape closes.

    Signals: `finished` when it is gone, with or without a choice.
    """

    finished = Signal()

    def __init__(self, hint: str, entries: Sequence[Entry], window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.search = SearchField(hint)
        self.list = QListWidget()
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._entries = tuple(entries)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self.choose())
        self._filter("")
        self._open(window)

    def _open(self, window: QWidget) -> None:
        """In the upper middle of the window, with the cursor in the field."""
        width, height = min(440, window.width() - 32), min(380, window.height() - 120)
        self.setGeometry((window.width() - width) // 2, 96, width, height)
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def end(self) -> None:
        """Go away."""
        self.search.removeEventFilter(self)
        self.hide()
        self.finished.emit()

    def choose(self) -> None:
        """Close, then do what the marked entry says."""
        item = self.list.currentItem()
        if item is None:
            return
        entry = self._entries[item.data(_ENTRY)]
        self.end()
        entry.act()

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        self.list.clear()
        found = [
            (not entry.text.casefold().startswith(text.casefold().strip()), place, entry)
            for place, entry in enumerate(self._entries)
            if all(word in f"{entry.text} {entry.words}".casefold() for word in wanted)
        ]
        for _, place, entry in sorted(found, key=lambda one: one[:2]):
            item = QListWidgetItem(_same_size(entry.icon), entry.text)
            item.setData(_ENTRY, place)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys and Enter work on the list; looking elsewhere closes it."""
        if event.type() == QEvent.Type.FocusOut:
            self.end()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.choose()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.end()
                return True
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self.list.count():
                row = (self.list.currentRow() + step) % self.list.count()
                self.list.setCurrentRow(row)
                return True
        return False


def _same_size(icon: QIcon) -> QIcon:
    """The icon, or an empty one of the same size, so that words stand under words."""
    if not icon.isNull():
        return icon
    blank = QPixmap(_ICON, _ICON)
    blank.fill(Qt.GlobalColor.transparent)
    return QIcon(blank)
