"""Pens, brushes and fonts of the canvas, made once for each look."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from designer import resources
from designer.canvas.geometry import HEIGHT, WIDTH
from designer.theme import font
from designer.tokens import Tokens

BAND = 4.0
GLYPH = 18


class Ink:
    """What the items of a canvas paint with; a new one is made when the theme changes."""

    def __init__(self, tokens: Tokens, family: str = "") -> None:
        self.tokens = tokens
        color = tokens.color
        self.ground, self.surface = QColor(color("ground")), QColor(color("surface"))
        self.text, self.muted = QColor(color("text")), QColor(color("muted"))
        self.accent, self.dots = QColor(color("accent")), QColor(color("dots"))
        self.problem, self.warning = QColor(color("problem")), QColor(color("warning"))
        self.good = QColor(color("good"))
        self.on_accent = QColor(color("on_accent"))
        self.wire = mixed(self.muted, self.ground, 0.55)
        self.edge = QPen(QColor(color("edge")), 1.0)
        self.dashed = QPen(self.muted, 1.5)
        self.dashed.setDashPattern([4.0, 3.0])
        self.edge_hovered = QPen(mixed(self.muted, self.ground, 0.7), 1.0)
        self.ring = QPen(self.accent, 2.0)
        self.wire_pen = _pen(self.wire, 1.5)
        self.passing = _pen(self.wire, 1.5)
        self.passing.setDashPattern([3.0, 3.0])
        self.wire_hovered = _pen(self.accent, 2.0)
        self.wire_selected = _pen(self.accent, 2.5)
        self.wire_loose = _pen(self.accent, 2.0)
        self.wire_refused = _pen(self.problem, 2.0)
        self.wire_refused.setDashPattern([3.0, 3.0])
        self.trend = _pen(mixed(self.accent, self.surface, 0.8), 2.0)
        self.slot_pen = QPen(self.wire, 1.5)
        self.slot_free = QBrush(self.surface)
        self.slot_wired = QBrush(self.wire)
        self.halo = QColor(self.accent)
        self.halo.setAlphaF(0.25)
        self.name_font = font(Tokens.BODY, bold=True, family=family)
        self.small_font = font(Tokens.CAPTION, family=family)
        self.name_metrics = QFontMetricsF(self.name_font)
        self.small_metrics = QFontMetricsF(self.small_font)
        self._widths: dict[str, float] = {}

    def small_width(self, text: str) -> float:
        """How wide a text is in small print; asked for every wire at every edit."""
        if text not in self._widths:
            self._widths[text] = self.small_metrics.horizontalAdvance(text)
        return self._widths[text]

    def family(self, family: str) -> QColor:
        """The band color of a family of layers."""
        return QColor(self.tokens.families.get(family, self.tokens.muted))

    def far(self, family: str) -> QColor:
        """The calmer color of a whole node seen from far away."""
        return mixed(self.family(family), self.ground, 0.75)

    def blame(self, severity: str) -> QColor:
        """The color of a problem or a warning."""
        return self.problem if severity == "error" else self.warning

    def glyph(self, kind: str, family: str, scale: float) -> QPixmap:
        """A layer's glyph in its family's color, sharp at `scale` device pixels to the unit."""
        # In steps, so that zooming does not draw every glyph anew for every step.
        sharp = next((step for step in (1.0, 1.5, 2.0, 3.0) if scale <= step), 4.0)
        return _glyph(kind, self.family(family).name(), sharp)


@lru_cache(maxsize=512)
def _glyph(kind: str, color: str, scale: float) -> QPixmap:
    made = QPixmap(round(GLYPH * scale), round(GLYPH * scale))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    resources.paint(painter, QRectF(made.rect()), f"layers/{kind.lower()}", color=QColor(color))
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """`share` of a color laid over a ground."""
    pairs = (
        (color.red(), ground.red()),
        (color.green(), ground.green()),
        (color.blue(), ground.blue()),
    )
    return QColor(*(round(a * share + b * (1 - share)) for a, b in pairs))


def _pen(color: QColor, width: float) -> QPen:
    return QPen(
        QBrush(color),
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def _band() -> QPainterPath:
    """The left edge of a node, cut to its rounded corners."""
    whole, left = QPainterPath(), QPainterPath()
    whole.addRoundedRect(BODY, Tokens.CARD_RADIUS, Tokens.CARD_RADIUS)
    left.addRect(QRectF(0, 0, BAND, HEIGHT))
    return whole.intersected(left)


BODY = QRectF(0, 0, WIDTH, HEIGHT)
BAND_PATH = _band()
