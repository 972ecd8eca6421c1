"""Signal: an item over time, what a layer makes of it, and the sum behind each moment."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from core.explain.signals import FREQUENCY, TIME, Lane, filter_of
from core.questions.exploring import Exploration
from core.questions.particular import ShowSignal, SignalShown
from core.tongue import tr
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.explorer import number_field
from designer.viewers.lanes import Lanes
from designer.viewers.particular import Particular
from designer.viewers.selection import Selection, Spot
from designer.viewers.signal_pages import Reading, axes_page, layer_page, pooling_page
from designer.viewers.signal_words import (
    axes_words,
    limit_words,
    moment_words,
    pool_words,
    span_words,
    sum_words,
)
from designer.viewers.taps_picture import TapsPicture
from designer.viewers.timeline import Timeline
from designer.widgets.color_legend import ColorLegend
from designer.widgets.numbers import value

LAYER, POOLING, AXES = "layer", "pooling", "axes"
_PAGES = ((tr("Layer"), LAYER), (tr("Pooling"), POOLING), (tr("Time or frequency"), AXES))
_FORMS = ((tr("Change"), "change"), (tr("Mean"), "mean"), (tr("Ridge"), "ridge"))
_SIDE = 200  # pixels of the sum beside the lanes
_WIDE = 620  # pixels of the view from which there is room for it
_HOW = tr(
    "Each value stands over the middle of what it sees. Layer: y = Σ w·x + b over the window, after"
    " training, for this one item; solid is what can reach the value, dashed the same with the"
    " padding, and the filter stands under the moments that it meets. Pooling: the largest, or the"
    " mean, of windows that do not overlap; a rest is left out. Time or frequency: one filter of k"
    " taps slid along either axis of the spectrogram (Hann windows of 128 samples, every 32;"
    " 0 is −60 dB or less). Change: the mean of the later taps less that of the earlier ones;"
    " ridge: the middle tap less the mean of the others."
)


class SignalView(Particular):
    """A sound and its lanes. Click or drag to move through time; arrow keys do the same."""

    kind = ShowSignal.kind
    page = "signal"
    doing = tr("Listening")
    watches = ("node", "sample", "own")
    template = "tdnn"
    needs = tr("This view draws sounds and other signals over time. The data here have no time.")

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__(
            selection,
            engine,
            name=tr("Signal"),
            picture="signal",
            sentence=tr("Select a layer of a network on signals to see its maps over time."),
        )
        self._reading: Reading | None = None
        # The row of the spectrogram that is looked at, where maps have none; None: the strongest.
        self._height: float | None = None
        self.which = Choice(tr("Page"), tr("What lies below the item"))
        self.which.offer(_PAGES, LAYER)
        self.item = Choice(tr("Item"), tr("How a wave is drawn"))
        self.item.offer([(tr("Wave"), False), (tr("Spectrogram"), True)], False)
        self.map = number_field("Map", 0, "The map that is looked at", low=0, high=0)
        self.pools = Choice(tr("Pools"), tr("What is left of each window"))
        self.pools.offer([(tr("Largest"), tr("max")), (tr("Mean"), tr("mean"))], "max")
        self.axis = Choice(tr("Axis"), tr("Along which axis the windows lie"))
        self.axis.offer([(tr("Along time"), TIME), (tr("Along frequency"), FREQUENCY)], TIME)
        self.form = Choice(tr("Filter"), tr("The filter that is slid along both axes"))
        self.form.offer(_FORMS, "change")
        self.taps = number_field("Taps", 5, "How long the filter is", low=3, high=31)
        self.taps.setSingleStep(2)
        self.lanes, self.sum = Lanes(), TapsPicture()
        self.legend = ColorLegend()
        self.words = QLabel()
        self.words.setWordWrap(True)
        controls = (
            self.which, self.item, self.map, self.pools, self.axis, self.form, self.taps,
        )  # fmt: skip
        self.lay(self._body(), controls, _HOW)
        self._connect()
        self.follow()

    def _body(self) -> QWidget:
        body = QWidget()
        self._split = QSplitter()
        self._split.addWidget(self.lanes)
        self._split.addWidget(self.sum)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([600, _SIDE])
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self._split, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(self.legend, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(foot)
        return body

    def _connect(self) -> None:
        for choice in (self.which, self.item, self.pools, self.axis, self.form):
            choice.chosen.connect(self._show)
        self.taps.valueChanged.connect(self._odd)
        self.map.valueChanged.connect(lambda channel: self.selection.set(channel=channel))
        self.lanes.pointed.connect(self._point)
        self.lanes.stepped.connect(self._step)

    # ---- questions ----------------------------------------------------------------------

    def fits(self, node: str) -> bool:
        info = self.document.inference.nodes.get(node)
        return info is not None and info.output is not None and len(info.output) > 1

    def lack(self, node: str) -> str:
        return tr(
            "{node} gives no values over time: choose a layer before it.", node=self.title_of(node)
        )

    def question(self, node: str) -> Exploration:
        spot = self.selection.spot
        return ShowSignal(node, spot.sample, spot.item)

    # ---- answers ------------------------------------------------------------------------

    def draw(self, shown: SignalShown) -> None:
        assert shown.found is not None
        if self.selection.spot.own is None and shown.sample != self.selection.spot.sample:
            self.selection.set(sample=shown.sample)
        document = self.document
        self._reading = Reading(
            shown.found, document.design.graph.active, document.inference, shown.asked.node
        )
        self._show()

    def _show(self) -> None:
        """Draw the page that is chosen."""
        reading = self._reading
        if reading is None or reading.node != self.node:
            return
        self._show_controls(reading)
        page, cell = self.which.currentData(), self._cell(reading)
        spectrum = bool(self.item.currentData())
        timeline: Timeline | None
        if page == POOLING:
            timeline = pooling_page(
                reading, cell, spectrum=spectrum, axis=self._pool_axis(reading),
                how=self.pools.currentData(),
            )  # fmt: skip
        elif page == AXES:
            weights = filter_of(self.form.currentData(), self.taps.value())
            timeline = axes_page(reading, self._place(reading, cell), weights)
        else:
            timeline = layer_page(reading, cell, spectrum=spectrum)
        if timeline is None:
            self.words.setText(tr("This item is too short for a spectrogram and a filter on it."))
            return
        self.lanes.set_timeline(timeline)
        self.legend.set_limits(-timeline.limit, timeline.limit, signed=True)
        self._tell(reading, timeline, cell)

    def _show_controls(self, reading: Reading) -> None:
        """Those of the page alone."""
        page = self.which.currentData()
        is_wave = len(reading.item.values) == 1
        self.item.setVisible(page != AXES and is_wave and reading.by_frequency is not None)
        self.map.setVisible(page != AXES)
        self.pools.setVisible(page == POOLING)
        self.axis.setVisible(page == POOLING and len(reading.lanes[0].values) > 1)
        for control in (self.form, self.taps):
            control.setVisible(page == AXES)
        has_sum = page == LAYER and reading.taps((0, 0, 0)) is not None
        self.sum.setVisible(has_sum and self.width() >= _WIDE)
        self.legend.setVisible(self.width() >= _WIDE)
        self.map.blockSignals(True)
        self.map.setMaximum(len(reading.lanes) - 1)
        self.map.setValue(self.selection.spot.channel)
        self.map.blockSignals(False)

    def _tell(self, reading: Reading, timeline: Timeline, cell: tuple[int, int, int]) -> None:
        """The sum, and above it what is looked at."""
        shown: SignalShown = self.shown
        who = (
            tr("item {sample}, class {label}", sample=shown.sample, label=shown.label)
            if shown.label
            else tr("your own item")
        )
        words = [self.title_of(reading.node)]
        page = self.which.currentData()
        if page == AXES:
            self.words.setText(axes_words(timeline))
        else:
            taps = reading.taps(cell)
            self.sum.set_taps(taps)
            told = sum_words(taps) if page == LAYER else pool_words(timeline)
            limit = "" if self.legend.isVisibleTo(self) else limit_words(timeline)
            self.words.setText(f"{told}{limit}")
            lane = reading.lanes[cell[0]]
            number = value(float(lane.values[cell[1], cell[2]]))
            when = moment_words(timeline.place[1], timeline.sampling)
            channel = cell[0]
            words += [
                tr("map {channel} at {when}: {number}", channel=channel, when=when, number=number)
            ]
            seen = reading.seen(cell[1:])
            if seen:
                rows = len(reading.item.values)
                words.append(span_words(seen[0], timeline.sampling, rows=rows))
        self.title.setText(" · ".join([*words, who, self.moment.words(shown.step)]))

    # ---- the one selection --------------------------------------------------------------

    def _cell(self, reading: Reading) -> tuple[int, int, int]:
        """Map, row and column that are selected, within what there is."""
        rows, columns = reading.lanes[0].values.shape
        channel, row, column = self.selection.spot.value
        return (
            min(channel, len(reading.lanes) - 1), min(row, rows - 1), min(column, columns - 1),
        )  # fmt: skip

    def _pool_axis(self, reading: Reading) -> Any:
        return self.axis.currentData() if len(reading.lanes[0].values) > 1 else TIME

    def _place(self, reading: Reading, cell: tuple[int, int, int]) -> tuple[float | None, float]:
        """The row of the spectrogram and the column of the item that are looked at."""
        row, column = reading.lanes[cell[0]].place(cell[1], cell[2])
        return (self._height if len(reading.item.values) == 1 else row), column

    def _point(self, lane: int, row: float, column: float) -> None:
        """Look at the value nearest to a place of the item, in the lane that was clicked."""
        reading = self._reading
        if reading is None:
            return
        channel = self.selection.spot.channel
        if lane >= 0 and self.which.currentData() == LAYER:
            channel = lane
        self._height = row
        at = reading.lanes[min(channel, len(reading.lanes) - 1)].nearest(row, column)
        before = self.selection.spot
        self.selection.set(channel=channel, row=at[0], column=at[1])
        if self.selection.spot == before:
            self._show()  # another frequency of the same value

    def _step(self, lanes: int, rows: int, columns: int) -> None:
        spot = self.selection.spot
        if self._height is not None:
            self._height += rows
        self.selection.set(
            channel=spot.channel + lanes, row=spot.row + rows, column=spot.column + columns
        )

    def _spot_changed(self, before: Spot) -> None:
        super()._spot_changed(before)
        spot = self.selection.spot
        if self.shown is not None and spot.node == before.node and spot.value != before.value:
            self._show()

    def _odd(self, taps: int) -> None:
        """A filter has a middle: of an even number the next one is taken."""
        if taps % 2 == 0:
            self.taps.setValue(taps + 1)
        else:
            self._show()

    # ---- what is saved ------------------------------------------------------------------

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The item, the lanes that are drawn, and the sum behind the chosen value, by name."""
        reading, timeline = self._reading, self.lanes.timeline
        if self.shown is None or reading is None or timeline is None:
            return {}
        found: dict[str, NDArray[Any]] = {"item": timeline.item.values}
        found |= _arrays(timeline.lanes)
        taps = reading.taps(self._cell(reading)) if self.which.currentData() != AXES else None
        if taps is not None:
            found |= {"values": taps.values, "weights": taps.weights, "products": taps.products}
            found["tap_columns"] = taps.columns
        return found

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._reading is not None:
            self._show()  # there may be room for the sum now, or none any more


def _arrays(lanes: tuple[Lane, ...]) -> dict[str, NDArray[Any]]:
    """Equal lanes as one array, others each under its own name."""
    if len({lane.values.shape for lane in lanes}) == 1:
        return {"lanes": np.stack([lane.values for lane in lanes])}
    return {lane.name: lane.values for lane in lanes}
