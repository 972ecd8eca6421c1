"""An item with its box or its joints: those that are true, and those that the network says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.dataset import Field
from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.viewers.box_paint import SAID, TRUTH, draw, fitted

_LEGEND = 20  # height
_MARGIN = 6  # around the picture: what is said may lie outside
_LINE = 22  # length of a line in the legend


class BoxPicture(QWidget):
    """The item as large as there is room, and below it what the two lines mean."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: NDArray[np.uint8] | None = None
        self._field = Field("box")
        self.truth: NDArray[np.float32] | None = None
        self.said: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self.setAccessibleName(tr("The item, where things are and where they are said to be"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_item(
        self,
        picture: NDArray[np.uint8],
        field: Field,
        truth: NDArray[np.float32] | None,
        said: NDArray[np.float32],
    ) -> None:
        """Show an item (c, H, W) with its points (J, 2); there may be no truth."""
        self._picture, self._field, self.truth, self.said = picture, field, truth, said
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture above the legend."""
        if self._picture is None:
            return
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_LEGEND - _MARGIN)
        box = fitted(self._picture, room)
        draw(painter, box, self._picture, self._field, self.truth, self.said)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawRect(box)
        self._draw_legend(painter, box.bottom() + 4)

    def _draw_legend(self, painter: QPainter, top: float) -> None:
        painter.setFont(font(Tokens.CAPTION))
        entries = [("said", SAID, True)]
        if self.truth is not None:
            entries.insert(0, ("true", TRUTH, False))
        wide = [_LINE + 6 + painter.fontMetrics().horizontalAdvance(name) for name, *_ in entries]
        x = (self.width() - sum(wide) - Tokens.LARGE * (len(wide) - 1)) / 2
        for (name, color, dashed), width in zip(entries, wide, strict=True):
            middle = top + _LEGEND / 2
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme.color(color), 2, style))
            painter.drawLine(QPointF(x, middle), QPointF(x + _LINE, middle))
            painter.setPen(theme.color("muted"))
            place = QRectF(x + _LINE + 6, top, width, _LEGEND)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
            x += width + Tokens.LARGE
