"""The feature maps of a layer: what the network makes of one item, at this layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.layers import Input, Output
from core.messages import DataShown, Refused
from core.questions.exploring import Explored
from core.questions.layers import AllLayersShown, MeanMapsShown, ShowAllLayers, ShowMeanMaps
from core.questions.viewing import MapsShown, Predicted
from core.tongue import tr
from core.training.events import Event, Progress, Started
from designer.document.change import Change
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.bars import ClassBars, Skyline
from designer.viewers.errand import Errand
from designer.viewers.layers_page import LayersPage
from designer.viewers.looker import Looker
from designer.viewers.maps_page import ALONE, GRADIENTS, SOURCES, MapsPage
from designer.viewers.maps_settings import MapsSettings
from designer.viewers.sample import SamplePicker
from designer.viewers.selection import Own, Selection, Spot
from designer.viewers.tools import ViewTools, more_button
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.numbers import percent

_HOW = tr(
    "Maps are what the layer gives for this one item (1 sample) as after training: no dropout,"
    " running averages. Gradients are those of the loss of this item by every cell. A source is an"
    " input map seen through its own filter; all sources and the bias add up to the map, and a"
    " share is the part of a source in Σ|source|. Limits are printed below the tiles. γ bends the"
    " colors alone: t^γ between zero and the limit. The mean is over validation items, spread over"
    " all. Of all layers at once the first maps of each are shown, large ones as means of blocks."
)


class MapsView(Looker):
    """Maps as a mosaic, vectors as bars, the Output as classes; beside them the item itself.

    An item is looked at in three questions: its picture once, then the maps of the node and what
    the network says to it, again and again while the network learns.
    """

    kind = "maps"

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            picture="maps",
            sentence=tr("Select a layer to see what it makes of a picture."),
        )
        self._item: NDArray[np.float32] | None = None  # the item that the picker shows
        self._of, self._label = _item_of(selection.spot), ""  # which item, and its class
        self._shown: MapsShown | None = None
        self._layers: AllLayersShown | None = None
        self._frozen: tuple[str, int] | None = None  # the node and the map that are kept
        self._signed = False
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.picker = SamplePicker()
        self.picker.set_sample(selection.spot.sample)
        self.page, self.layers, self.settings = MapsPage(), LayersPage(), MapsSettings()
        self.mosaic, self.beside = self.page.mosaic, self.page.beside
        self.skyline = Skyline(name=tr("Values"))
        self.classes = ClassBars()
        self.own_scale = QCheckBox(tr("Own scales"))
        self.own_scale.setToolTip(tr("Spread the colors of every map over its own values."))
        self.choice = QComboBox()
        self.choice.addItems([ALONE, GRADIENTS, SOURCES])
        self.choice.setAccessibleName(tr("Beside the maps"))
        self.choice.setToolTip(tr("What stands beside the maps"))
        self.more = more_button(tr("All layers at once, the mean of many items, colors, freeze"))
        self.errand = Errand(self.engine, ShowMeanMaps.kind, tr("Adding up"))
        self.set_content(self._content())
        self.setAccessibleName(tr("Feature maps"))
        self._connect()
        self.follow()

    def _connect(self) -> None:
        self.picker.sample_changed.connect(lambda number: self.selection.set(sample=number))
        self.own_scale.toggled.connect(self._draw_maps)
        self.choice.currentTextChanged.connect(self._set_beside)
        self.skyline.hovered.connect(self._tell_unit)
        self.mosaic.cell_clicked.connect(self._choose)
        self.mosaic.tile_clicked.connect(lambda tile: self._choose(tile))
        self.layers.map_chosen.connect(
            lambda node, channel: self.selection.set(node=node, channel=channel)
        )
        self.more.toggled.connect(self.settings.setVisible)
        self.settings.asked.connect(self.follow)
        self.settings.bent.connect(self._draw_maps)
        self.settings.freeze.toggled.connect(self._freeze)
        self.errand.ended.connect(self._ended)
        self.engine.explored.connect(self._take_explored)
        self.engine.maps_received.connect(self._take)
        self.engine.prediction_received.connect(self._take_prediction)
        self.engine.data_received.connect(self._take_data)

    def _content(self) -> QWidget:
        self._pages = QStackedWidget()
        for page in (self.page, self.skyline, self.classes, self.layers):
            self._pages.addWidget(page)
        self.tools = ViewTools(
            tr("Feature maps"), "maps", picture=self._pages, numbers=self.numbers
        )
        self.tools.set_how(_HOW)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.title, 1)
        for widget in (self.choice, self.more, self.tools):
            head.addWidget(widget)
        self.settings.add(self.own_scale)
        self.settings.hide()
        right = QVBoxLayout()
        right.setContentsMargins(0, Tokens.TIGHT, Tokens.TIGHT, 0)
        right.setSpacing(Tokens.TIGHT)
        right.addLayout(head)
        right.addWidget(self.settings)
        right.addWidget(self._pages, 1)
        right.addWidget(self.errand)
        right.addWidget(self.tools.how)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.picker)
        row.addLayout(right, 1)
        return content

    # ---- questions ----------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The node that is selected, or the one that is kept."""
        return self._frozen[0] if self._frozen else super().node

    @property
    def channel(self) -> int:
        """The map that is selected, or the one that is kept."""
        return self._frozen[1] if self._frozen else self.selection.spot.channel

    def _freeze(self, on: bool) -> None:
        spot = self.selection.spot
        self._frozen = (spot.node, spot.channel) if on else None
        self.follow()

    def ask(self, node: str) -> None:
        """First the item itself, if it is not the one that is shown."""
        spot, beside = self.selection.spot, self.choice.currentText()
        if self._item is None:
            self.engine.request_maps(self._input, spot.sample, item=spot.item)
            return
        if self.settings.is_all:
            self.engine.explore(ShowAllLayers(spot.sample, spot.item))
            return
        if self.settings.is_mean:
            self.engine.explore(self._mean_of(node))
            return
        self.engine.request_maps(
            node,
            spot.sample,
            gradients=beside == GRADIENTS,
            sources_of=self.channel if beside == SOURCES else None,
            item=spot.item,
        )

    def _mean_of(self, node: str) -> ShowMeanMaps:
        return ShowMeanMaps(node, self.settings.items.value())

    def give_up(self) -> None:
        self.errand.give_up()

    @property
    def _input(self) -> str:
        """The node where items come in."""
        return self.document.design.graph.of_type(Input)[0].id

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The maps that are shown and what stands beside them, by name."""
        shown = self._shown
        if self.settings.is_all:
            return {} if self._layers is None else dict(self._layers.maps)
        if shown is None:
            return {}
        found = {"maps": shown.maps}
        if shown.gradients is not None:
            found["gradients"] = shown.gradients
        if shown.sources is not None:
            found |= {"sources": shown.sources.parts, "shares": shown.sources.shares}
        return found

    # ---- the one selection --------------------------------------------------------------

    def _spot_changed(self, before: Spot) -> None:
        spot = self.selection.spot
        if _item_of(spot) != self._of:
            self.picker.set_sample(spot.sample)
            self._item, self._of = None, _item_of(spot)
            self.follow()
        elif spot.channel != before.channel and self.choice.currentText() == SOURCES:
            self.follow()
        super()._spot_changed(before)
        self._ring()

    def _choose(self, tile: int, row: int | None = None, column: int | None = None) -> None:
        """Select a map, or one of its values, for all views."""
        if self._frozen:
            self._frozen = (self.node, tile)
        place = {} if row is None else {"row": row, "column": column}
        self.selection.set(node=self.node, channel=tile, **place)

    def _ring(self) -> None:
        """A ring around the map that is selected."""
        if self.settings.is_all:
            self.layers.select(self.selection.spot.node, self.selection.spot.channel)
        elif self._shown is not None and self._shown.node == self.node:
            self.mosaic.select(self.channel)

    def _set_beside(self, what: str) -> None:
        self.beside.setVisible(what != ALONE)
        self.beside.clear(tr("The engine is asked.") if what != ALONE else "")
        self.follow()

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: MapsShown) -> None:
        self.asking.answered()
        if self._item is None and self.document.inference.ok and shown.node == self._input:
            self._take_item(shown)
        elsewhere = shown.node != self.node or shown.sample != self.selection.spot.sample
        if elsewhere or self._item is None or self.settings.is_mean or self.settings.is_all:
            self.asking.want(soon=True)
            return
        self._signed = self._shows_signs(shown)
        self._shown = shown
        self.engine.request_prediction(self._item)
        self._draw()
        self.show_content()

    def _take_explored(self, shown: Explored) -> None:
        """Mean maps, or those of all layers."""
        if not isinstance(shown, MeanMapsShown | AllLayersShown):
            return
        self.asking.answered()
        self.errand.hide()
        if not self._is_wanted(shown):
            self.asking.want(soon=True)
            return
        if isinstance(shown, AllLayersShown):
            self._layers = shown
        else:
            node, sample = shown.asked.node, self.selection.spot.sample
            self._signed = bool((shown.maps < 0).any())
            self._shown = MapsShown(node, shown.step, shown.maps, sample, "")
        self._draw()
        self.show_content()

    def _is_wanted(self, shown: MeanMapsShown | AllLayersShown) -> bool:
        """Whether an answer is to what would be asked now."""
        spot = self.selection.spot
        if isinstance(shown, AllLayersShown):
            asked = shown.asked
            same = asked.sample == spot.sample and (asked.item is None) == (spot.own is None)
            return self.settings.is_all and same
        asked, wanted = shown.asked, self._mean_of(self.node)
        same = (asked.node, asked.count) == (wanted.node, wanted.count)
        return self.settings.is_mean and same

    def _ended(self, by_hand: bool) -> None:
        """The engine has given the mean up; by hand, the item is shown again."""
        self.asking.answered()
        if by_hand:
            self.settings.show_item()
        self.asking.want(soon=True)

    def _take_item(self, shown: MapsShown) -> None:
        """Keep and show the item; numbers beyond the last have started again."""
        spot = self.selection.spot
        self._of = (shown.sample, spot.own)
        self.picker.set_sample(shown.sample)
        self.selection.set(sample=shown.sample, own=spot.own)
        shape = self.document.inference.nodes[self._input].output or shown.maps.shape
        self._item, self._label = shown.maps.reshape(shape), shown.label
        self.picker.set_item(shown.maps, shown.label)
        self.picker.clear_answer()

    def _take_prediction(self, said: Predicted) -> None:
        """What the network says to the item, where it tells classes apart."""
        if self._item is None or len(said.values) < 2 or len(said.values) < len(said.classes):
            self.picker.clear_answer()
            return
        label = said.classes.index(self._label) if self._label in said.classes else -1
        self.classes.set_answer(said.values, said.classes, label=label)
        best = int(np.argmax(said.values))
        name = self.classes.class_name(best)
        self.picker.set_answer(name, float(said.values[best]), right=best == label)
        if self._shown is not None and self._shown.node == self.node:
            self._draw()

    def _take_data(self, data: DataShown) -> None:
        self.picker.set_count(sum(data.validation_counts))

    # ---- drawing ------------------------------------------------------------------------

    def _draw(self) -> None:
        """The answer in the form that suits it."""
        shown = self._shown
        if self.settings.is_all and self._layers is not None:
            self._draw_layers(self._layers)
            return
        if shown is None:
            return
        maps = shown.maps
        is_vector = maps.shape[:2] == (1, 1)
        layer = self.document.design.graph[shown.node].layer
        for widget in (self.own_scale, self.choice):
            widget.setVisible(not is_vector)
        self.choice.setEnabled(not self.settings.is_mean)
        if not is_vector:
            self._pages.setCurrentWidget(self.page)
            self._draw_maps()
        elif isinstance(layer, Output) and len(self.classes.shares) == maps.shape[2]:
            self._pages.setCurrentWidget(self.classes)
        else:
            self._pages.setCurrentWidget(self.skyline)
            self.skyline.set_values(maps[0, 0])
        self.title.setText(self._words(shown))

    def _draw_maps(self) -> None:
        shown = self._shown
        if shown is None or shown.maps.shape[:2] == (1, 1):
            return
        info = self.document.inference.nodes.get(shown.node)
        self.page.show_maps(
            shown,
            total=info.output[0] if info and info.output else len(shown.maps),
            signed=self._signed,
            own_scales=self.own_scale.isChecked(),
            gamma=self.settings.gamma.value(),
        )
        if shown.gradients is None and shown.sources is None:
            beside, title = self.choice.currentText(), self.title_of(shown.node)
            self.page.show_lack(beside, title, labeled=bool(shown.label))
        self._ring()

    def _draw_layers(self, shown: AllLayersShown) -> None:
        """A row for each layer."""
        for widget in (self.own_scale, self.choice):
            widget.setVisible(False)
        nodes = self.document.design.graph.nodes
        known = {node: maps for node, maps in shown.maps.items() if node in nodes}
        self._pages.setCurrentWidget(self.layers)
        self.layers.show_layers(known, {node: self.title_of(node) for node in known})
        layers, moment = plural(len(known), "layer"), self.moment.words(shown.step)
        self.title.setText(
            tr(
                "item {sample} · {layers} · {moment}",
                sample=shown.asked.sample,
                layers=layers,
                moment=moment,
            )
        )
        self._ring()

    def _words(self, shown: MapsShown) -> str:
        """What the picture is of, in one line."""
        maps = shown.maps
        _, h, w = maps.shape
        is_vector = maps.shape[:2] == (1, 1)
        form = (
            plural(w, "value")
            if is_vector
            else tr("{maps} of {h}×{w}", maps=plural(len(maps), "map"), h=h, w=w)
        )
        words = [self.title_of(shown.node), form, self.moment.words(shown.step)]
        if self.settings.is_mean:
            many = plural(self.settings.items.value(), "item")
            words.insert(2, tr("mean of {many}", many=many))
        if self._frozen:
            words.insert(1, "frozen")
        zeros = float((maps == 0).mean())
        if zeros > 0:
            words.append(tr("{zeros} zero", zeros=percent(zeros, decimals=0)))
        return " · ".join(words)

    def _shows_signs(self, shown: MapsShown) -> bool:
        """Whether colors are about zero; a node that had negative values once stays so."""
        before = self._signed and self._shown is not None and self._shown.node == shown.node
        return before or bool((shown.maps < 0).any())

    def _tell_unit(self, words: str) -> None:
        if self._shown is not None:
            self.title.setText(words or self._words(self._shown))

    # ---- what is told -------------------------------------------------------------------

    def _design_changed(self, change: Change) -> None:
        if change.graph or change.data or change.whole:
            self._item = None
        if self._frozen and self._frozen[0] not in self.document.design.graph.nodes:
            self.settings.freeze.setChecked(False)
        super()._design_changed(change)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Started):
            self.picker.set_count(event.validation_items)
        is_long = self.settings.is_mean or self.settings.is_all
        if not (is_long and isinstance(event, Progress)):
            super()._take_event(event)

    def _take_refusal(self, refused: Refused) -> None:
        if refused.asked == "prediction":
            self.picker.clear_answer()
        elif refused.asked in (ShowMeanMaps.kind, ShowAllLayers.kind):
            self.asking.answered()
            self.say(refused.sentence)
        super()._take_refusal(refused)


def _item_of(spot: Spot) -> tuple[int, Own | None]:
    """Which item is looked at."""
    return spot.sample, spot.own
