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

_AROUND = (36, 64)  # pixels beside and above the tiles
_GAP = 4  # between tiles
_CLEAR = 3.0  # pixels that a weight needs to be made out


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
        self._turned, self._channels = False, 1
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
        return f"{self.title_of(node)} has no filters."

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
        """The tiles, turned and cut so that each can be made out in the room there is."""
        shown = self._shown
        assert shown is not None
        found = shown.filters
        self._turned, self._channels = self._plan(found)
        tiles = found.tiles[:, : self._channels]
        tiles = tiles.swapaxes(0, 1) if self._turned else tiles
        rows, columns = tiles.shape[:2]
        self.mosaic.set_tiles(
            tiles.reshape(rows * columns, *tiles.shape[2:]),
            signed=not found.rgb,
            columns=columns if min(rows, columns) > 1 else None,
            limits=(-found.limit, found.limit),
        )
        words = describe(found, channels=self._channels, turned=self._turned)
        moment = self.moment.words(shown.step)
        self.title.setText(f"{self.title_of(shown.node)} · {words} · {moment}")

    def _plan(self, found: Filters) -> tuple[bool, int]:
        """Whether filters are better the columns, and how many input channels there is room for.

        A low and wide panel wants them as columns. Where not all can be made out at once, filters
        are rows, which scroll.
        """
        rows, columns, h, w = found.tiles.shape[:4]
        if min(rows, columns) == 1:
            return False, columns
        wide, high = max(1, self.width() - _AROUND[0]), max(1, self.height() - _AROUND[1])

        def scale(down: int, across: int) -> float:
            """Pixels for one weight."""
            return min((high / down - _GAP) / h, (wide / across - _GAP) / w)

        if scale(columns, rows) > max(scale(rows, columns), _CLEAR):
            return True, columns
        return False, min(columns, max(1, int(wide / (_CLEAR * w + _GAP))))

    def tile_name(self, tile: int) -> str:
        """What a tile is: "filter 3", or "filter 3, channel 0" where there are several."""
        if self._shown is None:
            return ""
        found = self._shown.filters
        rows, columns = found.tiles.shape[:2]
        if (rows, columns) == (1, 1) and found.tiles.shape[2:4] == found.of:
            return "weight"
        across = rows if self._turned else self._channels
        row, column = divmod(tile, across)
        filter_, channel = (column, row) if self._turned else (row, column)
        return f"filter {filter_}" + (f", channel {channel}" if columns > 1 else "")

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shown and self._plan(self._shown.filters) != (self._turned, self._channels):
            self._draw()


def describe(found: Filters, *, channels: int | None = None, turned: bool = False) -> str:
    """What the tiles are: "6 filters of 5×5", with what was cut and what color means.

    `channels` are the input channels that are shown, all given ones if None; `turned` says that
    filters are the columns, not the rows.
    """
    filters, inputs = found.of
    rows, columns, h, w = found.tiles.shape[:4]
    if (rows, columns) == (1, 1) and (h, w) == found.of:
        return f"weights of {plural(filters, 'unit')} (rows) from {plural(inputs, 'input')}"
    words = f"{plural(filters, 'filter')} of {h}×{w}"
    if rows < filters:
        words = f"{count(rows)} of {words} shown"
    if found.rgb:
        return f"{words} in color, mid-gray is 0, ±{found.limit:.3g} the limits"
    if inputs > 1:
        given = columns if channels is None else channels
        cut = f"{count(given)} of " if given < inputs else ""
        words += f" ({'columns' if turned else 'rows'}) × {cut}{plural(inputs, 'input channel')}"
    return words
