"""Blocks to scale with bars below them: one column for each layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log2
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from core.explain.ruler import Block
from core.tongue import tr
from designer.notation import shape_text
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.numbers import bytes_text, count, seconds_text, short_count

LEFT = 172.0  # room for the names of the bars
GAP = 6.0  # between columns
NARROWEST = 3.0  # pixels of a block
WIDEST = (12.0, 44.0)  # of the deepest block: where there is little room, and where there is much
BARS = (17.0, 32.0)  # height of a row of bars, alike
LOWEST_MAPS = 40.0  # pixels that the blocks have at least

Measure = tuple[str, Callable[[Block], float], Callable[[Any], str]]
MEASURES: tuple[Measure, ...] = (
    (tr("Parameters"), lambda block: block.parameters, short_count),
    (tr("MACs"), lambda block: block.macs, short_count),
    (tr("Memory to predict"), lambda block: block.forward, bytes_text),
    (tr("Memory to train"), lambda block: block.training, bytes_text),
)
TIME: Measure = (tr("Measured time"), lambda block: block.seconds, seconds_text)


class RulerPicture(QWidget):
    """Draws the blocks; the height of a block is the side of its maps, its width their number.

    Signals: `chosen(node)` on a click.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.blocks: tuple[Block, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self._deepest = self._tallest = 1
        self._log = True
        self._columns: list[QRectF] = []
        self.setAccessibleName(tr("The network to scale"))
        self.setMouseTracking(True)

    def show_blocks(self, blocks: tuple[Block, ...]) -> None:
        """Show a network."""
        self.blocks = blocks
        self._deepest = max((block.depth for block in blocks), default=1)
        self._tallest = max((block.height for block in blocks), default=1)
        told = "; ".join(words(block).replace("\n", ", ") for block in blocks[:40])
        self.setAccessibleDescription(told)
        self._lay()

    def show_selection(self, nodes: Sequence[str]) -> None:
        """Mark the layers that are selected."""
        self._selected = frozenset(nodes)
        self.update()

    def set_log(self, on: bool) -> None:
        """Widths by the logarithm of the channels, or by their number."""
        self._log = on
        self._lay()

    def column(self, node: str) -> QRectF:
        """Where a layer's block and bars stand."""
        return self._columns[[block.node for block in self.blocks].index(node)]

    # ---- where things lie ---------------------------------------------------------------

    def _lay(self) -> None:
        widths = [self._width(block) for block in self.blocks]
        total = LEFT + sum(widths) + GAP * len(widths) + Tokens.MEDIUM
        spare = max(0.0, self.width() - total) / max(1, len(widths))
        gap, x = GAP + min(spare, 24.0), LEFT
        self._columns = []
        for width in widths:
            self._columns.append(QRectF(x, 0, width, self.height()))
            x += width + gap
        self.setMinimumWidth(round(total))
        self.update()

    def _width(self, block: Block) -> float:
        room = (self._room - LEFT - Tokens.MEDIUM) / len(self.blocks) - GAP
        widest = min(max(room, WIDEST[0]), WIDEST[1])
        if self._log:
            share = log2(block.depth) / max(1.0, log2(self._deepest))
            return NARROWEST + (widest - NARROWEST) * share
        return max(NARROWEST, widest * block.depth / self._deepest)

    @property
    def _room(self) -> float:
        """Pixels across that can be seen at once."""
        frame = self.parentWidget()
        return float(frame.width() if frame is not None else self.width())

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The rows of bars; time is one of them once it was measured."""
        timed = any(block.seconds > 0 for block in self.blocks)
        return (*MEASURES, TIME) if timed else MEASURES

    @property
    def _bar(self) -> float:
        room = (self.height() - LOWEST_MAPS - 2 * Tokens.SMALL) / len(self.measures)
        return min(max(room * 0.6, BARS[0]), BARS[1])

    @property
    def _maps_room(self) -> float:
        return max(LOWEST_MAPS, self.height() - self._bar * len(self.measures) - 2 * Tokens.SMALL)

    def _at(self, x: float) -> int:
        """Which column is at a place, the room beside it included; −1 for none."""
        for number, place in enumerate(self._columns):
            if place.left() - GAP / 2 <= x <= place.right() + GAP / 2:
                return number
        return -1

    # ---- painting -----------------------------------------------------------------------

    def _draw_block(self, painter: QPainter, block: Block, place: QRectF) -> None:
        """The maps from the side: as high as they are high, in the middle of the room."""
        room = self._maps_room
        high = max(2.0, (room - Tokens.SMALL) * block.height / self._tallest)
        box = QRectF(place.left(), Tokens.SMALL + (room - high) / 2, place.width(), high)
        chosen = block.node in self._selected
        color = theme.color(block.family)
        painter.setPen(QPen(theme.color("accent"), 2) if chosen else QPen(color, 1))
        fill = theme.color(block.family)
        fill.setAlphaF(0.45)
        painter.setBrush(fill)
        painter.drawRect(box)

    def _draw_bars(self, painter: QPainter, row: int, measure: Measure) -> None:
        name, value, text = measure
        most = max((value(block) for block in self.blocks), default=0)
        bar = self._bar
        top = self._maps_room + 2 * Tokens.SMALL + row * bar
        painter.setFont(font(Tokens.CAPTION))
        painter.setPen(theme.color("muted"))
        foot = top + bar - 3
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        caption = QRectF(Tokens.MEDIUM, foot - 14, LEFT - Tokens.MEDIUM - Tokens.SMALL, 14)
        painter.drawText(caption, left, name)
        painter.drawText(caption, right, text(most) if most else "")
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(LEFT, foot), QPointF(self.width() - Tokens.SMALL, foot))
        painter.setPen(Qt.PenStyle.NoPen)
        for block, place in zip(self.blocks, self._columns, strict=True):
            if not most or not value(block):
                continue
            high = max(1.0, (bar - 4) * value(block) / most)
            chosen = block.node in self._selected
            painter.setBrush(theme.color("accent" if chosen else block.family))
            wide = max(place.width(), 6.0)
            painter.drawRect(QRectF(place.center().x() - wide / 2, foot - high, wide, high))

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), 180)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns spread where there is room."""
        self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Blocks, then bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block, place in zip(self.blocks, self._columns, strict=True):
            self._draw_block(painter, block, place)
        for row, measure in enumerate(self.measures):
            self._draw_bars(painter, row, measure)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click selects the layer."""
        number = self._at(event.position().x())
        if number >= 0:
            self.chosen.emit(self.blocks[number].node)

    def event(self, event: QEvent) -> bool:
        """Figures of the layer under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._at(event.pos().x())
            told = words(self.blocks[number]) if number >= 0 else ""
            QToolTip.showText(event.globalPos(), told, self)
            return True
        return super().event(event)


def words(block: Block) -> str:
    """A layer's figures in full."""
    vector = block.height == block.width == 1
    shape = (block.depth,) if vector else (block.depth, block.height, block.width)
    return "\n".join(
        (
            f"{block.title} {shape_text(shape)}",
            tr("{parameters} parameters", parameters=count(block.parameters)),
            tr("{macs} MACs", macs=count(block.macs)),
            tr(
                "{forward} to predict, {training} to train",
                forward=bytes_text(block.forward),
                training=bytes_text(block.training),
            ),
            *(
                [tr("{seconds} in the last check", seconds=seconds_text(block.seconds))]
                if block.seconds
                else []
            ),
        )
    )
