"""What the colors of a picture mean: a bar with its limits printed beside it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.tongue import tr
from designer.colormaps import table
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.numbers import value

_BAR = QSize(112, 8)
_SHORTEST = 32  # of the bar, where there is little room


class ColorLegend(QWidget):
    """The lowest value, the bar of colors, the highest value; zero is marked if signed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ("", "")
        self._signed = False
        self.setFont(font(Tokens.CAPTION))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Colors"))

    def set_limits(self, low: float, high: float, *, signed: bool) -> None:
        """Print these limits."""
        self.set_words(value(low), value(high), signed=signed)

    def set_words(self, low: str, high: str, *, signed: bool) -> None:
        """Words instead of limits, where they differ from tile to tile."""
        self._words = (low, high)
        self._signed = signed
        self.setAccessibleDescription(tr("Colors from {low} to {high}", low=low, high=high))
        self.updateGeometry()
        self.update()

    def _with_bar(self, wide: int) -> QSize:
        """The size with a bar of this width between the words."""
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(word) for word in self._words)
        return QSize(words + wide + 2 * Tokens.SMALL + 2, metrics.height() + 4)

    def words(self) -> tuple[str, str]:
        """What stands before and after the bar."""
        return self._words

    def draw(self, painter: QPainter, rect: QRect) -> None:
        """Draw the legend into `rect`, right-aligned."""
        low, high = self._words
        metrics = painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.color("muted"))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, high)
        right = rect.right() - metrics.horizontalAdvance(high) - Tokens.SMALL
        room = right - rect.left() - metrics.horizontalAdvance(low) - Tokens.SMALL
        wide = min(max(room, _SHORTEST), _BAR.width())
        bar = QRect(right - wide, 0, wide, _BAR.height())
        bar.moveTop(rect.center().y() - _BAR.height() // 2)
        colors = table(theme.tokens.name, signed=self._signed)
        strip = QImage(colors.tobytes(), 256, 1, 768, QImage.Format.Format_RGB888)
        painter.drawImage(bar, strip)
        painter.setPen(theme.color("edge"))
        painter.drawRect(QRectF(bar).adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._signed:
            painter.drawLine(bar.center().x(), bar.top(), bar.center().x(), bar.bottom() + 2)
        before = QRect(rect.left(), rect.top(), bar.left() - rect.left() - 8, rect.height())
        painter.setPen(theme.color("muted"))
        painter.drawText(before, middle | Qt.AlignmentFlag.AlignRight, low)

    # Qt

    def sizeHint(self) -> QSize:
        return self._with_bar(_BAR.width())

    def minimumSizeHint(self) -> QSize:
        return self._with_bar(_SHORTEST)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.draw(QPainter(self), self.rect())
