"""The maps of a layer as tiles, and beside them their gradients or their sources."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.explain.sources import Sources
from core.questions.viewing import MapsShown
from core.tongue import tr
from designer.viewers.strands import Strands
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import percent
from designer.widgets.tiles import Limits

ALONE, GRADIENTS, SOURCES = tr("Maps alone"), tr("Gradients"), tr("Sources")
"""What may stand beside the maps."""


class MapsPage(QWidget):
    """Two mosaics; the right one is hidden where nothing is wanted beside the maps."""

    def __init__(self) -> None:
        super().__init__()
        self.mosaic, self.beside = (
            Mosaic(name=tr("Feature maps")),
            Mosaic(name=tr("Beside the maps")),
        )
        self.mosaic.name_of = tr("map {}").format
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.mosaic, 1)
        row.addWidget(self.beside, 1)
        self.beside.hide()
        self.strands = Strands(self.mosaic.grid, self.beside.grid, self)

    def show_maps(
        self, shown: MapsShown, *, total: int, signed: bool, own_scales: bool, gamma: float
    ) -> None:
        """Show the maps, and what came with them; there are `total` of them."""
        limits: Limits = "tile" if own_scales else "all"
        found = shown.sources if shown.gradients is None else None
        self.strands.show_shares(np.zeros(0, np.float32) if found is None else found.shares)
        self.mosaic.set_tiles(shown.maps, signed=signed, limits=limits, total=total, gamma=gamma)
        if shown.gradients is not None:
            self.beside.name_of = tr("gradient by map {}").format
            self.beside.set_tiles(
                shown.gradients, signed=True, limits=limits, total=total, gamma=gamma
            )
        elif shown.sources is not None:
            self._show_sources(shown.sources, gamma)

    def _show_sources(self, found: Sources, gamma: float) -> None:
        """What each input map adds to the selected one, the strongest first, on one scale."""
        names = [
            tr("map {number} · {share}", number=number, share=percent(float(share), decimals=0))
            for number, share in zip(found.maps, found.shares, strict=True)
        ]
        self.beside.name_of = lambda tile: tr("map {of} from {name}", of=found.of, name=names[tile])
        captions = [name.partition(" ")[2] for name in names]
        self.beside.set_tiles(
            found.parts,
            signed=True,
            limits="all",
            total=found.count,
            captions=captions,
            gamma=gamma,
        )

    def show_lack(self, beside: str, title: str, *, labeled: bool) -> None:
        """Say why the layer `title` has nothing of what is wanted `beside` its maps."""
        if beside == SOURCES:
            self.beside.clear(tr("{title} does not add up maps.", title=title))
        elif beside == GRADIENTS and labeled:
            self.beside.clear(tr("No gradient reaches {title}.", title=title))
        elif beside == GRADIENTS:
            self.beside.clear(tr("An item of your own has no label, so there is no loss to ask."))
