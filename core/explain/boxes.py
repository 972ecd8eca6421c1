"""Boxes and joints: where a network says that something is, beside where it is.

Letters: N items, J points. Points are x, y in shares of the picture's width and height.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Field
from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.kinds import Pair
from core.metrics import distances, overlap
from core.network import Network

_AT_ONCE = 64  # items, at most
Kind = Literal["box", "points"]
KINDS: tuple[Kind, ...] = ("box", "points")
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Places:
    """What an Output says of the first items of a split.

    Attributes:
        output, field: its node, and what it learns from.
        truth, said: where the points are, and where it says they are (N, J, 2).
    """

    output: str
    field: Field
    truth: NDArray[np.float32]
    said: NDArray[np.float32]

    @property
    def scores(self) -> Floats:
        """IoU of boxes, or the mean distance of points, for each item (N,)."""
        truth, said = (one.reshape(len(one), -1) for one in (self.truth, self.said))
        if self.field.kind == "box":
            return np.asarray(overlap(np, said, truth), np.float64)
        return np.asarray(distances(np, said, truth).mean(axis=1), np.float64)

    @property
    def worst(self) -> NDArray[np.int64]:
        """The items from the worst to the best, the first of equal ones before."""
        sign = 1 if self.field.kind == "box" else -1
        return np.argsort(sign * self.scores, kind="stable")


def outputs_of_places(network: Network, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The Outputs that learn a box or points."""
    found = ((id, fields.get(network.output(id).target)) for id in network.outputs)
    return tuple(id for id, field in found if field is not None and field.kind in KINDS)


def places(
    network: Network, split: FittedSplit, output: str, field: Field, *, count: int
) -> Generator[tuple[int, int], None, Places]:
    """What an Output says of the first `count` items; yields items done and items in all."""
    total, done, pace = min(count, len(split)), 0, Pace(_AT_ONCE)
    name = network.output(output).target
    truth, said = [], []
    while done < total:
        part = np.arange(done, min(done + pace.size, total))
        with pace.piece():
            x, targets = split.batch(part)
            truth.append(as_points(targets[name]))
            said.append(where(network, x, output))
        done += len(part)
        yield done, total
    return Places(output, field, np.concatenate(truth), np.concatenate(said))


def where(network: Network, x: NDArray[Any], output: str) -> NDArray[np.float32]:
    """Where an Output says that the points of a batch are: (N, J, 2)."""
    z = network.run_forward(network.upload(x), every=False)[output]
    backend = network.backend
    return as_points(backend.asnumpy(network.output(output).loss.predict(backend.xp, z)))


def as_points(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Rows x, y, x, y, … as points (N, J, 2)."""
    return np.array(rows, np.float32).reshape(len(rows), -1, 2)


@dataclass(frozen=True)
class Overlap:
    """Two boxes, in shares of the picture's area: IoU = common / (truth + said − common)."""

    truth: float
    said: float
    common: float

    @property
    def union(self) -> float:
        """What either of them covers."""
        return self.truth + self.said - self.common

    @property
    def iou(self) -> float:
        """1 where they are the same, 0 where they do not meet."""
        return self.common / self.union if self.union > 0 else 0.0


def overlap_of(truth: NDArray[Any], said: NDArray[Any]) -> Overlap:
    """How the upright boxes around two sets of points (J, 2) lie over each other."""
    ends = [(one.min(axis=0).astype(float), one.max(axis=0).astype(float)) for one in (truth, said)]
    (low_a, high_a), (low_b, high_b) = ends
    sides = np.maximum(np.minimum(high_a, high_b) - np.maximum(low_a, low_b), 0)
    areas = [float((high - low).prod()) for low, high in ends]
    return Overlap(areas[0], areas[1], float(sides.prod()))


def apart(truth: NDArray[Any], said: NDArray[Any], size: Pair) -> Floats:
    """How far each point (J, 2) is from where it belongs, in pixels of (height, width): (J,)."""
    pixels = (np.asarray(said, np.float64) - truth) * (size[1], size[0])
    found: Floats = np.hypot(pixels[:, 0], pixels[:, 1])
    return found


@dataclass(frozen=True, eq=False)
class Term:
    """The loss of one Output over the epochs, without its weight; nan where it is not known."""

    epochs: Floats
    training: Floats
    validation: Floats


def loss_terms(epochs: Iterable[Mapping[str, Any]], outputs: Iterable[str]) -> dict[str, Term]:
    """What a run's epoch events tell of each Output, by its node."""
    ids, rows = tuple(outputs), list(epochs)
    found = {}
    for id in ids:
        names = (f"{id}.train_loss", f"{id}.loss") if len(ids) > 1 else ("train_loss", "loss")
        columns = [np.array([_number(row.get(name)) for row in rows]) for name in ("epoch", *names)]
        found[id] = Term(*columns)
    return found


def balanced(weights: Mapping[str, float], output: str, share: float) -> dict[str, float]:
    """Weights of the same sum, `share` of it with one Output; the others keep their proportions.

    Where the others have no weight at all they share the rest evenly.
    """
    total = sum(weights.values()) or float(len(weights))
    others = {id: weight for id, weight in weights.items() if id != output}
    before = sum(others.values())
    rest = (1 - share) * total
    found = {
        id: rest * (weight / before if before else 1 / len(others)) for id, weight in others.items()
    }
    return {id: found.get(id, share * total) for id in weights}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
