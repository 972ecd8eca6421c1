"""The filters of a layer: what its weights look for, and where the loss pushes them."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from core.explain.filters import ALIKE, Filters
from core.questions.viewing import FiltersShown
from core.tongue import tr
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.looker import Looker
from designer.viewers.nearest import has_filters
from designer.viewers.selection import Selection, Spot
from designer.viewers.tools import ViewTools
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.flow_row import FlowRow
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count, localized, value

_AROUND = (36, 98)  # pixels beside and above the tiles
_GAP = 4  # between tiles
_CLEAR = 2.5  # pixels that a weight needs to be made out
_HOW = tr(
    "Colors reach from −max to max of the layer, or of each filter with *Own scales*; zero is"
    " neutral. The gradient is that of the loss of the selected item alone (1 sample), as after"
    " training. A filter is called dead where its norm √Σw² is below a thousandth of the layer's"
    " median, two are called alike where their cosine is {alike} or more: rules of thumb. The line"
    " below a filter is its norm beside the largest of the layer. Change: w − w₀, the weights"
    " before the first step of the run, as they were kept then (16 bits).",
    alike=ALIKE,
)


class FiltersView(Looker):
    """One tile for each filter and input channel: filters are rows, or columns in a low panel.

    Zero is neutral and the limits are those of the whole layer, so that tiles can be compared.
    """

    kind = "filters"

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            picture="filters",
            sentence=tr("Select a convolution to see the filters it has learned."),
        )
        self._shown: FiltersShown | None = None
        self._turned, self._channels = False, 1
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.weights = QComboBox()
        self.weights.setAccessibleName(tr("Weight"))
        self.weights.hide()
        self.gradients = QCheckBox(tr("Gradients"))
        self.gradients.setToolTip(tr("Where the loss of the selected item pushes every weight."))
        self.own_scale = QCheckBox(tr("Own scales"))
        self.own_scale.setToolTip(tr("Spread the colors of every tile over its own values."))
        self.what = Choice(tr("What"), tr("The weights, or what training has made of them"))
        self.what.offer([(tr("Weights"), False), (tr("Change since start"), True)], False)
        self.by_norm = QCheckBox(tr("By norm"))
        self.by_norm.setToolTip(tr("Begin with the filters of the largest norm √Σw²."))
        self.mosaic, self.slopes = (
            Mosaic(name=tr("Filters")),
            Mosaic(name=tr("Gradients of filters")),
        )
        self.set_content(self._content())
        self.setAccessibleName(tr("Filters"))
        for mosaic in (self.mosaic, self.slopes):
            mosaic.name_of = self.tile_name
            mosaic.tile_clicked.connect(self._choose)
        self.weights.activated.connect(self.follow)
        self.gradients.toggled.connect(self._toggle_gradients)
        self.own_scale.toggled.connect(self._redraw)
        self.by_norm.toggled.connect(self.follow)
        self.what.chosen.connect(self.follow)
        self.engine.filters_received.connect(self._take)
        self.follow()

    def _content(self) -> QWidget:
        content, tiles = QWidget(), QWidget()
        row = QHBoxLayout(tiles)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.mosaic, 1)
        row.addWidget(self.slopes, 1)
        self.slopes.hide()
        self.tools = ViewTools(tr("Filters"), "filters", picture=tiles, numbers=self.numbers)
        self.tools.set_how(localized(_HOW))
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.title, 1)
        head.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignTop)
        fields, row_of = QWidget(), (self.what, self.weights, self.gradients, self.by_norm)
        flow = FlowRow(fields)
        for widget in (*row_of, self.own_scale):
            flow.addWidget(widget)
        column = QVBoxLayout(content)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(head)
        column.addWidget(fields)
        column.addWidget(tiles, 1)
        column.addWidget(self.tools.how)
        return content

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        return has_filters(self.document.inference, node)

    def lack(self, node: str) -> str:
        return tr("{node} has no filters.", node=self.title_of(node))

    def ask(self, node: str) -> None:
        spot = self.selection.spot
        self.engine.request_filters(
            node,
            weight=self.weights.currentText() if self._is_of(node) else "",
            at=(spot.row, spot.column) if self._is_unshared(node) else (0, 0),
            gradients=self.gradients.isChecked(),
            sample=spot.sample if self.gradients.isChecked() else 0,
            by_norm=self.by_norm.isChecked(),
            change=bool(self.what.currentData()),
        )

    def _is_of(self, node: str) -> bool:
        return self._shown is not None and self._shown.node == node

    def _is_unshared(self, node: str) -> bool:
        """Whether every position has filters of its own."""
        weights = self.document.inference.nodes[node].weights
        return "weight" in weights and len(weights["weight"].shape) == 6

    def _spot_changed(self, before: Spot) -> None:
        """Another item has other gradients, another position perhaps other filters."""
        super()._spot_changed(before)
        spot = self.selection.spot
        if spot.node != before.node or not self.fits(spot.node):
            return
        moved = (spot.row, spot.column) != (before.row, before.column)
        if (moved and self._is_unshared(spot.node)) or (
            spot.sample != before.sample and self.gradients.isChecked()
        ):
            self.follow()
        self._ring()

    def _toggle_gradients(self, on: bool) -> None:
        self.slopes.setVisible(on)
        self._redraw()
        self.follow()

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: FiltersShown) -> None:
        self.asking.answered()
        if shown.node != self.node:  # the selection went on meanwhile
            self.asking.want(soon=True)
            return
        self._shown = shown
        self.weights.clear()
        self.weights.addItems(shown.weights)
        self.weights.setCurrentText(shown.weight)
        self.weights.setVisible(len(shown.weights) > 1)
        self._draw()
        self.show_content()

    def _redraw(self) -> None:
        if self._shown is not None:
            self._draw()

    def _draw(self) -> None:
        """The tiles, turned and cut so that each can be made out in the room there is."""
        shown = self._shown
        assert shown is not None
        found = shown.filters
        self._turned, self._channels = self._plan(found)
        is_change = bool(self.what.currentData())
        badges = {} if is_change else self._badges(found)
        self._fill(self.mosaic, found, badges=badges, bars=self._bars(found))
        if shown.gradients is not None:
            self._fill(self.slopes, shown.gradients)
        else:
            self.slopes.clear(tr("No gradient reaches this layer.") if self._asked_slopes else "")
        words = describe(found, channels=self._channels, turned=self._turned)
        moment = self.moment.words(shown.step)
        if is_change:
            state = shown.note or tr("change since the first step")
            parts = [self.title_of(shown.node), state, words, moment]
        else:
            parts = [self.title_of(shown.node), words, *health(found), moment]
        self.title.setText(" · ".join(parts))
        self._ring()

    @property
    def _asked_slopes(self) -> bool:
        return self.gradients.isChecked()

    def _fill(self, mosaic: Mosaic, found: Filters, **marks: Any) -> None:
        tiles = found.tiles[:, : self._channels]
        tiles = tiles.swapaxes(0, 1) if self._turned else tiles
        rows, columns = tiles.shape[:2]
        own = self.own_scale.isChecked()
        mosaic.set_tiles(
            tiles.reshape(rows * columns, *tiles.shape[2:]),
            signed=not found.rgb,
            columns=columns if min(rows, columns) > 1 else None,
            limits="tile" if own else (-found.limit, found.limit),
            **marks,
        )

    def _badges(self, found: Filters) -> dict[int, str]:
        """Words on the first tile of filters that rest or that another one repeats."""
        words = {second: f"= {first}" for first, second, _ in reversed(found.alike)}
        words |= dict.fromkeys(found.dead, "dead")
        rows = {one: row for row, one in enumerate(found.order)}
        return {self._first_tile(rows[one]): word for one, word in words.items() if one in rows}

    def _bars(self, found: Filters) -> dict[int, float]:
        """The norm of each filter beside the largest, at its first tile."""
        most = float(found.norms.max(initial=0.0)) or 1.0
        if len(found.order) != len(found.tiles):  # all weights of a dense layer are one tile
            return {}
        norms = (float(found.norms[one]) / most for one in found.order)
        return {self._first_tile(row): norm for row, norm in enumerate(norms)}

    def _first_tile(self, row: int) -> int:
        return row if self._turned else row * self._channels

    def _plan(self, found: Filters) -> tuple[bool, int]:
        """Whether filters are better the columns, and how many input channels there is room for.

        A low and wide panel wants them as columns. Where not all can be made out at once, filters
        are rows, which scroll.
        """
        rows, columns, h, w = found.tiles.shape[:4]
        if min(rows, columns) == 1:
            return False, columns
        wide = max(1, self.width() - _AROUND[0]) // (2 if self._asked_slopes else 1)
        high = max(1, self.height() - _AROUND[1])

        def scale(down: int, across: int) -> float:
            """Pixels for one weight."""
            return min((high / down - _GAP) / h, (wide / across - _GAP) / w)

        if scale(columns, rows) > max(scale(rows, columns), _CLEAR):
            return True, columns
        return False, min(columns, max(1, int(wide / (_CLEAR * w + _GAP))))

    def _place(self, tile: int) -> tuple[int, int]:
        """The filter and the channel of a tile."""
        assert self._shown is not None
        found = self._shown.filters
        row, column = divmod(tile, len(found.tiles) if self._turned else self._channels)
        row, channel = (column, row) if self._turned else (row, column)
        return found.order[row], channel

    def tile_name(self, tile: int) -> str:
        """What a tile is: "filter 3", or "filter 3, channel 0" where there are several."""
        if self._shown is None:
            return ""
        found = self._shown.filters
        rows, columns = found.tiles.shape[:2]
        if (rows, columns) == (1, 1) and found.tiles.shape[2:4] == found.of:
            return "weight"
        filter_, channel = self._place(tile)
        name = tr("filter {filter}", filter=filter_) + (
            tr(", channel {channel}", channel=channel) if columns > 1 else ""
        )
        return tr(
            "{name} · norm {norm}", name=name, norm=value(float(found.norms[filter_]), figures=3)
        )

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The tiles that are shown, by name."""
        if self._shown is None:
            return {}
        found = {self._shown.weight: self._shown.filters.tiles}
        if self._shown.gradients is not None:
            found[f"d{self._shown.weight}"] = self._shown.gradients.tiles
        return found

    # ---- the one selection --------------------------------------------------------------

    @property
    def _filters_are_maps(self) -> bool:
        """Whether each filter gives one map of the output."""
        info = self.document.inference.nodes.get(self.node)
        shown = self._shown
        if shown is None or info is None or info.output is None or shown.node != self.node:
            return False
        return shown.filters.of[0] == info.output[0] and len(shown.filters.tiles) > 1

    def _choose(self, tile: int) -> None:
        if self._filters_are_maps:
            self.selection.set(channel=self._place(tile)[0])

    def _ring(self) -> None:
        """A ring around the filter whose map is selected."""
        if self._shown is None or not self._filters_are_maps:
            return
        order, channel = self._shown.filters.order, self.selection.spot.channel
        if channel in order:
            self.mosaic.select(self._first_tile(order.index(channel)))

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shown and self._plan(self._shown.filters) != (self._turned, self._channels):
            self._draw()


