"""The pictures of a saliency method: with a sign and without, of learned and of random weights."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.explain.gradcam import GradCam
from core.questions.viewing import SaliencyShown
from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.mosaic import Mosaic
from designer.widgets.numbers import value

MOST_MAPS = 12  # of those that Grad-CAM is made of


class Sights(QWidget):
    """Two pairs of pictures, and for Grad-CAM the maps with their weights.

    Signals: `map_chosen(channel)`.
    """

    map_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.signed = Mosaic(name=tr("For and against"))
        self.unsigned = Mosaic(name=tr("How much"))
        self.maps = Mosaic(name=tr("Maps of Grad-CAM"))
        self._order: list[int] = []
        self.maps.name_of = lambda tile: tr("map {order}", order=self._order[tile])
        self.maps.tile_clicked.connect(lambda tile: self.map_chosen.emit(self._order[tile]))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.MEDIUM)
        for mosaic in (self.signed, self.unsigned, self.maps):
            row.addWidget(mosaic, 1)
        for mosaic in (self.signed, self.unsigned):
            mosaic.legend.setToolTip(tr("Limits of the colors: learned weights | random weights"))
        self.maps.hide()

    def show_sights(self, shown: SaliencyShown) -> None:
        """Draw an answer; each picture has limits of its own, printed in the same order."""
        signed = np.stack([shown.sight.signed, shown.random.signed])
        unsigned = np.stack([shown.sight.unsigned, shown.random.unsigned])
        names = _names(shown)
        for mosaic in (self.signed, self.unsigned):
            mosaic.name_of = lambda tile: names[tile]
        self.signed.set_tiles(signed, signed=True, columns=2, captions=names)
        self.unsigned.set_tiles(unsigned, signed=False, columns=2, captions=names)
        limits = [f"±{_short(np.abs(one).max())}" for one in signed]
        self.signed.legend.set_words("", " | ".join(limits), signed=True)
        limits = [f"{_short(one.min())}–{_short(one.max())}" for one in unsigned]
        self.unsigned.legend.set_words("", " | ".join(limits), signed=False)
        self.maps.setVisible(shown.cam is not None)
        if shown.cam is not None:
            self._show_maps(shown.cam)

    def _show_maps(self, cam: GradCam) -> None:
        """The maps that count most first, each with its weight."""
        self._order = np.argsort(-np.abs(cam.weights), kind="stable")[:MOST_MAPS].tolist()
        self.maps.set_tiles(
            cam.maps[self._order],
            signed=bool(cam.maps.min() < 0),
            limits="all",
            captions=[_short(cam.weights[at]) for at in self._order],
        )


def _names(shown: SaliencyShown) -> tuple[str, str]:
    """What the two pictures are of."""
    if shown.against < 0:
        return (tr("learned"), tr("random"))
    return (shown.names[shown.choice], shown.names[shown.against])


def _short(number: float) -> str:
    return value(float(number), figures=2)
