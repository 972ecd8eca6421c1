"""A figure, ready to be painted anywhere: on the screen, into a file, on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from core.design import Design
from core.infer import infer
from designer.canvas.pictures import area_of
from designer.canvas.view import CanvasView
from designer.document.document import Document
from designer.document.shown import shown
from designer.figures.blocks import blocks
from designer.figures.compact import compact
from designer.figures.look import FigureLook
from designer.figures.paint import paint
from designer.figures.parts import parts_of
from designer.theme import DARK, LIGHT, Theme, font

MARGIN = 16.0
CAPTION = 11  # size of the caption's text
NARROWEST = 240.0  # a caption is not broken into shorter lines
_WRAPPED = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True)
class Figure:
    """A drawing of this size with its caption; `draw` paints it with its corner at (0, 0)."""

    look: FigureLook
    content: QSizeF
    draw: Callable[[QPainter], None]

    @property
    def size(self) -> QSizeF:
        """Width and height in points, margins and caption included."""
        caption = self._caption
        gap = MARGIN if self.look.caption else 0.0
        height = self.content.height() + gap + caption.height()
        return QSizeF(max(self.content.width(), caption.width()) + 2 * MARGIN, height + 2 * MARGIN)

    @property
    def ground(self) -> QColor:
        """The color behind everything: paper white, or the dark ground."""
        return QColor(DARK.ground if self.look.dark else "#FFFFFF")

    def paint(self, painter: QPainter) -> None:
        """Paint everything with its corner at (0, 0)."""
        size = self.size
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), self.ground)
        painter.save()
        painter.translate((size.width() - self.content.width()) / 2, MARGIN)
        self.draw(painter)
        painter.restore()
        if self.look.caption:
            painter.setFont(font(CAPTION, family=self.look.family))
            painter.setPen(QColor((DARK if self.look.dark else LIGHT).text))
            place = QRectF(0, 0, size.width() - 2 * MARGIN, self._caption.height())
            place.translate(MARGIN, self.content.height() + 2 * MARGIN)
            painter.drawText(place, int(_WRAPPED), self.look.caption)

    @property
    def _caption(self) -> QSizeF:
        if not self.look.caption:
            return QSizeF(0, 0)
        metrics = QFontMetricsF(font(CAPTION, family=self.look.family))
        room = QRectF(0, 0, max(self.content.width(), NARROWEST), 10_000)
        return metrics.boundingRect(room, int(_WRAPPED), self.look.caption).size()


def figure_of(design: Design, look: FigureLook, *, inside: str = "") -> Figure:
    """The figure of a design, its groups open or collapsed as they are.

    Positions must be those shown; `inside` is the group that is open by itself.
    """
    if look.style == "canvas":
        return _as_on_canvas(design, look, inside)
    seen, known = shown(design.graph, design.groups, inside), infer(design.graph)
    parts = parts_of(seen, known, every=look.every)

    def measure(text: str, size: float, bold: bool) -> float:
        made = font(CAPTION, bold=bold, family=look.family)
        return QFontMetricsF(made).horizontalAdvance(text) * size / CAPTION

    drawing = (blocks if look.style == "blocks" else compact)(parts, look, measure)
    tokens = DARK if look.dark else LIGHT
    size = QSizeF(drawing.width, drawing.height)
    return Figure(look, size, lambda painter: paint(painter, drawing, tokens, look.family))


def _as_on_canvas(design: Design, look: FigureLook, inside: str) -> Figure:
    """What the canvas shows, with nothing selected, in the figure's own colors and font."""
    document = Document(design)
    document.open_group(inside)
    view = CanvasView(document, Theme(DARK if look.dark else LIGHT, look.family))
    area = area_of(view.network)

    def draw(painter: QPainter) -> None:
        view.network.render(painter, QRectF(0, 0, area.width(), area.height()), area)

    return Figure(look, area.size(), draw)
