"""The cells of a number grid, painted: colors, numbers, padding, marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from designer.colormaps import signed_indices, table, unsigned_indices
from designer.theme import fixed_font, font, theme
from designer.tokens import Tokens, contrast
from designer.widgets.grid_layout import GridLayout
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.grid_numbers import cell_text
from designer.widgets.numbers import locale

_FIGURE = 0.30  # of the cell's width: the size of its figures


@dataclass(frozen=True, eq=False)
class Cells:
    """What is painted, and where."""

    numbers: Numbers
    layout: GridLayout
    power: int
    marks: GridMarks

    def colors(self) -> NDArray[np.uint8]:
        """A color for every cell that is seen (rows, columns, 3)."""
        numbers, (row, column), (down, across) = self.numbers, self.layout.first, self.layout.shown
        values = numbers.values[row : row + down, column : column + across]
        if numbers.signed:
            indices = signed_indices(values, max(abs(numbers.low), abs(numbers.high)))
        else:
            indices = unsigned_indices(values, numbers.low, numbers.high)
        return table(theme.tokens.name, signed=numbers.signed)[indices]

    def is_told(self, row: int, column: int) -> bool:
        """Whether the number of a cell is shown."""
        marks = self.marks
        if marks.secret and row in marks.rows and column in marks.columns:
            return False
        return marks.until < 0 or row * self.numbers.values.shape[1] + column < marks.until


def paint_cells(painter: QPainter, cells: Cells, *, focused: bool = False) -> None:
    """Cells, the numbers of their rows and columns, and the marks."""
    layout = cells.layout
    if not all(layout.shown):
        return
    _paint_heads(painter, cells)
    size = max(8, min(13, int(layout.size[0] * _FIGURE)))
    painter.setFont(fixed_font(size))
    colors = cells.colors()
    for down in range(layout.shown[0]):
        for across in range(layout.shown[1]):
            _paint_cell(painter, cells, down, across, colors[down, across])
    painter.setPen(theme.color("line"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(layout.area)
    _paint_marks(painter, cells, focused=focused)


def _paint_cell(
    painter: QPainter, cells: Cells, down: int, across: int, color: NDArray[np.uint8]
) -> None:
    row, column = down + cells.layout.first[0], across + cells.layout.first[1]
    rect, kind = cells.layout.rect(row, column), int(cells.numbers.kinds[row, column])
    told = cells.is_told(row, column)
    number = float(cells.numbers.values[row, column])
    fill = QColor(*(int(part) for part in color))
    # Zeros that are put there have no color, but a pattern of their own.
    if kind in (1, 2) or not told or np.isnan(number):
        fill = theme.color("surface" if kind != 1 else "hover")
    painter.fillRect(rect, fill)
    if kind in (1, 3):
        pattern = Qt.BrushStyle.BDiagPattern if kind == 1 else Qt.BrushStyle.DiagCrossPattern
        painter.fillRect(rect, QBrush(theme.color("edge"), pattern))
    painter.setPen(theme.color("line"))
    painter.drawRect(rect)
    if not cells.layout.text:
        return
    painter.setPen(_ink(fill) if kind in (0, 3) and told else theme.color("muted"))
    text = cell_text(number, cells.power, point=locale().decimalPoint()) if told else "?"
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def _ink(fill: QColor) -> QColor:
    """Black or white, whichever can be read on a color."""
    ground = fill.name()
    return QColor(
        "#101114" if contrast("#101114", ground) >= contrast("#FFFFFF", ground) else "#FFFFFF"
    )


def _paint_heads(painter: QPainter, cells: Cells) -> None:
    """The numbers or words of rows and columns."""
    layout, numbers = cells.layout, cells.numbers
    painter.setFont(font(Tokens.CAPTION - 1))
    painter.setPen(theme.color("muted"))
    top, left = numbers.origin
    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for row in range(layout.first[0], layout.first[0] + layout.shown[0]):
        rect = layout.rect(row, layout.first[1])
        word = numbers.rows[row] if numbers.rows else str(row + top).replace("-", "−")
        beside = QRectF(0, rect.top(), rect.left() - 4, rect.height())
        word = painter.fontMetrics().elidedText(
            word, Qt.TextElideMode.ElideRight, int(beside.width())
        )
        painter.drawText(beside, side, word)
    for column in range(layout.first[1], layout.first[1] + layout.shown[1]):
        rect = layout.rect(layout.first[0], column)
        word = numbers.columns[column] if numbers.columns else str(column + left).replace("-", "−")
        above = QRectF(rect.left(), rect.top() - 14, rect.width(), 13)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, word)


def _paint_marks(painter: QPainter, cells: Cells, *, focused: bool) -> None:
    """A frame around each marked cell, or around all where they touch; dashed where linked."""
    marks, layout = cells.marks, cells.layout
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    other = theme.color("accent" if marks.target else "text")
    frames = _frames(layout, *marks.linked)
    _paint_frames(painter, frames, QPen(other, 1.6, Qt.PenStyle.DashLine))
    color = theme.color("text" if marks.target else "accent")
    frames = _frames(layout, marks.rows, marks.columns)
    wide = (3.0 if focused else 2.2) if len(frames) == 1 else 1.6
    _paint_frames(painter, frames, QPen(color, wide))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _frames(
    layout: GridLayout, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> list[QRectF]:
    """The cells in sight where rows and columns cross: one frame where they touch."""
    down, across = (
        [int(one) for one in some if first <= one < first + shown]
        for some, first, shown in zip((rows, columns), layout.first, layout.shown, strict=True)
    )
    if not down or not across:
        return []
    if _in_a_row(down) and _in_a_row(across):
        return [layout.rect(down[0], across[0]).united(layout.rect(down[-1], across[-1]))]
    return [layout.rect(r, c) for r in down for c in across]


def _paint_frames(painter: QPainter, frames: list[QRectF], pen: QPen) -> None:
    """Frames on a halo of the ground, which keeps them apart from cells of their own color."""
    for one in (QPen(theme.color("surface"), 2 * pen.widthF()), pen):
        painter.setPen(one)
        for frame in frames:
            painter.drawRoundedRect(frame, 2, 2)


def _in_a_row(numbers: list[int]) -> bool:
    return numbers[-1] - numbers[0] == len(numbers) - 1
