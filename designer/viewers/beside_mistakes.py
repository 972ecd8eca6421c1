"""The mistakes of one of several runs: its matrix, and the items of the cell that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter

from core.questions.viewing import MistakesShown
from core.tongue import tr
from designer.viewers.matrix import Matrix
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count, percent

Pair = tuple[int, int]
MOST = 24  # items of a cell


class BesideMistakes(QSplitter):
    """Signals: `pair_chosen(label, said)` of the matrix, `item_chosen(number)` of its items."""

    pair_chosen = Signal(int, int)
    item_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.shown: MistakesShown | None = None
        self.items: tuple[int, ...] = ()
        self.matrix = Matrix()
        self.images = Mosaic(name=tr("Images"), empty=tr("Click a cell to see its images."))
        self.images.name_of = lambda tile: tr("item {item}", item=self.items[tile])
        self.setChildrenCollapsible(False)
        self.addWidget(self.matrix)
        self.addWidget(self.images)
        self.setSizes([330, 150])
        self.matrix.cell_chosen.connect(self.pair_chosen)
        self.images.tile_clicked.connect(lambda tile: self.item_chosen.emit(self.items[tile]))

    def show_mistakes(self, shown: MistakesShown, limit: float) -> None:
        """Draw the matrix; its colors reach to `limit`, as those of the others."""
        self.shown, self.items = shown, ()
        self.matrix.reach_to(limit)
        self.matrix.set_counts(shown.counts, shown.names)
        self.images.clear(tr("Click a cell to see its images."))

    def choose(self, pair: Pair | None) -> str:
        """Put the ring around a cell; gives it in words."""
        shown = self.shown
        there = shown is not None and pair is not None and max(pair) < len(shown.counts)
        self.matrix.choose(pair if there else None)
        return _words(pair, shown.names, shown.counts) if there and pair and shown else ""

    def items_of(self, pair: Pair) -> tuple[int, ...]:
        """The items of a cell, those that the network is surest of first."""
        answered = self.shown.answered if self.shown is not None else None
        if answered is None or self.matrix.chosen != pair:
            return ()
        return tuple(answered.items(*pair)[:MOST].tolist())

    def show_items(self, items: tuple[int, ...], pictures: NDArray[np.uint8]) -> None:
        """The pictures (N, 1 or 3, H, W) of the items of the cell."""
        shown = self.shown
        if shown is None or shown.answered is None or len(items) != len(pictures):
            return
        self.items = items
        if not items:
            self.images.clear(tr("No item is in this cell."))
            return
        colors = np.broadcast_to(pictures, (len(items), 3, *pictures.shape[2:]))
        sure = shown.answered.sure[list(items)]
        self.images.set_tiles(
            colors.transpose(0, 2, 3, 1),
            signed=False,
            captions=[percent(float(share), decimals=0) for share in sure],
        )

    def mark_item(self, sample: int) -> None:
        """A ring around the item that all views look at."""
        self.images.select(self.items.index(sample) if sample in self.items else -1)


def _words(pair: Pair, names: Sequence[str], counts: NDArray[np.int64]) -> str:
    """A cell of the matrix: how often a class was said to be another one."""
    label, said = pair
    times = count(int(counts[label, said]))
    name, other = names[label], names[said]
    return (
        tr("{name} said right: {times}", name=name, times=times)
        if label == said
        else tr("{name} said to be {other}: {times}", name=name, other=other, times=times)
    )
