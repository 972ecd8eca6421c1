"""All layers at once: a row of small maps for each, from the item to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from core.tongue import tr
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.numbers import value
from designer.widgets.tiles import extent, make_tiles

Floats = NDArray[np.float32]
_NAMES = 124  # width of the column of names
_TILE, _GAP = 44, 4
_STRIP = 320  # width of a vector
_ROW = _TILE + 8


@dataclass
class _Row:
    """A node, its small maps (C, H, W), and their pictures side by side."""

    node: str
    title: str
    words: str
    maps: Floats
    image: QImage

    @property
    def is_vector(self) -> bool:
        return self.maps.shape[:2] == (1, 1)

    def place(self, tile: int, top: int) -> QRectF:
        """Where a map lies."""
        if self.is_vector:
            return QRectF(_NAMES, top + _ROW / 2 - 8, _STRIP, 16)
        height = _TILE * min(1.0, self.maps.shape[1] / max(1, self.maps.shape[2]))
        down = top + (_ROW - max(height, 8.0)) / 2
        return QRectF(_NAMES + tile * (_TILE + _GAP), down, _TILE, max(height, 8.0))


class LayersPage(QScrollArea):
    """Rows that scroll. Signals: `map_chosen(node, channel)`."""

    map_chosen = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.rows = _Rows()
        self.rows.map_chosen.connect(self.map_chosen)
        self.setWidget(self.rows)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("All layers"))

    def show_layers(self, maps: Mapping[str, Floats], titles: Mapping[str, str]) -> None:
        """Show the maps (C, H, W) of these nodes, in their order; `titles` by node."""
        self.rows.show_layers(maps, titles)

    def select(self, node: str, channel: int) -> None:
        """Put the ring around a map."""
        self.rows.select(node, channel)


class _Rows(QWidget):
    """The rows themselves, painted; each layer has colors of its own limits."""

    map_chosen = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[_Row] = []
        self._selected = ("", 0)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("All layers"))
        theme.theme_changed.connect(self._recolor)

    def show_layers(self, maps: Mapping[str, Floats], titles: Mapping[str, str]) -> None:
        self.shown = [
            _Row(node, titles.get(node, node), _words(found), found, _image(found))
            for node, found in maps.items()
        ]
        self.setMinimumSize(self.sizeHint())
        self.update()

    def select(self, node: str, channel: int) -> None:
        self._selected = (node, channel)
        self.update()

    def at(self, place: QPointF) -> tuple[_Row, int] | None:
        """The row and the map under a point."""
        number = int(place.y() // _ROW)
        if not 0 <= number < len(self.shown):
            return None
        row = self.shown[number]
        for tile in range(len(row.maps)):
            if row.place(tile, number * _ROW).contains(place):
                return row, tile
        return None

    def _recolor(self) -> None:
        for row in self.shown:
            row.image = _image(row.maps)
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        most = max((len(row.maps) for row in self.shown), default=1)
        return QSize(_NAMES + max(most * (_TILE + _GAP), _STRIP), _ROW * len(self.shown))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(Tokens.CAPTION))
        first = max(0, event.rect().top() // _ROW)
        for number in range(first, min(len(self.shown), event.rect().bottom() // _ROW + 1)):
            self._draw_row(painter, self.shown[number], number * _ROW)

    def _draw_row(self, painter: QPainter, row: _Row, top: int) -> None:
        middle = top + _ROW // 2
        room = _NAMES - Tokens.SMALL
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, room)
        painter.setPen(theme.color("text"))
        painter.drawText(QRect(0, middle - 17, room, 16), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(theme.color("muted"))
        painter.drawText(QRect(0, middle, room, 16), Qt.AlignmentFlag.AlignVCenter, row.words)
        h, w = row.maps.shape[1:]
        for tile in range(len(row.maps)):
            place = row.place(tile, top)
            painter.drawImage(place, row.image, QRectF(tile * w, 0, w, h))
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawRect(place)
            if (row.node, tile) == self._selected and not row.is_vector:
                painter.setPen(QPen(theme.color("accent"), 2))
                painter.drawRect(place.adjusted(-1, -1, 1, 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position())
        self.setToolTip("" if found is None else _told(*found))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position())
        if found is not None:
            row, tile = found
            self.map_chosen.emit(row.node, 0 if row.is_vector else tile)


def _told(row: _Row, tile: int) -> str:
    """What the map under the mouse is."""
    return row.title if row.is_vector else tr("map {tile} of {title}", tile=tile, title=row.title)


def _words(maps: Floats) -> str:
    """The limits of the colors."""
    low, high = extent(maps)
    if low < 0:
        return f"±{value(max(-low, high), figures=2)}"
    return tr("{low} to {high}", low=value(low, figures=2), high=value(high, figures=2))


def _image(maps: Floats) -> QImage:
    """Maps side by side, in colors about zero where some of their values are below it."""
    signed = bool((maps < 0).any())
    tokens = theme.tokens
    rgb = make_tiles(maps, signed=signed, limits="all").rgb(tokens.name, missing=tokens.missing)
    n, h, w = maps.shape
    flat = np.ascontiguousarray(rgb.transpose(1, 0, 2, 3).reshape(h, n * w, 3))
    return QImage(flat.tobytes(), n * w, h, 3 * n * w, QImage.Format.Format_RGB888).copy()
