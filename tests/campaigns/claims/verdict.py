"""What paired numbers say about a claim."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

SHOWS, UNCLEAR, OPPOSITE = "shows", "does not show at this scale", "opposite"
IN_PART, TOO_FEW = "in part", "too few seeds"

FEWEST = 3  # seeds

# Student's t: half the width of the 95 % interval, in standard errors, by degrees of freedom.
_T95 = {
    2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228,
    11: 2.201, 12: 2.179, 13: 2.160, 14: 2.145, 15: 2.131, 16: 2.120, 17: 2.110, 18: 2.101,
    19: 2.093,
}  # fmt: skip
MOST = max(_T95) + 1  # seeds


@dataclass(frozen=True)
class Sample:
    """One number for each seed."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Their mean."""
        return statistics.fmean(self.values)

    @property
    def spread(self) -> float:
        """Their standard deviation, n − 1 in the denominator; 0 for a single one."""
        return statistics.stdev(self.values) if len(self.values) > 1 else 0.0

    @property
    def reach(self) -> float:
        """Half the width of the 95 % interval of the mean; infinite below three values."""
        count = len(self.values)
        if count < FEWEST:
            return math.inf
        return _T95[count - 1] * self.spread / math.sqrt(count)


def differences(first: Sequence[float], second: Sequence[float]) -> Sample:
    """First minus second, seed by seed."""
    return Sample(tuple(a - b for a, b in zip(first, second, strict=True)))


def verdict(gain: Sample, least: float = 0.0) -> str:
    """Whether the mean gain is above `least`: by its 95 % interval, which both sides share seeds.

    Shows: the whole interval lies above; opposite: below; else the numbers decide nothing.
    """
    if len(gain.values) < FEWEST:
        return TOO_FEW
    if gain.mean - gain.reach > least:
        return SHOWS
    return OPPOSITE if gain.mean + gain.reach < least else UNCLEAR


def together(verdicts: Sequence[str]) -> str:
    """One verdict for a claim that asks several questions."""
    kinds = set(verdicts)
    if len(kinds) == 1:
        return verdicts[0]
    if TOO_FEW in kinds:
        return TOO_FEW
    return IN_PART if SHOWS in kinds else UNCLEAR
