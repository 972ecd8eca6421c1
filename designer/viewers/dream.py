"""What a map would like best: a picture that climbs the gradient of the map while one watches."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from core.explain.dream import USUAL, Dream, Restraint
from core.explain.patches import patches
from core.layers import Input
from core.messages import Going
from core.questions.exploring import (
    Dreaming,
    DreamShown,
    Exploration,
    Explored,
    PatchesShown,
    PicturesShown,
    ShowDream,
    ShowPatches,
    ShowPictures,
)
from core.tongue import tr
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.dream_settings import DreamSettings, short_words_of, words_of
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.selection import Selection, Spot
from designer.viewers.tools import more_button
from designer.viewers.words import plural
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import localized, value
from designer.widgets.plot import Plot

_NAMES = (tr("naive"), tr("regularized"))
_COLORS = ("training", "validation")
_REAL = 6  # patches of real items


class DreamView(Explorer):
    """Two pictures that grow, naive and regularized, and how much the map likes them."""

    kind = ShowDream.kind
    page = "dream"
    doing = tr("Climbing")
    watches = ("node", "channel")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("What it would like"),
            picture="dream",
            sentence=tr("Select a layer to see what one of its maps would like best."),
        )
        self._dream: Dream | None = None
        self._strongest: PatchesShown | None = None
        self.map = number_field("Map", 0, "The map that is to be excited", low=0, high=65_535)
        self.steps = number_field("Steps", 256, "How often the picture is changed", high=4096)
        self.steps.setSingleStep(64)
        self.seed = number_field("Seed", 0, "Decides the noise at the start", low=0, high=9999)
        self.settings, self.held = DreamSettings(), ElidedLabel()
        self.more = more_button(tr("Decay, blur and jitter of the regularized picture"))
        self.pictures, self.curve = Mosaic(name=tr("Pictures")), Plot(name=tr("Activation"))
        self.pictures.name_of = lambda tile: _NAMES[tile]
        self.curve.set_labels(tr("step"), tr("mean of the map"))
        body = QSplitter()
        body.setChildrenCollapsible(False)
        body.addWidget(self._left())
        body.addWidget(self._right())
        body.setSizes([330, 250])
        controls = (self.map, self.steps, self.seed, self.more, *self.settings.fields)
        self.lay(body, controls, _how(USUAL))
        self.more.toggled.connect(self.settings.show_fields)
        self.settings.changed.connect(self.follow)
        self.map.valueChanged.connect(lambda channel: self.selection.set(channel=channel))
        for field in (self.steps, self.seed):
            field.valueChanged.connect(self.follow)
        self.engine.answer_progressed.connect(self._take_frame)
        self.follow()

    def _left(self) -> QSplitter:
        """The pictures, and below them what excites the map in real items."""
        self.real = Mosaic(name=tr("In real items"), empty=tr("Real items are looked through."))
        self.real.name_of = tr("strongest patch {}").format
        left = QSplitter(Qt.Orientation.Vertical)
        left.setChildrenCollapsible(False)
        left.addWidget(self.pictures)
        left.addWidget(self.real)
        left.setSizes([260, 110])
        self.engine.explored.connect(self._take_real)
        return left

    def _right(self) -> QWidget:
        """The curve, and below it what held the regularized picture back."""
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(Tokens.TIGHT, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.curve, 1)
        column.addWidget(self.held)
        self.held.setProperty("role", "caption")
        return right

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        layer = self.document.design.graph[node].layer
        return info is not None and info.output is not None and not isinstance(layer, Input)

    def lack(self, node: str) -> str:
        return tr(
            "{node} is the picture itself: choose a layer after it.", node=self.title_of(node)
        )

    def question(self, node: str) -> Exploration:
        spot = self.selection.spot
        return ShowDream(
            node,
            spot.channel,
            self.steps.value(),
            self.seed.value(),
            self.settings.restraint,
        )

    def _spot_changed(self, before: Spot) -> None:
        super()._spot_changed(before)
        self._show_map()

    def _show_map(self) -> None:
        info = self.document.inference.nodes.get(self.node)
        self.map.blockSignals(True)
        if info is not None and info.output is not None:
            self.map.setMaximum(info.output[0] - 1)
        self.map.setValue(self.selection.spot.channel)
        self.map.blockSignals(False)

    # ---- answers ------------------------------------------------------------------------

    def _is_wanted(self, shown: DreamShown) -> bool:
        return super()._is_wanted(shown) and shown.asked.channel == self.selection.spot.channel

    def _take_frame(self, going: Going) -> None:
        """A picture on its way."""
        if isinstance(going, Dreaming):
            self._draw_dream(going.dream)
            self.show_content()

    def draw(self, shown: DreamShown) -> None:
        self._show_map()
        self._draw_dream(shown.found)
        who = tr(
            "{node}, map {channel}",
            node=self.title_of(shown.asked.node),
            channel=shown.asked.channel,
        )
        if shown.found.is_silent:
            told = tr("no gradient reaches the picture: the map is silent. Try another seed or map")
        else:
            last = (value(float(one), figures=3) for one in shown.found.values[-1])
            told = tr(
                "{last} after {steps}",
                last=tr(" and ").join(last),
                steps=plural(len(shown.found.values), "step"),
            )
        self.title.setText(f"{who} · {told} · {self.moment.words(shown.step)}")
        restraint = shown.asked.restraint
        self.held.setText(short_words_of(restraint))
        self.tools.set_how(localized(_how(restraint)))
        self._ask_real(shown)

    def _ask_real(self, shown: DreamShown) -> None:
        """Look for the strongest patches, where they are not known of this layer and moment."""
        known = self._strongest
        if known and (known.asked.node, known.step) == (shown.asked.node, shown.step):
            self._ask_pictures(known)
        else:
            self.real.clear(tr("Real items are looked through."))
            self.engine.explore(ShowPatches(shown.asked.node, _REAL))

    def _ask_pictures(self, shown: PatchesShown) -> None:
        items = shown.found.items[self._map_of(shown)]
        self.engine.explore(ShowPictures(tuple(int(item) for item in items)))

    def _map_of(self, shown: PatchesShown) -> int:
        return min(self.selection.spot.channel, len(shown.found.values) - 1)

    def _take_real(self, came: Explored) -> None:
        """The places of the patches first, then the pictures that they are cut from."""
        if isinstance(came, PatchesShown) and came.asked.node == self.node:
            self._strongest = came
            self._ask_pictures(came)
        shown, known = self._strongest, self.document.inference.nodes.get(self.node)
        if not isinstance(came, PicturesShown) or shown is None or known is None:
            return
        channel, found = self._map_of(shown), shown.found
        if came.asked.items != tuple(found.items[channel].tolist()):
            return
        cells = [(channel, place) for place in range(found.values.shape[1])]
        field = known.receptive if known.output and len(known.output) == 3 else None
        cut = patches(came.pictures, found, cells, field)
        colors = np.broadcast_to(cut, (len(cut), 3, *cut.shape[2:])).transpose(0, 2, 3, 1)
        captions = [value(float(one), figures=2) for one in found.values[channel]]
        self.real.set_tiles(colors, signed=False, captions=captions)

    def _draw_dream(self, found: Dream) -> None:
        self._dream = found
        pictures, channels = found.pictures, found.pictures.shape[1]
        captions = _NAMES
        if pictures.ndim == 4 and channels == 3:
            colors = pictures.transpose(0, 2, 3, 1)
        elif pictures.ndim == 4:
            mean = pictures.mean(axis=1, keepdims=True)
            colors = np.broadcast_to(mean, (2, 3, *mean.shape[2:])).transpose(0, 2, 3, 1)
        else:  # a signal or a vector has no picture: its values as rows
            rows = pictures.reshape(2, -1, pictures.shape[-1])
            self.pictures.set_tiles(rows, signed=False, limits=(0, 1), captions=captions)
            colors = None
        if colors is not None:
            self.pictures.set_tiles(colors, signed=False, columns=2, captions=captions)
        steps = np.arange(1, len(found.values) + 1)
        for name, values, color in zip(_NAMES, found.values.T, _COLORS, strict=True):
            self.curve.set_curve(name, steps, values, color=color)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The pictures (naive, regularized; values 0 to 1), the activation at each step, and with
        which seed and what restraint they were made, once they are done.
        """
        if self._dream is None:
            return {}
        found = {"pictures": self._dream.pictures, "activation": self._dream.values}
        if self.shown is None or self.shown.found is not self._dream:
            return found
        asked = self.shown.asked
        made = {"seed": asked.seed, **asdict(asked.restraint)}
        return found | {name: np.array(one) for name, one in made.items()}


def _how(restraint: Restraint) -> str:
    """How the pictures are computed."""
    return tr(
        "x ← x + rate · g/√mean(g²), g the gradient of the mean of the map by the picture, as after"
        " training, from faint noise around gray; values stay in the range of the data."
        " Regularized: {words}. It is a heuristic: another seed gives another picture. Below stand"
        " the patches of validation items that excite the map most, with the value of the cell.",
        words=words_of(restraint),
    )
