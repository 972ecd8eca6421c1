"""The moments of a run that can be gone back to, and how it went, on one rail.

A rail has the same room between two neighbouring moments, since they lie closer together where a
network changes faster. Letters: M moments, P points of a curve.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.explain.courses import Course, course
from core.training.runs import RunFolder
from core.training.snapshots import losses, moments

Floats = NDArray[np.float64]
Curve = tuple[Floats, Floats]  # where on the rail, how much: each (P,)


@dataclass(frozen=True, eq=False)
class Timeline:
    """A run as it is looked through.

    Attributes:
        run: its folder.
        steps: the moments that are kept, rising (M,).
        course: what its finished epochs told.
        batches: the steps after which snapshots were taken, and the loss of their batches (P,).
    """

    run: str = ""
    steps: tuple[int, ...] = ()
    course: Course = field(default_factory=Course)
    batches: Curve = field(default_factory=lambda: (np.zeros(0), np.zeros(0)))

    def places(self, steps: ArrayLike) -> Floats:
        """Where steps lie on the rail, from 0 for the first moment to M − 1 for the last (P,)."""
        return np.interp(np.asarray(steps, np.float64), self.steps, np.arange(len(self.steps)))

    def nearest(self, step: float) -> int:
        """The number of the moment that is nearest on the rail."""
        return int(np.rint(self.places(step)))

    def curves(self) -> dict[str, Curve]:
        """Loss along the rail: of batches in training, and of the validation items."""
        if not self.steps:
            return {}
        found = {"training": self.batches, "validation": self.course.curve("loss", "step")}
        return {name: (self.places(steps), losses) for name, (steps, losses) in found.items()}

    def loss_at(self, step: int) -> float:
        """The loss of the batch of a step; nan where that was not kept."""
        steps, losses = self.batches
        return float(losses[steps == step][0]) if step in steps else float("nan")


def timeline(run: RunFolder) -> Timeline:
    """The timeline of a run as it is on disk."""
    kept = tuple(moments(run))
    known = [pair for pair in losses(run).items() if pair[0] <= max(kept, default=0)]
    steps, costs = np.array(known, np.float64).reshape(-1, 2).T
    return Timeline(str(run.path), kept, course(run.events()), (steps, costs))
