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

from core.explain.sources import Sources
from core.layers import Input, Output
from core.messages import DataShown, MapsShown, Predicted, Refused
from core.training.events import Event, Started
from designer.document.change import Change
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.bars import ClassBars, Skyline
from designer.viewers.looker import Looker
from designer.viewers.sample import SamplePicker
from designer.viewers.selection import Own, Selection, Spot
from designer.viewers.tools import ViewTools
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import percent

_ALONE, _GRADIENTS, _SOURCES = "Maps alone", "Gradients", "Sources"
_HOW = (
    "Maps are what the layer gives for this one item (1 sample) as after training: no dropout,"
    " running averages. Gradients are those of the loss of this item by every cell. A source is an"
    " input map seen through its own filter; all sources and the bias add up to the map, and a"
    " share is the part of a source in Σ|source|. Limits are printed below the tiles."
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
            sentence="Select a layer to see what it makes of a picture.",
        )
        self._item: NDArray[np.float32] | None = None  # the item that the picker shows
        self._of, self._label = _item_of(selection.spot), ""  # which item, and its class
        self._shown: MapsShown | None = None
        self._signed = False
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.picker = SamplePicker()
        self.picker.set_sample(selection.spot.sample)
        self.mosaic, self.beside = Mosaic(name="Feature maps"), Mosaic(name="Beside the maps")
        self.mosaic.name_of = "map {}".format
        self.skyline = Skyline(name="Values")
        self.classes = ClassBars()
        self.own_scale = QCheckBox("Own scales")
        self.own_scale.setToolTip("Spread the colors of every map over its own values.")
        self.choice = QComboBox()
        self.choice.addItems([_ALONE, _GRADIENTS, _SOURCES])
        self.choice.setAccessibleName("Beside the maps")
        self.choice.setToolTip("What stands beside the maps")
        self.set_content(self._content())
        self.setAccessibleName("Feature maps")
        self.picker.sample_changed.connect(lambda number: self.selection.set(sample=number))
        self.own_scale.toggled.connect(self._draw_maps)
        self.choice.currentTextChanged.connect(self._set_beside)
        self.skyline.hovered.connect(self._tell_unit)
        self.mosaic.cell_clicked.connect(self._choose)
        self.mosaic.tile_clicked.connect(lambda tile: self.selection.set(channel=tile))
        engine.maps_received.connect(self._take)
        engine.prediction_received.connect(self._take_prediction)
        engine.data_received.connect(self._take_data)
        self.follow()

    def _content(self) -> QWidget:
        maps = QWidget()
        row = QHBoxLayout(maps)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.mosaic, 1)
        row.addWidget(self.beside, 1)
        self.beside.hide()
        self._maps = maps
        self._pages = QStackedWidget()
        for page in (maps, self.skyline, self.classes):
            self._pages.addWidget(page)
        self.tools = ViewTools("Feature maps", "maps", picture=self._pages, numbers=self.numbers)
        self.tools.set_how(_HOW)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.title, 1)
        for widget in (self.choice, self.own_scale, self.tools):
            head.addWidget(widget)
        right = QVBoxLayout()
        right.setContentsMargins(0, Tokens.TIGHT, Tokens.TIGHT, 0)
        right.setSpacing(Tokens.TIGHT)
        right.addLayout(head)
        right.addWidget(self._pages, 1)
        right.addWidget(self.tools.how)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.picker)
        row.addLayout(right, 1)
        return content

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        return info is not None and info.output is not None

    def lack(self, node: str) -> str:
        return f"{self.title_of(node)} gives nothing yet: connect what it needs."

    def ask(self, node: str) -> None:
        """First the item itself, if it is not the one that is shown."""
        spot, beside = self.selection.spot, self.choice.currentText()
        if self._item is None:
            self.engine.request_maps(self._input, spot.sample, item=spot.item)
            return
        self.engine.request_maps(
            node,
            spot.sample,
            gradients=beside == _GRADIENTS,
            sources_of=spot.channel if beside == _SOURCES else None,
            item=spot.item,
        )

    @property
    def _input(self) -> str:
        """The node where items come in."""
        return self.document.design.graph.of_type(Input)[0].id

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The maps that are shown and what stands beside them, by name."""
        shown = self._shown
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
        elif spot.channel != before.channel and self.choice.currentText() == _SOURCES:
            self.follow()
        super()._spot_changed(before)
        self._ring()

    def _choose(self, tile: int, row: int, column: int) -> None:
        self.selection.set(channel=tile, row=row, column=column)

    def _ring(self) -> None:
        """A ring around the map that is selected."""
        if self._shown is not None and self._shown.node == self.node:
            self.mosaic.select(self.selection.spot.channel)

    def _set_beside(self, what: str) -> None:
        self.beside.setVisible(what != _ALONE)
        self.beside.clear("The engine is asked." if what != _ALONE else "")
        self.follow()

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: MapsShown) -> None:
        self.asking.answered()
        if self._item is None and self.document.inference.ok and shown.node == self._input:
            self._take_item(shown)
        elsewhere = shown.node != self.node or shown.sample != self.selection.spot.sample
        if elsewhere or self._item is None:
            self.asking.want(soon=True)
            return
        self._signed = self._shows_signs(shown)
        self._shown = shown
        self.engine.request_prediction(self._item)
        self._draw()
        self.show_content()

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
        assert shown is not None
        maps = shown.maps
        is_vector = maps.shape[:2] == (1, 1)
        layer = self.document.design.graph[shown.node].layer
        for widget in (self.own_scale, self.choice):
            widget.setVisible(not is_vector)
        if not is_vector:
            self._pages.setCurrentWidget(self._maps)
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
        total = info.output[0] if info and info.output else len(shown.maps)
        limits = "tile" if self.own_scale.isChecked() else "all"
        self.mosaic.set_tiles(shown.maps, signed=self._signed, limits=limits, total=total)
        self._ring()
        if shown.gradients is not None:
            self.beside.name_of = "gradient by map {}".format
            self.beside.set_tiles(shown.gradients, signed=True, limits=limits, total=total)
        elif shown.sources is not None:
            self._draw_sources(shown.sources)
        elif self.choice.currentText() == _SOURCES:
            self.beside.clear(f"{self.title_of(shown.node)} does not add up maps.")
        elif self.choice.currentText() == _GRADIENTS:
            title = self.title_of(shown.node)
            self.beside.clear(
                f"No gradient reaches {title}."
                if shown.label
                else "An item of your own has no label, so there is no loss to ask."
            )

    def _draw_sources(self, found: Sources) -> None:
        """What each input map adds to the selected one, the strongest first, on one scale."""
        names = [
            f"map {number} · {percent(float(share), decimals=0)}"
            for number, share in zip(found.maps, found.shares, strict=True)
        ]
        self.beside.name_of = lambda tile: f"map {found.of} from {names[tile]}"
        captions = [name.partition(" ")[2] for name in names]
        self.beside.set_tiles(
            found.parts, signed=True, limits="all", total=found.count, captions=captions
        )

    def _words(self, shown: MapsShown) -> str:
        """What the picture is of, in one line."""
        maps = shown.maps
        _, h, w = maps.shape
        is_vector = maps.shape[:2] == (1, 1)
        form = plural(w, "value") if is_vector else f"{plural(len(maps), 'map')} of {h}×{w}"
        words = [self.title_of(shown.node), form, self.moment.words(shown.step)]
        zeros = float((maps == 0).mean())
        if zeros > 0:
            words.append(f"{percent(zeros, decimals=0)} zero")
        return " · ".join(words)

    def _shows_signs(self, shown: MapsShown) -> bool:
        """Whether colors are about zero; a node that had negative values once stays so."""
        before = self._signed and self._shown is not None and self._shown.node == shown.node
        return before or bool(np.nanmin(shown.maps) < 0)

    def _tell_unit(self, words: str) -> None:
        if self._shown is not None:
            self.title.setText(words or self._words(self._shown))

    # ---- what is told -------------------------------------------------------------------

    def _design_changed(self, change: Change) -> None:
        if change.graph or change.data or change.whole:
            self._item = None
        super()._design_changed(change)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Started):
            self.picker.set_count(event.validation_items)
        super()._take_event(event)

    def _take_refusal(self, refused: Refused) -> None:
        if refused.asked == "prediction":
            self.picker.clear_answer()
        super()._take_refusal(refused)


def _item_of(spot: Spot) -> tuple[int, Own | None]:
    """Which item is looked at."""
    return spot.sample, spot.own
