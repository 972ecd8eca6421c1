"""What one step shows: the sheets, what lies under the window, and the sum that comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Floats, Ints
from core.kinds import Pair

TOLERANCE = 1e-4  # by which a sum may miss the engine's number, relative to the sum's own size


class Kind(IntEnum):
    """What a cell of a sheet is."""

    VALUE = 0
    RING = 1  # padding
    SPREAD = 2  # a zero put between two values for the stride
    UNUSED = 3  # no window covers it


class Target(NamedTuple):
    """A cell of the right sheet: `map` counts output maps, input maps or kernels."""

    map: int
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class Sheet:
    """A grid of numbers.

    Attributes:
        values: (h, w).
        kinds: what each cell is (h, w), see `Kind`.
        origin: the row and column that the first cell counts as; negative in a ring.
    """

    values: Floats
    kinds: NDArray[np.int8]
    origin: Pair = (0, 0)

    @property
    def limit(self) -> float:
        """The largest |value|."""
        finite = self.values[np.isfinite(self.values)]
        return float(np.abs(finite).max(initial=0.0))


@dataclass(frozen=True, eq=False)
class Frame:
    """One step.

    Attributes:
        rows, columns: cells of the left sheet that lie under the middle one.
        left, products: what lies there, and its products with the middle sheet (h, w).
        middle: the middle sheet.
        planes, parts: every pair of maps that takes part, and what it adds (n,).
        bias: what is added to them, or None.
        total: the sum of all.
        engine: the number that the engine has computed, None where it has none.
        count: products in all, those with zeros of the padding included.
    """

    rows: Ints
    columns: Ints
    left: Floats
    middle: Sheet
    products: Floats
    planes: Ints
    parts: Floats
    bias: float | None
    total: float
    engine: float | None
    count: int

    @property
    def agrees(self) -> bool:
        """Whether the sum is the engine's number, as near as 32 bits allow."""
        if self.engine is None:
            return True
        scale = max(1.0, float(np.abs(self.parts).sum()), abs(self.total))
        return abs(self.total - self.engine) <= TOLERANCE * scale


def plain(values: NDArray[Any]) -> Sheet:
    """A sheet of values alone."""
    return Sheet(values.astype(np.float64), np.zeros(values.shape, np.int8))
