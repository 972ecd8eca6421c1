"""A slider over moments, with curves above its rail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from designer.theme import theme
from designer.tokens import Tokens

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]

_HANDLE = 6.0  # pixels, its radius
_TICK = 3.0  # pixels, half of it
_LEGEND = 240.0  # pixels, the least width of a rail with a legend
_MOST_TICKS = 4.0  # pixels, the least distance of two


class TimeRail(QAbstractSlider):
    """Chooses one of several moments that have the same room each.

    Drag, click anywhere, arrows, Home, End, wheel. Values are 0 for the first moment and so on.
    """

    def __init__(self, parent: QWidget | None = None, *, name: str = "Moment") -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._curves: dict[str, Curve] = {}
        self._what = ""
        self._pins: dict[str, int] = {}
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        self.setPageStep(5)
        self.valueChanged.connect(self._tell)
        theme.theme_changed.connect(self.update)

    def set_moments(self, words: Sequence[str]) -> None:
        """The moments by the words below them; the value stays where it still is one."""
        self._words = tuple(words)
        self.setRange(0, max(0, len(words) - 1))
        self._tell()
        self.update()

    def set_curves(self, curves: Mapping[str, Curve], *, what: str) -> None:
        """Curves by the token of their color: where on the rail, and how much of `what`."""
        self._curves, self._what = dict(curves), what
        self.update()

    def set_pins(self, pins: Mapping[str, int]) -> None:
        """Moments that wear a letter."""
        self._pins = dict(pins)
        self.update()

    def place_of(self, value: float) -> float:
        """Where a moment is from the left, in pixels."""
        room = self._room()
        return room.left() + room.width() * value / max(1, self.maximum())

    def _value_at(self, x: float) -> int:
        room = self._room()
        share = (x - room.left()) / max(1.0, room.width())
        return round(min(1.0, max(0.0, share)) * self.maximum())

    def _room(self) -> QRectF:
        """Where curves are drawn; the rail is its lower end."""
        height = QFontMetrics(self.font()).height()
        side = _HANDLE + 2 * Tokens.TIGHT
        bottom = self.height() - height - _HANDLE - 2
        return QRectF(side, 3.0, max(1.0, self.width() - 2 * side), max(1.0, bottom - 3.0))

    def _tell(self) -> None:
        if self._words:
            self.setAccessibleDescription(self._words[min(self.value(), len(self._words) - 1)])

    # ---- painting -----------------------------------------------------------------------

    def _draw_curves(self, painter: QPainter, room: QRectF) -> None:
        """All on one scale, from the least to the most."""
        drawn = {name: curve for name, curve in self._curves.items() if len(curve[0])}
        if not drawn or room.height() < Tokens.SMALL:
            return
        values = np.concatenate([curve[1] for curve in drawn.values()])
        low, high = float(values.min()), float(values.max())
        span = (high - low) or 1.0
        for name, (places, losses) in drawn.items():
            line = QPolygonF(
                [
                    QPointF(
                        self.place_of(place),
                        room.bottom() - 6 - (loss - low) / span * (room.height() - 6),
                    )
                    for place, loss in zip(places.tolist(), losses.tolist(), strict=True)
                ]
            )
            painter.setPen(QPen(theme.color(name), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(line)

    def _draw_legend(self, painter: QPainter, room: QRectF) -> None:
        """What the curves are, at the top right, where there is room."""
        lines = [
            (name, f"{name} {self._what}") for name, curve in self._curves.items() if len(curve[0])
        ]
        metrics = QFontMetrics(painter.font())
        if room.height() < 3 * metrics.height() or room.width() < _LEGEND:
            return
        for row, (name, words) in enumerate(lines):
            left = room.right() - metrics.horizontalAdvance(words)
            painter.setPen(theme.color(name))
            painter.drawText(
                QPointF(left, room.top() + metrics.ascent() + row * metrics.height()), words
            )

    def _draw_rail(self, painter: QPainter, room: QRectF) -> None:
        """The rail with a tick at each moment, as far as there is room, and its ends in words."""
        y = room.bottom()
        painter.setPen(QPen(theme.color("edge"), 2))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        painter.setPen(QPen(theme.color("muted"), 1))
        gap = room.width() / max(1, self.maximum())
        if gap >= _MOST_TICKS:
            for value in range(self.maximum() + 1):
                x = self.place_of(value)
                painter.drawLine(QPointF(x, y - _TICK), QPointF(x, y + _TICK))

    def _draw_words(self, painter: QPainter, room: QRectF) -> None:
        """The first and the last moment, the one that is chosen, and others where there is room."""
        metrics = QFontMetrics(painter.font())
        y = self.height() - metrics.descent() - 1
        taken: list[tuple[float, float]] = []
        stride = max(1, len(self._words) // 8)
        order = [self.value(), len(self._words) - 1, 0, *range(0, len(self._words), stride)]
        for at in dict.fromkeys(order):
            wide = metrics.horizontalAdvance(self._words[at])
            left = min(max(self.place_of(at) - wide / 2, 0.0), self.width() - wide)
            right = left + wide
            if any(
                left < end + Tokens.SMALL and right > start - Tokens.SMALL for start, end in taken
            ):
                continue
            taken.append((left, right))
            painter.setPen(theme.color("text" if at == self.value() else "muted"))
            painter.drawText(QPointF(left, y), self._words[at])

    def _draw_pins(self, painter: QPainter, room: QRectF) -> None:
        for letter, value in self._pins.items():
            x = self.place_of(value)
            painter.setPen(QPen(theme.color("accent"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            painter.setPen(theme.color("accent"))
            painter.drawText(QPointF(x + 3, room.top() + painter.fontMetrics().ascent()), letter)

    def _draw_handle(self, painter: QPainter, room: QRectF) -> None:
        x = self.place_of(self.value())
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "surface"), 2))
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(QPointF(x, room.bottom()), _HANDLE, _HANDLE)

    # ---- Qt -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._words:
            return
        painter, room = QPainter(self), self._room()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_curves(painter, room)
        self._draw_legend(painter, room)
        self._draw_rail(painter, room)
        self._draw_pins(painter, room)
        self._draw_handle(painter, room)
        self._draw_words(painter, room)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One moment a notch, downwards to the next."""
        steps = -event.angleDelta().y() // 120
        if steps:
            self.setValue(self.value() + steps)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows up and down mean neither later nor earlier here."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(360, 64)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 34)
