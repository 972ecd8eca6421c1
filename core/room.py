"""Memory for arrays on their way, used again as soon as nobody holds what lies in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Array = Any

# References to a free block while it is looked at: the list, the loop and the call itself.
FREE = 3


class Room:
    """Flat blocks of memory, lent again when all arrays that lie in them are gone.

    Asking the system for large arrays again and again costs a twentieth of a training step. That
    an array is gone shows in the count of references to its block, which every view holds.
    """

    def __init__(self, make: Callable[[int], Array]) -> None:
        self._make = make
        self._blocks: list[Array] = []

    def take(self, size: int) -> Array:
        """A flat block of at least `size` numbers, uninitialised."""
        best = None
        for block in self._blocks:
            if block.size < size or sys.getrefcount(block) > FREE + (block is best):
                continue
            if best is None or block.size < best.size:
                best = block
        if best is None:
            best = self._make(size)
            self._blocks.append(best)
        return best
