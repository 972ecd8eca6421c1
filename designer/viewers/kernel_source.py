"""What the kernel of the lab goes over: a still life, the selected item, an image of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from core.explain.still_life import still_life
from core.questions.exploring import Explored, ItemShown, ShowItem
from core.tongue import tr
from designer.engine.desk import Desk
from designer.viewers.choice import Choice
from designer.viewers.own_image import KINDS, pixels_of, read_image
from designer.viewers.selection import Selection, Spot

MOST_SIDE = 256  # pixels of an own image, so that every change is answered at once
_STILL, _ITEM, _OWN = "still life", "item", "own"
_SOURCES = ((tr("Still life"), _STILL), (tr("Selected item"), _ITEM), (tr("Open an image …"), _OWN))


class KernelSource(Choice):
    """Brings the picture that is chosen; the item anew where another one is selected.

    Signals: `brought(pixels)`, (C, H, W) from 0 to 255; `told(sentence)` where there is none.
    """

    brought = Signal(object)
    told = Signal(str)

    def __init__(self, selection: Selection, engine: Desk) -> None:
        super().__init__(tr("Picture"), tr("What the kernel goes over"))
        self._selection, self._engine = selection, engine
        self._source = _STILL
        self.offer(_SOURCES, _STILL)
        self.chosen.connect(self._choose)
        engine.explored.connect(self._take)
        selection.changed.connect(self._spot_changed)

    def open_image(self, path: Path) -> None:
        """Bring an image file."""
        image, trouble = read_image(path)
        if trouble:
            self.told.emit(trouble)
            return
        if max(image.width(), image.height()) > MOST_SIDE:
            image = image.scaled(
                QSize(MOST_SIDE, MOST_SIDE),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        self._source = _OWN
        self.offer(_SOURCES, _OWN)
        self.brought.emit(pixels_of(image, 1 if image.isGrayscale() else 3))

    def _choose(self, source: str) -> None:
        if source == _OWN:
            name, _ = QFileDialog.getOpenFileName(self, tr("Open an image"), "", KINDS)
            self.offer(_SOURCES, self._source)
            if name:
                self.open_image(Path(name))
            return
        self._source = source
        if source == _STILL:
            self.brought.emit(still_life())
        else:
            self._ask_item()

    def _ask_item(self) -> None:
        """The item that all views look at; one's own drawing is here already."""
        own = self._selection.spot.item
        if own is not None and own.ndim == 3 and len(own) in (1, 3):
            low, high = float(own.min()), float(own.max())
            self.brought.emit(np.rint((own - low) / ((high - low) or 1.0) * 255))
        elif self._selection.document.inference.ok:
            self._engine.explore(ShowItem(self._selection.spot.sample))
        else:
            self.told.emit(tr("The network has a problem. Mend it to see its items."))

    def _take(self, shown: Explored) -> None:
        if isinstance(shown, ItemShown) and self._source == _ITEM:
            self.brought.emit(shown.picture)

    def _spot_changed(self, before: Spot) -> None:
        spot = self._selection.spot
        if self._source == _ITEM and (spot.sample, spot.own) != (before.sample, before.own):
            self._ask_item()
