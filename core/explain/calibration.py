"""Whether a network is as often right as it says: its sureness against its right answers.

Source: Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.explain.mistakes import Answered

Floats = NDArray[np.float64]
BINS = 10


@dataclass(frozen=True, eq=False)
class Calibration:
    """Answers by how sure they are, in bins of equal width from 0 to 1; empty bins are left out.

    Attributes:
        sure: the mean probability of the answers of a bin (B,).
        right: the share of them that are right (B,).
        counts: how many they are (B,).
        error: Σ counts·|right − sure| / N, the expected calibration error; nan without answers.
    """

    sure: Floats
    right: Floats
    counts: NDArray[np.int64]
    error: float


def calibration(answered: Answered, *, bins: int = BINS) -> Calibration:
    """Sort answers into bins by their probability."""
    sure = answered.sure.astype(np.float64)
    right = (answered.said == answered.labels).astype(np.float64)
    places = np.clip((sure * bins).astype(np.intp), 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    some = counts > 0
    means = [
        np.bincount(places, weights=values, minlength=bins)[some] / counts[some]
        for values in (sure, right)
    ]
    away = counts[some] * np.abs(means[1] - means[0])
    error = float(away.sum() / counts.sum()) if len(sure) else float("nan")
    return Calibration(means[0], means[1], counts[some], error)
