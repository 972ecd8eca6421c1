"""Boxes and stick figures over a picture: the truth in solid lines, what is said in dashed ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from core.data.dataset import Field
from designer.theme import theme
from designer.tokens import DARK
from designer.viewers.sample import image_of

TRUTH, SAID = "good", "validation"  # colors
_RIM = QColor(0, 0, 0, 150)
_DOT = 3.0
_SMALL = 160.0  # pixels of a side; on smaller pictures lines are thinner


def fitted(picture: NDArray[np.uint8], room: QRectF) -> QRectF:
    """Where a picture (c, H, W) lies in the middle of a room, its sides in proportion."""
    size = QSize(picture.shape[2], picture.shape[1]).scaled(
        room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio
    )
    box = QRectF(0, 0, size.width(), size.height())
    box.moveCenter(room.center())
    return box


def tile(
    picture: NDArray[np.uint8],
    side: int,
    field: Field,
    *,
    truth: NDArray[np.float32],
    said: NDArray[np.float32],
) -> NDArray[np.uint8]:
    """A picture with both drawn over it, in `side` × `side` pixels: uint8 (side, side, 3)."""
    image = QImage(side, side, QImage.Format.Format_RGB888)
    image.fill(theme.color("ground"))
    painter = QPainter(image)
    draw(painter, fitted(picture, QRectF(0, 0, side, side)), picture, field, truth, said)
    painter.end()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(side, -1)
    return lines[:, : 3 * side].reshape(side, side, 3).copy()


def draw(
    painter: QPainter,
    box: QRectF,
    picture: NDArray[np.uint8],
    field: Field,
    truth: NDArray[np.float32] | None,
    said: NDArray[np.float32],
) -> None:
    """The picture, where things are on it if that is known, and where they are said to be."""
    image = image_of(picture.astype(np.float32))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > box.width())
    painter.drawImage(box, image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scale = min(max(min(box.width(), box.height()) / _SMALL, 0.6), 1.0)
    if truth is not None:
        _Ink(TRUTH, scale, dashed=False).draw(painter, _placed(truth, box), field)
    _Ink(SAID, scale, dashed=True).draw(painter, _placed(said, box), field)


@dataclass(frozen=True)
class _Ink:
    """How one of the two is drawn: bright with a dark rim, since pictures may have any color."""

    color: str
    scale: float
    dashed: bool

    def draw(self, painter: QPainter, places: list[QPointF], field: Field) -> None:
        """A box as its outline, points with the bones between them."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in self._pens(dashed=self.dashed):
            painter.setPen(pen)
            if field.kind == "box":
                painter.drawPolygon(QPolygonF(_corners(places)))
            for start, end in field.bones:
                painter.drawLine(places[start], places[end])
        if field.kind == "points":
            for place in places:
                (self._cross if self.dashed else self._dot)(painter, place)

    def _dot(self, painter: QPainter, place: QPointF) -> None:
        """A point that is true."""
        painter.setPen(QPen(_RIM, 1))
        painter.setBrush(self._bright)
        painter.drawEllipse(place, _DOT * self.scale, _DOT * self.scale)

    def _cross(self, painter: QPainter, place: QPointF) -> None:
        """A point that is said."""
        dot = _DOT * self.scale
        across, down = QPointF(dot, dot), QPointF(dot, -dot)
        for pen in self._pens(dashed=False):
            painter.setPen(pen)
            painter.drawLine(place - across, place + across)
            painter.drawLine(place - down, place + down)

    @property
    def _bright(self) -> QColor:
        """The color in either look as it is on dark ground."""
        return QColor(DARK.color(self.color))

    def _pens(self, *, dashed: bool) -> tuple[QPen, QPen]:
        """The rim of a line, and the line."""
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        return QPen(_RIM, 3.5 * self.scale), QPen(self._bright, 1.8 * self.scale, style)


def _placed(points: NDArray[np.float32], box: QRectF) -> list[QPointF]:
    """Points in shares of a picture (J, 2), where they lie in its box."""
    return [
        QPointF(box.left() + x * box.width(), box.top() + y * box.height())
        for x, y in points.astype(float).tolist()
    ]


def _corners(places: list[QPointF]) -> list[QPointF]:
    """All four where only two are given, which lie opposite each other."""
    if len(places) != 2:
        return places
    (a, b) = places
    return [a, QPointF(b.x(), a.y()), b, QPointF(a.x(), b.y())]
