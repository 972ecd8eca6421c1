"""The window of a layer drawn over its input: padding around, the output beside, cell by cell."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.explain.sizes import Axis
from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens

LARGEST = 22.0  # pixels of a cell, however few there are
LINES_FROM = 5.0  # pixels of a cell from which grid lines help
LOWEST = 16.0  # pixels that the cells of a signal are high
GAP = 34.0  # between the two grids, for the arrow
CAPTION = 18.0  # height of the words above a grid
Key = Qt.Key


class WindowPicture(QWidget):
    """Input and output as grids; the window lies where the output cell that is marked comes from.

    Dragging, arrow keys and `step` move it. A layer run backwards stamps its window on the output:
    then an input cell is marked.

    Attributes: `place`, the window's position on each axis.
    Signals: `place_changed()`.
    """

    place_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.axes: tuple[Axis, ...] = ()
        self.place: tuple[int, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("The window over the input"))
        self.setMinimumSize(160, 120)

    # ---- what is shown ------------------------------------------------------------------

    def show_axes(self, axes: tuple[Axis, ...]) -> None:
        """Show other axes; the window stays where it is as far as it can."""
        same = len(axes) == len(self.place)
        spots = self.place if same else (0,) * len(axes)
        self.axes = axes
        self._go(tuple(min(spot, a.positions - 1) for a, spot in zip(axes, spots, strict=True)))
        self.update()

    def step(self, by: int = 1) -> None:
        """Move on by so many places, row by row, and round to the start."""
        if not self.axes:
            return
        total, number = 1, 0
        for axis, spot in zip(self.axes, self.place, strict=True):
            total, number = total * axis.positions, number * axis.positions + spot
        number = (number + by) % total
        spots = []
        for axis in reversed(self.axes):
            number, spot = divmod(number, axis.positions)
            spots.append(spot)
        self._go(tuple(reversed(spots)))

    @property
    def places(self) -> int:
        """How many places the window takes."""
        total = 1
        for axis in self.axes:
            total *= axis.positions
        return total if self.axes else 0

    def _go(self, place: tuple[int, ...]) -> None:
        if place != self.place:
            self.place = place
            self.place_changed.emit()
            self.update()

    # ---- where things lie ---------------------------------------------------------------

    @property
    def _planes(self) -> tuple[Axis, Axis]:
        """Height and width; a signal has the height of one cell."""
        if len(self.axes) == 2:
            return self.axes[0], self.axes[1]
        flat = Axis("height", "", 1, 1, 0, 0, 1, 1, 1, self.axes[0].backwards)
        return flat, self.axes[0]

    def _grids(self) -> tuple[QRectF, QRectF, QSizeF]:
        """The grid that the window moves over with its ring, the other grid, and a cell."""
        height, width = self._planes
        rows, columns = (a.before + a.cells + a.after for a in (height, width))
        other = (height.positions, width.positions)
        stacked = len(self.axes) == 1
        room_w, room_h = self.width() - 2.0, self.height() - CAPTION - 2.0
        if stacked:
            side = min(room_w / max(columns, other[1]), LARGEST)
            cell = QSizeF(side, max(side, LOWEST))
        else:
            side = min((room_w - GAP) / (columns + other[1]), room_h / max(rows, other[0]), LARGEST)
            cell = QSizeF(side, side)
        moved = QRectF(0, 0, columns * cell.width(), rows * cell.height())
        rest = QRectF(0, 0, other[1] * cell.width(), other[0] * cell.height())
        self._lay(moved, rest, stacked=stacked, backwards=width.backwards)
        return moved, rest, cell

    def _lay(self, moved: QRectF, rest: QRectF, *, stacked: bool, backwards: bool) -> None:
        """Input first, output second: side by side for maps, one below the other for signals."""
        first, second = (rest, moved) if backwards else (moved, rest)
        if stacked:
            first.moveTopLeft(QPointF(1, CAPTION))
            second.moveTopLeft(QPointF(1, first.bottom() + CAPTION + GAP / 2))
            return
        tall = max(first.height(), second.height())
        left = max(1.0, (self.width() - first.width() - GAP - second.width()) / 2)
        top = CAPTION + max(0.0, (self.height() - CAPTION - tall) / 2)
        first.moveTopLeft(QPointF(left, top + (tall - first.height()) / 2))
        second.moveTopLeft(QPointF(first.right() + GAP, top + (tall - second.height()) / 2))

    # ---- painting -----------------------------------------------------------------------

    def _draw(self, painter: QPainter) -> None:
        height, width = self._planes
        moved, rest, cell = self._grids()
        real = _part(moved, cell, (height.before, width.before), (height.cells, width.cells))
        self._draw_ring(painter, moved, real)
        self._draw_cells(painter, real, cell)
        self._draw_untouched(painter, real, cell)
        self._draw_cells(painter, rest, cell)
        self._draw_window(painter, real, cell)
        self._draw_mark(painter, rest, cell)
        first, second = (rest, moved) if width.backwards else (moved, rest)
        painter.setFont(font(Tokens.CAPTION))
        painter.setPen(theme.color("muted"))
        for grid, name in ((first, tr("Input")), (second, tr("Output"))):
            box = QRectF(grid.left(), grid.top() - CAPTION, max(grid.width(), 80.0), CAPTION - 3)
            painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, name)
        if len(self.axes) == 2:
            self._draw_arrow(painter, first, second)

    def _draw_ring(self, painter: QPainter, whole: QRectF, real: QRectF) -> None:
        """Padding, hatched and dashed; for a layer run backwards what is cut off."""
        if whole == real:
            return
        painter.setPen(QPen(theme.color("edge"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(QBrush(theme.color("edge"), Qt.BrushStyle.Dense6Pattern))
        painter.drawRect(whole)

    def _draw_cells(self, painter: QPainter, grid: QRectF, cell: QSizeF) -> None:
        painter.setPen(QPen(theme.color("muted"), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRect(grid)
        if cell.width() < LINES_FROM:
            return
        painter.setPen(QPen(theme.color("line"), 1))
        for column in range(1, round(grid.width() / cell.width())):
            x = grid.left() + column * cell.width()
            painter.drawLine(QPointF(x, grid.top()), QPointF(x, grid.bottom()))
        for row in range(1, round(grid.height() / cell.height())):
            y = grid.top() + row * cell.height()
            painter.drawLine(QPointF(grid.left(), y), QPointF(grid.right(), y))

    def _draw_untouched(self, painter: QPainter, real: QRectF, cell: QSizeF) -> None:
        """Rows and columns that the stride throws away."""
        height, width = self._planes
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(theme.color("problem"), Qt.BrushStyle.BDiagPattern))
        for row in height.untouched:
            painter.drawRect(_part(real, cell, (row, 0), (1, width.cells)))
        for column in width.untouched:
            painter.drawRect(_part(real, cell, (0, column), (height.cells, 1)))

    def _draw_window(self, painter: QPainter, real: QRectF, cell: QSizeF) -> None:
        """The cells under the window, and its outline around the holes of dilation."""
        height, width = self._planes
        rows, columns = height.under(self._row), width.under(self._column)
        fill = QColor(theme.color("accent"))
        fill.setAlphaF(0.35)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        for row in rows:
            for column in columns:
                painter.drawRect(_part(real, cell, (row, column), (1, 1)))
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        whole = (height.reach, width.reach)
        painter.drawRect(_part(real, cell, (rows[0], columns[0]), whole))

    def _draw_mark(self, painter: QPainter, grid: QRectF, cell: QSizeF) -> None:
        """The cell of the other grid that the window belongs to."""
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.setBrush(theme.color("accent"))
        mark = _part(grid, cell, (self._row, self._column), (1, 1))
        mark.setSize(mark.size().expandedTo(QSizeF(4.0, 4.0)))
        painter.drawRect(mark)

    def _draw_arrow(self, painter: QPainter, first: QRectF, second: QRectF) -> None:
        y = first.center().y()
        end = second.left() - 8
        painter.setPen(QPen(theme.color("muted"), 1.5))
        painter.drawLine(QPointF(first.right() + 8, y), QPointF(end, y))
        painter.drawLine(QPointF(end - 4, y - 4), QPointF(end, y))
        painter.drawLine(QPointF(end - 4, y + 4), QPointF(end, y))

    @property
    def _row(self) -> int:
        return self.place[0] if len(self.place) == 2 else 0

    @property
    def _column(self) -> int:
        return self.place[-1]

    def _drag(self, at: QPointF) -> None:
        """The window goes where the mouse is, its middle under it."""
        if not self.axes:
            return
        moved, rest, cell = self._grids()
        inside = rest.contains(at)
        corner = at - (rest if inside else moved).topLeft()
        cells = (corner.y() / cell.height(), corner.x() / cell.width())
        spots = []
        for axis, here in zip(self._planes, cells, strict=True):
            spot = int(here) if inside else round((here - axis.reach / 2) / axis.stride)
            spots.append(min(max(spot, 0), axis.positions - 1))
        self._go(tuple(spots[-len(self.axes) :]))

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both grids and the window."""
        if not self.axes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The window jumps to the mouse."""
        self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """And follows it."""
        self._drag(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the window along the axes."""
        row = {Key.Key_Up: -1, Key.Key_Down: 1}.get(Key(event.key()), 0)
        column = {Key.Key_Left: -1, Key.Key_Right: 1}.get(Key(event.key()), 0)
        if not self.axes or not (row or column):
            super().keyPressEvent(event)
            return
        moves = (row, column)[-len(self.axes) :]
        spots = zip(self.axes, self.place, moves, strict=True)
        self._go(tuple(min(max(s + by, 0), axis.positions - 1) for axis, s, by in spots))


def _part(grid: QRectF, cell: QSizeF, first: tuple[int, int], count: tuple[int, int]) -> QRectF:
    """So many rows and columns of a grid, from the first of each."""
    (row, column), (rows, columns), (w, h) = first, count, (cell.width(), cell.height())
    return QRectF(grid.left() + column * w, grid.top() + row * h, columns * w, rows * h)
