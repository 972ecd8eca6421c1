"""The frame around an open group: its title, what is in it, and the switch that closes it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from designer.canvas.geometry import TITLE_HEIGHT, Box
from designer.canvas.ink import Ink, mixed
from designer.canvas.marked_item import MarkedItem
from designer.canvas.marks import chip_box, paint_chip, paint_switch, rect_of, still
from designer.tokens import Tokens

TEXT_LEFT = 36.0
GAP = 10.0
ELIDE = Qt.TextElideMode.ElideRight
READABLE = 0.35  # below this zoom a frame is an empty box


@dataclass(frozen=True)
class FrameLook:
    """Everything a frame shows: the group's name, what is in it, how often it repeats, how deep."""

    title: str
    brief: str
    times: int = 1
    depth: int = 0


class FrameItem(MarkedItem):
    """Paints one frame under everything that lies in it."""

    def __init__(self, look: FrameLook, box: Box, ink: Ink) -> None:
        super().__init__()
        self.look, self._ink, self._box = look, ink, QRectF()
        self.show_look(look, box, ink)

    def show_look(self, look: FrameLook, box: Box, ink: Ink) -> None:
        """Show something else, at another place or in other colors."""
        area = rect_of(box)
        if (look, area) == (self.look, self._box) and ink is self._ink:
            return
        self.prepareGeometryChange()
        self.look, self._ink, self._box = look, ink, area
        self.setZValue(-20 + look.depth)
        self._lay_out()
        self.update()

    @property
    def line_box(self) -> QRectF:
        """The rectangle of the frame."""
        return self._box

    def _lay_out(self) -> None:
        """Name, repeats, and what is in it, as far as there is room."""
        ink, box = self._ink, self._box
        chip = f"×{self.look.times}" if self.look.times > 1 else ""
        half = box.width() / 2 - GAP  # in the middle the wire comes in
        width = ink.small_metrics.horizontalAdvance(chip) + 2 * Tokens.SMALL + GAP if chip else 0.0
        title = ink.name_metrics.elidedText(self.look.title, ELIDE, half - TEXT_LEFT - width)
        after = TEXT_LEFT + ink.name_metrics.horizontalAdvance(title) + width
        self._chip_box = chip_box(ink, chip, box.left() + after, box.top() + TITLE_HEIGHT / 2)
        brief = self.look.brief
        if ink.small_metrics.horizontalAdvance(brief) > half - GAP:
            brief = brief.partition(" · ")[0]
        brief = ink.small_metrics.elidedText(brief, ELIDE, half - GAP)
        taken = ink.small_metrics.horizontalAdvance(brief) + GAP
        self._brief_at = QPointF(box.right() - taken, box.top() + 7)
        self._title = still(title, ink.name_font)
        self._chip = still(chip, ink.small_font)
        self._brief = still(brief, ink.small_font)

    # ---- Qt -----------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """The frame and its ring."""
        return self._box.adjusted(-4, -4, 4, 4)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """A pale card with its title."""
        ink, box = self._ink, self._box
        painter.setBrush(mixed(ink.surface, ink.ground, 0.6))
        painter.setPen(ink.ring if self._selected else self._edge())
        painter.drawRoundedRect(box, Tokens.CARD_RADIUS, Tokens.CARD_RADIUS)
        if option.levelOfDetailFromTransform(painter.worldTransform()) < READABLE:
            return
        paint_switch(painter, ink, frame=True, corner=box.topLeft())
        painter.setPen(ink.text)
        painter.setFont(ink.name_font)
        painter.drawStaticText(box.topLeft() + QPointF(TEXT_LEFT, 6), self._title)
        painter.setPen(ink.muted)
        painter.setFont(ink.small_font)
        painter.drawStaticText(self._brief_at, self._brief)
        if self.look.times > 1:
            paint_chip(painter, ink, self._chip_box, self._chip)

    def _edge(self) -> QPen:
        return self._ink.edge_hovered if self._hovered else self._ink.edge
