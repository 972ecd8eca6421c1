"""Changed weights: type another weight or swap two units, and see what the network makes of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedWidget

from core.explain.operation import Cut, Paint, Swap, can_be_cut
from core.questions.exploring import Exploration
from core.questions.layers import OperationShown, ShowOperation
from core.tongue import tr
from designer.engine.client import Engine
from designer.viewers.bars import ClassBars, Skyline
from designer.viewers.explorer import Explorer, number_field
from designer.viewers.selection import Selection, Spot
from designer.viewers.words import plural, worth_words
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.mosaic import Mosaic
from designer.widgets.number_grid import NumberGrid
from designer.widgets.numbers import value

_HOW = tr(
    "The changed weights are in the network for the time of a forward pass and are taken out"
    " again: nothing is learned or kept. A swap exchanges two units with their biases. Before and"
    " after are the mean loss and the share of right answers over the same validation items, as"
    " after training; the maps and the answer are those of the item that all views look at."
)
_WIDEST = 220  # pixels that the grid keeps for itself


class OperationView(Explorer):
    """The weights of a unit as a grid to type in, its map before and after, and the answer."""

    kind = ShowOperation.kind
    page = "operation"
    doing = tr("Asking")
    watches = ("node", "channel", "sample")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Change weights"),
            picture="surgery",
            sentence=tr("Select a convolution or a dense layer to change its weights."),
        )
        self._cuts: tuple[Cut, ...] = ()
        self.unit = number_field("Unit", 0, "The filter or unit that is shown", low=0, high=0)
        self.plane = number_field("Input map", 0, "The input map it looks at", low=0, high=0)
        self.items = number_field("Items", 256, "How many validation items are asked", high=9999)
        self.items.setSingleStep(64)
        self.other = number_field("Other", 0, "The unit to swap with", low=0, high=0)
        self.swap, self.undo = QPushButton(tr("Swap")), QPushButton(tr("Take back"))
        self.swap.setToolTip(tr("Let the unit and the other one take each other's place"))
        self.undo.setToolTip(tr("Take the last change back"))
        self.grid, self.maps = NumberGrid(name=tr("Weights")), Mosaic(name=tr("Before and after"))
        self.grid.set_editable(True)
        self.maps.name_of = lambda tile: ("before", "after")[tile]
        self.bars, self.skyline = ClassBars(), Skyline()
        self._answers = QStackedWidget()
        for page in (self.bars, self.skyline):
            self._answers.addWidget(page)
        controls = (self.unit, self.plane, self.other, self.swap, self.undo, self.items)
        self.lay(self._body(), controls, _HOW)
        self._connect()
        self.follow()

    def _body(self) -> QSplitter:
        body = QSplitter()
        body.setChildrenCollapsible(False)
        for part in (self.grid, self.maps, self._answers):
            body.addWidget(part)
        body.setSizes([220, 240, 200])
        return body

    def _connect(self) -> None:
        self.unit.valueChanged.connect(lambda unit: self.selection.set(channel=unit))
        for field in (self.plane, self.items):
            field.valueChanged.connect(self.follow)
        self.grid.value_typed.connect(self._type)
        self.grid.cell_chosen.connect(self._mark)
        self.swap.clicked.connect(self._swap)
        self.undo.clicked.connect(lambda: self._set_cuts(self._cuts[:-1]))

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        shapes = {name: one.shape for name, one in info.weights.items()} if info else {}
        return can_be_cut(shapes)

    def lack(self, node: str) -> str:
        return tr("{node} has no units whose weights can be typed.", node=self.title_of(node))

    def question(self, node: str) -> Exploration:
        spot = self.selection.spot
        return ShowOperation(
            node, spot.channel, self.plane.value(), self._cuts, self.items.value(), spot.sample
        )

    def _set_cuts(self, cuts: tuple[Cut, ...]) -> None:
        self._cuts = cuts
        self.undo.setEnabled(bool(cuts))
        self.follow()

    def _type(self, row: int, column: int, number: float) -> None:
        sheet = np.array(self.grid.numbers.values)
        sheet[row, column] = number
        self._show_sheet(sheet, (row, column))
        paint = Paint(self.selection.spot.channel, self.plane.value(), row, column, number)
        self._set_cuts((*self._cuts, paint))

    def _swap(self) -> None:
        unit, other = self.selection.spot.channel, self.other.value()
        if unit == other:
            self.title.setText(tr("Choose another unit to swap with."))
            return
        self._set_cuts((*self._cuts, Swap(unit, other)))

    def _spot_changed(self, before: Spot) -> None:
        if self.selection.spot.node != before.node:
            self._cuts = ()
            self.undo.setEnabled(False)
        super()._spot_changed(before)

    # ---- answers ------------------------------------------------------------------------

    def _is_wanted(self, shown: OperationShown) -> bool:
        wanted = super()._is_wanted(shown) and shown.asked.cuts == self._cuts
        return wanted and shown.asked.unit == self.selection.spot.channel

    def draw(self, shown: OperationShown) -> None:
        units, inputs = shown.size
        for field, count, at in (
            (self.unit, units, shown.asked.unit),
            (self.other, units, self.other.value()),
            (self.plane, inputs, shown.asked.plane),
        ):
            field.blockSignals(True)
            field.setMaximum(count - 1)
            field.setValue(at)
            field.blockSignals(False)
        self.undo.setEnabled(bool(self._cuts))
        self._show_sheet(shown.sheet, self.grid.marks.cell())
        signed = bool((shown.maps < 0).any())
        self.maps.set_tiles(
            shown.maps, signed=signed, columns=2, limits="all", captions=("before", "after")
        )
        self.title.setText(self._words(shown))
        if math.isnan(shown.found.before.accuracy):
            self._answers.setCurrentWidget(self.skyline)
            self.skyline.set_values(shown.said_after)
            return
        self._answers.setCurrentWidget(self.bars)
        label = shown.names.index(shown.label) if shown.label in shown.names else -1
        self.bars.set_answer(shown.said_after, shown.names, label=label)

    def _show_sheet(self, sheet: NDArray[Any], cell: tuple[int, int]) -> None:
        h, w = sheet.shape
        limit = float(np.abs(sheet).max(initial=0.0)) or 1.0
        numbers = Numbers(
            np.asarray(sheet, np.float64), np.zeros(sheet.shape, np.int8), low=-limit, high=limit
        )
        row, column = min(cell[0], h - 1), min(cell[1], w - 1)
        marks = GridMarks(np.array([row]), np.array([column]))
        self.grid.set_numbers(
            numbers, marks, title=tr("unit {channel}", channel=self.selection.spot.channel)
        )
        self.grid.setMinimumWidth(min(self.grid.wanted_width(), _WIDEST))

    def _mark(self, row: int, column: int) -> None:
        """The cell that keys go to."""
        self._show_sheet(self.grid.numbers.values, (row, column))

    def _words(self, shown: OperationShown) -> str:
        """What it was worth, what it is worth now, and what was changed last."""
        found = shown.found
        words = [f"{self.title_of(shown.asked.node)}: {worth_words(found.before)}"]
        if self._cuts:
            after, changes = worth_words(found.after), plural(len(self._cuts), "change")
            words.append(tr("{after} with {changes}", after=after, changes=changes))
            words.append(_named(self._cuts[-1]))
        return " · ".join([*words, plural(found.count, "item"), self.moment.words(shown.step)])

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The weights that are shown, the maps, what is said, and the worth, by name."""
        if self.shown is None:
            return {}
        shown = self.shown
        pairs = [(one.loss, one.accuracy) for one in (shown.found.before, shown.found.after)]
        return {
            "weights": shown.sheet,
            "maps": shown.maps,
            "said": shown.said,
            "said_after": shown.said_after,
            "before_and_after": np.array(pairs),
        }


def _named(one: Cut) -> str:
    """A change in words."""
    if isinstance(one, Swap):
        return tr("last: units {unit} and {other} swapped", unit=one.unit, other=one.other)
    place = tr(
        "unit {unit}, row {row}, column {column}", unit=one.unit, row=one.row, column=one.column
    )
    return tr("last: {place} = {value}", place=place, value=value(one.value, figures=3))
