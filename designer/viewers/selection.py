"""What is looked at: one place in one run, the same for every view and for the canvas."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from core.files import FileError
from core.layers import Input
from core.shapes import Shape
from core.training.events import Event, Started
from core.training.runs import RunFolder
from core.when import LAST, When
from designer.document.change import Change
from designer.document.document import Document
from designer.engine.client import Engine
from designer.viewers.words import Moment
from designer.widgets.ration import Ration


@dataclass(frozen=True, eq=False)
class Own:
    """An item that is in no data set, such as a drawing: its values (C, H, W) as the Input's."""

    values: NDArray[np.float32]


@dataclass(frozen=True)
class Spot:
    """A place: of this node's output, this value, for this item, in this run.

    Attributes:
        run: the run's folder, "" before the first.
        step: training steps done, or LAST.
        node: the node, "" where none is selected.
        channel, row, column: a value of what the node gives; a vector has channels alone.
        sample: the number of the validation item.
        own: an item in place of that one, which has no label; None mostly.
    """

    run: str = ""
    step: int = LAST
    node: str = ""
    channel: int = 0
    row: int = 0
    column: int = 0
    sample: int = 0
    own: Own | None = None

    @property
    def item(self) -> NDArray[np.float32] | None:
        """The values of one's own item, None where a validation item is looked at."""
        return self.own.values if self.own is not None else None

    @property
    def when(self) -> When | None:
        """The past moment that the engine is asked about; None for now."""
        return None if self.step == LAST else When(self.run, self.step)

    @property
    def value(self) -> tuple[int, int, int]:
        """Channel, row and column."""
        return (self.channel, self.row, self.column)


class Selection(QObject):
    """The spot that all views read and set; the canvas follows it and leads it.

    Attributes: `document`, `spot`, `moment` (the run that is looked at, in words), `ration` (of the
    time in which all views draw).
    Signals: `changed(before)` with the spot that was; `run_shown()` when a stored run is shown;
    `views_changed()` when somebody looks with another view, or with one no longer.
    """

    changed = Signal(object)
    run_shown = Signal()
    views_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.spot = Spot(node=_last(document))
        self.moment = Moment()
        self._now = ("", self.moment)  # the run that is at hand, and its words
        self.ration = Ration()
        self._engine: Engine | None = None
        document.selection_changed.connect(self._follow_canvas)
        document.design_changed.connect(self._design_changed)

    def listen(self, engine: Engine) -> None:
        """Learn from an engine which run it trains; saying so again changes nothing."""
        if self._engine is None:
            self._engine = engine
            engine.event_received.connect(self._take_event)

    def show_run(self, events: Iterable[Mapping[str, Any]], *, run: str = "") -> None:
        """Name a stored run from now on, as told by its recorded events; `run` is its folder.

        It is the one at hand: what looked back looks at now again.
        """
        self.moment = moment_of(events, run)
        self.set(step=LAST, run=self.moment.run)
        self.run_shown.emit()

    # ---- moments ------------------------------------------------------------------------

    @property
    def run_at_hand(self) -> str:
        """The folder of the run whose newest step is now, "" before the first."""
        return self.spot.run if self.spot.step == LAST else self._now[0]

    def look_back(self, run: str, step: int) -> None:
        """Look at a run after so many of its steps, with all views."""
        if self.spot.step == LAST:
            self._now = (self.spot.run, self.moment)
        if run == self._now[0]:
            self.moment = self._now[1]
        elif run != self.moment.run:
            self.moment = Moment()
            with contextlib.suppress(FileError):
                self.moment = moment_of(RunFolder(run).events(), run)
        self.set(run=run, step=step)

    def look_at_now(self) -> None:
        """Look at the network at hand again, which may go on learning."""
        if self.spot.step != LAST:
            run, self.moment = self._now
            self.set(run=run, step=LAST)

    def _tell_when(self) -> None:
        """The engine and the words know whether a past moment is looked at."""
        self.moment.is_past = self.spot.step != LAST
        if self._engine is not None:
            self._engine.when = self.spot.when

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Started):
            self.moment.take_event(event.to_json())
            self.set(step=LAST, run=event.run)

    def set(self, **parts: Any) -> None:
        """Look elsewhere: any of the fields of `Spot`.

        A value outside of what the node gives is brought inside. On another node the value stays
        where both give the same shape, and is the first one otherwise. Who chooses a sample looks
        no longer at an item of their own.
        """
        before, spot = self.spot, replace(self.spot, **parts)
        if "sample" in parts and "own" not in parts:
            spot = replace(spot, own=None)
        if spot.node != before.node and self._shape(spot.node) != self._shape(before.node):
            moved = {"channel": 0, "row": 0, "column": 0}
            spot = replace(spot, **{**moved, **{k: v for k, v in parts.items() if k in moved}})
        spot = _inside(spot, self._shape(spot.node))
        if spot == before:
            return
        self.spot = spot
        self._tell_when()
        if spot.node not in (before.node, "", _last(self.document)):
            self.document.select([spot.node])
        self.changed.emit(before)

    def _shape(self, node: str) -> Shape | None:
        info = self.document.inference.nodes.get(node)
        return info.output if info else None

    def _follow_canvas(self) -> None:
        """The node that was selected last; with none the views stay where they are."""
        if self.document.selection:
            self.set(node=_last(self.document))

    def _design_changed(self, change: Change) -> None:
        if change.whole:
            self.moment = Moment()
            before, self.spot = self.spot, Spot(run=self.spot.run)
            self._tell_when()
            if self.spot != before:
                self.changed.emit(before)
            return
        gone = self.spot.node not in self.document.design.graph.nodes
        self.set(  # the value may have gone too
            node="" if gone else self.spot.node, own=self.spot.own if self._takes_own() else None
        )

    def _takes_own(self) -> bool:
        """Whether one's own item is still what the Input takes."""
        inputs, item = self.document.design.graph.of_type(Input), self.spot.item
        return item is not None and bool(inputs) and inputs[0].layer.infer() == item.shape


def moment_of(events: Iterable[Mapping[str, Any]], run: str) -> Moment:
    """The words for a run, as told by its recorded events; `run` is its folder."""
    moment = Moment()
    for event in events:
        moment.take_event(event)
    moment.run = run or moment.run
    return moment


def _last(document: Document) -> str:
    return document.selection[-1] if document.selection else ""


def _inside(spot: Spot, shape: Shape | None) -> Spot:
    """The nearest value there is."""
    if shape is None:
        return spot
    sizes = (shape[0], *((1, *shape[1:]) if len(shape) == 2 else shape[1:]), 1, 1)[:3]
    values = (min(max(at, 0), size - 1) for at, size in zip(spot.value, sizes, strict=True))
    return replace(spot, **dict(zip(("channel", "row", "column"), values, strict=True)))
