"""What a number grid shows: its numbers, and what is marked among them. Nothing here needs Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


def _nothing() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Numbers:
    """What a grid shows.

    Attributes:
        values: (h, w).
        kinds: what each cell is: 0 a value, 1 padding, 2 a zero between values, 3 never covered.
        origin: what row and column the first cell counts as.
        signed, low, high: the limits of the colors.
        rows, columns: words beside the rows and above the columns in place of numbers.
    """

    values: NDArray[np.float64]
    kinds: NDArray[np.int8]
    origin: tuple[int, int] = (0, 0)
    signed: bool = True
    low: float = -1.0
    high: float = 1.0
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class GridMarks:
    """What is marked in a grid.

    Attributes:
        rows, columns: cells that lie under the sliding window: where these cross.
        target: whether they are what is computed, not what goes into it.
        secret: whether the number of the marked cell is not told.
        until: how many cells are known already, in reading order; −1 for all.
        linked: rows and columns of cells that belong to what is pointed at elsewhere.
    """

    rows: NDArray[np.int64] = field(default_factory=_nothing)
    columns: NDArray[np.int64] = field(default_factory=_nothing)
    target: bool = False
    secret: bool = False
    until: int = -1
    linked: tuple[NDArray[np.int64], NDArray[np.int64]] = field(
        default_factory=lambda: (_nothing(), _nothing())
    )

    def middle(self, shape: tuple[int, int]) -> tuple[int, int]:
        """The cell to keep in sight, of a grid without marks the one in its middle."""
        if not len(self.rows) or not len(self.columns):
            return (shape[0] - 1) // 2, (shape[1] - 1) // 2
        return int(self.rows.mean()), int(self.columns.mean())

    def cell(self) -> tuple[int, int]:
        """The first marked cell."""
        if not len(self.rows) or not len(self.columns):
            return (0, 0)
        return int(self.rows[0]), int(self.columns[0])
