"""The same layer and item of each run in columns: filters, maps, or the mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from core.questions.exploring import BesideItemsShown, BesideShown, OfRun
from core.questions.viewing import FiltersShown, MapsShown, MistakesShown
from core.tongue import tr
from designer.theme import theme
from designer.tokens import Tokens
from designer.viewers.beside_mistakes import BesideMistakes, Pair
from designer.viewers.beside_table import ICON, dot
from designer.viewers.beside_words import LETTERS
from designer.viewers.filters import describe
from designer.viewers.matrix import largest_mistake
from designer.viewers.selection import Spot
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.empty_state import EmptyState
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count, value
from designer.widgets.tiles import extent

_NARROWEST = 190
_CHANNELS = 4  # input channels of a filter that a column has room for

Limits = tuple[float, float]


class Column(QWidget):
    """What one run says.

    Signals: `tile_chosen(tile)`, `cell_chosen(tile, row, column)` of a picture.
    """

    tile_chosen = Signal(int)
    cell_chosen = Signal(int, int, int)

    def __init__(self) -> None:
        super().__init__()
        self.shown: OfRun = ""
        self._dot, self.head, self.caption = QLabel(), ElidedLabel(), ElidedLabel()
        self.head.setProperty("role", "heading")
        self.caption.setProperty("role", "caption")
        self.readout = ElidedLabel()
        self.readout.setProperty("role", "caption")
        self.empty = EmptyState("compare", "")
        self.mosaic, self.mistakes = Mosaic(), BesideMistakes()
        self._stack = QStackedWidget()
        for page in (self.empty, self.mosaic, self.mistakes):
            self._stack.addWidget(page)
        head = QHBoxLayout()
        head.setSpacing(Tokens.TIGHT)
        head.addWidget(self._dot)
        head.addWidget(self.head, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.caption)
        column.addWidget(self._stack, 1)
        column.addWidget(self.readout)
        self.setMinimumWidth(_NARROWEST)
        self.mosaic.cell_clicked.connect(self.cell_chosen)
        self.mosaic.tile_clicked.connect(self.tile_chosen)

    def set_title(self, title: str, color: str) -> None:
        """The run's name, and the color that it has in the plot."""
        self.head.setText(title)
        self._dot.setPixmap(dot(color).pixmap(ICON, ICON))
        self.setAccessibleName(title)

    def show_answer(self, shown: OfRun, limits: Limits, title: str) -> None:
        """Draw what the run says of the layer with this title.

        Colors reach over the same `limits` in every column.
        """
        self.shown = shown
        self.readout.setText("")
        match shown:
            case FiltersShown():
                self._draw_filters(shown, limits, title)
            case MapsShown():
                self._draw_maps(shown, limits, title)
            case MistakesShown():
                self.mistakes.show_mistakes(shown, limits[1])
                items = plural(int(shown.counts.sum()), "item")
                moment = _moment(shown.step)
                self.caption.setText(f"{items} · {moment}")
                self._stack.setCurrentWidget(self.mistakes)
            case sentence:
                self.empty.set_sentence(sentence)
                self.caption.setText("")
                self._stack.setCurrentWidget(self.empty)

    def mark(self, spot: Spot, pair: Pair | None) -> None:
        """Show the value, filter or cell of the matrix that is looked at, and say what it is."""
        match self.shown:
            case FiltersShown(filters=found):
                there = spot.channel < len(found.tiles)
                self.mosaic.select(spot.channel * self.per_filter if there else -1)
                norm = value(float(found.norms[spot.channel]), figures=3) if there else ""
                words = tr("filter {channel} · norm {norm}", channel=spot.channel, norm=norm)
                self.readout.setText(words if there else "")
            case MapsShown(maps=maps):
                self._mark_value(maps, spot)
            case MistakesShown():
                self.readout.setText(self.mistakes.choose(pair))
                self.mistakes.mark_item(spot.sample)

    @property
    def per_filter(self) -> int:
        """Tiles of one filter: the input channels that are shown."""
        if not isinstance(self.shown, FiltersShown):
            return 1
        return min(self.shown.filters.tiles.shape[1], _CHANNELS)

    def _draw_filters(self, shown: FiltersShown, limits: Limits, title: str) -> None:
        found, per = shown.filters, self.per_filter
        self.mosaic.grid.marks = {}
        tiles = found.tiles[:, :per]
        self.mosaic.name_of = lambda tile: tr(
            "filter {tile}, channel {tile2}", tile=tile // per, tile2=tile % per
        )
        self.mosaic.set_tiles(
            tiles.reshape(-1, *tiles.shape[2:]),
            signed=not found.rgb,
            columns=per if per > 1 else None,
            limits=limits,
        )
        words, moment = describe(found, channels=per), _moment(shown.step)
        self.caption.setText(f"{title} · {words} · {moment}")
        self._stack.setCurrentWidget(self.mosaic)

    def _draw_maps(self, shown: MapsShown, limits: Limits, title: str) -> None:
        maps = shown.maps
        self.mosaic.name_of = tr("map {}").format
        self.mosaic.set_tiles(maps, signed=limits[0] < 0, limits=limits)
        number, moment = count(shown.sample), _moment(shown.step)
        item = (
            tr("item {number}, class {label}", number=number, label=shown.label)
            if shown.label
            else tr("item {number}", number=number)
        )
        self.caption.setText(f"{title} · {item} · {moment}")
        self._stack.setCurrentWidget(self.mosaic)

    def _mark_value(self, maps: NDArray[np.float32], spot: Spot) -> None:
        """A vector (1, 1, F) has its channels along its one row."""
        is_vector = maps.shape[:2] == (1, 1)
        tile, row, column = (0, 0, spot.channel) if is_vector else spot.value
        there = all(at < size for at, size in zip((tile, row, column), maps.shape, strict=True))
        self.mosaic.grid.marks = {tile: (row, column)} if there else {}
        self.mosaic.select(tile if tile < len(maps) else -1)
        if not there:
            self.readout.setText("")
            return
        found = value(float(maps[tile, row, column]))
        place = (
            tr("unit {column}", column=column)
            if is_vector
            else tr("map {tile}, row {row}, column {column}", tile=tile, row=row, column=column)
        )
        self.readout.setText(f"{place}: {found}")


