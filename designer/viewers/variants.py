"""Augmentation: a training item as the next epochs will see it, and how the chances are spread."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from core.layers import Input
from core.questions.exploring import Exploration, ShowVariants, VariantsShown
from core.tongue import tr
from designer.document.change import Change
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.sample import Picture
from designer.viewers.selection import Selection
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import value
from designer.widgets.plot import Plot

_MEAN = "mean"
_BINS = 24
_HOW = tr(
    "Every change follows from the plan's seed, the epoch and the item alone: these are the very"
    " pictures that a training with this seed gets. The mean is that of all that are shown. Spread:"
    " how often each number is drawn for the first 1,000 training items in the first of the epochs."
)


class VariantsView(Explorer):
    """An item, the same in many epochs, and beside them their mean or how a draw is spread."""

    kind = ShowVariants.kind
    page = "variants"
    doing = tr("Changing")
    watches = ()

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Augmentation"),
            picture="variants",
            sentence=tr("Add an Input to see what training makes of its items."),
        )
        self.number = number_field("Item", 0, "Number of the training item", low=0, high=999_999)
        self.first = number_field("From", 1, "The first epoch that is shown", high=9999)
        self.count = number_field("Epochs", 24, "How many epochs are shown", high=96)
        self.beside = Choice(tr("Beside"), tr("What stands beside the pictures"))
        self.item, self.mosaic = Picture(), Mosaic(name=tr("Augmentation"))
        self.mosaic.name_of = self._name
        self.mean, self.spread = Mosaic(name=tr("Mean")), Plot(name=tr("Spread"))
        self.mean.name_of = lambda tile: "mean"
        self.lay(self._body(), (self.number, self.first, self.count, self.beside), _HOW)
        for field in (self.number, self.first, self.count):
            field.valueChanged.connect(self.follow)
        self.beside.chosen.connect(self._show_beside)
        self.follow()

    def _body(self) -> QWidget:
        body = QWidget()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.mean)
        self._pages.addWidget(self.spread)
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.MEDIUM)
        row.addWidget(self.item, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.mosaic, 3)
        row.addWidget(self._pages, 2)
        return body

    # ---- questions ----------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The Input, which the items enter."""
        inputs = self.document.design.graph.of_type(Input)
        return inputs[0].id if inputs else ""

    def fits(self, node: str) -> bool:
        return bool(self.document.design.data.augment)

    def lack(self, node: str) -> str:
        return tr(
            "Training items are taken as they are. Add an augmentation in the Data panel to see"
            " what it makes of them."
        )

    def question(self, node: str) -> Exploration:
        seed = self.document.design.plan.seed
        return ShowVariants(self.number.value(), seed, self.first.value(), self.count.value())

    def _design_changed(self, change: Change) -> None:
        super()._design_changed(change)
        if change.plan:  # the seed may be another one
            self.refresh()

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: VariantsShown) -> None:
        found, count = shown.found, len(shown.found.pictures)
        self.number.blockSignals(True)
        self.number.setMaximum(shown.items - 1)
        self.number.setValue(shown.item)
        self.number.blockSignals(False)
        self.item.set_values(found.original.astype(np.float32))
        captions = [str(shown.asked.first + place) for place in range(count)]
        self.mosaic.set_tiles(_colors(found.pictures), signed=False, captions=captions)
        names = [(tr("Mean"), _MEAN), *((draw.title, draw.title) for draw in found.draws)]
        self.beside.offer(names, self.beside.currentData() or _MEAN)
        last = shown.asked.first + count - 1
        self.title.setText(
            tr(
                "item {item}, class {label} · epochs {first} to {last} · seed {seed}",
                item=shown.item,
                label=shown.label,
                first=shown.asked.first,
                last=last,
                seed=shown.asked.seed,
            )
        )
        self._show_beside()

    def _show_beside(self) -> None:
        """The mean picture, or the spread of the draw that is chosen."""
        if self.shown is None:
            return
        chosen = self.beside.currentData()
        draw = next((one for one in self.shown.found.draws if one.title == chosen), None)
        self._pages.setCurrentWidget(self.mean if draw is None else self.spread)
        if draw is None:
            mean = self.shown.found.pictures.mean(axis=0, keepdims=True) / 255
            self.mean.set_tiles(_colors(mean), signed=False)
            return
        counts, edges = np.histogram(draw.spread, _BINS)
        self.spread.set_labels(draw.title, tr("items"))
        self.spread.set_curve("items", (edges[:-1] + edges[1:]) / 2, counts)
        self.spread.fit()

    def _name(self, tile: int) -> str:
        """The epoch, and what was drawn for it."""
        found = self.shown.found
        drawn = ((draw.title, float(draw.values[tile])) for draw in found.draws)
        parts = [f"{title} {value(number, figures=3)}" for title, number in drawn]
        return ", ".join([tr("epoch {first}", first=self.shown.asked.first + tile), *parts])

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The item, its variants, and what was drawn for each and for many, by name."""
        if self.shown is None:
            return {}
        found = self.shown.found
        drawn = {draw.title: draw.values for draw in found.draws}
        spread = {tr("{title} of many", title=draw.title): draw.spread for draw in found.draws}
        return {"original": found.original, "variants": found.pictures, **drawn, **spread}


def _colors(pictures: NDArray[Any]) -> NDArray[Any]:
    """(N, 1 or 3, H, W) as colors (N, H, W, 3)."""
    shape = (len(pictures), 3, *pictures.shape[2:])
    return np.broadcast_to(pictures, shape).transpose(0, 2, 3, 1)
