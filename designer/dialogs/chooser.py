"""Type a few letters, take the first match: for layers to add, for commands, for wires' ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.search_field import SearchField

_ENTRY = Qt.ItemDataRole.UserRole
_ASIDE, _OFF = _ENTRY + 1, _ENTRY + 2
_ICON = 18
_ROW = 26


@dataclass(frozen=True)
class Entry:
    """One thing to choose: what is shown, what choosing does, and more words it is found by.

    `aside` stands at the right: a key, or the size that a layer would give. What is `off` is pale.
    """

    text: str
    act: Callable[[], object]
    icon: QIcon
    words: str = ""
    aside: str = ""
    off: bool = False


Find = Callable[[str], Sequence[Entry]]


def among(entries: Sequence[Entry]) -> Find:
    """Find entries by words in any order; those that begin with the text come first."""

    def find(text: str) -> Sequence[Entry]:
        wanted = text.casefold().split()
        start = text.casefold().strip()
        found = [
            entry
            for entry in entries
            if all(word in f"{entry.text} {entry.words}".casefold() for word in wanted)
        ]

        def rank(entry: Entry) -> tuple[bool, bool]:
            return entry.off, not entry.text.casefold().startswith(start)

        return sorted(found, key=rank)

    return find


class Chooser(QFrame):
    """A search field over a list, on top of a window. Enter takes what is marked, Escape closes.

    `find` gives the entries for what is typed; `nothing` is said where there are none.
    Signals: `finished` when it is gone, with or without a choice.
    """

    finished = Signal()

    def __init__(self, hint: str, find: Find, window: QWidget, *, nothing: str = "") -> None:
        super().__init__(window)
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.search = SearchField(hint)
        self.list = QListWidget()
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Rows(self.list))
        self.nothing = QLabel(nothing or tr("Nothing of this name."))
        self.nothing.setProperty("role", "muted")
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(Tokens.SMALL, Tokens.SMALL, Tokens.SMALL, Tokens.SMALL)
        self._find = find
        self._entries: Sequence[Entry] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        self.search.textChanged.connect(self._show)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self.choose())
        self._show("")
        self._open(window)

    def _open(self, window: QWidget) -> None:
        """In the upper middle of the window, with the cursor in the field."""
        width, height = min(480, window.width() - 32), min(380, window.height() - 120)
        self.setGeometry((window.width() - width) // 2, 96, width, height)
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def texts(self) -> list[str]:
        """What the list shows now."""
        return [entry.text for entry in self._entries]

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

    def _show(self, text: str) -> None:
        self._entries = self._find(text)
        self.list.clear()
        for place, entry in enumerate(self._entries):
            item = QListWidgetItem(_same_size(entry.icon), entry.text)
            item.setData(_ENTRY, place)
            item.setData(_ASIDE, entry.aside)
            item.setData(_OFF, entry.off)
            item.setToolTip(entry.aside if len(entry.aside) > 40 else "")
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self._entries))
        self.nothing.setVisible(not self._entries)

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


class _Rows(QStyledItemDelegate):
    """A row with its words at the left, and muted at the right what goes with them."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Words give way to what stands at the right, up to half of the row."""
        row = QStyleOptionViewItem(option)
        self.initStyleOption(row, index)
        aside, words = str(index.data(_ASIDE) or ""), row.text
        row.text = ""
        style = row.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, row, painter, row.widget)
        left = row.rect.left() + _ICON + 2 * Tokens.MEDIUM
        right = row.rect.right() - Tokens.MEDIUM
        wanted = row.fontMetrics.horizontalAdvance(words) + Tokens.LARGE
        room = max(right - left - wanted, (right - left) // 2)
        small = font(Tokens.CAPTION)
        painter.save()
        painter.setFont(small)
        aside = painter.fontMetrics().elidedText(aside, Qt.TextElideMode.ElideRight, room)
        taken = painter.fontMetrics().horizontalAdvance(aside)
        painter.setPen(theme.color("muted"))
        side, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        area = row.rect.adjusted(left - row.rect.left(), 0, right - row.rect.right(), 0)
        painter.drawText(area, side | middle, aside)
        painter.setFont(row.font)
        painter.setPen(theme.color("disabled" if index.data(_OFF) else "text"))
        room = right - left - (taken + Tokens.LARGE if aside else 0)
        words = row.fontMetrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, words)
        painter.restore()


def _same_size(icon: QIcon) -> QIcon:
    """The icon, or an empty one of the same size, so that words stand under words."""
    if not icon.isNull():
        return icon
    blank = QPixmap(_ICON, _ICON)
    blank.fill(Qt.GlobalColor.transparent)
    return QIcon(blank)
