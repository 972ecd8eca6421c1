"""One row of a sheet: an icon, a name, and a sentence below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from core.tongue import tr
from designer.resources import paint
from designer.theme import font, theme
from designer.tokens import Tokens

WIDTH = 264
_ICON = 16
_TITLE, _LINE = 18, 15  # heights of the name and of a line of the sentence
_TEXT = Tokens.SMALL + _ICON + Tokens.SMALL  # where words begin
_MARK = 14


class SheetRow(QAbstractButton):
    """A click chooses it. What is `marked` has a check at its right.

    Attributes: `words`, all that it says; `pointed`, whether Enter would choose it.
    Signals: `clicked`; `entered` when the mouse comes.
    """

    entered = Signal()

    def __init__(self, title: str, sentence: str, icon: str, *, marked: bool = False) -> None:
        super().__init__()
        self.setText(title)
        self.words = f"{title} {sentence}"
        self.pointed = False
        self._icon, self._marked = icon, marked
        self._lines = _wrapped(sentence, WIDTH - _TEXT - Tokens.SMALL)
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{sentence}{tr(' Open.') * marked}")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumSize(self.sizeHint())

    def set_pointed(self, on: bool) -> None:
        """Enter would choose this one, or not."""
        if on != self.pointed:
            self.pointed = on
            self.update()

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 2 * 5 + _TITLE + _LINE * len(self._lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.pointed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(QRectF(self.rect()), Tokens.RADIUS, Tokens.RADIUS)
        place = QRectF(Tokens.SMALL, 5 + (_TITLE - _ICON) / 2, _ICON, _ICON)
        paint(painter, place, self._icon, color=theme.color("muted"))
        painter.setPen(theme.color("text"))
        painter.setFont(font(bold=True))
        room = QRectF(_TEXT, 5, self.width() - _TEXT - Tokens.SMALL, _TITLE)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._marked:
            check = QRectF(room.right() - _MARK, 5 + (_TITLE - _MARK) / 2, _MARK, _MARK)
            paint(painter, check, "check", color=theme.color("accent"))
        painter.setPen(theme.color("muted"))
        painter.setFont(font(Tokens.CAPTION))
        for number, line in enumerate(self._lines):
            room = QRectF(_TEXT, 5 + _TITLE + number * _LINE, self.width() - _TEXT, _LINE)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, line)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.entered.emit()
        super().enterEvent(event)


def _wrapped(sentence: str, width: int) -> list[str]:
    """The sentence in lines of at most this width."""
    metrics = QFontMetrics(font(Tokens.CAPTION))
    lines: list[str] = []
    for word in sentence.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines
