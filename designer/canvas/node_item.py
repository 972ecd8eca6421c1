"""One node on the canvas: box, family band, glyph, name, settings, output size, slots, problem."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from designer.canvas.geometry import HEIGHT, SLOT_RADIUS, WIDTH
from designer.canvas.ink import BAND_PATH, BODY, GLYPH, Ink
from designer.canvas.marked_item import MarkedItem
from designer.canvas.marks import (
    CHIP_HEIGHT,
    chip_box,
    paint_chip,
    paint_stack,
    paint_switch,
    still,
    triangle,
)
from designer.canvas.node_look import GROUP, NodeLook
from designer.canvas.words import lines_of
from designer.tokens import Tokens

FAR = 0.35  # below this zoom a node is a colored box
CLOSE = 0.5  # from this zoom on small print can be read
GLYPH_LEFT = 10.0
TEXT_LEFT, TEXT_RIGHT = 34.0, WIDTH - 9.0
SENTENCE_WIDTH = 240.0
SENTENCE_TOP = HEIGHT + 9.0
LINE = 14.0
TITLE_TOP, BRIEF_TOP = 10.0, 30.0
TREND = 8  # units that a live curve is high
SPACE = 6.0  # between a name and a size
MARK_WIDTH = 20.0  # the triangle before a sentence, and the space around it
ELIDE = Qt.TextElideMode.ElideRight
ABOVE = -4.0  # the middle of what a comparison says
PALE = 0.5  # how much of a bypassed node is seen


class NodeItem(MarkedItem):
    """Paints one node; the scene tells it how it looks and which state it is in."""

    def __init__(self, look: NodeLook, ink: Ink) -> None:
        super().__init__()
        self.look = look
        self._ink = ink
        self._glow: tuple[int, ...] = ()  # the slots that glow, outputs as -1, -2, …
        self._badge = self._difference = ""
        self._trend: tuple[int, ...] = ()
        self._prepare()

    # ---- state --------------------------------------------------------------------------

    def show_look(self, look: NodeLook, ink: Ink) -> None:
        """Show something else, or the same in other colors."""
        if look == self.look and ink is self._ink:
            return
        self.look, self._ink = look, ink
        self._prepare()

    def set_badge(self, text: str) -> None:
        """A short live value at the lower right corner; "" takes it away."""
        if text != self._badge:
            self._badge = text
            self._prepare()

    def set_difference(self, text: str) -> None:
        """What a comparison says of it, at the upper right corner; "" takes it away."""
        if text != self._difference:
            self._difference = text
            self._prepare()

    def set_trend(self, heights: tuple[int, ...]) -> None:
        """A live curve at the lower edge, oldest first, each 0 to `TREND` high; () for none."""
        if heights != self._trend:
            self._trend = heights
            self.update()

    def set_glow(self, slots: tuple[int, ...]) -> None:
        """Let these slots glow, inputs by number and outputs as -1, -2, …"""
        if slots != self._glow:
            self._glow = slots
            self.update()

    @property
    def glowing(self) -> bool:
        """Whether any slot glows."""
        return bool(self._glow)

    @property
    def badge(self) -> str:
        """The live value shown, "" for none."""
        return self._badge

    @property
    def difference(self) -> str:
        """What a comparison says of it, "" for nothing."""
        return self._difference

    @property
    def trend(self) -> tuple[int, ...]:
        """The live curve shown, () for none."""
        return self._trend

    @property
    def sentence_box(self) -> QRectF:
        """Where the sentence stands, in the item's own units; empty without one."""
        return self._sentence_box

    @property
    def size_box(self) -> QRectF:
        """Where the output size stands, in the item's own units; empty without one."""
        self._lay_out()
        return QRectF(self._size_at, self._size.size()) if self.look.size else QRectF()

    # ---- preparation: text is laid out once, when it is first painted --------------------

    def _prepare(self) -> None:
        self.prepareGeometryChange()
        self._laid_out = False
        self._prepare_sentence()
        around = BODY.adjusted(-12, -12, 12, 12)
        self._bounds = around.united(self._sentence_box.adjusted(-2, -2, 2, 2))
        self.update()

    def _lay_out(self) -> None:
        if self._laid_out:
            return
        self._laid_out = True
        self._lay_out_words()
        ink, times = self._ink, f"×{self.look.times}" if self.look.times > 1 else ""
        self._badge_box = chip_box(ink, self._badge, TEXT_RIGHT, HEIGHT - 6 + CHIP_HEIGHT / 2)
        self._badge_text = still(self._badge, ink.small_font)
        self._times_box = chip_box(ink, times, WIDTH + 4, 0)
        self._times_text = still(times, ink.small_font)
        self._lay_out_difference(self._times_box.left() - Tokens.TIGHT if times else WIDTH + 10)

    def _lay_out_difference(self, end: float) -> None:
        """At the upper right, clear of the slot in the middle as long as it is short enough."""
        start, ink = WIDTH / 2 + SLOT_RADIUS + 2, self._ink
        words = ink.small_metrics.elidedText(self._difference, ELIDE, end - TEXT_LEFT)
        width = ink.small_metrics.horizontalAdvance(words) + 2 * Tokens.SMALL
        right = min(end, max(TEXT_RIGHT, start + width))
        self._difference_box = chip_box(ink, words, right, ABOVE)
        self._difference_text = still(words, ink.small_font)

    def _lay_out_words(self) -> None:
        """Name and size on the first line, settings on the second.

        Rather than cutting the name, the size is written tight, or goes to the second line where
        there is room or nothing but the type; a group then leaves its parameters out.
        """
        look, small, name = self.look, self._ink.small_metrics, self._ink.name_metrics
        room = TEXT_RIGHT - TEXT_LEFT
        wanted = name.horizontalAdvance(look.title) + SPACE
        size, brief, line = look.size, look.brief, 0
        if wanted + small.horizontalAdvance(size) > room:
            size = size.replace(" ", "")
            width = small.horizontalAdvance(size)
            if wanted + width > room:
                left = room - SPACE - width
                if look.kind == GROUP and small.horizontalAdvance(brief) > left:
                    brief = brief.partition(" · ")[0]
                line = int(brief == look.kind or small.horizontalAdvance(brief) <= left)
        width = small.horizontalAdvance(size)
        taken = [0.0, 0.0]
        taken[line] = width + SPACE if size else 0.0
        title = name.elidedText(look.title, ELIDE, room - taken[0])
        brief = small.elidedText(brief, ELIDE, room - taken[1])
        self._title = still(title, self._ink.name_font)
        self._brief = still(brief, self._ink.small_font)
        self._size = still(size, self._ink.small_font)
        self._size_at = QPointF(TEXT_RIGHT - width, BRIEF_TOP if line else TITLE_TOP + 1)

    def _prepare_sentence(self) -> None:
        self._sentence, self._sentence_box = [], QRectF()
        if not self.look.sentence:
            return
        small = self._ink.small_metrics
        margins = MARK_WIDTH + Tokens.SMALL
        lines = lines_of(self.look.sentence, small.horizontalAdvance, SENTENCE_WIDTH - margins)
        self._sentence = [still(line, self._ink.small_font) for line in lines]
        width = max(small.horizontalAdvance(line) for line in lines) + margins
        height = LINE * len(lines) + 6
        self._sentence_box = QRectF((WIDTH - width) / 2, SENTENCE_TOP, width, height)

    # ---- painting -----------------------------------------------------------------------

    def _paint_far(self, painter: QPainter) -> None:
        ink, look = self._ink, self.look
        painter.fillRect(BODY, ink.far(look.family))
        if look.severity or self._selected:
            color = ink.accent if self._selected else ink.blame(look.severity)
            pen = QPen(color, 3.0)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(BODY.adjusted(-4, -4, 4, 4))

    def _paint_box(self, painter: QPainter) -> None:
        ink, radius = self._ink, Tokens.CARD_RADIUS
        if self.look.kind == GROUP:
            paint_stack(painter, ink)
        painter.setBrush(ink.surface)
        painter.setPen(ink.edge_hovered if self._hovered else ink.edge)
        if self.look.bypassed:
            painter.setPen(ink.dashed)
            painter.setOpacity(PALE)
        painter.drawRoundedRect(BODY, radius, radius)
        if self.look.kind != GROUP:
            painter.fillPath(BAND_PATH, ink.family(self.look.family))
        painter.setOpacity(1.0)
        if self.look.bypassed and self.look.inputs and self.look.outputs:
            painter.setPen(ink.passing)
            painter.drawLine(self.look.inputs[0], self.look.outputs[0])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.look.severity:
            painter.setPen(QPen(ink.blame(self.look.severity), 2.0))
            painter.drawRoundedRect(BODY, radius, radius)
        if self._selected:
            gap = 3.5 if self.look.severity else 1.0
            painter.setPen(ink.ring)
            painter.drawRoundedRect(BODY.adjusted(-gap, -gap, gap, gap), radius + gap, radius + gap)

    def _paint_words(self, painter: QPainter, zoom: float) -> None:
        ink, look = self._ink, self.look
        painter.setOpacity(PALE if look.bypassed else 1.0)
        if look.kind == GROUP:
            paint_switch(painter, ink, frame=False, corner=QPointF())
        else:
            scale = zoom * painter.device().devicePixelRatioF()
            glyph = ink.glyph(look.kind, look.family, scale)
            painter.drawPixmap(QPointF(GLYPH_LEFT, (HEIGHT - GLYPH) / 2), glyph)
        painter.setPen(ink.text)
        painter.setFont(ink.name_font)
        painter.drawStaticText(QPointF(TEXT_LEFT, TITLE_TOP), self._title)
        if zoom >= CLOSE:
            painter.setFont(ink.small_font)
            painter.drawStaticText(self._size_at, self._size)
            painter.setPen(ink.muted)
            painter.drawStaticText(QPointF(TEXT_LEFT, BRIEF_TOP), self._brief)
        painter.setOpacity(1.0)

    def _paint_trend(self, painter: QPainter) -> None:
        """The live curve below the settings, from the text's edge to the badge."""
        right = self._badge_box.left() - SPACE if self._badge else TEXT_RIGHT
        step = (right - TEXT_LEFT) / (len(self._trend) - 1)
        points = [
            QPointF(TEXT_LEFT + step * at, HEIGHT - 3 - high) for at, high in enumerate(self._trend)
        ]
        painter.setPen(self._ink.trend)
        painter.drawPolyline(points)

    def _paint_slots(self, painter: QPainter) -> None:
        ink, look = self._ink, self.look
        slots = [(slot, at, slot in look.wired) for slot, at in enumerate(look.inputs)]
        slots += [(-1 - slot, at, slot in look.feeds) for slot, at in enumerate(look.outputs)]
        for slot, at, wired in slots:
            radius = float(SLOT_RADIUS)
            if slot in self._glow:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink.halo)
                painter.drawEllipse(at, radius + 6, radius + 6)
                painter.setPen(QPen(ink.accent, 2.0))
                painter.setBrush(ink.surface)
                radius += 1
            else:
                painter.setPen(ink.slot_pen)
                painter.setBrush(ink.slot_wired if wired else ink.slot_free)
            painter.drawEllipse(at, radius - 1.0, radius - 1.0)

    def _paint_sentence(self, painter: QPainter) -> None:
        ink, box = self._ink, self._sentence_box
        color = ink.blame(self.look.severity)
        painter.setPen(QPen(color, 1.0))
        painter.setBrush(ink.surface)
        painter.drawRoundedRect(box, Tokens.RADIUS, Tokens.RADIUS)
        painter.fillPath(triangle(box.left() + 6, box.top() + 5), color)
        painter.setPen(color)
        painter.setFont(ink.small_font)
        for row, line in enumerate(self._sentence):
            painter.drawStaticText(
                QPointF(box.left() + MARK_WIDTH, box.top() + 2 + row * LINE), line
            )

    # ---- Qt -----------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """Box, rings, slots, and the sentence below."""
        return self._bounds

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the node, with as much detail as the zoom can show."""
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        if zoom < FAR:
            self._paint_far(painter)
            return
        self._lay_out()
        self._paint_box(painter)
        self._paint_words(painter, zoom)
        self._paint_slots(painter)
        if self.look.times > 1:
            paint_chip(painter, self._ink, self._times_box, self._times_text)
        if zoom >= CLOSE and self._sentence:
            self._paint_sentence(painter)
        if zoom >= CLOSE and len(self._trend) > 1:
            self._paint_trend(painter)
        if zoom >= CLOSE and self._badge:
            paint_chip(painter, self._ink, self._badge_box, self._badge_text)
        if zoom >= CLOSE and self._difference:
            paint_chip(painter, self._ink, self._difference_box, self._difference_text)
