"""The confusion matrix as it is drawn: a cell for each pair of classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from core.metrics import Counts
from core.tongue import tr
from designer.colormaps import table
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.color_legend import ColorLegend
from designer.widgets.focus_line import FocusLine
from designer.widgets.numbers import count, percent

_HEAD = 18  # height of the line of names, and width of the words beside it
_WIDEST_NAME = 84
_LARGEST = 46  # side of a cell
_LINED, _NUMBERED = 4, 10  # smallest cells with lines between them, and with numbers
_SMALLEST = 8  # pixels of a number
_LIGHT = 150  # levels of the color table on which black is easier to read


class Matrix(QWidget):
    """Rows are the right classes, columns the answers; a click or Enter chooses a cell.

    The color tells how large a mistake is; right answers, on the diagonal, stay without one.

    Signals: `cell_chosen(label, said)`; `pointed(words)`, the cell under the mouse or "".
    """

    cell_chosen = Signal(int, int)
    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._counts: Counts = np.zeros((0, 0), np.int64)
        self._names: Sequence[str] = ()
        self._widest = 0  # of the names, in pixels
        self._as_shares = False
        self._reach = 0.0  # what the colors reach to at least
        self.chosen: tuple[int, int] | None = None
        self.legend = ColorLegend(self)
        self.legend.hide()
        self.setFont(font(Tokens.CAPTION))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Confusion matrix"))
        theme.theme_changed.connect(self.update)
        FocusLine(self)

    def set_counts(self, counts: Counts, names: Sequence[str]) -> None:
        """Show (K, K) counts, row the right class, column the answer."""
        self._counts, self._names = counts, names
        advance = self.fontMetrics().horizontalAdvance
        self._widest = max((min(_WIDEST_NAME, advance(name)) for name in names), default=0)
        if self.chosen is not None and max(self.chosen) >= len(counts):
            self.chosen = None
        total = int(counts.sum())
        right = int(counts.trace())
        self.setAccessibleDescription(
            tr("{right} of {total} right", right=count(right), total=count(total))
        )
        self._describe_colors()
        self.update()

    def show_shares(self, on: bool) -> None:
        """Shares of the items of each row instead of counts."""
        self._as_shares = on
        self._describe_colors()
        self.update()

    def reach_to(self, number: float) -> None:
        """Let colors reach to this at least, as those of another matrix beside it do."""
        self._reach = number
        self._describe_colors()
        self.update()

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Put the ring around a cell, without a signal."""
        self.chosen = cell
        self.update()

    def values(self) -> NDArray[np.float64]:
        """What is shown: counts, or shares of each row (K, K)."""
        if not self._as_shares:
            return self._counts.astype(np.float64)
        return self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True), 1)

    def cell_rect(self, label: int, said: int) -> QRectF:
        """Where a cell lies."""
        left, top, side = self._place()
        return QRectF(left + said * side, top + label * side, side, side)

    # ---- geometry -----------------------------------------------------------------------

    def _place(self) -> tuple[float, float, float]:
        """Left and top of the cells, and their side; whole pixels where there is room."""
        classes = max(1, len(self._counts))
        left = self._widest + _HEAD + Tokens.SMALL
        top = _HEAD
        room = min(self.width() - left - 2, self.height() - top - 2)
        side = min(_LARGEST, max(1.0, room) / classes)
        return left, top, float(int(side)) if side >= _LINED else side

    def _cell_at(self, at: QPoint) -> tuple[int, int] | None:
        left, top, side = self._place()
        column, row = int((at.x() - left) // side), int((at.y() - top) // side)
        inside = 0 <= row < len(self._counts) and 0 <= column < len(self._counts)
        return (row, column) if inside else None

    def _limit(self) -> float:
        """The largest mistake."""
        return max(self._reach, largest_mistake(self.values()))

    def _describe_colors(self) -> None:
        if self._as_shares:
            self.legend.set_words(percent(0, decimals=0), percent(self._limit()), signed=False)
        else:
            self.legend.set_words("0", count(int(self._limit())), signed=False)

    def _words(self, cell: tuple[int, int]) -> str:
        """A cell in words."""
        label, said = cell
        number = int(self._counts[label, said])
        share = number / max(1, int(self._counts[label].sum()))
        name, other = self._names[label], self._names[said]
        verdict = tr("said right") if label == said else tr("said to be {other}", other=other)
        return f"{name} {verdict}: {count(number)} · {percent(share)}"

    # ---- painting -----------------------------------------------------------------------

    def _draw_cells(self, painter: QPainter) -> None:
        """All colors as one picture, then the lines between cells and the numbers that fit."""
        values, limit = self.values(), self._limit()
        levels = np.minimum(255, np.rint(255 * values / (limit or 1.0))).astype(np.uint8)
        rgb = table(theme.tokens.name, signed=False)[levels]
        plain = theme.color("pressed")
        rgb[np.diag_indices(len(rgb))] = (plain.red(), plain.green(), plain.blue())
        left, top, side = self._place()
        classes = len(values)
        data = rgb.tobytes()
        image = QImage(data, classes, classes, 3 * classes, QImage.Format.Format_RGB888)
        whole = QRectF(left, top, side * classes, side * classes)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, side < 1)
        painter.drawImage(whole, image)
        if side >= _LINED:
            painter.setPen(theme.color("ground"))
            for at in range(1, classes + 1):
                x, y = left + at * side - 0.5, top + at * side - 0.5
                painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))
                painter.drawLine(QPointF(whole.left(), y), QPointF(whole.right(), y))
        if side >= _NUMBERED:
            self._draw_numbers(painter, values, levels)

    def _draw_numbers(
        self, painter: QPainter, values: NDArray[np.float64], levels: NDArray[np.uint8]
    ) -> None:
        room = self._place()[2] - 1
        painter.setFont(self._number_font(values, room))
        for row, column in np.argwhere(values).tolist():
            words = self._number(values[row, column])
            if painter.fontMetrics().horizontalAdvance(words) > room:
                continue
            on_light = levels[row, column] > _LIGHT
            ink = QColor("#000000" if on_light else "#FFFFFF")
            painter.setPen(theme.color("text") if row == column else ink)
            inner = self.cell_rect(row, column).adjusted(0, 0, -1, -1)
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, words)

    def _number_font(self, values: NDArray[np.float64], room: float) -> QFont:
        """The largest font in which every mistake fits its cell; the smallest where none does."""
        mistakes = {self._number(number) for number in values[~np.eye(len(values), dtype=bool)]}
        widest = max(mistakes, key=len, default="")
        for pixels in range(Tokens.CAPTION, _SMALLEST, -1):
            if QFontMetrics(font(pixels)).horizontalAdvance(widest) <= room:
                return font(pixels)
        return font(_SMALLEST)

    def _number(self, number: float) -> str:
        return f"{round(100 * number)}" if self._as_shares else count(int(number))

    def _draw_names(self, painter: QPainter) -> None:
        left, top, side = self._place()
        painter.setFont(self.font())
        metrics, mode = painter.fontMetrics(), Qt.TextElideMode.ElideRight
        painter.setPen(theme.color("muted"))
        if side >= metrics.height() - 2:
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            for row, name in enumerate(self._names):
                rect = QRectF(_HEAD, top + row * side, left - _HEAD - Tokens.TIGHT, side)
                painter.drawText(rect, right, metrics.elidedText(name, mode, int(rect.width())))
        if side >= 12:
            for column, name in enumerate(self._names):
                rect = QRectF(left + column * side, 0, side - 1, _HEAD)
                short = metrics.elidedText(name, mode, int(side) - 1)
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, short)
        whole = side * len(self._counts)
        beyond = QRectF(left + whole + Tokens.SMALL, 0, 3 * _HEAD, _HEAD)
        if beyond.left() + metrics.horizontalAdvance("← said") <= self.width():
            painter.drawText(beyond, Qt.AlignmentFlag.AlignVCenter, tr("← said"))
        painter.save()
        painter.translate(0, top + whole)
        painter.rotate(-90)
        painter.drawText(
            QRectF(0, 0, whole, _HEAD), Qt.AlignmentFlag.AlignCenter, tr("← true class")
        )
        painter.restore()

    def _draw_legend(self, painter: QPainter) -> None:
        """What the colors mean, beside the cells or below them, where there is room."""
        left, top, side = self._place()
        whole, size = side * len(self._counts), QSizeF(self.legend.sizeHint())
        beside = QRectF(QPointF(left + whole + Tokens.SMALL, top + Tokens.TIGHT), size)
        below = QRectF(QPointF(left, top + whole + Tokens.TIGHT), size)
        place = beside if beside.right() <= self.width() else below
        self.legend.draw(painter, place.toRect())

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(280, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._counts):
            return
        painter = QPainter(self)
        self._draw_cells(painter)
        self._draw_names(painter)
        self._draw_legend(painter)
        if self.chosen is not None:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell_rect(*self.chosen).adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(cell)
            self.cell_chosen.emit(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        self.pointed.emit(self._words(cell) if cell is not None else "")

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit("")
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step, last = steps.get(Qt.Key(event.key())), len(self._counts) - 1
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            step = (0, 0)
        if step is None or last < 0:
            super().keyPressEvent(event)
            return
        row, column = self.chosen or (0, 0)
        cell = min(max(row + step[0], 0), last), min(max(column + step[1], 0), last)
        self.choose(cell)
        self.pointed.emit(self._words(cell))
        self.cell_chosen.emit(*cell)


def largest_mistake(values: NDArray[Any]) -> float:
    """The largest value off the diagonal (K, K); 0 for none."""
    return float(values[~np.eye(len(values), dtype=bool)].max(initial=0))
