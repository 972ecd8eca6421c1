"""Simple and complex cells: what they are shown, the sum that they make, how they fire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.explain.cortex import (
    MOST_SHIFT,
    PEAK,
    Cell,
    Tuning,
    cell,
    over_angle,
    over_place,
    rate,
    spikes,
    summed,
)
from core.explain.stimulus import Stimulus, pictures
from core.messages import Refused
from core.questions.cortex import FieldsShown, ShowFields
from core.questions.exploring import Explored
from core.tongue import tr
from core.training.events import EpochDone, Event, Finished
from designer.engine.client import Engine
from designer.engine.desk import Desk
from designer.viewers.asking import Asking
from designer.viewers.choice import Choice
from designer.viewers.cortex_layout import CellsLayout, page_of
from designer.viewers.cortex_words import KINDS, other_words, sum_words, train_words
from designer.viewers.explorer import number_field
from designer.viewers.selection import Selection, Spot
from designer.viewers.slider_field import SliderField
from designer.viewers.spike_raster import SpikeRaster, Train
from designer.viewers.stimulus_pad import StimulusPad
from designer.viewers.tools import ViewTools, more_button
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.mosaic import Mosaic
from designer.widgets.plot import Plot
from designer.widgets.seen import Seen

_OWN = "own"
_FIELDS = (
    (tr("Line cell"), "line"),
    (tr("Edge cell"), "edge"),
    (tr("On-center cell"), "on"),
    (tr("Off-center cell"), "off"),
    (tr("Filter of the network"), _OWN),
)
_MAX, _ENERGY = "max", "energy"
_COMPLEX = ((tr("C: most nearby"), _MAX), (tr("C: energy"), _ENERGY))
_TURNING = ("line", "edge")  # fields that have an angle, and a partner for the energy
_TRIALS = 12
_START = 45.0  # degrees
_S, _C = "training", "validation"  # colors
_HOW = tr(
    "s = Σ f·x / Σ|f| over the field f of the simple cell (S), in the middle; x is light above or"
    " below gray, −1 to 1. Rates are 100 · max(0, s) spikes a second. The complex cell (C) takes"
    " the largest s of equal simple cells up to its reach away, each way, or the energy √(s² +"
    " t²), where t is the same field a quarter of a wave on. Curves give the rate at every 5°, and"
    " at every half cell at right angles to the stimulus, with the same noise. Spikes are drawn by"
    " chance (Poisson), {trials} trials of a second for each cell; the seed repeats them. It is a"
    " model: the rate 100 is chosen, and real cells saturate, tire and fire without light. A"
    " filter of the network is added up over its input maps, without its bias; line and edge are"
    " Gabor's functions, the centers differences of two Gaussians.",
    trials=_TRIALS,
)


class CellsPage(QWidget):
    """A stimulus, the field of a simple cell, and what it and a complex cell make of it.

    `title` and `tools` lie in the head of the lab.
    """

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__()
        self.selection, self.document = selection, selection.document
        self.engine = Desk(engine, self)
        self.stimulus, self.cell = Stimulus(angle=_START), cell("line", _START)
        self.tunings: tuple[Tuning, Tuning] | None = None
        self._fields: FieldsShown | None = None
        self._told = ""  # why there is no filter of the network
        self._quiet = False  # while sliders follow what was done elsewhere
        self._make_controls()
        self._make_pictures()
        self._lay()
        self._connect(engine)
        self.asking = Asking(self._ask, self)
        self.seen = Seen(self)
        self.seen.changed.connect(self.asking.set_seen)
        self.seen.changed.connect(lambda seen: self.refresh() if seen else None)

    # ---- parts --------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.kinds = Choice(tr("Stimulus"), tr("What the cells are shown"))
        self.kinds.offer(KINDS, "bar")
        self.angle = SliderField(
            tr("Angle"),
            _START,
            tr("How bar and edge lie, counterclockwise from level"),
            low=0,
            high=180,
            unit="°",
        )
        self.place = SliderField(
            tr("Position"),
            0,
            tr("Cells from the middle, at right angles to the stimulus"),
            low=-12,
            high=12,
            step=0.5,
        )
        self.width_of = SliderField(
            tr("Width"), 3, tr("Cells across a bar or a spot"), low=1, high=9, step=0.5
        )
        self.contrast = SliderField(
            tr("Contrast"), 1, tr("Light above gray, or dark below"), low=-1, high=1, step=0.05
        )
        self.noise = SliderField(
            tr("Noise"),
            0,
            tr("Standard deviation of noise on every cell"),
            low=0,
            high=1,
            step=0.05,
        )
        self.seed = number_field("Seed", 0, "Decides noise and spikes", low=0, high=9999)
        self.fields = Choice(tr("Simple cell"), tr("The field of the simple cell"))
        self.fields.offer(_FIELDS, "line")
        self.turn = SliderField(
            tr("Field"),
            _START,
            tr("How the field of the simple cell lies"),
            low=0,
            high=180,
            unit="°",
        )
        self.filter = number_field("Filter", 0, "Which filter of the network", low=0, high=65_535)
        self.complexes = Choice(
            tr("Complex cell"), tr("How the complex cell is made of simple ones")
        )
        self.complexes.offer(_COMPLEX, _MAX)
        self.reach = SliderField(
            tr("Reach"),
            4,
            tr("How far away, in cells, the complex cell asks simple ones"),
            low=0,
            high=MOST_SHIFT,
        )
        self.more = more_button(tr("Width, contrast and noise, and how the complex cell is made"))

    def _make_pictures(self) -> None:
        self.pad, self.raster = StimulusPad(), SpikeRaster()
        self.field = Mosaic(name=tr("Field of the simple cell"))
        self.field.name_of = lambda tile: "field"
        self.by_angle, self.by_place = (
            Plot(name=tr("Over the angle")),
            Plot(name=tr("Over the position")),
        )
        self.by_angle.set_labels(tr("angle, degrees"), tr("spikes a second"))
        self.by_place.set_labels(tr("position, cells"), tr("spikes a second"))
        self.title, self.kind_words = ElidedLabel(), ElidedLabel()
        for label in (self.title, self.kind_words):
            label.setProperty("role", "caption")

    def _lay(self) -> None:
        plots = (self.by_angle, self.by_place)
        body = CellsLayout(self.pad, self.field, self.raster, plots, caption=self.kind_words)
        self.tools = ViewTools(tr("Cortex lab"), "cortex", picture=body, numbers=self.numbers)
        self.tools.set_how(_HOW)
        controls: Sequence[QWidget] = (
            self.kinds, self.angle, self.place, self.fields, self.turn, self.filter,
            self.more, *self._further,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page_of(controls, body, self.kind_words, self.tools.how))
        self._show_more(False)
        self._show_what_counts()

    @property
    def _further(self) -> Sequence[QWidget]:
        """The controls that come when they are asked for."""
        return (self.width_of, self.contrast, self.noise, self.seed, self.complexes, self.reach)

    def _show_more(self, on: bool) -> None:
        for control in self._further:
            control.setVisible(on)

    def _connect(self, engine: Engine) -> None:
        self.more.toggled.connect(self._show_more)
        for choice in (self.kinds, self.complexes):
            choice.chosen.connect(self._set)
        self.fields.chosen.connect(self._choose_field)
        for slider in (self.angle, self.width_of, self.contrast, self.noise, self.turn, self.reach):
            slider.changed.connect(self._set)
        self.place.changed.connect(self._set_place)
        for field in (self.seed, self.filter):
            field.valueChanged.connect(self._set)
        self.pad.moved.connect(self._move)
        self.pad.turned.connect(lambda more: self.angle.set_number(self._turned(more)))
        self.engine.explored.connect(self._take)
        self.engine.request_refused.connect(self._take_refusal)
        self.engine.forgot.connect(self._lose)
        engine.event_received.connect(self._take_event)
        self.selection.changed.connect(self._spot_changed)
        self.document.design_changed.connect(self._design_changed)

    # ---- what is set --------------------------------------------------------------------

    def _set(self, *_: object) -> None:
        """Read all controls but the position, which belongs to the direction it is across."""
        if self._quiet:
            return
        self.stimulus = replace(
            self.stimulus,
            kind=self.kinds.currentData(),
            angle=self.angle.number(),
            width=self.width_of.number(),
            contrast=self.contrast.number(),
            noise=self.noise.number(),
            seed=self.seed.value(),
        )
        self.refresh()

    def _set_place(self) -> None:
        if not self._quiet:
            self.stimulus = self.stimulus.moved(self.place.number())
            self.refresh()

    def _move(self, x: float, y: float) -> None:
        self.stimulus = replace(self.stimulus, x=x, y=y)
        self.refresh()

    def _turned(self, more: float) -> float:
        """Half a turn later a line lies as before."""
        return (self.angle.number() + more) % 180

    def _choose_field(self, name: str) -> None:
        self._show_what_counts()
        if name == _OWN:
            self.asking.want(soon=True)
        self.refresh()

    def _show_what_counts(self) -> None:
        """Only what changes something is offered."""
        name = self.fields.currentData()
        self.turn.setVisible(name in _TURNING)
        self.filter.setVisible(name == _OWN)
        self.complexes.setEnabled(name in _TURNING)
        self.reach.setEnabled(not self._by_energy)

    @property
    def _by_energy(self) -> bool:
        turning = self.fields.currentData() in _TURNING
        return turning and self.complexes.currentData() == _ENERGY

    def _made(self) -> Cell | None:
        """The cell that is chosen; None while no filter of the network is known."""
        name, radius = self.fields.currentData(), round(self.reach.number())
        if name != _OWN:
            return cell(name, self.turn.number(), radius=radius, energy=self._by_energy)
        if self._fields is None:
            return None
        number = min(self.filter.value(), len(self._fields.fields) - 1)
        return Cell(self._fields.fields[number], radius)

    # ---- the network's filters ----------------------------------------------------------

    def _ask(self) -> bool:
        if self.fields.currentData() != _OWN:
            return False
        if not self.document.inference.ok:
            self._told = tr("The network has a problem. Mend it to use its filters.")
            self.refresh()
            return False
        self.engine.explore(ShowFields())
        return True

    def _take(self, shown: Explored) -> None:
        if not isinstance(shown, FieldsShown):
            return
        self.asking.answered()
        self._fields, self._told = shown, ""
        self.filter.setMaximum(len(shown.fields) - 1)
        self.refresh()

    def _take_refusal(self, refused: Refused) -> None:
        if refused.asked == ShowFields.kind:
            self.asking.answered()
            self._fields, self._told = None, refused.sentence
            self.refresh()

    def _lose(self) -> None:
        """No answer will come any more."""
        if self.asking.waiting:
            self.asking.lost()
            self._told = tr("The engine ended before it answered. Choose the cell once more.")
            self.refresh()

    def _take_event(self, event: Event) -> None:
        if isinstance(event, EpochDone | Finished):
            self.asking.want()

    def _design_changed(self, *_: object) -> None:
        self._fields = None
        self.asking.settle()

    def _spot_changed(self, before: Spot) -> None:
        """A filter of the same layer that is chosen elsewhere is taken here."""
        spot = self.selection.spot
        if self._fields is not None and spot.node == self._fields.node:
            self.filter.setValue(spot.channel)

    # ---- drawing ------------------------------------------------------------------------

    def refresh(self) -> None:
        """Compute everything anew and show it, where somebody looks."""
        self._show_what_counts()
        if not self.seen.is_seen:
            return
        made = self._made()
        if made is None:
            self._show_nothing()
            return
        self.cell = made
        self._follow()
        seen = pictures([self.stimulus], made.size)
        at = (self.stimulus.x, self.stimulus.y)
        reach = 0 if made.partner is not None else made.radius
        self.pad.show_picture(seen[0], field=made.filter.shape, reach=reach, at=at)
        self.field.set_tiles(made.filter[None], signed=True)
        self.tunings = over_angle(made, self.stimulus), over_place(made, self.stimulus)
        self._draw_curves(self.tunings)
        parts, most = summed(made, seen[0]), float(made.complex(seen)[0])
        self._draw_spikes(parts.response, most)
        self.title.setText(sum_words(parts, most, self.tunings))
        self.kind_words.setText(other_words(made, self.stimulus))

    def _show_nothing(self) -> None:
        self.tunings = None
        for plot in (self.by_angle, self.by_place):
            plot.clear_curves()
            plot.clear_marks()
        self.field.clear(self._told or tr("Waiting for the filters of the network …"))
        self.raster.set_trains(())
        self.title.setText(self._told)
        self.kind_words.setText("")

    def _follow(self) -> None:
        """Let the sliders stand where the stimulus is."""
        self._quiet = True
        self.place.set_number(self.stimulus.across)
        self._quiet = False

    def _draw_curves(self, tunings: tuple[Tuning, Tuning]) -> None:
        here = (self.stimulus.angle, self.stimulus.across)
        for plot, tuning, at in zip((self.by_angle, self.by_place), tunings, here, strict=True):
            for name, values, color in (("S", tuning.simple, _S), ("C", tuning.complex, _C)):
                plot.set_curve(name, tuning.at, PEAK * values, color=color)
            plot.clear_marks()
            plot.mark(at, "")

    def _draw_spikes(self, simple: float, most: float) -> None:
        trains = []
        for number, (name, response, color) in enumerate((("S", simple, _S), ("C", most, _C))):
            often = rate(response)
            words = train_words(name, often, _TRIALS)
            seed = 2 * self.seed.value() + number
            trains.append(Train(words, color, spikes(often, trials=_TRIALS, seed=seed)))
        self.raster.set_trains(trains)

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The stimulus, the field, both curves, and the spikes as (cell, trial, time)."""
        if self.tunings is None:
            return {}
        angle, place = self.tunings
        seen = pictures([self.stimulus], self.cell.size)
        responses = (float(self.cell.simple(seen)[0]), float(self.cell.complex(seen)[0]))
        rows = [
            (number, trial, time)
            for number, response in enumerate(responses)
            for trial, times in enumerate(
                spikes(rate(response), trials=_TRIALS, seed=2 * self.seed.value() + number)
            )
            for time in times.tolist()
        ]
        return {
            "stimulus": seen[0], "field": self.cell.filter, "responses": np.array(responses),
            "angles": angle.at, "simple_over_angle": angle.simple,
            "complex_over_angle": angle.complex, "places": place.at,
            "simple_over_place": place.simple, "complex_over_place": place.complex,
            "spikes": np.array(rows, np.float64).reshape(-1, 3),
        }  # fmt: skip
