"""What meets under a filter, large: the values, the weights, their products, the sum over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.explain.signals import Lane, Taps
from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.viewers import lane_paint
from designer.viewers.lane_paint import Look
from designer.widgets.numbers import value

_CAPTION = 15  # height of the line above a block
_GAP = 4
_NAMES = (tr("values x"), tr("weights w"), tr("products w·x"), tr("sum of each moment"))


class TapsPicture(QWidget):
    """Four blocks below each other, each as wide as the filter is long in time."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: tuple[NDArray[np.float64], ...] = ()
        self._note = ""
        self.setAccessibleName(tr("What meets under the filter"))

    def set_taps(self, taps: Taps | None) -> None:
        """Show another sum; of maps with rows the one that adds most."""
        self.blocks, self._note = (), ""
        if taps is not None:
            flat = taps.weights.shape[1] == 1
            one = slice(None) if flat else taps.strongest
            at = (slice(None), 0) if flat else (one,)
            blocks = [sheet[at] for sheet in (taps.values, taps.weights, taps.products)]
            self.blocks = (*blocks, taps.over_time[None])
            if not flat and len(taps.maps) > 1:
                channel, count = int(taps.maps[taps.strongest]), len(taps.maps)
                self._note = tr(" · map {channel} of {count}", channel=channel, count=count)
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(190, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The blocks; one row of values as bars, more as colors."""
        if not self.blocks:
            return
        painter = QPainter(self)
        high = (self.height() - 2) / len(self.blocks)
        for number, (name, block) in enumerate(zip(_NAMES, self.blocks, strict=True)):
            top = number * high
            limit = float(np.abs(block).max(initial=0.0)) or 1.0
            box = QRectF(1, top + _CAPTION, self.width() - 2, high - _CAPTION - _GAP)
            note = self._note if number < 3 else ""
            self._caption(painter, top, f"{name}{note}", f"±{value(limit, figures=3)}")
            if box.height() < 3:
                continue
            look = Look(block.shape[1], (0.0, len(block) - 1.0), limit, signed=True)
            lane_paint.strip(painter, box, lane_paint.image(Lane(name, block), box, look))

    def _caption(self, painter: QPainter, top: float, left: str, right: str) -> None:
        painter.setFont(font(Tokens.CAPTION))
        painter.setPen(QPen(theme.color("muted")))
        line = QRectF(1, top, self.width() - 2, _CAPTION)
        room = line.width() - painter.fontMetrics().horizontalAdvance(right) - Tokens.SMALL
        shown = painter.fontMetrics().elidedText(left, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, shown)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, right)
