"""A short sentence beside the mouse while a gesture runs."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.theme import Theme, font
from designer.tokens import Tokens

OFFSET = QPoint(16, 20)
PADDING = 10
HEIGHT = 26


class Hint(QWidget):
    """Shows what would happen, or why it cannot; the mouse does not notice it."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("canvasHint")
        self._area = parent
        self._theme = theme
        self._text = ""
        self._refused = False
        self.setFont(font(Tokens.CAPTION))
        self.hide()

    @property
    def text(self) -> str:
        """What is shown, "" while hidden."""
        return self._text

    def say(self, text: str, at: QPoint, *, refused: bool = False) -> None:
        """Show a sentence beside a point of the canvas; "" hides it."""
        self._text, self._refused = text, refused
        self.setVisible(bool(text))
        if not text:
            return
        self.resize(self.sizeHint())
        area = self._area.rect()
        x = min(at.x() + OFFSET.x(), area.right() - self.width() - Tokens.SMALL)
        y = at.y() + OFFSET.y()
        if y + self.height() > area.bottom():
            y = at.y() - self.height() - Tokens.SMALL
        self.move(max(Tokens.SMALL, x), max(Tokens.SMALL, y))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its sentence."""
        width = QFontMetrics(self.font()).horizontalAdvance(self._text)
        return QSize(width + 2 * PADDING, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A small card with the sentence."""
        tokens = self._theme.tokens
        color = self._theme.color("problem" if self._refused else "text")
        edge = color if self._refused else self._theme.color("edge")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(self._theme.color("surface"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, tokens.RADIUS, tokens.RADIUS)
        painter.setPen(color)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
