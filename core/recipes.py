"""Recipes: plans that became known for what was trained with them.

A recipe decides optimizer, learning rate over time and batch size; epochs, seed and device stay
those of the plan it is applied to.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from core.optimizers import SGD, Adam, Optimizer
from core.plan import Plan
from core.schedules import Constant, ReduceOnPlateau, Schedule


@dataclass(frozen=True)
class Recipe:
    """A plan's optimizer, schedule and batch size under a name.

    Attributes: `id` (on the command line), `title`, `sentence` (where it comes from), and what it
    sets.
    """

    id: str
    title: str
    sentence: str
    optimizer: Optimizer
    schedule: Schedule
    batch_size: int

    def applied(self, plan: Plan) -> Plan:
        """The plan with what the recipe decides."""
        return plan.replace(
            optimizer=self.optimizer, schedule=self.schedule, batch_size=self.batch_size
        )

    def fits(self, plan: Plan) -> bool:
        """Whether a plan is as the recipe has it."""
        return self.applied(plan) == plan


RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "adam",
        "Adam",
        "Adam as its authors set it, at a constant rate: a good first try.",
        Adam(lr=0.001),
        Constant(),
        64,
    ),
    Recipe(
        "alexnet",
        "AlexNet 2012",
        "SGD in batches of 128 with momentum 0.9 and weight decay 5e-4; the rate begins at 0.01"
        " and is divided by 10 when validation no longer improves. Krizhevsky et al. 2012.",
        SGD(lr=0.01, momentum=0.9, weight_decay=5e-4),
        ReduceOnPlateau(factor=0.1),
        128,
    ),
    Recipe(
        "resnet",
        "ResNet 2015",
        "SGD in batches of 256 with momentum 0.9 and weight decay 1e-4; the rate begins at 0.1 and"
        " is divided by 10 when validation no longer improves. He et al. 2016; lecture 004 prints"
        " a weight decay of 1e-5, the paper has 1e-4.",
        SGD(lr=0.1, momentum=0.9, weight_decay=1e-4),
        ReduceOnPlateau(factor=0.1),
        256,
    ),
)

BY_NAME = MappingProxyType({recipe.id: recipe for recipe in RECIPES})