def health(found: Filters) -> list[str]:
    """What is wrong with filters: "1 dead", "2 alike"."""
    words = [tr("{count} dead", count=count(len(found.dead)))] if found.dead else []
    repeated = {second for _, second, _ in found.alike}
    return [*words, tr("{count} repeated", count=count(len(repeated)))] if repeated else words


def describe(found: Filters, *, channels: int | None = None, turned: bool = False) -> str:
    """What the tiles are: "6 filters of 5×5", with what was cut and what color means.

    `channels` are the input channels that are shown, all given ones if None; `turned` says that
    filters are the columns, not the rows.
    """
    filters, inputs = found.of
    rows, columns, h, w = found.tiles.shape[:4]
    if (rows, columns) == (1, 1) and (h, w) == found.of:
        return tr(
            "weights of {units} (rows) from {inputs}",
            units=plural(filters, "unit"),
            inputs=plural(inputs, "input"),
        )
    words = tr("{filters} of {h}×{w}", filters=plural(filters, "filter"), h=h, w=w)
    if rows < filters:
        words = tr("{rows} of {words} shown", rows=count(rows), words=words)
    if found.rgb:
        return tr(
            "{words} in color, mid-gray is 0, ±{limit} the limits",
            words=words,
            limit=value(found.limit, figures=3),
        )
    if inputs > 1:
        given = columns if channels is None else channels
        cut = tr("{given} of ", given=count(given)) if given < inputs else ""
        side = tr("columns") if turned else tr("rows")
        words += f" ({side}) × {cut}{plural(inputs, 'input channel')}"
    return words
