"""The field that opens on a cell of a grid to type another value."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from core.tongue import tr
from designer.widgets.numbers import read_number

_LEAST = 72  # width: a number with its sign and figures


class CellField(QLineEdit):
    """Enter takes the value, Escape and a click elsewhere let it go; what is no number turns red.

    Signals: `finished(row, column, value)`.
    """

    finished = Signal(int, int, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cell = (0, 0)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setStyleSheet("QLineEdit { padding: 0 2px; }")
        self.setAccessibleName(tr("Value"))
        self.hide()
        self.returnPressed.connect(self._finish)

    def open(self, cell: tuple[int, int], rect: QRectF, text: str, *, fresh: bool) -> None:
        """Show the field over a cell; a `fresh` text is selected, one that was begun goes on."""
        self.cell = cell
        place = rect.toAlignedRect()
        missing = max(0, _LEAST - place.width())
        place.adjust(-missing // 2, 0, missing // 2, 0)
        place.setHeight(max(place.height(), 22))
        limit = self.parentWidget().width() - place.width()
        place.moveLeft(max(0, min(place.left(), limit)))
        self.setGeometry(place)
        self.setText(text)
        self.show()
        self.raise_()
        self.setFocus()
        if fresh:
            self.selectAll()

    def _finish(self) -> None:
        number = read_number(self.text())
        if number is None:
            self.setToolTip(tr("A number is expected, such as 0.5."))
            self.selectAll()
            return
        self.hide()
        self.finished.emit(*self.cell, number)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)
        event.accept()  # Enter is for the field alone, not for the grid under it too

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()

    def hideEvent(self, event: object) -> None:
        parent = self.parentWidget()
        if parent is not None and self.hasFocus():
            parent.setFocus()
