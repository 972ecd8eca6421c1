"""One node on the canvas: box, family band, glyph, name, settings, output size, slots, problem."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.graph import Graph
from core.infer import Inference
from core.layers import Layer
from core.shapes import shape_text
from designer.canvas.geometry import (
    HEIGHT,
    SLOT_RADIUS,
    WIDTH,
    gives_output,
    input_at,
    inputs_shown,
    output_at,
)
from designer.canvas.ink import BAND_PATH, BODY, GLYPH, Ink
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
SPACE = 6.0  # between a name and a size
MARK_WIDTH = 20.0  # the triangle before a sentence, and the space around it
ELIDE = Qt.TextElideMode.ElideRight
BADGE_HEIGHT = 16.0


@dataclass(frozen=True)
class NodeLook:
    """Everything a node shows; equal looks paint the same."""

    title: str
    brief: str
    size: str
    family: str
    kind: str
    inputs: tuple[QPointF, ...] = ()
    wired: frozenset[int] = frozenset()
    output: bool = True
    feeds: bool = False
    sentence: str = ""
    severity: str = ""


def look_of(graph: Graph, inference: Inference, id: str) -> NodeLook:
    """How a node of a graph looks."""
    node, info = graph[id], inference.nodes.get(id)
    problems = sorted(inference.problems_of(id), key=lambda problem: problem.severity)
    sentence = problems[0].sentence.removeprefix(node.title).strip() if problems else ""
    fresh = fresh_look(node.layer, title=node.title)
    return NodeLook(
        title=fresh.title,
        brief=fresh.brief,
        size=shape_text(info.output) if info and info.output else "",
        family=fresh.family,
        kind=fresh.kind,
        inputs=fresh.inputs,
        wired=frozenset(wire.slot for wire in graph.incoming(id)),
        output=fresh.output,
        feeds=bool(graph.outgoing(id)),
        sentence=sentence[:1].upper() + sentence[1:],
        severity=problems[0].severity if problems else "",
    )


def fresh_look(layer: Layer, *, title: str = "") -> NodeLook:
    """How a layer looks before it is part of a network."""
    slots = (input_at((0, 0), layer, slot) for slot in range(inputs_shown(layer)))
    return NodeLook(
        title=title or layer.label,
        brief=layer.brief() or layer.label,
        size="",
        family=layer.family,
        kind=type(layer).__name__,
        inputs=tuple(QPointF(*at) for at in slots),
        output=gives_output(layer),
    )


class NodeItem(QGraphicsItem):
    """Paints one node; the scene tells it how it looks and which state it is in."""

    def __init__(self, look: NodeLook, ink: Ink) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.look = look
        self._ink = ink
        self._selected = self._hovered = False
        self._glow: tuple[int | None, ...] = ()  # the slots that glow, None for the output
        self._badge = ""
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

    def set_selected(self, on: bool) -> None:
        """Draw the selection ring."""
        if on != self._selected:
            self._selected = on
            self.update()

    def set_hovered(self, on: bool) -> None:
        """Draw a stronger edge under the mouse."""
        if on != self._hovered:
            self._hovered = on
            self.update()

    def set_glow(self, slots: tuple[int | None, ...]) -> None:
        """Let these slots glow, inputs by number and None for the output."""
        if slots != self._glow:
            self._glow = slots
            self.update()

    @property
    def selected(self) -> bool:
        """Whether the selection ring is drawn."""
        return self._selected

    @property
    def glowing(self) -> bool:
        """Whether any slot glows."""
        return bool(self._glow)

    @property
    def badge(self) -> str:
        """The live value shown, "" for none."""
        return self._badge

    @property
    def sentence_box(self) -> QRectF:
        """Where the sentence stands, in the item's own units; empty without one."""
        return self._sentence_box

    # ---- preparation: all text is laid out here, not while painting ----------------------

    def _prepare(self) -> None:
        self.prepareGeometryChange()
        self._prepare_words()
        self._prepare_sentence()
        small = self._ink.small_metrics
        width = small.horizontalAdvance(self._badge) + 2 * Tokens.SMALL
        self._badge_box = QRectF(TEXT_RIGHT - width, HEIGHT - 6, width, BADGE_HEIGHT)
        self._badge_text = _static(self._badge, self._ink.small_font)
        around = BODY.adjusted(-12, -12, 12, 12)
        self._bounds = around.united(self._sentence_box.adjusted(-2, -2, 2, 2))
        self.update()

    def _prepare_words(self) -> None:
        """Name and size on the first line, settings on the second.

        Rather than cutting the name, the size is written tight, or goes to the second line where
        that says nothing but the type.
        """
        look, small, name = self.look, self._ink.small_metrics, self._ink.name_metrics
        room = TEXT_RIGHT - TEXT_LEFT
        wanted = name.horizontalAdvance(look.title) + SPACE
        size, line = look.size, 0
        if wanted + small.horizontalAdvance(size) > room:
            size = size.replace(" ", "")
            if wanted + small.horizontalAdvance(size) > room and look.brief == look.kind:
                line = 1
        width = small.horizontalAdvance(size)
        taken = [0.0, 0.0]
        taken[line] = width + SPACE if size else 0.0
        title = name.elidedText(look.title, ELIDE, room - taken[0])
        brief = small.elidedText(look.brief, ELIDE, room - taken[1])
        self._title = _static(title, self._ink.name_font)
        self._brief = _static(brief, self._ink.small_font)
        self._size = _static(size, self._ink.small_font)
        self._size_at = QPointF(TEXT_RIGHT - width, BRIEF_TOP if line else TITLE_TOP + 1)

    def _prepare_sentence(self) -> None:
        small = self._ink.small_metrics
        margins = MARK_WIDTH + Tokens.SMALL
        lines = lines_of(self.look.sentence, small.horizontalAdvance, SENTENCE_WIDTH - margins)
        self._sentence = [_static(line, self._ink.small_font) for line in lines]
        width = max((small.horizontalAdvance(line) for line in lines), default=0.0) + margins
        height = LINE * len(lines) + 6
        box = QRectF((WIDTH - width) / 2, SENTENCE_TOP, width, height)
        self._sentence_box = box if lines else QRectF()

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
        painter.setBrush(ink.surface)
        painter.setPen(ink.edge_hovered if self._hovered else ink.edge)
        painter.drawRoundedRect(BODY, radius, radius)
        painter.fillPath(BAND_PATH, ink.family(self.look.family))
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

    def _paint_slots(self, painter: QPainter) -> None:
        ink, look = self._ink, self.look
        slots: list[tuple[int | None, QPointF, bool]] = [
            (slot, at, slot in look.wired) for slot, at in enumerate(look.inputs)
        ]
        if look.output:
            slots.append((None, QPointF(*output_at((0, 0))), look.feeds))
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
        painter.fillPath(_triangle(box.left() + 6, box.top() + 5), color)
        painter.setPen(color)
        painter.setFont(ink.small_font)
        for row, line in enumerate(self._sentence):
            painter.drawStaticText(
                QPointF(box.left() + MARK_WIDTH, box.top() + 2 + row * LINE), line
            )

    def _paint_badge(self, painter: QPainter) -> None:
        ink, box = self._ink, self._badge_box
        painter.setPen(ink.edge)
        painter.setBrush(ink.ground)
        painter.drawRoundedRect(box, BADGE_HEIGHT / 2, BADGE_HEIGHT / 2)
        painter.setPen(ink.text)
        painter.setFont(ink.small_font)
        painter.drawStaticText(box.topLeft() + QPointF(Tokens.SMALL, 1), self._badge_text)

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
        self._paint_box(painter)
        self._paint_words(painter, zoom)
        self._paint_slots(painter)
        if zoom >= CLOSE and self._sentence:
            self._paint_sentence(painter)
        if zoom >= CLOSE and self._badge:
            self._paint_badge(painter)


def _static(text: str, face: QFont) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(font=face)
    return made


def _triangle(x: float, y: float) -> QPainterPath:
    """A warning triangle of 10 × 9 units with its mark cut out."""
    path = QPainterPath(QPointF(x + 5, y))
    path.lineTo(x + 10, y + 9)
    path.lineTo(x, y + 9)
    path.closeSubpath()
    path.addRect(x + 4.4, y + 3, 1.2, 3)
    path.addRect(x + 4.4, y + 6.8, 1.2, 1.2)
    return path
