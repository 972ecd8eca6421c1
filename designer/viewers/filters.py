"""The filters of a layer: what its weights look for, as one mosaic."""

from __future__ import annotations

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


class FiltersView(Looker):
    """One tile for each filter and input channel: rows are filters, columns input channels.

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
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.mosaic = Mosaic(name="Filters")
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
        found = shown.filters
        rows, columns = found.tiles.shape[:2]
        tiles = found.tiles.reshape(rows * columns, *found.tiles.shape[2:])
        self.mosaic.set_tiles(
            tiles,
            signed=not found.rgb,
            columns=columns if columns > 1 else None,
            limits=(-found.limit, found.limit),
        )
        words = f"{self.title_of(shown.node)} · {describe(found)}"
        self.title.setText(f"{words} · {self.moment.words(shown.step)}")
        self.show_content()


def describe(found: Filters) -> str:
    """What the tiles are: "6 filters of 5×5", with what was cut and what color means."""
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
        words += f" (rows) on {cut}{plural(channels, 'input channel')}"
    return words
