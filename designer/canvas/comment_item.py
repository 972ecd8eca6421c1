"""One comment on the canvas: sticky paper with text that wraps."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QStaticText, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.comments import Comment
from designer.canvas.ink import Ink, mixed
from designer.theme import font
from designer.tokens import Tokens

WIDTH = 208.0
PADDING = 10.0
LEAST_HEIGHT = 40.0
READABLE = 0.35  # below this zoom the paper is blank
PAPER = 0.14  # share of the warning color in it
LINE_END = "\u2028"  # the only one that a static text of plain characters breaks at


class CommentItem(QGraphicsItem):
    """Paints one comment; it lies below nodes and wires."""

    def __init__(self, comment: Comment, ink: Ink) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-3)
        self._chosen = False
        self.show_comment(comment, ink)

    @property
    def box(self) -> QRectF:
        """The paper, in the scene."""
        return self._paper.translated(self.pos())

    @property
    def chosen(self) -> bool:
        """Whether it is drawn as selected."""
        return self._chosen

    def set_chosen(self, on: bool) -> None:
        """Draw the selection ring."""
        if on != self._chosen:
            self._chosen = on
            self.update()

    def show_comment(self, comment: Comment, ink: Ink) -> None:
        """Show a text at a place."""
        self.prepareGeometryChange()
        self._ink = ink
        self._font = font(Tokens.BODY)
        self._text = QStaticText(comment.text.replace("\n", LINE_END))
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._text.setTextOption(option)
        self._text.setTextWidth(WIDTH - 2 * PADDING)
        self._text.prepare(font=self._font)
        height = max(LEAST_HEIGHT, self._text.size().height() + 2 * PADDING)
        self._paper = QRectF(0, 0, WIDTH, height)
        self.setPos(*comment.at)
        self.update()

    # ---- Qt -----------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """The paper and its ring."""
        return self._paper.adjusted(-4, -4, 4, 4)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Paper, and the text where it can be read."""
        ink = self._ink
        edge = mixed(ink.warning, ink.ground, 0.45)
        painter.setPen(ink.ring if self._chosen else QPen(edge, 1.0))
        painter.setBrush(mixed(ink.warning, ink.surface, PAPER))
        painter.drawRoundedRect(self._paper, Tokens.RADIUS, Tokens.RADIUS)
        if option.levelOfDetailFromTransform(painter.worldTransform()) < READABLE:
            return
        painter.setPen(ink.text)
        painter.setFont(self._font)
        painter.drawStaticText(QPointF(PADDING, PADDING), self._text)
