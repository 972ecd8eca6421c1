"""A run as a doctor sees it, and what a doctor may say of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Any

from core.design import Design
from core.graph import Graph
from core.infer import Inference
from core.layers import Output
from core.tongue import tr
from core.training.health import Health, History
from core.training.remedies import NOTHING, Remedy

STILL = 0.95  # of the loss of guessing, or of the first steps: more than that is left
THRIVING = 0.7  # of the same: what gets below that learns well
FLAT = 0.98  # of the training loss EPOCHS ago: more than that is left
STEPS = 50  # before which, in the first epoch, nothing is judged
LONG, ROUGH = 500, 2  # steps, or epochs, after which a rough start is over
EPOCHS = 3  # after which a network should have learned something, or gone wrong


@dataclass(frozen=True)
class Illness:
    """One thing that is wrong.

    Attributes:
        kind: a stable word, such as "vanishing".
        node: the layer to blame, "" where it is none.
        sentence: what is wrong, with the figures, starting with the layer's name.
        brief: the same in a few words, to stand at the layer.
        evidence: the figures by name, as numbers.
        remedy: what would help; its text is "" where no edit does.
    """

    kind: str
    node: str
    sentence: str
    brief: str
    evidence: Mapping[str, float]
    remedy: Remedy = NOTHING


@dataclass(frozen=True)
class Case:
    """A run as a doctor sees it.

    Attributes:
        design, known: that is trained, and what follows from its graph.
        history: its checks.
        epochs: its finished epochs, as events in JSON.
        failed: the event that ended it in JSON, or None.
        validated: how many items validate it, 0 where that is not known.
    """

    design: Design
    known: Inference
    history: History
    epochs: Sequence[Mapping[str, Any]] = ()
    failed: Mapping[str, Any] | None = None
    validated: int = 0
    _usual: dict[tuple[str, str], float] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def graph(self) -> Graph:
        """The graph that computes."""
        return self.design.graph.active

    @property
    def first(self) -> Health:
        """The first check that is remembered."""
        return self.history.moments[0]

    def usual(self, node: str, name: str) -> float:
        """The median of a figure of the recent checks; nan where there is none."""
        if (node, name) not in self._usual:
            self._usual[node, name] = self.history.usual(node, name)
        return self._usual[node, name]

    def now(self, node: str, name: str) -> float:
        """A figure in the last check; nan where there is none."""
        last = self.history.last
        return math.nan if last is None else last.figure(node, name)

    def having(self, name: str) -> list[str]:
        """The nodes that have a figure, in the order data flows."""
        return [id for id in self.graph.order if not math.isnan(self.usual(id, name))]

    def title(self, node: str) -> str:
        return self.graph[node].title

    @property
    def lr(self) -> float:
        return self.design.plan.optimizer.lr

    @cached_property
    def guessing(self) -> float:
        """The loss of one who guesses among the classes; nan where that is not the only loss."""
        outputs = self.graph.of_type(Output)
        classes = self.classes(outputs[0].id) if len(outputs) == 1 else 0
        plain = classes > 1 and getattr(outputs[0].layer, "weight", 0.0) == 1.0
        return math.log(classes) if plain else math.nan

    @cached_property
    def loss(self) -> float:
        """The training loss now: the median of the recent checks."""
        return median(one.loss for one in self.history.recent)

    @property
    def still(self) -> bool:
        """Whether the loss is no better than guessing, or hardly better than at first."""
        return not self._reached < STILL * self._bound

    @property
    def thrives(self) -> bool:
        """Whether the loss is far below that of guessing, or of the first steps."""
        return self._reached < THRIVING * self._bound

    @property
    def _reached(self) -> float:
        """The training loss lately or over the last epoch: checks may be few and far between."""
        told = [epoch.get("train_loss") for epoch in self.epochs[-1:]]
        return min(self.loss, *(one for one in told if isinstance(one, int | float)), math.inf)

    @property
    def _bound(self) -> float:
        """The loss of one who has learned nothing."""
        return self.first.loss if math.isnan(self.guessing) else self.guessing

    @property
    def begun(self) -> bool:
        """Whether enough was seen for a judgment: an epoch, or some checks of many steps."""
        last, recent = self.history.last, self.history.recent
        if last is None or not recent:
            return False
        return last.epoch >= 1 or (len(recent) == recent.maxlen and last.step >= STEPS)

    @property
    def early(self) -> bool:
        """Whether it is too early to hold a rough start against a network."""
        last = self.history.last
        return last is None or (last.epoch < ROUGH and last.step < LONG)

    def classes(self, output: str) -> int:
        """How many classes an Output tells apart; 0 where it does not."""
        layer = self.graph[output].layer
        if not isinstance(layer, Output) or not layer.loss.classifies:
            return 0
        (units,) = self.known.nodes[output].output or (0,)
        return units

    @property
    def has_learned(self) -> bool:
        """Whether the training items are learned as far as they will be, or by heart."""
        known = [epoch.get("train_loss") for epoch in self.epochs]
        losses = [loss for loss in known if isinstance(loss, int | float)]
        if len(losses) <= EPOCHS:
            return False
        return losses[-1] > FLAT * losses[-1 - EPOCHS] or not self.still

    def names(self, nodes: Sequence[str]) -> str:
        """The titles of some layers: "sigmoid1 to sigmoid6"."""
        first, last = self.title(nodes[0]), self.title(nodes[-1])
        return first if len(nodes) == 1 else tr("{first} to {last}", first=first, last=last)


def percent(share: float) -> str:
    """A share as people read it: "28 %", below ten with a decimal."""
    return f"{100 * share:.0f} %" if share >= 0.095 else f"{100 * share:.1f} %"


def figure(number: float) -> str:
    """A measured number in three figures."""
    return f"{number:.3g}"


def times(ratio: float) -> str:
    """How many times, in two figures: "5,300×"."""
    digits = max(0, math.floor(math.log10(ratio)) - 1)
    return f"{round(ratio / 10**digits) * 10**digits:,}×"
