"""Work at a pace that eyes can follow: not more often than so many times a second."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Pace(QObject):
    """Does some work when it is wanted, at most once in `interval` milliseconds.

    What is wanted too early is done at the end of the interval: the last wish is never lost.
    """

    def __init__(self, work: Callable[[], object], interval: int, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._is_due = False
        self._rest = QTimer(self, singleShot=True, interval=interval)
        self._rest.timeout.connect(self._catch_up)

    def want(self) -> None:
        """Do the work now, or once its time has come."""
        if self._rest.isActive():
            self._is_due = True
        else:
            self.do()

    def do(self) -> None:
        """Do the work now, whatever the time."""
        self._is_due = False
        self._rest.start()
        self._work()

    def _catch_up(self) -> None:
        if self._is_due:
            self.do()
