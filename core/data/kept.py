"""Items kept in memory once they are made, up to a limit that never moves."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import memory

Array = NDArray[Any]

_SHARE = 0.25  # of the memory that is free
_LEAST = 64_000_000  # bytes
_UNTOLD = 512_000_000  # where the system does not say how much is free


def allowance() -> int:
    """Bytes of fitted items that may be kept: a quarter of the memory that is free now."""
    free, _ = memory.free_and_total()
    return max(int(_SHARE * free), _LEAST) if free else _UNTOLD


class Kept:
    """The first `count` items of a split, (count, *shape); several threads may use it at a time.

    The first ones, since in a shuffled pass every item is needed equally often. What was put in
    once is never changed.
    """

    def __init__(self, count: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        # The system hands out memory when it is written to: room that stays empty costs nothing.
        self._values = np.empty((count, *shape), dtype)
        self._there = np.zeros(count, dtype=bool)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def is_full(self) -> bool:
        """Whether all of them are there."""
        return bool(self._there.all())

    def has(self, chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of these items, of 0 or more, are there: (N,)."""
        inside = chosen < len(self)
        with self._lock:
            inside[inside] = self._there[chosen[inside]]
        return inside

    def take(self, chosen: NDArray[np.intp]) -> Array:
        """Copies of items that are there, (N, *shape)."""
        return self._values[chosen]

    def put(self, numbers: NDArray[np.intp], made: Array) -> None:
        """Keep items (N, *shape) that were made, where there is room for them."""
        with self._lock:
            fresh = numbers < len(self)
            fresh[fresh] = ~self._there[numbers[fresh]]
            self._values[numbers[fresh]] = made[fresh]
            self._there[numbers[fresh]] = True
