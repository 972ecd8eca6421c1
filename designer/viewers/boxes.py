"""Boxes and pose: where a network says that things are, beside where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.explain.boxes import Places, loss_terms
from core.layers import Output
from core.questions.exploring import Exploration
from core.questions.particular import BoxesShown, ShowBoxes
from core.tongue import tr
from designer.document.change import Change
from designer.engine.client import Engine
from designer.engine.vitals import Vitals
from designer.theme import theme
from designer.tokens import Tokens
from designer.viewers.balance import Balance
from designer.viewers.box_paint import tile
from designer.viewers.box_picture import BoxPicture
from designer.viewers.box_words import item_words, score_name, title_words
from designer.viewers.choice import Choice
from designer.viewers.explorer import number_field
from designer.viewers.particular import Particular
from designer.viewers.selection import Selection, Spot
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import value
from designer.widgets.plot import Plot

_TILE = 72  # pixels of a picture among the worst
_WORST, _LOSSES = 0, 1
_BESIDE = ((tr("Worst items"), _WORST), (tr("Losses"), _LOSSES))
_HOW = tr(
    "Validation items go through the network as after training. IoU is the area that the upright"
    " boxes around both sets of corners share, over the area that either covers: 1 is the same box,"
    " 0 is none in common. The distance of points is the mean of √(Δx² + Δy²), in shares of the"
    " picture's width and height. Losses are those of each Output after each epoch, without its"
    " weight, dashed for training; what is minimized is Σ weight · loss."
)


class BoxesView(Particular):
    """The item with both boxes or figures, the worst items, the losses and what weighs them."""

    kind = ShowBoxes.kind
    page = "boxes"
    doing = tr("Looking where things are")
    watches = ("sample", "own")
    template = "box-and-class"
    needs = tr("This view draws boxes and joints. No Output here learns a box or points.")

    def __init__(self, selection: Selection, engine: Engine, vitals: Vitals) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Boxes and pose"),
            picture="boxes",
            sentence=tr(
                "Open a network that learns boxes or joints to see where it says they are."
            ),
        )
        self._output, self._vitals = "", vitals
        self.outputs = Choice(tr("Output"), tr("Which Output is looked at"))
        self.item = number_field("Item", 0, "Which validation item", low=0, high=999_999)
        self.count = number_field("Items", 256, "How many items are judged", high=99_999)
        self.count.setSingleStep(64)
        self.beside = Choice(tr("Beside the item"), tr("What stands beside the item"))
        self.beside.offer(_BESIDE, _WORST)
        self.balance = Balance(self.document)
        self.picture, self.words = BoxPicture(), QLabel()
        self.words.setWordWrap(True)
        self.worst = Mosaic(name=tr("Worst items"))
        self.worst.name_of = self._name
        self.losses = Plot(name=tr("Losses"))
        self.losses.set_labels(tr("epoch"), tr("loss"))
        self.losses.set_log_y(True)  # one loss may be a hundred times another
        self.lay(self._body(), (self.outputs, self.item, self.beside, self.count), _HOW)
        self._connect()
        self.follow()

    def _body(self) -> QWidget:
        body, split = QWidget(), QSplitter()
        split.setChildrenCollapsible(False)
        self._pages = QStackedWidget()
        for page in (self.worst, self.losses):
            self._pages.addWidget(page)
        split.addWidget(self.picture)
        split.addWidget(self._pages)
        split.setSizes([300, 340])
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(split, 1)
        column.addWidget(self.words)
        column.addWidget(self.balance)
        return body

    def _connect(self) -> None:
        self.outputs.chosen.connect(self._set_output)
        self.item.valueChanged.connect(lambda number: self.selection.set(sample=number))
        self.count.valueChanged.connect(self.follow)
        self.beside.chosen.connect(self._pages.setCurrentIndex)
        self.worst.tile_clicked.connect(self._choose)
        self._vitals.changed.connect(self._draw_losses)
        theme.theme_changed.connect(self._draw_worst)

    # ---- questions ----------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The Output that is looked at, whatever is selected."""
        outputs = [node.id for node in self.document.design.graph.of_type(Output)]
        return self._output if self._output in outputs else next(iter(outputs), "")

    def fits(self, node: str) -> bool:
        return isinstance(self.document.design.graph[node].layer, Output)

    def lack(self, node: str) -> str:
        return tr("{node} is no Output.", node=self.title_of(node))

    def question(self, node: str) -> Exploration:
        spot = self.selection.spot
        return ShowBoxes(self._output, spot.sample, spot.item, self.count.value())

    def _set_output(self, output: str) -> None:
        self._output = output
        self.follow()

    def _design_changed(self, change: Change) -> None:
        super()._design_changed(change)
        if self.shown is not None:
            self.balance.show_output(self._output)

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: BoxesShown) -> None:
        found = shown.found
        assert found is not None
        self._output = found.many.output
        if self.selection.spot.own is None and shown.sample != self.selection.spot.sample:
            self.selection.set(sample=shown.sample)
        self.outputs.offer([(self.title_of(one), one) for one in found.outputs], self._output)
        self.outputs.setVisible(len(found.outputs) > 1)
        field = found.many.field
        self.picture.show_item(found.picture, field, found.truth, found.said)
        self.words.setText(item_words(field, found.picture, found.truth, found.said))
        self._show_number()
        self.balance.show_output(self._output)
        self._draw_worst()
        self._draw_losses()
        moment = self.moment.words(shown.step)
        self.title.setText(" · ".join([self.title_of(self._output), *title_words(shown), moment]))

    def _show_number(self) -> None:
        self.item.blockSignals(True)
        self.item.setValue(self.selection.spot.sample)
        self.item.blockSignals(False)

    @property
    def _many(self) -> Places | None:
        return self.shown.found.many if self.shown is not None else None

    def _draw_worst(self) -> None:
        """The worst items with both drawn over them, in the colors that are on."""
        many = self._many
        if many is None:
            return
        worst = many.worst[: len(self.shown.found.pictures)]
        tiles = [
            tile(picture, _TILE, many.field, truth=many.truth[one], said=many.said[one])
            for picture, one in zip(self.shown.found.pictures, worst, strict=True)
        ]
        captions = [value(float(many.scores[one]), figures=2) for one in worst]
        total = len(many.said)
        self.worst.set_tiles(np.stack(tiles), signed=False, captions=captions, total=total)
        self._ring()

    def _draw_losses(self) -> None:
        """The loss of each Output over the epochs of the run that is shown."""
        if self.shown is None:
            return
        outputs = [node.id for node in self.document.design.graph.of_type(Output)]
        self.losses.clear_curves()
        for number, (id, term) in enumerate(loss_terms(self._vitals.epochs, outputs).items()):
            if not len(term.epochs):
                continue
            color, title = theme.tokens.run_color(number), self.title_of(id)
            self.losses.set_curve(title, term.epochs, term.validation, color=color)
            self.losses.set_curve(
                tr("{title}, training", title=title),
                term.epochs,
                term.training,
                color=color,
                style="dash",
            )
        self.losses.fit()

    def _name(self, number: int) -> str:
        many = self._many
        if many is None:
            return ""
        item = int(many.worst[number])
        score, what = value(float(many.scores[item]), figures=3), score_name(many.field)
        return tr("item {item}, {what} {score}", item=item, what=what, score=score)

    # ---- the one selection --------------------------------------------------------------

    def _choose(self, number: int) -> None:
        many = self._many
        if many is not None:
            self.selection.set(sample=int(many.worst[number]))

    def _ring(self) -> None:
        """A ring around the item that all views look at."""
        spot, many = self.selection.spot, self._many
        if many is None:
            return
        worst = many.worst[: len(self.shown.found.pictures)].tolist()
        here = spot.own is None and spot.sample in worst
        self.worst.select(worst.index(spot.sample) if here else -1)

    def _spot_changed(self, before: Spot) -> None:
        super()._spot_changed(before)
        self._show_number()
        self._ring()

    # ---- what is saved ------------------------------------------------------------------

    def numbers(self) -> dict[str, NDArray[Any]]:
        """Points that are true and said (N, J, 2), the score of each item, the losses by name."""
        many = self._many
        if many is None:
            return {}
        found: dict[str, NDArray[Any]] = {
            "truth": many.truth,
            "said": many.said,
            "scores": many.scores,
        }
        outputs = [node.id for node in self.document.design.graph.of_type(Output)]
        for id, term in loss_terms(self._vitals.epochs, outputs).items():
            found[f"{id}_training"], found[f"{id}_validation"] = term.training, term.validation
        return found
