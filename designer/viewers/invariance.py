"""Invariance: what is left of answers and features when pictures are shifted, turned or scaled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QPushButton, QStackedWidget

from core.explain.invariance import REACH
from core.questions.exploring import Exploration, InvarianceShown, ShowInvariance
from core.tongue import tr
from designer.engine.client import Engine
from designer.viewers.choice import Choice
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.selection import Selection
from designer.viewers.words import plural
from designer.widgets.mosaic import Mosaic
from designer.widgets.plot import Plot

_MOVES = (
    (tr("Shift to the right"), "right"),
    (tr("Shift down"), "down"),
    (tr("Turn"), "turn"),
    (tr("Scale"), "scale"),
    (tr("Shift both ways"), "both"),
)
_UNITS = {
    "right": tr("pixels"),
    "down": tr("pixels"),
    "turn": tr("degrees"),
    "scale": tr("times as large"),
}
_HOW = tr(
    "Validation items, spread over all, are moved about their middle (bilinear, black where"
    " nothing was) and go through the network as after training. Right answers and the share that"
    " the right class gets are those of the first Output. Likeness is the cosine between what the"
    " layer gives for the moved and for the unmoved item; all are means over the items. Shifted"
    " both ways, a cell is a shift by up to {reach} pixels down and to the right; the middle is"
    " none.",
    reach=REACH,
)
_CURVES = (
    (tr("right answers"), "right", "accent"),
    (tr("right class"), "share", "validation"),
    (tr("likeness"), "likeness", "good"),
)


class InvarianceView(Explorer):
    """Three curves over the amount of a move, and those of before, dashed, to compare with."""

    kind = ShowInvariance.kind
    page = "invariance"
    doing = tr("Moving")
    watches = ("node",)

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Invariance"),
            picture="invariance",
            sentence=tr("Select a layer to see what it does not mind."),
        )
        self._kept: InvarianceShown | None = None
        self.move = Choice(tr("Move"), tr("How the pictures are moved"))
        self.move.offer(_MOVES, "right")
        self.items = number_field("Items", 64, "How many items are moved", high=4096)
        self.keep = QPushButton(tr("Keep to compare"))
        self.keep.setToolTip(tr("Leave these curves as dashed ones, under those to come"))
        self.keep.setCheckable(True)
        self.plot, self.maps = Plot(name=tr("Invariance")), Mosaic(name=tr("Shifts"))
        self.pages = QStackedWidget()
        for page in (self.plot, self.maps):
            self.pages.addWidget(page)
        self.lay(self.pages, (self.move, self.items, self.keep), _HOW)
        self.move.chosen.connect(self._set_move)
        self.items.valueChanged.connect(self.follow)
        self.keep.toggled.connect(self._keep)
        self.follow()

    # ---- questions ----------------------------------------------------------------------

    def question(self, node: str) -> Exploration:
        return ShowInvariance(node, self.move.currentData(), self.items.value())

    def _set_move(self) -> None:
        self.keep.setChecked(False)  # other amounts cannot be compared with these
        self.follow()

    def _keep(self, on: bool) -> None:
        self._kept = self.shown if on else None
        if self.shown is not None:
            self.draw(self.shown)

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: InvarianceShown) -> None:
        kept = self._kept
        if kept is not None and kept.asked.move != shown.asked.move:
            kept = None
        if shown.asked.move == "both":
            self._draw_maps(shown, kept)
        else:
            self._draw_curves(shown, kept)
        title, moment = self.title_of(shown.asked.node), self.moment.words(shown.step)
        self.title.setText(f"{title} · {plural(shown.found.count, 'item')} · {moment}")

    def _draw_curves(self, shown: InvarianceShown, kept: InvarianceShown | None) -> None:
        """A curve for each figure, and those that were kept."""
        self.pages.setCurrentWidget(self.plot)
        self.plot.clear_curves()
        self.plot.set_labels(_UNITS[shown.asked.move], tr("mean, 0 to 1"))
        for one, more, style in ((kept, tr(" before"), "dash"), (shown, "", "solid")):
            for name, values, color in _figures(one):
                amounts = shown.found.amounts
                self.plot.set_curve(f"{name}{more}", amounts, values, color=color, style=style)
        self.plot.fit()

    def _draw_maps(self, shown: InvarianceShown, kept: InvarianceShown | None) -> None:
        """A tile for each figure, and below them those that were kept."""
        self.pages.setCurrentWidget(self.maps)
        own, before = _figures(shown), _figures(kept)
        names = [name for name, *_ in own] + [tr("{name} before", name=name) for name, *_ in before]
        self.maps.name_of = lambda tile: names[tile]
        self.maps.set_tiles(
            np.stack([values for _, values, _ in (*own, *before)]),
            signed=False,
            columns=len(own),
            limits=(0, 1),
            captions=names,
        )

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The amounts, and what is left at each, by name."""
        if self.shown is None:
            return {}
        found = self.shown.found
        return {
            "amounts": found.amounts,
            "right": found.right,
            "share": found.share,
            "likeness": found.likeness,
        }


def _figures(shown: InvarianceShown | None) -> list[tuple[str, NDArray[np.float64], str]]:
    """What an answer says, by name and with a color; what is not known is left out."""
    if shown is None:
        return []
    figures = ((name, getattr(shown.found, part), color) for name, part, color in _CURVES)
    return [(name, values, color) for name, values, color in figures if not np.isnan(values).all()]
