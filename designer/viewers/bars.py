"""A vector as bars: many values as a skyline, classes as named rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.numbers import percent, value

_ROW = 20  # height of a class
_SIDE = 56  # room for the limits of the skyline
_WIDEST_NAME = 140


class Skyline(QWidget):
    """Values as bars up and down from zero, all on one scale, the limits printed at the side.

    Signals: `hovered(text)`, the unit and its value under the mouse, or "".
    """

    hovered = Signal(str)

    def __init__(self, *, name: str = "") -> None:
        super().__init__()
        self._values: NDArray[np.float32] = np.zeros(0, np.float32)
        self._at = -1
        self.setAccessibleName(name or tr("Values"))
        self.setMouseTracking(True)

    def set_values(self, values: NDArray[np.float32]) -> None:
        """Show a vector."""
        self._values = np.asarray(values, np.float32).ravel()
        if self._at >= len(self._values):
            self._at = -1
        low, high = self.limits
        self.setAccessibleDescription(
            tr(
                "{count} values, {low} to {high}",
                count=len(self._values),
                low=value(low),
                high=value(high),
            )
        )
        self.update()

    @property
    def values(self) -> NDArray[np.float32]:
        """What is shown."""
        return self._values

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value, zero included."""
        finite = self._values[np.isfinite(self._values)]
        return float(finite.min(initial=0.0)), float(finite.max(initial=0.0))

    def _frame(self) -> QRectF:
        gap = Tokens.MEDIUM
        return QRectF(self.rect()).adjusted(_SIDE, gap, -gap, -gap)

    def _tops(self) -> tuple[NDArray[np.float64], float]:
        """The height of every bar's end and of zero, in pixels."""
        frame = self._frame()
        low, high = self.limits
        scale = frame.height() / ((high - low) or 1.0)
        safe = np.nan_to_num(self._values, nan=0.0, posinf=high, neginf=low)
        zero = frame.top() + high * scale
        return zero - safe * scale, zero

    def _draw_scale(self, painter: QPainter, zero: float) -> None:
        frame, (low, high) = self._frame(), self.limits
        painter.setFont(font(Tokens.CAPTION))
        painter.setPen(theme.color("muted"))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        marks = [(frame.top(), high), (frame.bottom(), low)]
        if min(zero - frame.top(), frame.bottom() - zero) > _ROW:
            marks.append((zero, 0.0))
        for y, number in marks:
            painter.drawText(QRectF(0, y - 8, _SIDE - Tokens.SMALL, 16), side, value(number))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(frame.left(), zero), QPointF(frame.right(), zero))

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        count = len(self._values)
        if not count:
            return
        painter = QPainter(self)
        frame = self._frame()
        tops, zero = self._tops()
        self._draw_scale(painter, zero)
        edges = frame.left() + np.linspace(0, frame.width(), count + 1)
        gap = 1.0 if frame.width() / count >= 3 else 0.0
        up, down = theme.color("validation"), theme.color("training")
        for i, top in enumerate(tops):
            color = up if self._values[i] >= 0 else down
            bar = QRectF(edges[i], min(top, zero), edges[i + 1] - edges[i] - gap, abs(zero - top))
            painter.fillRect(bar, theme.color("text") if i == self._at else color)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame, count = self._frame(), len(self._values)
        share = (event.position().x() - frame.left()) / max(1.0, frame.width())
        self._at = int(share * count) if 0 <= share < 1 and count else -1
        told = (
            tr("unit {at} · {float}", at=self._at, float=value(float(self._values[self._at])))
            if self._at >= 0
            else ""
        )
        self.hovered.emit(told)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._at = -1
        self.hovered.emit("")
        self.update()
        super().leaveEvent(event)


class ClassBars(QWidget):
    """What the network says: a named row for each class, the right one ticked.

    The most probable classes come first where there is no room for all.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shares: NDArray[np.float32] = np.zeros(0, np.float32)
        self._classes: Sequence[str] = ()
        self._label = -1
        self.setAccessibleName(tr("Answer"))

    def set_answer(
        self, shares: NDArray[np.float32], classes: Sequence[str], *, label: int = -1
    ) -> None:
        """Show probabilities (K,) of these classes; `label` is the right one, or −1."""
        self._shares, self._classes, self._label = np.asarray(shares).ravel(), classes, label
        best = int(np.argmax(self._shares)) if len(self._shares) else -1
        if best >= 0:
            told = f"{self.class_name(best)}, {percent(float(self._shares[best]))}"
            self.setAccessibleDescription(tr("The network says {told}", told=told))
        self.update()

    def class_name(self, index: int) -> str:
        """The name of a class, or its number where it has none."""
        return str(self._classes[index]) if index < len(self._classes) else str(index)

    @property
    def shares(self) -> NDArray[np.float32]:
        """The probabilities that are shown."""
        return self._shares

    def rows(self) -> list[int]:
        """The classes that are drawn, from the top."""
        room = max(1, (self.height() - 2 * Tokens.SMALL) // _ROW)
        if room >= len(self._shares):
            return list(range(len(self._shares)))
        return np.argsort(-self._shares, kind="stable")[:room].tolist()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, _ROW * min(10, max(1, len(self._shares))) + 2 * Tokens.SMALL)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 3 * _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._shares):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        names = [self.class_name(i) for i in range(len(self._shares))]
        widest = max(metrics.horizontalAdvance(name) for name in names)
        wide = min(_WIDEST_NAME, widest) + 2 * Tokens.MEDIUM
        best = int(np.argmax(self._shares))
        for row, index in enumerate(self.rows()):
            line = QRect(0, Tokens.SMALL + row * _ROW, self.width(), _ROW)
            self._draw_row(painter, line, index, wide=wide, strong=index == best)

    def _draw_row(
        self, painter: QPainter, line: QRect, index: int, *, wide: int, strong: bool
    ) -> None:
        """One class: its name, a tick if it is right, its bar, its share."""
        share = float(np.nan_to_num(self._shares[index]))
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(bold=strong))
        painter.setPen(theme.color("text" if strong else "muted"))
        name = line.adjusted(Tokens.SMALL, 0, 0, 0)
        name.setWidth(wide - Tokens.MEDIUM)
        mode = Qt.TextElideMode.ElideRight
        short = painter.fontMetrics().elidedText(self.class_name(index), mode, name.width())
        painter.drawText(name, right | middle, short)
        wanted = index == self._label
        if wanted:
            painter.setPen(theme.color("good"))
            painter.drawText(QRect(line.right() - 20, line.top(), 20, _ROW), middle, "✓")
        number = QRect(line.right() - 76, line.top(), 52, _ROW)
        painter.setPen(theme.color("text" if strong else "muted"))
        painter.drawText(number, right | middle, percent(share))
        full = QRectF(wide + Tokens.SMALL, line.top() + 6, 0, _ROW - 12)
        full.setRight(number.left() - Tokens.SMALL)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("pressed"))
        painter.drawRoundedRect(full, 4, 4)
        full.setWidth(max(0.0, full.width() * share))
        good = wanted or self._label < 0
        painter.setBrush(theme.color("accent" if good or not strong else "problem"))
        painter.drawRoundedRect(full, 4, 4)
