"""Nearest neighbors: the items that a layer finds most like the one that is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.questions.exploring import Exploration, NeighborsShown, ShowNeighbors
from core.tongue import tr
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.sample import Picture
from designer.viewers.selection import Selection
from designer.viewers.words import plural
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import value

_HOW = tr(
    "What the layer gives for every validation item, as after training, is compared with what it"
    " gives for this one, all its values as one vector; beside it the same with what enters the"
    " network. Euclidean distance √Σ(a − b)², or cosine 1 − a·b/(|a|·|b|), 0 for the same"
    " direction. *Means of maps* compares the mean of each map alone, wherever something is."
)
_MEASURES = ((tr("Euclidean"), "euclidean"), (tr("Cosine"), "cosine"))


class NeighborsView(Explorer):
    """The item, those nearest to it in the layer, and those nearest in the input; click to hop."""

    kind = ShowNeighbors.kind
    page = "neighbors"
    doing = tr("Comparing")
    watches = ("node", "sample", "own")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Neighbors"),
            picture="neighbors",
            sentence=tr("Select a layer to see which items it finds alike."),
        )
        self.measure = Choice(tr("Distance"), tr("How far two items are from each other"))
        self.measure.offer(_MEASURES, "euclidean")
        self.pooled = QCheckBox(tr("Means of maps"))
        self.pooled.setToolTip(
            tr("Compare the mean of each map, wherever in the item something is")
        )
        self.count = number_field("Nearest", 8, "How many items are shown", high=48)
        self.item, self.names = Picture(), (QLabel(), QLabel())
        self.near = (Mosaic(name=tr("Near in the layer")), Mosaic(name=tr("Near in the input")))
        for side, mosaic in enumerate(self.near):
            mosaic.name_of = lambda tile, side=side: self._name(side, tile)
            mosaic.tile_clicked.connect(lambda tile, side=side: self._choose(side, tile))
        self.lay(self._body(), (self.measure, self.count, self.pooled), _HOW)
        self.measure.chosen.connect(self.follow)
        self.pooled.toggled.connect(self.follow)
        self.count.valueChanged.connect(self.follow)
        self.follow()

    def _body(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.MEDIUM)
        row.addWidget(self.item, 0, Qt.AlignmentFlag.AlignTop)
        for name, mosaic in zip(self.names, self.near, strict=True):
            name.setProperty("role", "caption")
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(name)
            column.addWidget(mosaic, 1)
            row.addLayout(column, 1)
        return body

    # ---- questions ----------------------------------------------------------------------

    def question(self, node: str) -> Exploration:
        spot = self.selection.spot
        return ShowNeighbors(
            node,
            spot.sample,
            spot.item,
            self.count.value(),
            self.measure.currentData(),
            self.pooled.isChecked(),
        )

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: NeighborsShown) -> None:
        if self.selection.spot.own is None and shown.sample != self.selection.spot.sample:
            self.selection.set(sample=shown.sample)
        query = np.asarray(shown.query, np.float32)
        self.item.set_values(query if query.ndim == 3 else query.reshape(1, 1, -1))
        first = len(shown.found.in_node.items)
        parts = (slice(0, first), slice(first, None))
        heads = (tr("In {node}", node=self.title_of(shown.asked.node)), tr("In the input"))
        for side in range(2):
            labels, pictures = shown.labels[parts[side]], shown.pictures[parts[side]]
            colors = np.broadcast_to(pictures, (len(pictures), 3, *pictures.shape[2:]))
            self.near[side].set_tiles(colors.transpose(0, 2, 3, 1), signed=False, captions=labels)
            self.names[side].setText(f"{heads[side]}{_agreement(labels, shown.label)}")
        who = (
            tr("item {sample}, class {label}", sample=shown.sample, label=shown.label)
            if shown.label
            else tr("your own item")
        )
        over = plural(shown.items, "item")
        self.title.setText(
            tr(
                "{who} among {over} · {step}",
                who=who,
                over=over,
                step=self.moment.words(shown.step),
            )
        )

    def _items(self, side: int) -> list[int]:
        """The numbers of the items near in the layer (0) or in the input (1)."""
        found = self.shown.found
        items: list[int] = (found.in_input if side else found.in_node).items.tolist()
        return items

    def _name(self, side: int, tile: int) -> str:
        found = self.shown.found
        away = (found.in_input if side else found.in_node).distances[tile]
        return tr(
            "item {side}, distance {away}",
            side=self._items(side)[tile],
            away=value(float(away), figures=3),
        )

    def _choose(self, side: int, tile: int) -> None:
        self.selection.set(sample=self._items(side)[tile])

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The nearest items and their distances, in the layer and in the input, by name."""
        if self.shown is None:
            return {}
        node, pixels = self.shown.found.in_node, self.shown.found.in_input
        return {
            "items": node.items,
            "distances": node.distances,
            "input_items": pixels.items,
            "input_distances": pixels.distances,
        }


def _agreement(labels: tuple[str, ...], label: str) -> str:
    """How many neighbors are of the same class, where the item has one."""
    if not label:
        return ""
    return tr(
        " · {labels} of {count} are {label}",
        labels=sum(one == label for one in labels),
        count=len(labels),
        label=label,
    )
