"""The pictures of a mosaic, painted as one image; the mosaic around it adds words and legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.focus_line import FocusLine
from designer.widgets.tiles import FACTORS, TileLayout, Tiles, fitting

_GAP = 4
_CAPTION = 15
_CAPTION_MOST = 56  # pixels that words keep tiles apart; longer ones are cut
_MARK = 5  # smallest side of a frame around a cell
_LARGEST = 256  # the longest side of a tile among others
_LARGEST_ALONE = 512


class MosaicGrid(QAbstractScrollArea):
    """Paints tiles with crisp pixels. Ctrl and the wheel zoom; the arrow keys walk."""

    pointed = Signal(int, int, int)  # tile, row, column under the mouse; three times −1 for none
    chosen = Signal(int)
    cell_chosen = Signal(int, int, int)  # tile, row, column that were pressed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: Tiles | None = None
        self._captions: Sequence[str] = ()
        self._widest = 0  # of the captions
        self.badges: Mapping[int, str] = {}
        self.bars: Mapping[int, float] = {}
        self.marks: Mapping[int, tuple[int, int]] = {}  # a cell of a tile: row, column
        self._columns: int | None = None
        self._factor: float | None = None  # chosen with the wheel; None fits
        self._image = QImage()
        self._sheet = 1  # tiles in a row of the image
        self._selected = -1
        self._layout = TileLayout(0, 1, 1, 1, 1.0, _GAP)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        theme.theme_changed.connect(self._recolor)
        FocusLine(self)

    def set_tiles(self, tiles: Tiles, *, columns: int | None, captions: Sequence[str]) -> None:
        """Show these; the zoom stays if the tiles are as large as those before."""
        before = self._tiles
        if before is None or before.values.shape[1:3] != tiles.values.shape[1:3]:
            self._factor = None
        self._tiles, self._columns, self._captions = tiles, columns, captions
        metrics = QFontMetrics(font(Tokens.CAPTION))
        widest = max((metrics.horizontalAdvance(words) + 1 for words in captions), default=0)
        self._widest = min(widest, _CAPTION_MOST)
        if self._selected >= len(tiles.values):
            self._selected = -1
        self._recolor()
        self._arrange()

    @property
    def layout_now(self) -> TileLayout:
        """Where the tiles lie, in device pixels of the whole mosaic."""
        return self._layout

    @property
    def selected(self) -> int:
        """The tile with the ring, or −1."""
        return self._selected

    def select(self, tile: int) -> None:
        """Put the ring around a tile and bring it into view; −1 takes it away."""
        self._selected = tile if 0 <= tile < self._layout.count else -1
        if self._selected >= 0:
            self._reveal(self._selected)
        self.viewport().update()

    def place_of(self, tile: int) -> QRectF | None:
        """Where a tile lies in the viewport, in its pixels; None for no tile."""
        if not 0 <= tile < self._layout.count:
            return None
        scale = self.devicePixelRatioF()
        x, y = (at / scale for at in self._layout.place(tile))
        width, height = (side / scale for side in self._layout.tile)
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        return QRectF(x - bars[0].value(), y - bars[1].value(), width, height)

    def draw(self, painter: QPainter, tiles: range) -> None:
        """Draw these tiles, in device pixels of the whole mosaic."""
        spot = self._layout
        width, height = spot.tile
        # A third of every pixel would be chance: shrunk tiles are averaged.
        smooth = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(smooth, spot.factor < 1)
        places = {tile: QRectF(*spot.place(tile), width, height) for tile in tiles}
        for tile, place in places.items():
            row, column = divmod(tile, self._sheet)
            source = QRectF(column * spot.w, row * spot.h, spot.w, spot.h)
            painter.drawImage(place, self._image, source)
        if self._tiles is not None and self._tiles.signed:
            # Zero is the color of the ground: without a hairline the tiles would run into it.
            painter.setPen(theme.color("line"))
            painter.drawRects([place.adjusted(-0.5, -0.5, 0.5, 0.5) for place in places.values()])
        painter.setFont(font(round(Tokens.CAPTION * self.devicePixelRatioF())))
        if self.bars or self.marks or self.badges or spot.caption:
            for tile, place in places.items():
                self._draw_notes(painter, tile, place)

    def _draw_notes(self, painter: QPainter, tile: int, place: QRectF) -> None:
        """What stands at a tile: a bar, a frame around a cell, a badge, words below."""
        if tile in self.bars:
            wide, high = place.width() * self.bars[tile], self._layout.gap - 2
            line = QRectF(place.left(), place.bottom() + 1, wide, high)
            painter.fillRect(line, theme.color("accent"))
        if tile in self.marks:
            self._draw_mark(painter, place, self.marks[tile])
        if tile in self.badges:
            self._draw_badge(painter, place, self.badges[tile])
        if self._layout.caption and tile < len(self._captions):
            wide = max(place.width(), self._layout.least)
            below = QRectF(0, place.bottom(), wide, self._layout.caption)
            below.moveLeft(place.center().x() - wide / 2)
            words = painter.fontMetrics().elidedText(
                self._captions[tile], Qt.TextElideMode.ElideRight, round(wide)
            )
            painter.setPen(theme.color("muted"))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)

    def _draw_mark(self, painter: QPainter, tile: QRectF, cell: tuple[int, int]) -> None:
        """A frame around a cell, large enough to be seen, on a line of the ground."""
        spot = self._layout
        w, h = tile.width() / spot.w, tile.height() / spot.h
        place = QRectF(tile.left() + cell[1] * w, tile.top() + cell[0] * h, w, h)
        grow = max(0.0, (_MARK - w) / 2) + 1
        place.adjust(-grow, -grow, grow, grow)
        for color, width in (("ground", 3), ("validation", 1.5)):
            painter.setPen(QPen(theme.color(color), width))
            painter.drawRect(place)

    def _draw_badge(self, painter: QPainter, tile: QRectF, badge: str) -> None:
        """A word in the upper left of a tile, on a ground of its own."""
        metrics = painter.fontMetrics()
        place = QRectF(tile.topLeft(), metrics.size(0, badge)).adjusted(0, 0, 6, 1)
        if place.width() > tile.width():
            place.setWidth(tile.width())
        painter.fillRect(place, theme.color("surface"))
        painter.setPen(theme.color("warning"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, badge)

    # layout and colors

    def _recolor(self) -> None:
        """The image of all tiles, side by side without gaps, in the colors that are on."""
        if self._tiles is None:
            return
        tokens = theme.tokens
        pixels = self._tiles.pixels(tokens.name, missing=tokens.missing)
        self._sheet, self._image = _sheet(pixels)
        self.viewport().update()

    def _arrange(self) -> None:
        if self._tiles is None or not len(self._tiles.values):
            return
        n, h, w = self._tiles.values.shape[:3]
        scale = self.devicePixelRatioF()
        size = self.maximumViewportSize()
        caption = round(_CAPTION * scale) if self._captions else 0
        largest = round((_LARGEST if n > 1 else _LARGEST_ALONE) * scale)
        layout = fitting(
            (n, h, w),
            (round(size.width() * scale), round(size.height() * scale)),
            columns=self._columns,
            gap=round(_GAP * scale),
            caption=caption,
            least=round(self._widest * scale),
            largest=largest,
        )
        if layout.extent[1] > size.height() * scale or self._factor is not None:
            bar = self.verticalScrollBar().sizeHint().width()
            layout = self._narrower(layout, round((size.width() - bar) * scale))
        self._layout = layout
        width, height = layout.extent
        for bar_, extent, page in (
            (self.horizontalScrollBar(), width / scale, size.width()),
            (self.verticalScrollBar(), height / scale, size.height()),
        ):
            bar_.setRange(0, max(0, round(extent) - page))
            bar_.setPageStep(page)
            bar_.setSingleStep(max(1, round(layout.step[1] / scale / 2)))
        self.viewport().update()

    def _narrower(self, layout: TileLayout, width: int) -> TileLayout:
        """The same tiles at the chosen zoom, leaving room for the scroll bar."""
        factor = self._factor or layout.factor
        across = max(1, round(layout.w * factor), layout.least) + layout.gap
        fits = max(1, min(layout.count, (width - layout.gap) // across))
        columns = self._columns or fits
        return TileLayout(
            layout.count,
            layout.h,
            layout.w,
            columns,
            factor,
            layout.gap,
            layout.caption,
            layout.least,
        )

    def _reveal(self, tile: int) -> None:
        scale = self.devicePixelRatioF()
        top = self._layout.place(tile)[1] / scale
        bottom = top + self._layout.step[1] / scale
        bar = self.verticalScrollBar()
        if top - _GAP < bar.value():
            bar.setValue(round(top - _GAP))
        elif bottom > bar.value() + self.viewport().height():
            bar.setValue(round(bottom - self.viewport().height()))

    def _at(self, position: QPointF) -> tuple[int, int, int]:
        scale = self.devicePixelRatioF()
        x = int((position.x() + self.horizontalScrollBar().value()) * scale)
        y = int((position.y() + self.verticalScrollBar().value()) * scale)
        return self._layout.hit(x, y) or (-1, -1, -1)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tiles is None:
            return
        scale = self.devicePixelRatioF()
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        painter = QPainter(self.viewport())
        painter.translate(-left, -top)
        painter.scale(1 / scale, 1 / scale)
        bottom = top + self.viewport().height()
        self.draw(painter, self._layout.visible(int(top * scale), int(bottom * scale)))
        if self._selected >= 0:
            x, y = self._layout.place(self._selected)
            width, height = self._layout.tile
            ring = 2 * scale
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), ring))
            frame = QRectF(x - ring, y - ring, width + 2 * ring, height + 2 * ring)
            painter.drawRoundedRect(frame, ring, ring)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(*self._at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        tile, row, column = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and tile >= 0:
            self.select(tile)
            self.chosen.emit(tile)
            self.cell_chosen.emit(tile, row, column)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        at = FACTORS.index(self._layout.factor) + (1 if event.angleDelta().y() > 0 else -1)
        self._factor = FACTORS[min(max(at, 0), len(FACTORS) - 1)]
        self._arrange()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._layout.columns,
            Qt.Key.Key_Down: self._layout.columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None and self._layout.count:
            target = self._selected + step if self._selected >= 0 else 0
            if 0 <= target < self._layout.count:
                self.select(target)
                self.chosen.emit(target)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected >= 0:
            self.chosen.emit(self._selected)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(-1, -1, -1)
        return super().viewportEvent(event)


def _sheet(pixels: NDArray[np.uint32]) -> tuple[int, QImage]:
    """Tiles (n, h, w) beside and below each other in an image, about as wide as high."""
    n, h, w = pixels.shape
    columns = max(1, round((n * h / max(w, 1)) ** 0.5))
    rows = -(-n // columns)
    if n < rows * columns:
        rest = np.full((rows * columns - n, h, w), 0xFFFFFFFF, np.uint32)
        pixels = np.concatenate([pixels, rest])
    flat = np.ascontiguousarray(pixels.reshape(rows, columns, h, w).swapaxes(1, 2))
    image = QImage(flat.data, columns * w, rows * h, columns * w * 4, QImage.Format.Format_RGB32)
    return columns, image.copy()  # the array may go
