"""A picture one can choose, with a title under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from designer.theme import font, theme
from designer.tokens import Tokens

_PICTURE = QSize(200, 112)


class Card(QAbstractButton):
    """A card for the welcome page: picture, title, subtitle. Enter, Space or a click: `clicked`."""

    def __init__(self, title: str, subtitle: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QPixmap()
        self._hovered = False
        self.tell(title, subtitle)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(self.sizeHint())

    def tell(self, title: str, subtitle: str) -> None:
        """Other words under the picture."""
        self._subtitle = subtitle
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(subtitle)
        self.update()

    def set_picture(self, picture: QPixmap) -> None:
        """The picture, scaled to fill its place; without one the place stays plain."""
        self._picture = picture
        self.update()

    # painting

    def _draw_frame(self, painter: QPainter) -> None:
        outline = "accent" if self.hasFocus() or self.isDown() else "line"
        if self._hovered and outline == "line":
            outline = "edge"
        painter.setPen(QPen(theme.color(outline), 2 if outline == "accent" else 1))
        painter.setBrush(theme.color("hover" if self._hovered else "surface"))
        inset = 1.0 if outline == "accent" else 0.5
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, Tokens.CARD_RADIUS, Tokens.CARD_RADIUS)

    def _draw_picture(self, painter: QPainter) -> None:
        place = QRectF(Tokens.SMALL, Tokens.SMALL, _PICTURE.width(), _PICTURE.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ground"))
        painter.drawRoundedRect(place, Tokens.RADIUS, Tokens.RADIUS)
        if self._picture.isNull():
            return
        fitted = self._picture.deviceIndependentSize().scaled(
            place.size(), Qt.AspectRatioMode.KeepAspectRatio
        )
        target = QRectF(0, 0, fitted.width(), fitted.height())
        target.moveCenter(place.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))

    def _draw_words(self, painter: QPainter) -> None:
        left = Tokens.MEDIUM
        width = self.width() - 2 * left
        top = 2 * Tokens.SMALL + _PICTURE.height()
        for words, face, color, height in (
            (self.text(), font(bold=True), "text", 18),
            (self._subtitle, font(Tokens.CAPTION), "muted", 16),
        ):
            painter.setFont(face)
            painter.setPen(theme.color(color))
            line = QRect(left, top, width, height)
            short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, short)
            top += height

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(_PICTURE.width() + 2 * Tokens.SMALL, _PICTURE.height() + 62)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_frame(painter)
        self._draw_picture(painter)
        self._draw_words(painter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)
