"""What becomes of a sum before it is the layer's value: a root, or what a neuron makes of it.

Letters: P Q narrow grid, C maps of the wide grid H × W.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Floats

Wide = NDArray[Any]  # (C, H, W): what the sum is made of


class Ending(ABC):
    """A function of a sum, cell by cell."""

    @abstractmethod
    def of(self, sums: Floats, channel: int, wide: Wide) -> Floats:
        """The values (P, Q) of a map whose sums are given."""

    @abstractmethod
    def formula(self, sum_: str) -> str:
        """How it is written round a sum."""

    def at(self, total: float, target: tuple[int, int, int], size: Any, wide: Wide) -> float:
        """The value of one cell of a grid of this `size`."""
        channel, row, column = target
        sums: Floats = np.zeros(size)
        sums[row, column] = total
        return float(self.of(sums, channel, wide)[row, column])


class Root(Ending):
    """The p-th root."""

    def __init__(self, p: float) -> None:
        self.p = p

    def of(self, sums: Floats, channel: int, wide: Wide) -> Floats:
        values: Floats = sums ** (1 / self.p)
        return values

    def formula(self, sum_: str) -> str:
        return f"({sum_})^(1/{self.p:g})"
