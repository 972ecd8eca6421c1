"""How a signal or a vector becomes what the Input takes: its time is cut or filled, no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Items
from core.data.fitting import Fitting, sides
from core.data.portraits import portraits


@dataclass(frozen=True)
class ValuesFitting(Fitting):
    """Signals (C, T), spectrograms (C, F, T) and vectors, float32.

    The last axis is time: the middle is kept where there is too much, zeros stand around where
    there is too little. Nothing is scaled. `in_time` says whether the last axis is time at all,
    which matters to people alone.
    """

    in_time: bool = field(default=True, compare=False)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.float32)

    @property
    def full(self) -> float:
        return 1.0

    def fitted(self, items: Items) -> NDArray[Any]:
        values = np.asarray(items, np.float32)
        before, after = sides(values.shape[-1], self.kept_shape[-1])
        if before > 0 or after > 0:
            rest = [(0, 0)] * (values.ndim - 1)
            return np.pad(values, [*rest, (before, after)])
        return values[..., -before : values.shape[-1] + after]

    def shown(self, fitted: NDArray[Any]) -> NDArray[np.uint8]:
        return portraits(fitted, in_time=self.in_time)
