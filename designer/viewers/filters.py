"""The filters of a layer: what its weights look for, as one mosaic."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.explain.filters import Filters
from core.messages import FiltersShown
from designer.document.document import Document
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.looker import Looker
from designer.viewers.nearest import has_filters
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count

_AROUND = (24, 64)  # pixels beside and above the tiles


class FiltersView(Looker):
    """One tile for each filter and input channel: filters are rows, or columns in a low panel.

    Zero is neutral and the limits are those of the whole layer, so that tiles can be compared.
    """

    kind = "filters"

    def __init__(self, document: Document, engine: Engine) -> None:
        super().__init__(
            document,
            engine,
            picture="filters",
            sentence="Select a convolution to see the filters it has learned.",
        )
        self._shown: FiltersShown | None = None
        self._turned = False
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.mosaic = Mosaic(name="Filters")
        self.mosaic.name_of = self.tile_name
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self.title)
        column.addWidget(self.mosaic, 1)
        self.set_content(content)
        self.setAccessibleName("Filters")
        engine.filters_received.connect(self._take)
        self.follow()

    def fits(self, node: str) -> bool:
        return has_filters(self.document.inference, node)

    def lack(self, node: str) -> str:
        kind = type(self.document.design.graph[node].layer).__name__
        return f"{self.title_of(node)} is a {kind} layer: it has no filters."

    def ask(self, node: str) -> None:
        self.engine.request_filters(node)

    def _take(self, shown: FiltersShown) -> None:
        self.asking.answered()
        if shown.node != self.node:  # the selection went on meanwhile
            self.asking.want(soon=True)
            return
        self._shown = shown
        self._draw()
        self.show_content()

    def _draw(self) -> None:
        """The tiles, turned so that they are as large as the room allows."""
        shown = self._shown
        assert shown is not None
        found = shown.filters
        self._turned = self._is_better_turned(found)
        tiles = found.tiles.swapaxes(0, 1) if self._turned else found.tiles
        rows, columns = tiles.shape[:2]
        self.mosaic.set_tiles(
            tiles.reshape(rows * columns, *tiles.shape[2:]),
            signed=not found.rgb,
            columns=columns if min(rows, columns) > 1 else None,
            limits=(-found.limit, found.limit),
        )
        words = f"{self.title_of(shown.node)} · {describe(found, turned=self._turned)}"
        self.title.setText(f"{words} · {self.moment.words(shown.step)}")

    def tile_name(self, tile: int) -> str:
        """What a tile is: "filter 3", or "filter 3, channel 0" where there are several."""
        if self._shown is None:
            return ""
        found = self._shown.filters
        rows, columns = found.tiles.shape[:2]
        if (rows, columns) == (1, 1) and found.tiles.shape[2:4] == found.of:
            return "weight"
        down, across = divmod(tile, rows if self._turned else columns)
        filter_, channel = (across, down) if self._turned else (down, across)
        return f"filter {filter_}" + (f", channel {channel}" if columns > 1 else "")

    def _is_better_turned(self, found: Filters) -> bool:
        """Whether tiles are larger with filters as columns, as in a low and wide panel."""
        rows, columns, h, w = found.tiles.shape[:4]
        if min(rows, columns) == 1:
            return False
        wide, high = max(1, self.width() - _AROUND[0]), max(1, self.height() - _AROUND[1])

        def scale(down: int, across: int) -> float:
            return min(high / down / (h + 1), wide / across / (w + 1))

        return scale(columns, rows) > scale(rows, columns)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shown and self._is_better_turned(self._shown.filters) != self._turned:
            self._draw()


def describe(found: Filters, *, turned: bool = False) -> str:
    """What the tiles are: "6 filters of 5×5", with what was cut and what color means.

    `turned` says that filters are the columns, not the rows.
    """
    filters, channels = found.of
    rows, columns, h, w = found.tiles.shape[:4]
    if (rows, columns) == (1, 1) and (h, w) == found.of:
        return f"weights of {plural(filters, 'unit')} (rows) from {plural(channels, 'input')}"
    words = f"{plural(filters, 'filter')} of {h}×{w}"
    if rows < filters:
        words = f"{count(rows)} of {words} shown"
    if found.rgb:
        return f"{words} in color, mid-grey is 0, ±{found.limit:.3g} the limits"
    if channels > 1:
        cut = f"{count(columns)} of " if columns < channels else ""
        words += f" ({'columns' if turned else 'rows'}) × {cut}{plural(channels, 'input channel')}"
    return words
