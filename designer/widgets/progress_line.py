"""A thin line of progress with words beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.theme import theme
from designer.tokens import Tokens
from designer.widgets.numbers import percent

_LINE = 4
_WIDTH = 120  # the line's own, where there is room


class ProgressLine(QWidget):
    """How far something is: "epoch 3/10 ▬▬▬── 0:42 left". Nothing is animated."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "Progress") -> None:
        super().__init__(parent)
        self._fraction = 0.0
        self._before = ""
        self._after = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_progress(self, fraction: float, *, before: str = "", after: str = "") -> None:
        """`fraction` from 0 to 1, a few words before the line and after it."""
        inside = fraction if fraction == fraction else 0.0  # not a number: nothing done yet
        self._fraction = min(1.0, max(0.0, inside))
        longer = (len(before), len(after)) != (len(self._before), len(self._after))
        self._before, self._after = before, after
        share = percent(self._fraction, decimals=0)
        self.setAccessibleDescription(f"{before} {share} {after}".strip())
        if longer:
            self.updateGeometry()
        self.update()

    @property
    def fraction(self) -> float:
        """How far it is, 0 to 1."""
        return self._fraction

    def _text_width(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + Tokens.SMALL if text else 0

    # Qt

    def sizeHint(self) -> QSize:
        words = self._text_width(self._before) + self._text_width(self._after)
        return QSize(words + _WIDTH, max(self.fontMetrics().height(), _LINE) + Tokens.TIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._text_width(self._before), self._text_width(self._after)
        painter.setPen(theme.color("text"))
        middle = Qt.AlignmentFlag.AlignVCenter
        before = painter.fontMetrics().elidedText(
            self._before, Qt.TextElideMode.ElideRight, max(0, self.width() - right)
        )
        painter.drawText(self.rect(), middle | Qt.AlignmentFlag.AlignLeft, before)
        painter.setPen(theme.color("muted"))
        painter.drawText(self.rect(), middle | Qt.AlignmentFlag.AlignRight, self._after)
        line = QRectF(left, (self.height() - _LINE) / 2, self.width() - left - right, _LINE)
        if line.width() < _LINE:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("pressed"))
        painter.drawRoundedRect(line, _LINE / 2, _LINE / 2)
        if self._fraction > 0:
            line.setWidth(max(_LINE, line.width() * self._fraction))
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(line, _LINE / 2, _LINE / 2)
