"""How much of the window's time may go to pictures that nobody waits for."""

from __future__ import annotations

import time
from collections.abc import Callable

SHARE = 0.03  # of one processor


class Ration:
    """Shares out the time that drawing takes among all who draw by themselves.

    `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free_at = -float("inf")

    def book(self, cost: float) -> float:
        """Have a turn that costs so many seconds of work; gives the seconds until it comes."""
        now = self._clock()
        start = max(now, self._free_at)
        self._free_at = start + cost / SHARE
        return start - now
