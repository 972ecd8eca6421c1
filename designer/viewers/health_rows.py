"""A row for each layer: its gradient, how far a step moves it, dead units, on common axes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.tongue import tr
from core.training.health import Health
from core.training.illness import GOOD_UPDATE
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.numbers import percent, value

ROW = 20
_NAME = 92  # pixels for a name
_NUMBER = 58  # for a figure beside its bar
_LEAST = 56  # for a bar
_DEAD = 84
UPDATES = (-6, 0)  # decades of the axis of updates
_DOT = 4.0
_BAND = tr(", the band is good")


@dataclass(frozen=True)
class Row:
    """A layer: which one, what people call it, its family, whether it is to blame."""

    node: str
    title: str
    family: str
    ill: bool = False


class HealthRows(QWidget):
    """Draws the rows; only what is in sight.

    Signals: `chosen(node)` on a click.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()
        self._health: Health | None = None
        self._selected = ""
        self._decades = (-1, 0)  # of the axis of gradients
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Layers"))

    def show_health(self, rows: tuple[Row, ...], health: Health, selected: str) -> None:
        """Show these layers at a moment."""
        self.rows, self._health, self._selected = rows, health, selected
        known = [v for row in rows if 0 < (v := health.nodes[row.node].returned) < math.inf]
        low = math.floor(math.log10(min(known))) if known else -1
        self._decades = (low, max(low + 1, math.ceil(math.log10(max(known))) if known else 0))
        self.setFixedHeight(ROW * (len(rows) + 1))
        self.setAccessibleDescription("; ".join(self.words(row) for row in rows[:40]))
        self.update()

    def words(self, row: Row) -> str:
        """A layer's figures in words."""
        assert self._health is not None
        node = self._health.nodes[row.node]
        parts = [row.title]
        for name, figure in (("gradient", node.returned), ("update", node.update)):
            if not math.isnan(figure):
                parts.append(f"{name} {value(figure, figures=2)}")
        share, word = _share(node.dead, node.saturated)
        return ", ".join([*parts, f"{percent(share, decimals=0)} {word}"] if word else parts)

    # ---- painting -----------------------------------------------------------------------

    @property
    def _bar(self) -> float:
        """Pixels of each of the two axes."""
        room = self.width() - _NAME - 2 * _NUMBER - _DEAD - 2 * Tokens.MEDIUM
        return max(float(_LEAST), room / 2)

    def _draw_head(self, painter: QPainter) -> None:
        """What the columns are, with the ends of their axes."""
        bar, low, high = self._bar, *self._decades
        painter.setPen(theme.color("muted"))
        x = float(_NAME)
        for name, ends in ((tr("Gradient"), (low, high)), (tr("Update"), UPDATES)):
            words = f"{name} {_power(ends[0])} … {_power(ends[1])}"
            if name == "Update" and painter.fontMetrics().horizontalAdvance(words + _BAND) < bar:
                words += _BAND
            painter.drawText(QRectF(x, 0, bar + _NUMBER, ROW), Qt.AlignmentFlag.AlignVCenter, words)
            x += bar + _NUMBER + Tokens.MEDIUM
        painter.drawText(QRectF(x, 0, _DEAD, ROW), Qt.AlignmentFlag.AlignVCenter, tr("Units"))

    def _draw_row(self, painter: QPainter, row: Row, top: float) -> None:
        assert self._health is not None
        node, bar = self._health.nodes[row.node], self._bar
        if row.node == self._selected:
            ground = theme.color("accent")
            ground.setAlphaF(0.12)
            painter.fillRect(QRectF(0, top, self.width(), ROW), ground)
        painter.setPen(theme.color("warning" if row.ill else "text"))
        mark = "▲ " if row.ill else ""
        metrics = painter.fontMetrics()
        title = metrics.elidedText(
            mark + row.title, Qt.TextElideMode.ElideMiddle, _NAME - Tokens.SMALL
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, _NAME, ROW), middle, title)
        x = float(_NAME)
        self._draw_gradient(painter, node.returned, QRectF(x, top, bar, ROW), row.family)
        _draw_number(painter, node.returned, QRectF(x + bar + 4, top, _NUMBER, ROW))
        x += bar + _NUMBER + Tokens.MEDIUM
        if not math.isnan(node.update):
            self._draw_update(painter, node.update, QRectF(x, top, bar, ROW))
            _draw_number(painter, node.update, QRectF(x + bar + 4, top, _NUMBER, ROW))
        x += bar + _NUMBER + Tokens.MEDIUM
        share, word = _share(node.dead, node.saturated)
        if word:
            painter.setPen(theme.color("text" if share >= 0.05 else "muted"))
            told = f"{percent(share, decimals=0)} {word}"
            painter.drawText(QRectF(x, top, _DEAD, ROW), middle, told)

    def _draw_gradient(self, painter: QPainter, gradient: float, room: QRectF, family: str) -> None:
        """A bar on the logarithmic axis."""
        if math.isnan(gradient):
            return
        low, high = self._decades
        share = _on_axis(gradient, low, high)
        bar = room.adjusted(0, 6, 0, -6)
        painter.fillRect(bar, theme.color("pressed"))
        bar.setWidth(max(1.0, share * room.width()))
        painter.fillRect(bar, theme.color(family))

    def _draw_update(self, painter: QPainter, update: float, room: QRectF) -> None:
        """A dot on the logarithmic axis, over the band that is good."""
        low, high = UPDATES
        axis = room.adjusted(0, 6, 0, -6)
        painter.fillRect(axis, theme.color("pressed"))
        good = theme.color("good")
        good.setAlphaF(0.3)
        ends = [room.left() + _on_axis(end, low, high) * room.width() for end in GOOD_UPDATE]
        painter.fillRect(QRectF(ends[0], axis.top(), ends[1] - ends[0], axis.height()), good)
        inside = GOOD_UPDATE[0] <= update <= GOOD_UPDATE[1]
        painter.setPen(QPen(theme.color("ground"), 1))
        painter.setBrush(theme.color("good" if inside else "warning"))
        at = room.left() + _on_axis(update, low, high) * room.width()
        painter.drawEllipse(QPointF(at, room.center().y()), _DOT, _DOT)

    # ---- Qt -----------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        return QSize(_NAME + 2 * (_LEAST + _NUMBER + Tokens.MEDIUM) + _DEAD, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The head, and the rows in sight."""
        if self._health is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(Tokens.CAPTION))
        self._draw_head(painter)
        first = max(0, event.rect().top() // ROW - 1)
        last = event.rect().bottom() // ROW
        for number, row in enumerate(self.rows[first : last + 1], start=first):
            self._draw_row(painter, row, ROW * (number + 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses a layer."""
        number = int(event.position().y()) // ROW - 1
        if 0 <= number < len(self.rows):
            self.chosen.emit(self.rows[number].node)


def _share(dead: float, saturated: float) -> tuple[float, str]:
    """Which of the two a layer has, with its word; "" for neither."""
    if not math.isnan(dead):
        return dead, "dead"
    return (saturated, "saturated") if not math.isnan(saturated) else (0.0, "")


def _on_axis(number: float, low: int, high: int) -> float:
    """Where a number lies between 10^low and 10^high, 0 to 1."""
    if not number > 0:
        return 0.0
    return min(1.0, max(0.0, (math.log10(min(number, 1e300)) - low) / (high - low)))


def _draw_number(painter: QPainter, number: float, room: QRectF) -> None:
    if not math.isnan(number):
        painter.setPen(theme.color("muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, value(number, figures=2))


def _power(decade: int) -> str:
    return value(10.0**decade, figures=1)
