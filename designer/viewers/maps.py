"""The feature maps of a layer: what the network makes of one item, at this layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.layers import Input, Output
from core.messages import DataShown, MapsShown, Predicted, Refused
from core.training.events import Event, Started
from designer.document.change import Change
from designer.document.document import Document
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.bars import ClassBars, Skyline
from designer.viewers.looker import Looker
from designer.viewers.sample import SamplePicker
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import percent


class MapsView(Looker):
    """Maps as a mosaic, vectors as bars, the Output as classes; beside them the item itself.

    An item is looked at in three questions: its picture once, then the maps of the node and what
    the network says to it, again and again while the network learns.
    """

    kind = "maps"

    def __init__(self, document: Document, engine: Engine) -> None:
        super().__init__(
            document,
            engine,
            picture="maps",
            sentence="Select a layer to see what it makes of a picture.",
        )
        self._item: NDArray[np.float32] | None = None  # the item that the picker shows
        self._label = ""
        self._shown: MapsShown | None = None
        self._signed = False
        self.title = ElidedLabel()
        self.title.setProperty("role", "caption")
        self.picker = SamplePicker()
        self.mosaic = Mosaic(name="Feature maps")
        self.mosaic.name_of = "map {}".format
        self.skyline = Skyline(name="Values")
        self.classes = ClassBars()
        self.own_scale = QCheckBox("Own scales")
        self.own_scale.setToolTip("Spread the colors of every map over its own values.")
        self.set_content(self._content())
        self.setAccessibleName("Feature maps")
        self.picker.sample_changed.connect(self._sample_changed)
        self.own_scale.toggled.connect(self._draw_maps)
        self.skyline.hovered.connect(self._tell_unit)
        engine.maps_received.connect(self._take)
        engine.prediction_received.connect(self._take_prediction)
        engine.data_received.connect(self._take_data)
        self.follow()

    def _content(self) -> QWidget:
        self._pages = QStackedWidget()
        for page in (self.mosaic, self.skyline, self.classes):
            self._pages.addWidget(page)
        head = QHBoxLayout()
        head.setSpacing(Tokens.SMALL)
        head.addWidget(self.title, 1)
        head.addWidget(self.own_scale)
        right = QVBoxLayout()
        right.setContentsMargins(0, Tokens.TIGHT, Tokens.TIGHT, 0)
        right.setSpacing(Tokens.TIGHT)
        right.addLayout(head)
        right.addWidget(self._pages, 1)
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
        self.engine.request_maps(self._input if self._item is None else node, self.picker.sample)

    @property
    def _input(self) -> str:
        """The node where items come in."""
        return self.document.design.graph.of_type(Input)[0].id

    def _sample_changed(self) -> None:
        self._item = None
        self.follow()

    # ---- answers ------------------------------------------------------------------------

    def _take(self, shown: MapsShown) -> None:
        self.asking.answered()
        if self._item is None and self.document.inference.ok and shown.node == self._input:
            self._take_item(shown)
        if shown.node != self.node or shown.sample != self.picker.sample or self._item is None:
            self.asking.want(soon=True)
            return
        self._signed = self._shows_signs(shown)
        self._shown = shown
        self.engine.request_prediction(self._item)
        self._draw()
        self.show_content()

    def _take_item(self, shown: MapsShown) -> None:
        """Keep and show the item; numbers beyond the last have started again."""
        self.picker.set_sample(shown.sample)
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
        self.own_scale.setVisible(not is_vector)
        if not is_vector:
            self._pages.setCurrentWidget(self.mosaic)
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
