"""Sends requests to the engine from a thread of its own: a full pipe never holds up the window."""

from __future__ import annotations

import logging
import threading
from collections import deque
from multiprocessing.connection import Connection

from core.messages import Request, Show
from core.tongue import tr

_log = logging.getLogger(__name__)


class Writer(threading.Thread):
    """Sends in order. Of the designs to show that still wait only the newest is sent."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(name=tr("to the engine"), daemon=True)
        self._connection = connection
        self._waiting: deque[Request] = deque()
        self._changed = threading.Condition()
        self._over = False

    def send(self, request: Request) -> None:
        """Send a request as soon as the engine takes it; returns at once."""
        with self._changed:
            older = [one for one in self._waiting if isinstance(one, Show)]
            if isinstance(request, Show) and older:
                self._waiting[self._waiting.index(older[0])] = request
            else:
                self._waiting.append(request)
            self._changed.notify()

    def end(self) -> None:
        """Send nothing more; the engine must be gone, or a request on its way may take forever."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self.join()

    def run(self) -> None:
        while (request := self._next()) is not None:
            try:
                self._connection.send(request)
            except OSError:
                _log.info("the engine is gone; the reader tells")
                return

    def _next(self) -> Request | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._over)
            return None if self._over else self._waiting.popleft()
