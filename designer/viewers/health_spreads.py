"""How the values of a layer are spread over time: a column for each moment, dark where many are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from core.tongue import tr
from core.training.health import BINS, Floats, Histogram
from designer.colormaps import table, unsigned_indices
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.numbers import percent, value

_SIDE = 52  # pixels for the limits of the values
_HEAD, _FOOT = 18, 16


@dataclass(frozen=True)
class Spread:
    """One picture: its name, when the moments were in epochs, and their histograms, all alike."""

    name: str
    epochs: Floats
    histograms: Sequence[Histogram]

    @property
    def shares(self) -> Floats:
        """The share of values in each bin at each moment (BINS, T), large values first."""
        counts = np.array([one.counts for one in self.histograms], np.float64)
        return (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).T[::-1]

    @property
    def limit(self) -> float:
        """The upper end of the axis of values."""
        return self.histograms[-1].limit if self.histograms else 0.0


class Spreads(QWidget):
    """Several pictures side by side; values upward, time to the right, zero in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.spreads: tuple[Spread, ...] = ()
        self.setAccessibleName(tr("Histograms over time"))

    def show_spreads(self, spreads: tuple[Spread, ...]) -> None:
        """Show these."""
        self.spreads = spreads
        told = (
            tr("{name}: −{limit:.3g} to {limit:.3g}", name=one.name, limit=one.limit)
            for one in spreads
        )
        self.setAccessibleDescription("; ".join(told))
        self.update()

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(420, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Every picture with its name, limits and times."""
        painter = QPainter(self)
        painter.setFont(font(Tokens.CAPTION))
        wide = self.width() / max(1, len(self.spreads))
        for number, spread in enumerate(self.spreads):
            room = QRectF(number * wide, 0, wide - Tokens.SMALL, self.height())
            _draw(painter, spread, room)


def _draw(painter: QPainter, spread: Spread, room: QRectF) -> None:
    shares = spread.shares
    most = float(shares.max(initial=0.0))
    box = room.adjusted(_SIDE, _HEAD, 0, -_FOOT)
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    painter.setPen(theme.color("text"))
    painter.drawText(QRectF(box.left(), room.top(), box.width(), _HEAD), left, spread.name)
    painter.setPen(theme.color("muted"))
    peak = f"0 … {percent(most, decimals=0)}"
    name = painter.fontMetrics().horizontalAdvance(spread.name) + Tokens.SMALL
    if name + painter.fontMetrics().horizontalAdvance(peak) < box.width():
        painter.drawText(QRectF(box.left(), room.top(), box.width(), _HEAD), right, peak)
    painter.drawImage(box, _image(shares, most))
    for at, number in ((0.0, spread.limit), (0.5, 0.0), (1.0, -spread.limit)):
        y = box.top() + at * box.height() - 8
        words = QRectF(room.left(), y, _SIDE - Tokens.TIGHT, 16)
        painter.drawText(words, right | Qt.AlignmentFlag.AlignVCenter, value(number, figures=3))
    foot = QRectF(box.left(), box.bottom() + 1, box.width(), _FOOT)
    painter.drawText(
        foot, left, tr("epoch {epoch}", epoch=value(float(spread.epochs[0]), figures=2))
    )
    painter.drawText(foot, right, value(float(spread.epochs[-1]), figures=3))


def _image(shares: NDArray[np.float64], most: float) -> QImage:
    """The shares (BINS, T) as colors; roots, so that thin tails are seen beside a high peak."""
    indices = unsigned_indices(np.sqrt(shares), 0.0, np.sqrt(max(most, 1e-12)))
    pixels = np.ascontiguousarray(table(theme.tokens.name, signed=False)[indices])
    return QImage(
        pixels.tobytes(), pixels.shape[1], BINS, 3 * pixels.shape[1], QImage.Format.Format_RGB888
    ).copy()