class BesideColumns(QScrollArea):
    """A column for each run; what is chosen in one is chosen in all.

    Signals: `spot_chosen(parts)`, fields of the selection's spot; `items_wanted(items)`, those of
    each column in the cell of the matrices that is chosen.
    """

    spot_chosen = Signal(object)
    items_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[Column] = []
        self.pair: Pair | None = None  # the cell of the matrices that is chosen
        self._spot = Spot()
        self._inner = QWidget()
        self._row = QHBoxLayout(self._inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Tokens.MEDIUM)
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def set_runs(self, titles: Sequence[str], colors: Sequence[int]) -> None:
        """As many columns as there are runs, each under its name."""
        while len(self.columns) > len(titles):
            gone = self.columns.pop()
            self._row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.columns) < len(titles):
            self._add()
        for column, title, color in zip(self.columns, titles, colors, strict=True):
            column.set_title(title, theme.tokens.run_color(color))

    def show_answers(self, shown: BesideShown, title: str) -> None:
        """Draw what each run says of the layer with this title, on one scale."""
        limits = shared_limits(shown.found)
        for column, found in zip(self.columns, shown.found, strict=False):
            column.show_answer(found, limits, title)
        self.mark(self._spot)
        self._want_items()

    def show_items(self, shown: BesideItemsShown) -> None:
        """Draw the items that were wanted."""
        for column, items, pictures in zip(
            self.columns, shown.asked.items, shown.pictures, strict=False
        ):
            column.mistakes.show_items(items, pictures)
        self.mark(self._spot)

    def mark(self, spot: Spot) -> None:
        """Show the spot that all views look at in every column."""
        self._spot = spot
        for column in self.columns:
            column.mark(spot, self.pair)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """What each column shows, by its letter."""
        found: dict[str, NDArray[Any]] = {}
        for letter, column in zip(LETTERS, self.columns, strict=False):
            match column.shown:
                case FiltersShown(filters=filters):
                    found[f"filters {letter}"] = filters.tiles
                case MapsShown(maps=maps):
                    found[f"maps {letter}"] = maps
                case MistakesShown(counts=counts):
                    found[f"mistakes {letter}"] = counts
        return found

    def _add(self) -> None:
        column = Column()
        self.columns.append(column)
        self._row.addWidget(column, 1)
        column.mistakes.pair_chosen.connect(self._choose_pair)
        column.mistakes.item_chosen.connect(lambda item: self.spot_chosen.emit({"sample": item}))
        column.tile_chosen.connect(lambda tile: self._choose(column, tile))
        column.cell_chosen.connect(lambda *cell: self._choose(column, *cell))

    def _choose(self, column: Column, tile: int, row: int | None = None, at: int = 0) -> None:
        """A click in a column: a filter or a map, and with a row its value."""
        match column.shown:
            case FiltersShown():
                self.spot_chosen.emit({"channel": tile // column.per_filter})
            case MapsShown(maps=maps) if row is not None:
                is_vector = maps.shape[:2] == (1, 1)
                whole = {"channel": tile, "row": row, "column": at}
                self.spot_chosen.emit({"channel": at} if is_vector else whole)
            case MapsShown(maps=maps) if maps.shape[:2] != (1, 1):
                self.spot_chosen.emit({"channel": tile})

    def _choose_pair(self, label: int, said: int) -> None:
        self.pair = (label, said)
        self.mark(self._spot)
        self._want_items()

    def _want_items(self) -> None:
        if self.pair is not None:
            items = tuple(column.mistakes.items_of(self.pair) for column in self.columns)
            if any(items):
                self.items_wanted.emit(items)


def shared_limits(found: Sequence[OfRun]) -> Limits:
    """From the smallest to the largest value of all columns; of matrices the largest mistake."""
    limits = [one.filters.limit for one in found if isinstance(one, FiltersShown)]
    if limits:
        return -max(limits), max(limits)
    mistakes = [largest_mistake(one.counts) for one in found if isinstance(one, MistakesShown)]
    if mistakes:
        return 0.0, max(mistakes)
    maps = [one.maps.ravel() for one in found if isinstance(one, MapsShown)]
    return extent(np.concatenate(maps)) if maps else (0.0, 1.0)


def _moment(step: int) -> str:
    """After so many steps of the run, which stands in the head of the column."""
    steps = plural(step, "step")
    return tr("after {steps}", steps=steps) if step else tr("not trained yet")
