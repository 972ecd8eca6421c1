"""One training as a value: what is trained, on how many items, by which plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.augment import Augmentation
from core.data.sources import Source
from core.design import DataChoice, Design
from core.graph import Graph
from core.infer import infer
from core.optimizers import Adam, Optimizer
from core.plan import Plan
from core.schedules import Cosine, Schedule

DECIDED = ("epochs", "batch_size", "optimizer", "schedule", "seed")
"""The settings of a plan that a lesson decides; all others stay as they are by themselves."""

_QUICK_ITEMS = 40


class Pictures(NamedTuple):
    """uint8 (N, C, H, W) and their class numbers (N,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]


Prepare = Callable[[Pictures, int], Pictures]


@dataclass(frozen=True)
class Lesson:
    """One training.

    Attributes:
        design: net, plan and data source; the plan's seed decides everything that is random.
        items: how many training items are taken, as many of each class.
        prepare: what is done to them first, by the seed.
    """

    design: Design
    items: int
    prepare: Prepare | None = None

    @property
    def seed(self) -> int:
        """The seed of items, weights, order and augmentation."""
        return self.design.plan.seed

    @property
    def parameters(self) -> int:
        """Trained values of the net."""
        return infer(self.design.graph).parameters

    def quick(self) -> Lesson:
        """The same for a glance: few items, one epoch."""
        design = replace(self.design, plan=self.design.plan.replace(epochs=1))
        return replace(self, design=design, items=min(self.items, _QUICK_ITEMS))


def lesson(
    graph: Graph,
    source: Source,
    *,
    items: int,
    epochs: int,
    seed: int,
    optimizer: Optimizer = Adam(lr=0.002),  # noqa: B008 (frozen)
    schedule: Schedule = Cosine(),  # noqa: B008 (frozen)
    augment: tuple[Augmentation, ...] = (),
    prepare: Prepare | None = None,
) -> Lesson:
    """A training in batches of 32 whose rate falls to 0, unless told otherwise."""
    plan = Plan(
        epochs=epochs,
        batch_size=32,
        optimizer=optimizer,
        schedule=schedule,
        seed=seed,
        device="cpu",
        keep_best=False,
    )
    design = Design(graph, plan=plan, data=DataChoice(source, augment=augment))
    return Lesson(design, items, prepare)
