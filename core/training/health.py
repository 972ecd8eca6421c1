"""How well a network learns, in figures: what each layer gives, gets back, and how far it moves.

A `Health` is one moment of a training, a `History` many of them. Values that are not there, such as
the gradient of a layer without weights, are nan. Nothing here computes with a network: see
`core.training.checkup`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 64  # of a histogram
MOST_MOMENTS = 240  # of a history; beyond, every second one is left out
RECENT = 8  # moments that a diagnosis looks at
_MOST_EXPONENT = 200
_MOST_NODES = 20_000  # of all checks in a file: tens of megabytes at most
_DIGITS = 6  # figures of a number in a file

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Histogram:
    """How values are spread: counts (BINS,) in equal bins from −2^exponent to 2^exponent.

    The outermost bins hold all beyond. Powers of 2 let two histograms be brought on one scale
    without loss: see `widened`.
    """

    exponent: int
    counts: Counts

    @property
    def limit(self) -> float:
        """The upper end of the last bin."""
        return 2.0**self.exponent

    def widened(self, exponent: int) -> Histogram:
        """The same values in bins up to 2^exponent, which must not be smaller."""
        counts = self.counts
        for _ in range(min(exponent - self.exponent, BINS.bit_length())):
            middle = counts.reshape(-1, 2).sum(axis=1)
            counts = np.pad(middle, BINS // 4)
        return Histogram(exponent, counts)


@dataclass(frozen=True)
class NodeHealth:
    """One layer at one moment; nan stands for what it does not have.

    Attributes:
        gradient, weight: √Σ of the squares of the gradient by all its weights, and of these.
        update: how far the step moved the weights, as a share of `weight`.
        returned: √Σ of the squares of the gradient by what it gives.
        mean, std: of what it gives.
        spread: how much that differs from item to item, of an Output alone.
        dead: share of units of an activation that gave 0 for every item of the last checks.
        saturated: share of values of a bounded activation within 3 % of its ends.
        seconds: forward and backward, for all items of the check.
        weights, gradients, outputs: how they are spread, None where there are none.
    """

    gradient: float = math.nan
    weight: float = math.nan
    update: float = math.nan
    returned: float = math.nan
    mean: float = math.nan
    std: float = math.nan
    spread: float = math.nan
    dead: float = math.nan
    saturated: float = math.nan
    seconds: float = math.nan
    weights: Histogram | None = None
    gradients: Histogram | None = None
    outputs: Histogram | None = None


FIGURES = tuple(one.name for one in fields(NodeHealth) if one.type == "float")
SPREADS = ("weights", "gradients", "outputs")


@dataclass(frozen=True)
class Health:
    """All layers at one moment.

    Attributes:
        step: training steps done, over all epochs.
        epoch: the same in epochs, a fraction.
        items: how many items were looked at.
        checks: how many checks `dead` looks back on.
        loss: of these items, after the step.
        lr: the learning rate of the step.
        nodes: by id, in the order data flows.
    """

    step: int
    epoch: float
    items: int
    checks: int
    loss: float
    lr: float
    nodes: Mapping[str, NodeHealth] = field(default_factory=dict)

    def figure(self, node: str, name: str) -> float:
        """One figure of a node; nan where there is none."""
        found = self.nodes.get(node)
        return math.nan if found is None else float(getattr(found, name))

    def to_json(self) -> dict[str, Any]:
        """Plain data for a line of a file; what is nan is left out."""
        named = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "nodes"}
        data = {name: _short(value) for name, value in named.items()}
        return {**data, "nodes": {id: _node_to_json(node) for id, node in self.nodes.items()}}


def health_from_json(data: Any) -> Health | None:
    """What `to_json` gave; None for anything else."""
    try:
        nodes = {str(id): _node_from_json(node) for id, node in data["nodes"].items()}
        counts = [_count(data[name]) for name in ("step", "items", "checks")]
        step, items, checks = counts
        epoch, loss, lr = (_number(data.get(name)) for name in ("epoch", "loss", "lr"))
        return Health(step, epoch, items, checks, loss, lr, nodes)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def remembered(nodes: int) -> int:
    """How many checks a run of a network of so many layers keeps on disk."""
    return max(30, min(MOST_MOMENTS, _MOST_NODES // max(1, nodes)))


class History:
    """The moments of one run, growing; long runs keep fewer of the early ones.

    Attributes: `moments` (those that are kept), `recent` (the last ones, every one of them).
    """

    def __init__(self) -> None:
        self.moments: list[Health] = []
        self.recent: deque[Health] = deque(maxlen=RECENT)

    def add(self, health: Health) -> None:
        """One more moment; those that a later start took back go."""
        while self.moments and self.moments[-1].step >= health.step:
            self.moments.pop()
        while self.recent and self.recent[-1].step >= health.step:
            self.recent.pop()
        self.moments.append(health)
        self.recent.append(health)
        if len(self.moments) > MOST_MOMENTS:
            del self.moments[1:-1:2]

    @property
    def last(self) -> Health | None:
        """The newest moment."""
        return self.recent[-1] if self.recent else None

    def before(self, step: int) -> Health | None:
        """The last moment that is kept up to a step; the first where all are later."""
        return next((one for one in reversed(self.moments) if one.step <= step), None) or next(
            iter(self.moments), None
        )

    @property
    def epochs(self) -> Floats:
        """When the moments were, in epochs (T,)."""
        return np.array([one.epoch for one in self.moments], np.float64)

    def series(self, node: str, name: str) -> Floats:
        """One figure of a node at every moment (T,)."""
        return np.array([one.figure(node, name) for one in self.moments], np.float64)

    def usual(self, node: str, name: str) -> float:
        """The median of a figure over the recent moments; nan where it was never measured."""
        values = [one.figure(node, name) for one in self.recent]
        known = [value for value in values if not math.isnan(value)]
        return median(known) if known else math.nan

    def spreads(self, node: str, name: str) -> tuple[Floats, list[Histogram]]:
        """Moments in epochs, and the histograms of one of SPREADS then, all on one scale."""
        pairs = [(one.epoch, _spread(one, node, name)) for one in self.moments]
        known = [(epoch, found) for epoch, found in pairs if found is not None]
        widest = max((found.exponent for _, found in known), default=0)
        epochs = np.array([epoch for epoch, _ in known], np.float64)
        return epochs, [found.widened(widest) for _, found in known]


def _spread(health: Health, node: str, name: str) -> Histogram | None:
    found = health.nodes.get(node)
    return None if found is None else getattr(found, name)


# ---- files ------------------------------------------------------------------------------


def _short(value: float) -> float | None:
    """A number in as many figures as a picture needs; None where it is none."""
    if isinstance(value, int):
        return value
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None


def _node_to_json(node: NodeHealth) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name in FIGURES:
        value = getattr(node, name)
        if not math.isnan(value):
            data[name] = _short(value) if math.isfinite(value) else "inf"
    for name in SPREADS:
        found = getattr(node, name)
        if found is not None:
            data[name] = [found.exponent, *found.counts.tolist()]
    return data


def _node_from_json(data: Mapping[str, Any]) -> NodeHealth:
    known: dict[str, Any] = {name: _number(data.get(name)) for name in FIGURES}
    known |= {name: _histogram(data[name]) for name in SPREADS if name in data}
    return NodeHealth(**known)


def _histogram(data: list[Any]) -> Histogram:
    exponent, *counts = data
    if len(counts) != BINS or type(exponent) is not int or abs(exponent) > _MOST_EXPONENT:
        raise ValueError("no histogram")
    return Histogram(exponent, np.array([_count(one) for one in counts], np.int64))


def _number(value: Any) -> float:
    if value == "inf":
        return math.inf
    return float(value) if isinstance(value, int | float) else math.nan


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 48:
        raise ValueError("a count is expected")
    return value
