"""Spikes of two cells over a second: a line for each trial, a stroke for each spike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens

_HEAD = 15  # height of the words above the trials
_GAP = 4
_FULL = 0.8  # of a line that a stroke fills


@dataclass(frozen=True, eq=False)
class Train:
    """The spikes of one cell: its name, a color token, and times in a second for each trial."""

    name: str
    color: str
    trials: Sequence[NDArray[np.float64]]


class SpikeRaster(QWidget):
    """Trains of spikes below each other; time runs to the right."""

    def __init__(self) -> None:
        super().__init__()
        self._trains: Sequence[Train] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Spikes"))
        theme.theme_changed.connect(self.update)

    def set_trains(self, trains: Sequence[Train]) -> None:
        """Show these."""
        self._trains = trains
        self.setAccessibleDescription("; ".join(train.name for train in trains))
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(180, 110)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 70)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(Tokens.CAPTION))
        high = (self.height() - _GAP) / max(1, len(self._trains))
        for number, train in enumerate(self._trains):
            self._draw(painter, train, QRectF(0, number * high, self.width(), high - _GAP))

    def _draw(self, painter: QPainter, train: Train, place: QRectF) -> None:
        painter.setPen(theme.color("muted"))
        head = QRectF(place.left(), place.top(), place.width(), _HEAD)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        words = painter.fontMetrics().elidedText(
            train.name, Qt.TextElideMode.ElideRight, int(head.width())
        )
        painter.drawText(head, side, words)
        room = place.adjusted(0, _HEAD, -1, 0)
        painter.fillRect(room, theme.color("surface"))
        painter.setPen(QPen(theme.color(train.color), 1))
        line = room.height() / max(1, len(train.trials))
        for row, times in enumerate(train.trials):
            top = room.top() + (row + (1 - _FULL) / 2) * line
            for time in times.tolist():
                x = room.left() + time * room.width()
                painter.drawLine(QPointF(x, top), QPointF(x, top + _FULL * line))
