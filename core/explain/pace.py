"""How much of a long computation is done at once, so that it can be ended at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PIECE = 0.05  # seconds that a piece may take


class Pace:
    """Finds how many items are computed in about `PIECE` seconds: `size`, which grows from 1.

    with pace.piece():
        compute(items[:pace.size])
    """

    def __init__(self, most: int, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self.size = 1
        self._most, self._clock = most, clock

    @contextmanager
    def piece(self) -> Iterator[None]:
        """Measure a piece, and change the size of the next one by it."""
        begin = self._clock()
        yield
        spent = self._clock() - begin
        if spent < PIECE / 2:
            self.size = min(self._most, 2 * self.size)
        elif spent > PIECE:
            self.size = max(1, self.size // 2)
