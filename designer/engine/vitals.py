"""How the run that is shown learns: its checks, what is wrong with it, and what helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.design import Design
from core.files import FileError
from core.graph import Graph, GraphError
from core.infer import Inference, infer
from core.messages import DevicesShown
from core.settings import SettingError
from core.training.case import Case, Illness
from core.training.events import EpochDone, Event, Failed, Finished, Measured, Started
from core.training.health import Health, History
from core.training.illness import examine
from core.training.remedies import Remedy
from core.training.runs import RunFolder
from designer.document import edits
from designer.document.document import Document
from designer.engine.session import Session
from designer.widgets.pace import Pace

_JUDGE_EVERY = 1000  # milliseconds between two looks at what is wrong while it trains, at least


class Vitals(QObject):
    """Follows the session, live and from stored runs.

    Attributes: `history`, `illnesses` (the worst first).
    Signals: `changed()`, about once a second while it trains.
    """

    changed = Signal()

    def __init__(self, document: Document, session: Session) -> None:
        super().__init__(session)
        self.history = History()
        self.illnesses: tuple[Illness, ...] = ()
        self._document, self._session = document, session
        self._known: tuple[Graph, Inference] | None = None
        self._waits = False  # to train anew as soon as the engine is free
        self._judging = Pace(self._judge, _JUDGE_EVERY, self)
        self._forget("")
        session.engine.event_received.connect(self._take)
        session.run_shown.connect(self._show_run)
        session.changed.connect(self._train_if_free)
        session.engine.forgot.connect(self._wait_no_more)

    @property
    def session(self) -> Session:
        """What trains."""
        return self._session

    @property
    def design(self) -> Design | None:
        """What the run trains; None before the first run."""
        return self._session.design

    @property
    def devices(self) -> DevicesShown | None:
        """What the engine has found to compute on; None while it has not looked."""
        return self._session.devices

    @property
    def epochs(self) -> Sequence[Mapping[str, Any]]:
        """The events of the run's epochs so far, as JSON data."""
        return self._epochs

    @property
    def last(self) -> Health | None:
        """The newest check."""
        return self.history.last

    @property
    def is_current(self) -> bool:
        """Whether the run trains the network that is open, as it is now, whatever names it has."""
        if self.last is None or self.design is None:
            return False
        return self.design.graph.is_like(self._document.design.graph)

    # ---- treatment ----------------------------------------------------------------------

    def helps(self, remedy: Remedy) -> bool:
        """Whether a remedy can still be given: the design is not what it would make of it."""
        if not remedy.text:
            return False
        design = self._document.design
        try:
            return edits.treat(design, remedy) != design
        except (GraphError, SettingError):
            return False

    def treat(self, remedy: Remedy, *, train: bool = False) -> None:
        """Change the design as a remedy says, as one step of undo; then train anew if wanted."""
        if not self._document.attempt(remedy.text, lambda design: edits.treat(design, remedy)):
            return
        if train:
            self._waits = True
            if self._session.engine.is_busy:
                self._session.stop()
            self._train_if_free()

    def _train_if_free(self) -> None:
        if self._waits and not self._session.engine.is_busy:
            self._waits = False
            self._session.train_anew()

    def _wait_no_more(self) -> None:
        """The engine has ended: another document may come, which nobody wants trained."""
        self._waits = False

    # ---- what is told -------------------------------------------------------------------

    def _forget(self, run: str) -> None:
        self._run = run
        self.history, self.illnesses = History(), ()
        self._epochs: list[Mapping[str, Any]] = []
        self._failed: Mapping[str, Any] | None = None
        self._validated = 0

    def _take(self, event: Event) -> None:
        """Something happened in the training that runs."""
        if isinstance(event, Measured):
            self.history.add(event.health)
        elif isinstance(event, Started | EpochDone | Failed):
            self._note(event.to_json())
        if isinstance(event, Measured | EpochDone):
            self._judging.want()
        elif isinstance(event, Started | Failed | Finished):
            self._judging.do()

    def _note(self, event: Mapping[str, Any]) -> None:
        """Take in an event as JSON data, live or recorded."""
        match event.get("event"):
            case "started":
                self._start(event)
            case "epoch":
                self._epochs.append(event)
            case "failed":
                self._failed = event

    def _start(self, event: Mapping[str, Any]) -> None:
        """A run begins, or goes on with what it was."""
        run, first = str(event.get("run") or ""), event.get("epoch")
        if not run or run != self._run:
            self._forget(run)
        first = first if isinstance(first, int) else 1
        self._epochs = [one for one in self._epochs if one.get("epoch", 0) < first]
        self._failed = None
        items = event.get("validation_items")
        self._validated = items if isinstance(items, int) else 0

    def _show_run(self, events: Iterable[Mapping[str, Any]], folder: str) -> None:
        """Another run is shown, or the same in another place."""
        if folder and self._run and PurePath(folder).name == PurePath(self._run).name:
            self._run = folder
            return
        self._forget("")
        for event in events:
            self._note(event)
        self._run = folder
        try:
            checks = RunFolder(Path(folder)).health() if folder else []
        except FileError:
            checks = []
        for health in checks:
            self.history.add(health)
        self._judging.do()

    def _judge(self) -> None:
        """See what is wrong."""
        design = self.design
        if design is None:
            self.illnesses = ()
        else:
            if self._known is None or self._known[0] is not design.graph:
                self._known = (design.graph, infer(design.graph))
            case = Case(
                design, self._known[1], self.history, self._epochs, self._failed, self._validated
            )
            self.illnesses = examine(case)
        self.changed.emit()
