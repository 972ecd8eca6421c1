"""A layout that sets widgets side by side and begins another line where there is no room left."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from designer.tokens import Tokens


class FlowRow(QLayout):
    """Widgets in reading order; hidden ones take no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())
        self.setSpacing(Tokens.SMALL)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Lay the widgets into a rectangle, or only find the height that they need."""
        x, y, high = rect.left(), rect.top(), 0
        line: list[tuple[QLayoutItem, int, QSize]] = []

        def finish() -> None:
            for item, left, size in line:
                if move:
                    top = y + (high - size.height()) // 2
                    item.setGeometry(QRect(QPoint(left, top), size))
            line.clear()

        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if 0 < rect.width() < size.width():  # alone in its line, and as narrow as that is
                size.setWidth(rect.width())
            if line and x + size.width() > rect.right() + 1:
                finish()
                x, y, high = rect.left(), y + high + Tokens.TIGHT, 0
            line.append((item, x, size))
            x, high = x + size.width() + self.spacing(), max(high, size.height())
        finish()
        return y + high - rect.top()

    # Qt

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size
