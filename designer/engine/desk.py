"""The questions of one view, apart from those of all others."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.messages import Answer, Request
from core.when import When
from designer.engine.client import Engine
from designer.engine.questions import Questions, at


class Desk(Questions):
    """Asks the engine for one view, which hears the answers to what it asked and no others'.

    Two views may so ask for the same kind of thing, and neither takes the other's place. What the
    engine says without having been asked by a view, every desk hears.

    `when` is the moment of a run that it asks about; None is the one that all views look at.
    """

    state_changed = Signal(str)

    def __init__(self, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self.when: When | None = None
        engine.delivered.connect(self._hear)
        engine.state_changed.connect(self.state_changed)
        engine.forgot.connect(self.forgot)

    @property
    def is_busy(self) -> bool:
        """Whether a training is there, running or paused."""
        return self._engine.is_busy

    def ask(self, request: Request) -> None:
        self._engine.ask(at(self.when, request), self)

    def cancel(self, kind: str) -> None:
        self._engine.cancel(kind, self)

    def under_way(self, kind: str) -> Request | None:
        return self._engine.under_way(kind, self)

    def _hear(self, answer: Answer, asker: Questions | None) -> None:
        if asker is self or asker is None:
            self.tell(answer)
