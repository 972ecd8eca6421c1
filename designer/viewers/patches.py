"""Strongest patches: the parts of real items that excite a map most, or least."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.patches import Strongest, patches
from core.questions.exploring import (
    Exploration,
    Explored,
    PatchesShown,
    PicturesShown,
    ShowPatches,
    ShowPictures,
)
from core.tongue import tr
from designer.engine.client import Engine
from designer.viewers.choice import Choice
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.selection import Selection, Spot
from designer.viewers.words import plural
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import value

_ENDS = ("strongest", "weakest", "random")
_MOST_MAPS = 64  # whose best patch is shown
_HOW = tr(
    "Every validation item goes through the network once, as after training, and of each map the"
    " cell with the largest (or smallest) value is kept, one in an item. A patch is what that cell"
    " can see: its receptive field, cut out of the item. Where the field is as large as the item,"
    " it is the whole item. The number is the value of the cell. Random: cells drawn by chance in"
    " items drawn by chance, to see whether the strongest ones have something of their own."
)


class PatchesView(Explorer):
    """Patches of the selected map, or the best one of each map; a click selects item and cell."""

    kind = ShowPatches.kind
    page = "patches"
    doing = tr("Looking through the items")
    watches = ("node",)

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Strongest patches"),
            picture="patches",
            sentence=tr("Select a layer to see what excites its maps."),
        )
        self._wanted: list[tuple[int, int]] = []  # map and place of each patch to be shown
        self._cells = self._wanted  # of those that are
        self._found: Strongest | None = None  # what those are of
        self._patches: NDArray[np.float32] | None = None
        self.which = Choice(tr("Maps"), tr("The patches of one map, or the best one of each map"))
        self.which.offer([(tr("Selected map"), False), (tr("Each map"), True)], False)
        self.ends = Choice(tr("Ends"), tr("Which end of the values"))
        self.ends.offer([(tr(end.capitalize()), end) for end in _ENDS], _ENDS[0])
        self.map = number_field("Map", 0, "The map that is looked at", low=0, high=0)
        self.mosaic = Mosaic(name=tr("Strongest patches"), empty=tr("The network is asked."))
        self.mosaic.name_of = self._name
        self.lay(self.mosaic, (self.map, self.which, self.ends), _HOW)
        self.which.chosen.connect(self._show)
        self.ends.chosen.connect(self.follow)
        self.map.valueChanged.connect(lambda channel: self.selection.set(channel=channel))
        self.mosaic.tile_clicked.connect(self._choose)
        self.engine.explored.connect(self._take_pictures)
        self.follow()

    # ---- questions ----------------------------------------------------------------------

    def question(self, node: str) -> Exploration:
        end = self.ends.currentData()
        return ShowPatches(node, largest=end == "strongest", random=end == "random")

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: PatchesShown) -> None:
        self.map.setMaximum(len(shown.found.values) - 1)
        self._show()

    def _show(self) -> None:
        """Ask for the pictures that the patches are cut from."""
        shown: PatchesShown | None = self.shown
        if shown is None:
            return
        found, channel = shown.found, self.selection.spot.channel
        maps, places = found.values.shape
        if self.which.currentData():
            self._wanted = [(one, 0) for one in range(min(maps, _MOST_MAPS))]
        else:
            self._wanted = [(min(channel, maps - 1), place) for place in range(places)]
        self._show_map()
        items = tuple(int(found.items[cell]) for cell in self._wanted)
        self.engine.explore(ShowPictures(items))

    def _show_map(self) -> None:
        self.map.blockSignals(True)
        self.map.setValue(self.selection.spot.channel)
        self.map.blockSignals(False)
        self.map.setEnabled(not self.which.currentData())

    def _take_pictures(self, came: Explored) -> None:
        shown: PatchesShown | None = self.shown
        if not isinstance(came, PicturesShown) or shown is None:
            return
        found = shown.found
        items = tuple(int(found.items[cell]) for cell in self._wanted)
        if came.asked.items != items or shown.asked.node not in self.document.inference.nodes:
            return
        known = self.document.inference.nodes[shown.asked.node]
        field = known.receptive if known.output and len(known.output) == 3 else None
        self._cells, self._found = self._wanted, found
        self._patches = patches(came.pictures, found, self._cells, field)
        colors = np.broadcast_to(self._patches, (len(items), 3, *self._patches.shape[2:]))
        captions = [value(float(found.values[cell]), figures=2) for cell in self._cells]
        total = len(found.values) if self.which.currentData() else None
        self.mosaic.set_tiles(
            colors.transpose(0, 2, 3, 1), signed=False, captions=captions, total=total
        )
        self.title.setText(self._words(shown, self._patches.shape[2:]))
        self._ring()

    def _words(self, shown: PatchesShown, size: tuple[int, ...]) -> str:
        title, end = self.title_of(shown.asked.node), self.ends.currentText().lower()
        who = (
            tr("each map")
            if self.which.currentData()
            else tr("map {channel}", channel=self.selection.spot.channel)
        )
        over = plural(shown.items, "item")
        moment = self.moment.words(shown.step)
        return tr(
            "{title}, {who} · {end} of {over} · patches of {size}×{size2} · {moment}",
            title=title,
            who=who,
            end=end,
            over=over,
            size=size[0],
            size2=size[1],
            moment=moment,
        )

    def _name(self, tile: int) -> str:
        assert self._found is not None
        cell, found = self._cells[tile], self._found
        place = tr(
            "row {row}, column {column} of map {cell}",
            row=found.rows[cell],
            column=found.columns[cell],
            cell=cell[0],
        )
        return tr(
            "item {item}, {place}: {float}",
            item=found.items[cell],
            place=place,
            float=value(float(found.values[cell])),
        )

    # ---- the one selection --------------------------------------------------------------

    def _choose(self, tile: int) -> None:
        """Select the item and the cell, for all views."""
        assert self._found is not None
        cell, found = self._cells[tile], self._found
        self.selection.set(
            sample=int(found.items[cell]),
            channel=cell[0],
            row=int(found.rows[cell]),
            column=int(found.columns[cell]),
        )
        self._ring()

    def _ring(self) -> None:
        """A ring around the patch of the item and map that all views look at."""
        spot, found = self.selection.spot, self._found
        if found is None:
            return
        here = [
            tile
            for tile, cell in enumerate(self._cells)
            if spot.own is None and (found.items[cell], cell[0]) == (spot.sample, spot.channel)
        ]
        self.mosaic.select(here[0] if here else -1)

    def _spot_changed(self, before: Spot) -> None:
        super()._spot_changed(before)
        spot = self.selection.spot
        if self.shown is None or spot.node != before.node:
            return
        if spot.channel != before.channel and not self.which.currentData():
            self._show()
        else:
            self._ring()

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The patches that are shown, and of all maps the values and where they are, by name."""
        if self.shown is None or self._patches is None:
            return {}
        found = self.shown.found
        places = {"items": found.items, "rows": found.rows, "columns": found.columns}
        return {"patches": self._patches, "values": found.values, **places}
