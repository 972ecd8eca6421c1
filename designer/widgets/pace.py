"""Work at a pace that eyes can follow: not more often than so many times a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Pace(QObject):
    """Does some work when it is wanted, at most once in `interval` milliseconds.

    What is wanted too early is done at the end of the interval: the last wish is never lost.
    """

    def __init__(self, work: Callable[[], object], interval: int, parent: QObject) -> None:
        super().__init__(parent)
        self._work, self._interval = work, interval
        self._free_at = -float("inf")  # seconds, when the interval ends
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self.do)

    def want(self) -> None:
        """Do the work now, or once its time has come."""
        wait = self._free_at - time.monotonic()
        if wait <= 0:
            self.do()
        elif not self._due.isActive():
            self._due.start(int(wait * 1000) + 1)

    def do(self) -> None:
        """Do the work now, whatever the time."""
        self._due.stop()
        self._free_at = time.monotonic() + self._interval / 1000
        self._work()
