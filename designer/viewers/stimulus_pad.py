"""What a cell of the cortex is shown, to be moved with the mouse, with the field of the cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.tongue import tr
from designer.theme import theme
from designer.viewers.own_image import image_from

_STEP = 1.0  # cells for an arrow key
_TURN = 5.0  # degrees for a notch of the wheel, or a key
_NOTCH = 120  # what Qt counts for it
_KEYS = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, _STEP),
    Qt.Key.Key_Down: (0.0, -_STEP),
}
_TURNS = {Qt.Key.Key_PageUp: _TURN, Qt.Key.Key_PageDown: -_TURN}


class StimulusPad(QWidget):
    """A picture around gray; a drag moves what is on it, the wheel turns it.

    Signals: `moved(x, y)`, cells from the middle, y upward; `turned(degrees)` by how much more.
    """

    moved = Signal(float, float)
    turned = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._field, self._reach = (1, 1), 0
        self.at = (0.0, 0.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Stimulus"))
        self.setToolTip(
            tr("Drag or use the arrow keys to move; the wheel or Page Up and Down to turn")
        )
        theme.theme_changed.connect(self.update)

    def show_picture(
        self,
        seen: NDArray[np.float64],
        *,
        field: tuple[int, int],
        reach: int,
        at: tuple[float, float],
    ) -> None:
        """Show (H, W) light from −1 to 1, with the field (h, w) of the simple cell in the middle.

        `reach`: how far away, in cells, the complex cell looks too. `at`: where the stimulus is.
        """
        gray = np.rint(127.5 + 127.5 * seen.clip(-1, 1)).astype(np.uint8)
        self._image = image_from(gray[None])
        self._field, self._reach, self.at = field, reach, at
        self.update()

    def place(self) -> QRectF:
        """Where the picture lies in the widget."""
        size = QSize(self._image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveLeft((self.width() - place.width()) / 2)
        return place

    def _move_to(self, at: QPointF) -> None:
        """Put the stimulus under the mouse, within the picture."""
        place = self.place()
        scale = self._image.width() / max(1.0, place.width())
        from_middle = (at - place.center()) * scale
        across, up = self._image.width() / 2, self._image.height() / 2
        x = min(max(from_middle.x(), -across), across)
        y = min(max(-from_middle.y(), -up), up)
        self.moved.emit(round(2 * x) / 2, round(2 * y) / 2)

    def _frame(self, painter: QPainter, more: int) -> None:
        """A frame around the field and so many cells more."""
        place, (h, w) = self.place(), self._field
        scale = place.width() / max(1, self._image.width())
        frame = QRectF(0, 0, (w + 2 * more) * scale, (h + 2 * more) * scale)
        frame.moveCenter(place.center())
        painter.drawRect(frame)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(180, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter, place = QPainter(self), self.place()
        painter.drawImage(place, self._image)
        painter.setPen(theme.color("accent" if self.hasFocus() else "line"))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._reach:
            pen = QPen(theme.color("validation"), 1, Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            self._frame(painter, self._reach)
        painter.setPen(QPen(theme.color("accent"), 2))
        self._frame(painter, 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.turned.emit(_TURN * event.angleDelta().y() / _NOTCH)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEYS:
            (x, y), (right, up) = self.at, _KEYS[Qt.Key(event.key())]
            self.moved.emit(x + right, y + up)
        elif event.key() in _TURNS:
            self.turned.emit(_TURNS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
