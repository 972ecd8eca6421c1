"""Nearest neighbors: the items that a layer finds most like the one that is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.explain.neighbors import MOST
from core.questions.exploring import Exploration, NeighborsShown, ShowNeighbors
from core.tongue import tr
from designer.document.change import Change
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.sample import Picture
from designer.viewers.selection import Selection, Spot
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import count, value

_HOW = tr(
    "What the layer gives for every training item (or validation item), not augmented and as after"
    " training, is compared with what it gives for this one, all its values as one vector; beside"
    " it the same with what enters the network. The item itself is left out, and of more than"
    " {most} items so many are compared, spread evenly. Euclidean distance √Σ(a − b)², or cosine"
    " 1 − a·b/(|a|·|b|), 0 for the same direction. *Means of maps* compares the mean of each map"
    " alone, wherever something is.",
    most=f"{MOST:,}",
)
_PARTS = ((tr("Training items"), True), (tr("Validation items"), False))
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
        self._picked = -1  # a training item that is looked at in place of the selected one
        self.part = Choice(tr("Items"), tr("Among which items the nearest are looked for"))
        self.part.offer(_PARTS, True)
        self.measure = Choice(tr("Distance"), tr("How far two items are from each other"))
        self.measure.offer(_MEASURES, "euclidean")
        self.pooled = QCheckBox(tr("Means of maps"))
        self.pooled.setToolTip(
            tr("Compare the mean of each map, wherever in the item something is")
        )
        self.count = number_field("Nearest", 8, "How many items are shown", high=48)
        self.back = QPushButton(tr("Back"))
        self.back.setToolTip(tr("Look at the selected item again"))
        self.back.hide()
        self.item, self.names = Picture(), (ElidedLabel(), ElidedLabel())
        self.near = (Mosaic(name=tr("Near in the layer")), Mosaic(name=tr("Near in the input")))
        for side, mosaic in enumerate(self.near):
            mosaic.name_of = lambda tile, side=side: self._name(side, tile)
            mosaic.tile_clicked.connect(lambda tile, side=side: self._choose(side, tile))
        controls = (self.part, self.measure, self.count, self.pooled, self.back)
        self.lay(self._body(), controls, _HOW)
        for choice in (self.part, self.measure):
            choice.chosen.connect(self.follow)
        self.back.clicked.connect(lambda: self._pick(-1))
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
            self.part.currentData(),
            self._picked,
        )

    def _pick(self, item: int) -> None:
        """Look at a training item; −1 looks at the selected item again."""
        self._picked = item
        self.back.setVisible(item >= 0)
        self.follow()

    def _spot_changed(self, before: Spot) -> None:
        """Who selects another item looks at a training item no longer."""
        spot = self.selection.spot
        if (spot.sample, spot.own) != (before.sample, before.own):
            self._picked = -1
            self.back.hide()
        super()._spot_changed(before)

    def _design_changed(self, change: Change) -> None:
        """The training items are others."""
        if change.data or change.whole:
            self._picked = -1
            self.back.hide()
        super()._design_changed(change)

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: NeighborsShown) -> None:
        spot, is_picked = self.selection.spot, shown.asked.picked >= 0
        if not is_picked and spot.own is None and shown.sample != spot.sample:
            self.selection.set(sample=shown.sample)
        query = np.asarray(shown.query, np.float32)
        self.item.set_values(query if query.ndim == 3 else query.reshape(1, 1, -1))
        first = len(shown.found.in_node.items)
        parts = (slice(0, first), slice(first, None))
        heads = _heads(self.title_of(shown.asked.node), train=shown.asked.train)
        for side in range(2):
            labels, pictures = shown.labels[parts[side]], shown.pictures[parts[side]]
            colors = np.broadcast_to(pictures, (len(pictures), 3, *pictures.shape[2:]))
            self.near[side].set_tiles(colors.transpose(0, 2, 3, 1), signed=False, captions=labels)
            self.names[side].setText(f"{heads[side]}{_agreement(labels, shown.label)}")
        self.title.setText(
            tr(
                "{who} among {over} · {step}",
                who=_who(shown),
                over=_over(shown),
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
        distances = (found.in_input if side else found.in_node).distances
        item, away = self._items(side)[tile], value(float(distances[tile]), figures=3)
        if self.shown.asked.train:
            return tr("training item {item}, distance {away}", item=item, away=away)
        return tr("validation item {item}, distance {away}", item=item, away=away)

    def _choose(self, side: int, tile: int) -> None:
        item = self._items(side)[tile]
        if self.shown.asked.train:
            self._pick(item)
            return
        if self._picked >= 0 and self.selection.spot.sample == item:
            self._pick(-1)
        self.selection.set(sample=item)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The nearest training or validation items and how far they are, by name."""
        if self.shown is None:
            return {}
        node, pixels = self.shown.found.in_node, self.shown.found.in_input
        searched = "training" if self.shown.asked.train else "validation"
        return {
            f"{searched}_items": node.items,
            "distances": node.distances,
            f"input_{searched}_items": pixels.items,
            "input_distances": pixels.distances,
        }


def _heads(node: str, *, train: bool) -> tuple[str, str]:
    """What stands above the neighbors in a node and those in the input."""
    if train:
        return tr("Training · {node}", node=node), tr("Training · input")
    return tr("Validation · {node}", node=node), tr("Validation · input")


def _who(shown: NeighborsShown) -> str:
    """The item that was asked about."""
    if shown.asked.picked >= 0:
        return tr("training item {item}, class {label}", item=shown.sample, label=shown.label)
    if not shown.label:
        return tr("your own item")
    return tr("item {sample}, class {label}", sample=shown.sample, label=shown.label)


def _over(shown: NeighborsShown) -> str:
    """How many items were searched, and which."""
    total = shown.items
    words = (
        plural(total, "training item") if shown.asked.train else plural(total, "validation item")
    )
    if shown.searched == shown.items:
        return words
    return tr("{some} of {words}", some=count(shown.searched), words=words)


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
