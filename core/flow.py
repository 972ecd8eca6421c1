"""Which way data flow on the canvas. The engine knows nothing of it."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

_T = TypeVar("_T")


class Direction(Enum):
    """Where a network grows: from the top down, or from left to right.

    What depends on it is reckoned across and along the flow, and turned at the edge.
    """

    DOWN = "down"
    RIGHT = "right"

    def turned(self, at: tuple[_T, _T]) -> tuple[_T, _T]:
        """A point or size (x, y) as (across, along) the flow, or such a one back as (x, y)."""
        return at if self is Direction.DOWN else (at[1], at[0])
