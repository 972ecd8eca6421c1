"""The rhythm of questions to the engine: one at a time, a few a second, only while seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from designer.widgets.ration import Ration

REST = 250  # milliseconds between an answer and the next question, at least
SETTLE = 300  # milliseconds after an edit, in which the engine hears of the new design


class Asking(QObject):
    """Asks when there is a reason to, and never twice before an answer.

    `ask` puts the question; it gives False where there is nothing to ask. After an answer rests
    who has drawn it, the longer the more that cost: all who ask share one `ration`.
    """

    def __init__(
        self, ask: Callable[[], bool], parent: QObject, ration: Ration | None = None
    ) -> None:
        super().__init__(parent)
        self._ask, self._ration = ask, ration or Ration()
        self._wanted = self._seen = self._soon = False
        self.waiting = False  # for an answer
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._go)
        self._begun = 0.0
        self._drawn = QTimer(self, singleShot=True, interval=0)
        self._drawn.timeout.connect(self._lengthen)
        self._unsettled = QTimer(self, singleShot=True, interval=SETTLE)
        self._unsettled.timeout.connect(self._go)

    def want(self, *, soon: bool = False) -> None:
        """There is something new to ask for; `soon` does not wait for the rest to pass."""
        self._wanted = True
        if soon:
            self._soon = True
            self._rest.stop()
        self._go()

    def settle(self) -> None:
        """What is asked about is changing: ask once that has come to rest."""
        self._wanted = True
        self._unsettled.start()

    def set_seen(self, seen: bool) -> None:
        """Whether anybody looks; what was wanted in between is asked for now."""
        self._seen = seen
        if seen:
            self._go()
        else:
            self._rest.stop()

    def answered(self) -> None:
        """The answer is here, to be drawn now; the next question comes after a rest.

        One that is to be soon, as while a slider is dragged, comes at once.
        """
        self.waiting = False
        if self._seen:
            self._rest.start(REST)
            self._begun = time.thread_time()
            self._drawn.start()
        if self._soon:
            self._rest.stop()
            self._go()

    def _lengthen(self) -> None:
        """All that the answer brought about was drawn."""
        wait = self._ration.book(time.thread_time() - self._begun)
        if self._rest.isActive() and wait * 1000 > self._rest.remainingTime():
            self._rest.start(int(wait * 1000))

    def lost(self) -> None:
        """No answer will come: the engine has ended."""
        self.waiting = False

    def _go(self) -> None:
        idle = not (self.waiting or self._rest.isActive() or self._unsettled.isActive())
        if self._wanted and self._seen and idle:
            self._wanted = self._soon = False
            self.waiting = self._ask()
            if not self.waiting:  # there is nothing to ask, and hardly will be in a moment
                self._rest.start(REST)
