"""A moment of a run, as requests name it."""

from __future__ import annotations

from dataclasses import dataclass

LAST = -1  # the newest step, whichever that is


@dataclass(frozen=True)
class When:
    """After so many steps of a run.

    Attributes:
        run: the run's folder; "" is the run that views are about.
        step: training steps done, 0 before the first, or LAST.
    """

    run: str = ""
    step: int = LAST

    @property
    def is_now(self) -> bool:
        """Whether it is what the network at hand is, which goes on learning while it trains."""
        return self.step == LAST and not self.run


NOW = When()
