"""How lanes are painted: strips of pixels, names beside them, the time axis, frames and marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from core.data.spectrogram import Sampling
from core.explain.signals import Lane
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.viewers.lane_colors import curve, heat, wave
from designer.viewers.signal_words import hertz
from designer.viewers.timeline import Filter, Span
from designer.widgets.numbers import locale

MARGIN = 8  # pixels at the right of the lanes
_LEAST_GUTTER, _MOST_GUTTER = 44, 112  # and at their left, for names
AXIS = 16  # height of the time axis
_LABELS = 90  # pixels between two numbers of the axis, about
_FINE = 2  # pixels of a picture for one on screen
_FROM = 48  # pixels of height from which frequencies are written
To = Callable[[float], float]


@dataclass(frozen=True)
class Look:
    """How a lane becomes colors.

    Attributes:
        length, rows: columns of the item that lie side by side, rows of it above each other.
        limit: what is as high, or as strong, as can be.
        signed: whether colors tell below from above zero.
    """

    length: int
    rows: Span
    limit: float
    signed: bool


def image(lane: Lane, box: QRectF, look: Look, *, wave_line: bool = False) -> QImage:
    """A lane in the size of its box: a wave or a curve of one row, colors of more."""
    size = (max(1, round(_FINE * box.height())), max(1, round(_FINE * box.width())))
    columns = (0.0, look.length - 1.0)
    tokens = theme.tokens
    if lane.values.shape[0] > 1:
        low = -look.limit if look.signed else 0.0
        pixels = heat(
            lane, (look.rows, columns), size, limits=(low, look.limit), look=tokens.name,
            signed=look.signed,
        )  # fmt: skip
    elif wave_line:
        pixels = wave(lane, columns, size, look.limit, tokens.text)
    else:
        pixels = curve(lane, columns, size, look.limit, (tokens.validation, tokens.training))
    pixels = np.ascontiguousarray(pixels)
    h, w = pixels.shape[:2]
    return QImage(pixels.tobytes(), w, h, 4 * w, QImage.Format.Format_RGBA8888).copy()


def strip(painter: QPainter, box: QRectF, picture: QImage, *, chosen: bool = False) -> None:
    """A lane on its ground."""
    painter.fillRect(box, theme.color("selection" if chosen else "surface"))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(box, picture)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def gutter(names: Iterable[str]) -> float:
    """How much room names take at the left."""
    metrics = QFontMetricsF(font(Tokens.CAPTION, bold=True))
    widest = max(map(metrics.horizontalAdvance, names), default=0.0)
    return min(max(widest + Tokens.SMALL + 4, _LEAST_GUTTER), _MOST_GUTTER)


def name(painter: QPainter, box: QRectF, words: str, *, chosen: bool = False) -> None:
    """What a lane is called, at its left."""
    painter.setFont(font(Tokens.CAPTION, bold=chosen))
    painter.setPen(theme.color("text" if chosen else "muted"))
    place = _beside(box)
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


def frequencies(painter: QPainter, box: QRectF, sampling: Sampling | None, rows: Span) -> None:
    """The highest and the lowest frequency, beside the first and the last row."""
    if sampling is None or not sampling.window or box.height() < _FROM:
        return
    painter.setFont(font(Tokens.CAPTION))
    painter.setPen(theme.color("muted"))
    right = Qt.AlignmentFlag.AlignRight
    place = _beside(box)
    for side, row in (
        (Qt.AlignmentFlag.AlignTop, rows[1]),
        (Qt.AlignmentFlag.AlignBottom, rows[0]),
    ):
        painter.drawText(place, right | side, hertz(sampling.hertz(row)))


def time_axis(
    painter: QPainter, box: QRectF, length: int, sampling: Sampling | None, x_of: To
) -> None:
    """Numbers below the item: milliseconds, or columns where no time is known."""
    first, last = (0.0, length - 1.0)
    scale = 1.0
    if sampling is not None:
        first, last = 1000 * sampling.seconds(first), 1000 * sampling.seconds(last)
        scale = (last - first) / max(1, length - 1)
    step = _round_step((last - first) / max(1.0, box.width() / _LABELS))
    painter.setFont(font(Tokens.CAPTION))
    at = np.ceil(first / step) * step
    while at <= last + 1e-9:
        x = x_of((at - first) / (scale or 1.0))
        painter.setPen(QPen(theme.color("edge"), 1))
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + 3))
        painter.setPen(theme.color("muted"))
        words = locale().toString(float(at), "g", 6)
        unit = " ms" if sampling is not None and at + step > last else ""
        wide = painter.fontMetrics().horizontalAdvance(words + unit)
        left = min(max(x - wide / 2, box.left()), box.right() - wide)
        place = QRectF(left, box.bottom() + 2, wide + 2, AXIS - 2)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, words + unit)
        at += step


def frame(painter: QPainter, box: QRectF, *, solid: bool) -> None:
    """What a value can see, solid; with its padding, dashed."""
    color = QColor(theme.color("accent"))
    if solid:
        fill = QColor(color)
        fill.setAlphaF(0.18)
        painter.fillRect(box, fill)
    style = Qt.PenStyle.SolidLine if solid else Qt.PenStyle.DashLine
    _outline(painter, box, style)


def mark(painter: QPainter, box: QRectF) -> None:
    """The value that is looked at, in a lane."""
    _outline(painter, box, Qt.PenStyle.SolidLine)


def _outline(painter: QPainter, box: QRectF, style: Qt.PenStyle) -> None:
    """A line with a rim, to be seen on every color."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("ground"), 3.5))
    painter.drawRect(box)
    painter.setPen(QPen(theme.color("accent"), 1.5, style))
    painter.drawRect(box)


def cursor(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """The time that is looked at, through all lanes."""
    painter.setPen(QPen(theme.color("accent"), 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def filter_at(painter: QPainter, box: QRectF, shown: Filter, x_of: To) -> None:
    """A filter whose taps stand under what they meet."""
    painter.fillRect(box, theme.color("ground"))
    name(painter, box, shown.name)
    rows, taps = shown.weights.shape
    limit = float(np.abs(shown.weights).max()) or 1.0
    tokens = theme.tokens
    lane = Lane("", shown.weights)
    colors = heat(
        lane, ((0.0, rows - 1.0), (0.0, taps - 1.0)), (rows, taps), limits=(-limit, limit),
        look=tokens.name, signed=True,
    )  # fmt: skip
    tall = box.height() / rows
    for tap, column in enumerate(shown.columns.tolist()):
        left, right = x_of(column - shown.width / 2), x_of(column + shown.width / 2)
        for row in range(rows):
            red, green, blue, _ = colors[row, tap].tolist()
            cell = QRectF(left, box.top() + row * tall, max(right - left, 1.0), tall)
            painter.fillRect(cell, QColor(red, green, blue))
    ends = shown.columns[[0, -1]]
    left, right = x_of(ends[0] - shown.width / 2), x_of(ends[1] + shown.width / 2)
    painter.setPen(QPen(theme.color("accent"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(left, box.top(), max(right - left, 2.0), box.height()))


def _beside(box: QRectF) -> QRectF:
    """The room for words at the left of a lane."""
    return QRectF(2, box.top(), box.left() - Tokens.SMALL, box.height())


def _round_step(least: float) -> float:
    """The next of 1, 2, 5, 10, 20 … at or above."""
    if least <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(power * one for one in (1, 2, 5, 10) if power * one >= least * (1 - 1e-9)))
