"""A grid of numbers on colors: the sheet of every stepper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.cell_field import CellField
from designer.widgets.cell_paint import Cells, paint_cells
from designer.widgets.grid_layout import HEAD, GridLayout, laid_out, wanted_height, wanted_width
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.grid_numbers import power_words, shared_power
from designer.widgets.numbers import value

_TITLE = 18  # height of the caption
_CAPTION_MOST = 170  # width that a caption asks for
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class NumberGrid(QWidget):
    """Cells with their numbers; of a large grid those around the marked cells.

    Signals: `cell_chosen(row, column)` by mouse, dragging or arrow keys, counted from the first
    cell of the grid; `cell_pointed(row, column)` by the mouse alone, −1, −1 on leaving;
    `value_typed(row, column, value)` where values may be typed.
    """

    cell_chosen = Signal(int, int)
    cell_pointed = Signal(int, int)
    value_typed = Signal(int, int, float)

    def __init__(self, parent: QWidget | None = None, *, name: str = "Numbers") -> None:
        super().__init__(parent)
        self.title = name
        self._numbers = Numbers(np.zeros((0, 0)), np.zeros((0, 0), np.int8))
        self._marks = GridMarks()
        self._layout = GridLayout()
        self._power = 0
        self._pointed = (-1, -1)
        self._editable = False
        self._dragging = False
        self.field = CellField(self)
        self.field.finished.connect(self.value_typed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_numbers(self, numbers: Numbers, marks: GridMarks, *, title: str) -> None:
        """Show these numbers with these marks."""
        self._numbers, self._marks = numbers, marks
        self.title = title
        self._power = shared_power(numbers.values)
        h, w = numbers.values.shape
        self.setAccessibleName(title)
        self.setAccessibleDescription(tr("{h} rows, {w} columns", h=h, w=w))
        if self.field.isVisible() and not self._holds(*self.field.cell):
            self.field.hide()
        self._arrange()
        self.updateGeometry()
        self.update()

    def mark_linked(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
        """Mark the cells where these cross as what belongs to another sheet's cell."""
        self._marks = replace(self._marks, linked=(rows, columns))
        self.update()

    def set_editable(self, editable: bool) -> None:
        """Whether a value can be typed: by a double click, or by typing on the current cell."""
        self._editable = editable
        self.setToolTip(tr("Double-click a cell to try another value.") if editable else "")

    @property
    def numbers(self) -> Numbers:
        """What is shown."""
        return self._numbers

    @property
    def marks(self) -> GridMarks:
        """The marks on it."""
        return self._marks

    @property
    def caption(self) -> str:
        """The title, with the power of ten and what part of a large grid is seen."""
        words = [self.title]
        if self._numbers.signed and self._numbers.values.size:
            words.append(f"±{value(self._numbers.high, figures=3)}")
        if self._power:
            words.append(power_words(self._power))
        layout, (h, w) = self._layout, self._numbers.values.shape
        if layout.shown != (h, w) and layout.text:
            words.append(
                tr(
                    "{shown}×{shown2} of {h}×{w}",
                    shown=layout.shown[0],
                    shown2=layout.shown[1],
                    h=h,
                    w=w,
                )
            )
        return " · ".join(words)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the whole grid."""
        h, w = self._numbers.values.shape
        return h, w

    def wanted_width(self) -> int:
        """The width that shows every column, or as many as are shown at most, and the caption."""
        caption = QFontMetrics(font(Tokens.CAPTION)).horizontalAdvance(self.caption) + Tokens.SMALL
        cells = wanted_width(self.shape[1], self._numbers.rows)
        return max(cells, min(caption, _CAPTION_MOST))

    def wanted_height(self) -> int:
        """The height beyond which cells do not grow."""
        return wanted_height(self.shape[0]) + _TITLE

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell lies, in the widget."""
        return self._layout.rect(row, column)

    def place_in_sight(self, row: int, column: int) -> QRectF | None:
        """Where a cell lies, None where it is not in sight."""
        return self._layout.rect(row, column) if self._layout.sees(row, column) else None

    def cell_at(self, at: QPoint) -> tuple[int, int] | None:
        """The cell under a point, or the nearest one; None without cells."""
        return self._layout.cell(at.x(), at.y())

    def text_at(self, row: int, column: int) -> str:
        """What is told of a cell: its place and its value in full."""
        numbers = self._numbers
        words = ("", "padding, ", tr("zero for the stride, "), tr("under no window, "))
        top, left = numbers.origin
        kind = words[int(numbers.kinds[row, column])]
        place = tr("row {row}, column {column}", row=row + top, column=column + left)
        if numbers.rows and numbers.columns:
            place = f"{numbers.rows[row]}, {numbers.columns[column]}"
        return f"{place}: {kind}{value(float(numbers.values[row, column]), figures=7)}"

    # ---- painting -----------------------------------------------------------------------

    def _arrange(self) -> None:
        room = QRectF(self.rect()).adjusted(1, _TITLE, -1, -1)
        heads = (self._numbers.rows, self._numbers.columns)
        self._layout = laid_out(self.shape, room, self._marks.middle(self.shape), heads=heads)

    def draw(self, painter: QPainter) -> None:
        """Paint the grid and its caption, as on any painter."""
        painter.setFont(font(Tokens.CAPTION))
        painter.setPen(theme.color("muted"))
        above = max(0.0, self._layout.area.top() - HEAD - _TITLE)
        across = QRectF(0, above, self.width(), _TITLE)
        words = painter.fontMetrics().elidedText(
            self.caption, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(across, Qt.AlignmentFlag.AlignCenter, words)
        cells = Cells(self._numbers, self._layout, self._power, self._marks)
        paint_cells(painter, cells, focused=self.hasFocus())

    # ---- what a person does -------------------------------------------------------------

    def _holds(self, row: int, column: int) -> bool:
        return row < self.shape[0] and column < self.shape[1]

    def _choose(self, at: QPoint) -> None:
        cell = self.cell_at(at)
        if cell is not None:
            self.cell_chosen.emit(*cell)

    def _point(self, cell: tuple[int, int]) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.cell_pointed.emit(*cell)

    def edit(self, row: int, column: int, text: str = "") -> None:
        """Open the field on a cell, with a text that was begun or with its value."""
        if self._editable and self._holds(row, column):
            begun = text or value(float(self._numbers.values[row, column]), figures=7)
            self.field.open((row, column), self.cell_rect(row, column), begun, fresh=not text)

    # Qt

    def sizeHint(self) -> QSize:
        h, w = self.shape
        return QSize(40 * max(w, 1), 26 * max(h, 1) + _TITLE)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._arrange()
        self.draw(QPainter(self))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self._choose(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._dragging:
            self._choose(at)
        cell = self.cell_at(at) if self._layout.area.contains(event.position()) else None
        self.setStatusTip(self.text_at(*cell) if cell else "")
        self.setToolTip(self.text_at(*cell) if cell else "")
        self._point(cell or (-1, -1))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point((-1, -1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None:
            self.edit(*cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel moves the marked cell, and with it what is seen of a large grid."""
        row, column = self._marks.cell()
        by = -1 if event.angleDelta().y() > 0 else 1
        sideways = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._step(0, by) if sideways else self._step(by, 0)
        event.setAccepted((row, column) != self._marks.cell())

    def _step(self, down: int, across: int) -> None:
        row, column = self._marks.cell()
        h, w = self.shape
        if 0 <= row + down < h and 0 <= column + across < w:
            self.cell_chosen.emit(row + down, column + across)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        text = event.text()
        if step is not None:
            self._step(*step)
        elif self._editable and text and (text.isdigit() or text in "-.,"):
            self.edit(*self._marks.cell(), text)
        elif self._editable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(*self._marks.cell())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()
