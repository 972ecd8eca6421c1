"""Several trainings one after another, each in a run of its own: the same with other seeds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from core.design import Design
from core.tongue import tr
from core.training.events import Event, Failed, Finished, Started
from designer.engine.session import Session


class Series(QObject):
    """Trains designs in their order; a training that is stopped or fails ends the series.

    Attributes:
        total, done: trainings in all, and those that have come to their end; 0 while none is on.
        seed: that of the training that is on.
        end: why the last series ended before its end, in one sentence, or "".
    Signals: `changed()` when any of them has changed.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.total = self.done = self.seed = 0
        self.end = ""
        self._session = session
        self._waiting: deque[Design] = deque()
        session.engine.event_received.connect(self._take)
        session.engine.forgot.connect(self._lose)

    @property
    def is_on(self) -> bool:
        """Whether trainings are on their way."""
        return self.total > 0

    def start(self, designs: Iterable[Design]) -> None:
        """Train these; nothing happens while a training is there."""
        waiting = deque(designs)
        if self._session.engine.is_busy or not waiting:
            return
        self._waiting, self.total, self.done, self.end = waiting, len(waiting), 0, ""
        self._next()

    def cancel(self) -> None:
        """Train no more of them; the one that is on stops after its step and is kept."""
        if self.is_on:
            self._waiting.clear()
            self._session.stop()

    def forget(self) -> None:
        """Say no more how the last series ended: another document is open."""
        if not self.is_on:
            self._finish("")

    def _next(self) -> None:
        design = self._waiting.popleft()
        self.seed = design.plan.seed
        self._session.train_apart(design)
        self.changed.emit()

    def _take(self, event: Event) -> None:
        if not self.is_on:
            return
        if isinstance(event, Started):
            self.changed.emit()
        elif isinstance(event, Failed):
            self._finish(event.sentence)
        elif isinstance(event, Finished) and event.reason == "stopped":
            self._finish(tr("The series was stopped; what was learned is kept."))
        elif isinstance(event, Finished):
            self.done += 1
            if self._waiting:
                self._next()
            else:
                self._finish("")

    def _lose(self) -> None:
        if self.is_on:
            self._finish(tr("The engine has ended, and the series with it."))

    def _finish(self, end: str) -> None:
        self._waiting.clear()
        self.total, self.end = 0, end
        self.changed.emit()
