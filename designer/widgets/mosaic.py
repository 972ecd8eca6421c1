"""Many equal pictures at once: filters, feature maps, digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedLayout, QVBoxLayout, QWidget

from core.tongue import tr
from designer.resources import icon
from designer.theme import font, theme
from designer.tokens import Tokens
from designer.widgets.color_legend import ColorLegend
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.empty_state import EmptyState
from designer.widgets.mosaic_grid import MosaicGrid
from designer.widgets.numbers import count, value
from designer.widgets.save_as import save_as, write_image
from designer.widgets.saved_view import write_npz
from designer.widgets.tiles import Limits, Tiles, make_tiles

_LEGEND = 28  # height of the legend in an exported picture


class Mosaic(QWidget):
    """Tiles in rows, painted as one picture, with the value under the mouse and a color legend.

    `hovered(tile, row, column, value)`: value is a number, or an array of 3 for colors; on leaving
    −1, −1, −1, None. `tile_clicked(tile)`: by mouse, arrow keys or Enter; `cell_clicked(tile, row,
    column)`: by mouse. `name_of` says what the
    tile under the mouse is called, and may be replaced.
    """

    hovered = Signal(int, int, int, object)
    tile_clicked = Signal(int)
    cell_clicked = Signal(int, int, int)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str = "",
        empty: str = "",
    ) -> None:
        super().__init__(parent)
        self._name = name or tr("Tiles")
        self._tiles: Tiles | None = None
        self.name_of: Callable[[int], str] = lambda tile: tr("tile {tile}", tile=tile)
        self.grid = MosaicGrid()
        self.grid.setAccessibleName(self._name)
        self.grid.pointed.connect(self._on_pointed)
        self.grid.chosen.connect(self.tile_clicked)
        self.grid.cell_chosen.connect(self.cell_clicked)
        self._empty = EmptyState("maps", empty or tr("Nothing to show yet."))
        self._readout = ElidedLabel()
        self._readout.setProperty("role", "caption")
        self._shown = QLabel()
        self._shown.setProperty("role", "caption")
        self.legend = ColorLegend()
        self._stack = QStackedLayout(self)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self.grid, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(Tokens.TIGHT, 0, Tokens.TIGHT, Tokens.TIGHT)
        foot.setSpacing(Tokens.MEDIUM)
        foot.addWidget(self._readout, 1)
        foot.addWidget(self._shown)
        foot.addWidget(self.legend)
        column.addLayout(foot)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(full)
        self.setAccessibleName(name)

    def set_tiles(
        self,
        array: NDArray[np.generic],
        *,
        signed: bool,
        columns: int | None = None,
        limits: Limits = "tile",
        total: int | None = None,
        captions: Sequence[str] = (),
        badges: Mapping[int, str] | None = None,
        bars: Mapping[int, float] | None = None,
        gamma: float = 1.0,
    ) -> None:
        """Show (n, h, w) numbers, or (n, h, w, 3) colors as bytes or 0 … 1.

        `limits`: each tile by its own, all by the same, or a given (low, high); symmetric about
        zero if `signed`. `total`: how many there are if `array` holds only some of them. `badges`
        are words for some tiles, `bars` the length of a line below some tiles, 0 to 1; `gamma`
        bends the colors, and the legend says so.
        """
        if not array.size:
            self.clear()
            return
        tiles = make_tiles(array, signed=signed, limits=limits, gamma=gamma)
        self._tiles = tiles
        self.grid.badges, self.grid.bars = badges or {}, bars or {}
        self.grid.set_tiles(tiles, columns=columns, captions=captions)
        n, h, w = array.shape[:3]
        cut = total is not None and total > n
        self._shown.setText(
            tr("{n} of {count} shown", n=count(n), count=count(total or n)) if cut else ""
        )
        self._shown.setVisible(cut)
        self._describe_colors(tiles)
        words = tr(" to ").join(self.legend.words()) if not tiles.is_color else tr("in color")
        self.grid.setAccessibleDescription(
            tr("{n} tiles of {h} × {w}, {words}", n=count(n), h=h, w=w, words=words)
        )
        self._readout.setText("")
        self._stack.setCurrentIndex(1)

    def clear(self, sentence: str = "") -> None:
        """Show the empty state, with another sentence if one is given."""
        self._tiles = None
        if sentence:
            self._empty.set_sentence(sentence)
        self._stack.setCurrentIndex(0)

    @property
    def selected(self) -> int:
        """The tile with the ring, or −1."""
        return self.grid.selected

    def select(self, tile: int) -> None:
        """Put the ring around a tile without a signal; −1 takes it away."""
        self.grid.select(tile)

    def export_png(self, path: str | Path) -> None:
        """Write all tiles with their legend as a picture; OSError if it cannot be written."""
        write_image(self.picture(), Path(path))

    def export_npz(self, path: str | Path) -> None:
        """Write the numbers as `tiles` into a NumPy archive; OSError if it cannot be written."""
        if self._tiles is not None:
            write_npz({"tiles": self._tiles.values}, Path(path))

    def picture(self) -> QImage:
        """All tiles, also those out of view, on the ground of the theme, and the legend."""
        layout = self.grid.layout_now
        width, height = layout.extent
        width = max(width, self.legend.sizeHint().width() + 2 * Tokens.SMALL)
        image = QImage(width, height + _LEGEND, QImage.Format.Format_RGB32)
        image.fill(theme.color("ground"))
        painter = QPainter(image)
        self.grid.draw(painter, range(layout.count))
        if self.legend.isVisibleTo(self):
            painter.setFont(font(Tokens.CAPTION))
            foot = QRect(Tokens.SMALL, height, width - 2 * Tokens.SMALL, _LEGEND)
            self.legend.draw(painter, foot)
        painter.end()
        return image

    def menu(self) -> QMenu:
        """What a right-click opens: two ways to save."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stem = self._name.lower().replace(" ", "-")
        for text, glyph, suffix, write in (
            (tr("Save picture …"), "image", "png", self.export_png),
            (tr("Save numbers …"), "data", "npz", self.export_npz),
        ):
            action = menu.addAction(icon(glyph), text)
            action.triggered.connect(partial(save_as, self, f"{stem}.{suffix}", write))
        return menu

    def _describe_colors(self, tiles: Tiles) -> None:
        self.legend.setVisible(not tiles.is_color)
        if tiles.shared is not None:
            self.legend.set_limits(*tiles.shared, signed=tiles.signed)
        elif tiles.signed:
            self.legend.set_words(tr("each tile: −max"), tr("max"), signed=True)
        else:
            self.legend.set_words(tr("each tile: min"), tr("max"), signed=False)
        if tiles.gamma != 1:
            low, high = self.legend.words()
            self.legend.set_words(low, f"{high} · γ {value(tiles.gamma)}", signed=tiles.signed)

    def _on_pointed(self, tile: int, row: int, column: int) -> None:
        if tile < 0 or self._tiles is None:
            self._readout.setText("")
            self.hovered.emit(-1, -1, -1, None)
            return
        tiles = self._tiles
        here = tiles.values[tile, row, column]
        if tiles.is_color:
            told = ", ".join(value(float(part), figures=3) for part in np.atleast_1d(here))
            limits = ""
        else:
            told = value(float(here))
            low, high = float(tiles.low[tile]), float(tiles.high[tile])
            ends = f" · {value(low, figures=3)} … {value(high, figures=3)}"
            limits = "" if tiles.shared else ends
        place = tr(
            "{tile} · row {row}, column {column}", tile=self.name_of(tile), row=row, column=column
        )
        self._readout.setText(f"{place} · {told}{limits}")
        self.hovered.emit(tile, row, column, here if tiles.is_color else float(here))

    # Qt

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._tiles is not None:
            self.menu().popup(event.globalPos())
