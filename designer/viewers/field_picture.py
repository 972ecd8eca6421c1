"""An item of the data with frames over it, which may reach beyond its edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.infer import Field
from core.tongue import tr
from designer.colormaps import unsigned_indices, unsigned_table
from designer.theme import theme
from designer.viewers.sample import image_of

DARKER = 150  # of 255: how much the rest of the picture is dimmed


@dataclass(frozen=True)
class Frame:
    """A rectangle in cells of the input; it may lie partly outside."""

    top: float
    left: float
    height: float
    width: float

    @classmethod
    def of_cells(cls, rows: tuple[int, int], columns: tuple[int, int]) -> Frame:
        """Around the first to the last row and column, both included."""
        return cls(rows[0], columns[0], rows[1] - rows[0] + 1, columns[1] - columns[0] + 1)

    @classmethod
    def around(cls, field: Field, cell: tuple[int, int]) -> Frame:
        """The field of a value, padding included."""
        middle = [
            start + step * at + 0.5
            for start, step, at in zip(field.start, field.step, cell, strict=True)
        ]
        (h, w) = field.size
        return cls(middle[0] - h / 2, middle[1] - w / 2, h, w)

    @property
    def middle(self) -> tuple[float, float]:
        """Row and column in its middle; 0 is the middle of the first cell."""
        return self.top + (self.height - 1) / 2, self.left + (self.width - 1) / 2

    def moved_to(self, middle: tuple[float, float]) -> Frame:
        """The same size around another middle."""
        row, column = middle
        return Frame(
            row - (self.height - 1) / 2, column - (self.width - 1) / 2, self.height, self.width
        )

    def with_size(self, size: tuple[float, float]) -> Frame:
        """Another size around the same middle."""
        h, w = size
        return Frame(self.top + (self.height - h) / 2, self.left + (self.width - w) / 2, h, w)


class FieldPicture(QWidget):
    """Draws the item, what is seen bright and the rest dimmed.

    Signals: `clicked(row, column)`, in cells of the item.
    """

    clicked = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.real: Frame | None = None
        self.whole: Frame | None = None
        self.before: tuple[Frame, ...] = ()
        self.weights: NDArray[np.float64] | None = None
        self.square: Frame | None = None
        self._heat = QImage()
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("The picture and what is seen of it"))

    def show_item(self, values: NDArray[np.float32]) -> None:
        """Show an item (C, H, W)."""
        self._image = image_of(values)
        self.update()

    def show_frames(
        self, real: Frame | None, whole: Frame | None, before: Sequence[Frame] = ()
    ) -> None:
        """Frame what is seen, the field with its padding, and the fields of layers before."""
        self.real, self.whole, self.before = real, whole, tuple(before)
        self.update()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the item."""
        return self._image.height(), self._image.width()

    def show_weights(self, weights: NDArray[np.float64] | None, square: Frame | None) -> None:
        """How much of each cell (H, W) is used, and the square that holds most of it."""
        self.weights, self.square = weights, square
        self._heat = QImage() if weights is None else _heat(weights)
        self.update()

    def place(self, frame: Frame) -> QRectF:
        """Where a frame lies in the widget."""
        box, cell = self._box()
        return QRectF(
            box.left() + frame.left * cell, box.top() + frame.top * cell,
            frame.width * cell, frame.height * cell,
        )  # fmt: skip

    def _box(self) -> tuple[QRectF, float]:
        """Where the picture lies, with room for what reaches beyond, and the side of a cell."""
        high, wide = max(1, self._image.height()), max(1, self._image.width())
        over = [0.0]
        if self.whole is not None:
            whole = self.whole
            over += [-whole.top, -whole.left]
            over += [whole.top + whole.height - high, whole.left + whole.width - wide]
        margin = min(max(over), 0.25 * max(high, wide))
        cell = min(
            (self.width() - 4) / (wide + 2 * margin), (self.height() - 4) / (high + 2 * margin)
        )
        box = QRectF(0, 0, wide * cell, high * cell)
        box.moveCenter(QRectF(self.rect()).center())
        return box, cell

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(240, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture dimmed, what is seen bright, frames on top."""
        if self._image.isNull():
            return
        painter = QPainter(self)
        box, cell = self._box()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, cell < 1)
        painter.drawImage(box, self._image)
        shade = QColor(theme.color("ground"))
        shade.setAlpha(DARKER)
        painter.fillRect(box, shade)
        if self.real is not None:
            seen = self.place(self.real)
            painter.save()
            painter.setClipRect(seen)
            painter.drawImage(box, self._image)
            painter.restore()
        if not self._heat.isNull():
            painter.drawImage(box, self._heat)
        self._draw_frames(painter)
        painter.setPen(QPen(theme.color("edge"), 1))
        painter.drawRect(box)

    def _draw_frames(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.color("muted"), 1))
        for frame in self.before:
            painter.drawRect(self.place(frame))
        painter.setPen(QPen(theme.color("accent"), 1.5, Qt.PenStyle.DashLine))
        if self.whole is not None:
            painter.drawRect(self.place(self.whole))
        painter.setPen(QPen(theme.color("accent"), 2))
        if self.real is not None:
            painter.drawRect(self.place(self.real))
        painter.setPen(QPen(theme.color("warning"), 2, Qt.PenStyle.DotLine))
        if self.square is not None:
            painter.drawRect(self.place(self.square))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click tells the cell."""
        box, cell = self._box()
        if not self._image.isNull():
            at = event.position()
            self.clicked.emit((at.y() - box.top()) / cell, (at.x() - box.left()) / cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging goes on choosing."""
        self.mousePressEvent(event)


def _heat(weights: NDArray[np.float64]) -> QImage:
    """Amounts from 0 to the largest as colors, the less of it the more to be seen through."""
    most = float(weights.max()) or 1.0
    colors = unsigned_table()[unsigned_indices(weights, 0.0, most)]
    alpha = np.rint(235 * np.sqrt(weights / most)).astype(np.uint8)
    flat = np.ascontiguousarray(np.concatenate([colors, alpha[..., None]], axis=2))
    h, w = weights.shape
    return QImage(flat.tobytes(), w, h, 4 * w, QImage.Format.Format_RGBA8888).copy()
