"""Where the cells of a number grid lie: all of them, or as many as can be read around a place."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

_LEAST = (30, 17)  # width and height of a cell whose number can be read
_MOST = (48, 34)
_MOST_NAMED = 92  # width of a cell under a word
_READABLE = 16  # rows and columns that numbers are shown for
HEAD = 16  # room for the numbers of columns
_BESIDE = 22  # room for the numbers of rows
_LETTER = 7  # of a word beside a row


@dataclass(frozen=True)
class GridLayout:
    """Cells of equal size from `first` on.

    Attributes: `area` (of the cells), `first` (row, column), `shown` (rows, columns), `size` (width
    and height of a cell), `text` (whether numbers fit).
    """

    area: QRectF = field(default_factory=QRectF)
    first: tuple[int, int] = (0, 0)
    shown: tuple[int, int] = (0, 0)
    size: tuple[float, float] = (1.0, 1.0)
    text: bool = False

    def rect(self, row: int, column: int) -> QRectF:
        """Where a cell lies, perhaps outside of the area."""
        width, height = self.size
        left = self.area.left() + (column - self.first[1]) * width
        return QRectF(left, self.area.top() + (row - self.first[0]) * height, width, height)

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell under a point, or the nearest that is seen; None without cells."""
        if not all(self.shown):
            return None
        row = int((y - self.area.top()) // self.size[1])
        column = int((x - self.area.left()) // self.size[0])
        row = min(max(row, 0), self.shown[0] - 1) + self.first[0]
        return row, min(max(column, 0), self.shown[1] - 1) + self.first[1]

    def sees(self, row: int, column: int) -> bool:
        """Whether a cell is in the area."""
        down, across = row - self.first[0], column - self.first[1]
        return 0 <= down < self.shown[0] and 0 <= across < self.shown[1]


def laid_out(
    shape: tuple[int, int],
    room: QRectF,
    around: tuple[int, int],
    *,
    heads: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> GridLayout:
    """The layout of h × w cells in a room, centered; of too many, those around a cell."""
    beside = min(_room_beside(heads[0]), int(room.width() // 3))
    inner = room.adjusted(beside, HEAD, 0, 0)
    if not all(shape) or inner.width() <= 0 or inner.height() <= 0:
        return GridLayout()
    limits = (len(heads[1]) or _READABLE, _READABLE)
    across, down = (
        max(1, min(count, limit, int(space // least)))
        for count, limit, space, least in zip(
            (shape[1], shape[0]), limits, (inner.width(), inner.height()), _LEAST, strict=True
        )
    )
    width = min(inner.width() / across, _MOST_NAMED if heads[1] else _MOST[0])
    height = min(inner.height() / down, _MOST[1])
    area = QRectF(0, 0, across * width, down * height)
    area.moveCenter(inner.center())
    area.moveTop(inner.top() + max(0.0, (inner.height() - area.height()) / 2))
    first = (_start(around[0], down, shape[0]), _start(around[1], across, shape[1]))
    readable = width >= _LEAST[0] - 4 and height >= _LEAST[1] - 4
    return GridLayout(area, first, (down, across), (width, height), readable)


def wanted_width(columns: int, rows: tuple[str, ...] = ()) -> int:
    """The width that shows so many columns, 16 at most, beside the words of the rows."""
    return min(columns, _READABLE) * (_LEAST[0] + 1) + _room_beside(rows) + 2


def wanted_height(rows: int) -> int:
    """The height that shows so many rows, 16 at most, as large as cells can be."""
    return min(rows, _READABLE) * _MOST[1] + HEAD + 2


def _room_beside(rows: tuple[str, ...]) -> int:
    """Room for the words of rows, or for their numbers."""
    return max([_BESIDE, *(_LETTER * len(word) + 6 for word in rows)])


def _start(around: int, shown: int, total: int) -> int:
    """The first of `shown` cells so that the one `around` is in their middle, as near as can be."""
    return min(max(around - shown // 2, 0), total - shown)
