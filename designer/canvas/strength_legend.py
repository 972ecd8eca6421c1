"""What the widths of wires mean while a network learns."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.tongue import tr
from designer.canvas.gauges import DECADES, width
from designer.theme import font, theme
from designer.tokens import Tokens

_SAMPLES = (0, DECADES // 2, DECADES)  # decades below the widest
_LINE = 28
_HEIGHT = 24
_WORDS = tr("Gradient")
_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class StrengthLegend(QWidget):
    """Three lines with the gradients that they stand for; the mouse does not notice it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(font(Tokens.CAPTION))
        self.setAccessibleName(tr("Widths of wires"))
        self.setToolTip("")
        self._top = 0
        self.hide()

    def show_top(self, top: int | None) -> None:
        """Show the widths where 10^top is the widest; None hides it."""
        self.setVisible(top is not None)
        if top is not None and top != self._top:
            self._top = top
            self.update()
        self.resize(self.sizeHint())
        self.setAccessibleDescription(f"{_WORDS}: {', '.join(self.words())}")

    def words(self) -> list[str]:
        """The gradients of the sample lines, the smallest first."""
        return [f"10{str(self._top - less).translate(_DIGITS)}" for less in reversed(_SAMPLES)]

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(word) + _LINE + 16 for word in self.words())
        return QSize(metrics.horizontalAdvance(_WORDS) + words + 2 * Tokens.SMALL, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A small card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color("surface"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, Tokens.RADIUS, Tokens.RADIUS)
        metrics, x, middle = self.fontMetrics(), float(Tokens.SMALL), self.height() / 2
        base = middle + (metrics.ascent() - metrics.descent()) / 2
        painter.setPen(theme.color("muted"))
        painter.drawText(QPointF(x, base), _WORDS)
        x += metrics.horizontalAdvance(_WORDS) + 8
        for less, word in zip(reversed(_SAMPLES), self.words(), strict=True):
            pen = QPen(theme.color("muted"), width(10.0 ** (self._top - less), self._top))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(x + 4, middle), QPointF(x + _LINE - 4, middle))
            painter.setPen(theme.color("muted"))
            painter.drawText(QPointF(x + _LINE + 2, base), word)
            x += _LINE + metrics.horizontalAdvance(word) + 16
