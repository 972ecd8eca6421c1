"""A picture to draw on, of exactly the pixels that the network sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QImageReader,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.tongue import tr
from designer.theme import theme
from designer.viewers.own_image import image_from, pixels_of, read_image

_LIGHT, _DARK = QColor("#FFFFFF"), QColor("#000000")


class Pad(QWidget):
    """Strokes on a picture, which is shifted, turned and scaled as one.

    Attributes: `brush`, the width of a stroke in pixels of the picture; `erases`.
    Signals: `changed` by a person's hand; `told(sentence)` where an image cannot be taken.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.brush, self.erases = 2.0, False
        self._base = QImage()
        self._channels = 1
        self._move = QTransform()
        self._last: QPointF | None = None
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Drawing pad"))
        theme.theme_changed.connect(self.update)

    # ---- the picture --------------------------------------------------------------------

    def set_picture(self, picture: NDArray[np.uint8]) -> None:
        """Begin with a picture (1 or 3, H, W)."""
        self._channels = len(picture)
        self._base = image_from(picture)
        self.update()

    def clear(self) -> None:
        """Dark everywhere."""
        self._base.fill(_DARK)
        self._tell()

    def invert(self) -> None:
        """Light for dark and dark for light."""
        self._base.invertPixels()
        self._tell()

    def set_move(self, shift: tuple[float, float], angle: float, scale: float) -> None:
        """Shift the whole by (x, y) pixels, turn it by degrees and scale it, about its middle."""
        middle = QPointF(self._base.width() / 2, self._base.height() / 2)
        self._move = (
            QTransform()
            .translate(middle.x() + shift[0], middle.y() + shift[1])
            .rotate(angle)
            .scale(scale, scale)
            .translate(-middle.x(), -middle.y())
        )
        self.update()

    def picture(self) -> NDArray[np.uint8]:
        """What is to be seen, (1 or 3, H, W)."""
        return pixels_of(self._shown(), self._channels)

    @property
    def is_empty(self) -> bool:
        """Whether there is no picture yet."""
        return self._base.isNull()

    def take_mime(self, mime: QMimeData) -> bool:
        """Take an image that was dropped or pasted; gives whether there was one."""
        if mime.hasImage():
            image = QImage(mime.imageData())
        elif mime.urls() and mime.urls()[0].isLocalFile():
            image = self._read(Path(mime.urls()[0].toLocalFile()))
        else:
            return False
        if not image.isNull() and not self.is_empty:
            self._put(image)
        return True

    def _read(self, path: Path) -> QImage:
        image, trouble = read_image(path)
        if trouble:
            self.told.emit(trouble)
        return image

    def _put(self, image: QImage) -> None:
        """An image as large as it fits, in the middle."""
        size = QSize(image.size()).scaled(self._base.size(), Qt.AspectRatioMode.KeepAspectRatio)
        small = image.convertToFormat(QImage.Format.Format_ARGB32).scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self._base.fill(_DARK)
        painter = QPainter(self._base)
        painter.drawImage(
            (self._base.width() - size.width()) // 2,
            (self._base.height() - size.height()) // 2,
            small,
        )
        painter.end()
        self._tell()

    def _shown(self) -> QImage:
        """The picture as it is moved."""
        if self._move.isIdentity() or self.is_empty:
            return self._base
        image = QImage(self._base.size(), self._base.format())
        image.fill(_DARK)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(self._move)
        painter.drawImage(0, 0, self._base)
        painter.end()
        return image

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    # ---- strokes ------------------------------------------------------------------------

    def place(self) -> QRectF:
        """Where the picture lies in the widget."""
        size = QSize(self._base.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(QRectF(self.rect()).center())
        return place

    def _pixel(self, at: QPointF) -> QPointF:
        """A point of the widget in pixels of the picture, before it is moved."""
        place = self.place()
        scale = self._base.width() / max(1.0, place.width())
        back, _ = self._move.inverted()
        return back.map((at - place.topLeft()) * scale)

    def _stroke(self, start: QPointF, end: QPointF) -> None:
        painter = QPainter(self._base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = abs(self._move.determinant()) ** 0.5 or 1.0
        color = _DARK if self.erases else _LIGHT
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(color, self.brush / scale, Qt.PenStyle.SolidLine, cap, join))
        if start == end:
            painter.drawPoint(start)
        else:
            painter.drawLine(start, end)
        painter.end()
        self._tell()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(160, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.is_empty:
            return
        painter, place = QPainter(self), self.place()
        smooth = place.width() < self._base.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, self._shown())
        painter.setPen(theme.color("accent" if self.hasFocus() else "line"))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.is_empty:
            self._last = self._pixel(event.position())
            self._stroke(self._last, self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            here = self._pixel(event.position())
            self._stroke(self._last, here)
            self._last = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        known = {bytes(one.data()).decode() for one in QImageReader.supportedImageFormats()}
        files = [url.toLocalFile() for url in mime.urls()]
        if mime.hasImage() or (files and Path(files[0]).suffix.lower().lstrip(".") in known):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take_mime(event.mimeData()):
            event.acceptProposedAction()
