"""The rhythm of questions to the engine: one at a time, a few a second, only while seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

REST = 250  # milliseconds between an answer and the next question
SETTLE = 300  # milliseconds after an edit, in which the engine hears of the new design


class Asking(QObject):
    """Asks when there is a reason to, and never twice before an answer.

    `ask` puts the question; it gives False where there is nothing to ask.
    """

    def __init__(self, ask: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._ask = ask
        self._wanted = self._seen = False
        self.waiting = False  # for an answer
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._go)
        self._unsettled = QTimer(self, singleShot=True, interval=SETTLE)
        self._unsettled.timeout.connect(self._go)

    def want(self, *, soon: bool = False) -> None:
        """There is something new to ask for; `soon` does not wait for the rest to pass."""
        self._wanted = True
        if soon:
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
        """The answer is here; the next question comes after a rest."""
        self.waiting = False
        if self._seen:
            self._rest.start()

    def lost(self) -> None:
        """No answer will come, as after the end of the engine."""
        self.waiting = False

    def _go(self) -> None:
        idle = not (self.waiting or self._rest.isActive() or self._unsettled.isActive())
        if self._wanted and self._seen and idle:
            self._wanted = False
            self.waiting = self._ask()
