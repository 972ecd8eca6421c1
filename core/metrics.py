"""Metrics: what people want to know of predictions, beside the loss.

Letters: N items, K units or classes, z raw scores (N, K), labels class numbers (N,). `xp` is the
array module of the arguments; what comes back is then 0-d or (N,) and still on the device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = Any
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


# ---- classes ----------------------------------------------------------------------------


def correct(xp: Any, z: Array, labels: Array) -> Array:
    """How many of a batch are right (0-d); one unit (K = 1) means yes above 0."""
    return (answers(z) == labels).sum()


def answers(z: Array) -> Array:
    """The class that each item is put into (N,); one unit says 1 above 0, else 0."""
    return z.argmax(axis=1) if z.shape[1] > 1 else (z[:, 0] > 0).astype("int64")


def correct_within(xp: Any, z: Array, labels: Array, *, k: int) -> Array:
    """How many have their class among the k highest scores (0-d); k = 1 is `correct`.

    Of equal scores the first class counts as the higher one.
    """
    own = xp.take_along_axis(z, labels[:, None], axis=1)
    before = xp.arange(z.shape[1]) < labels[:, None]
    rank = ((z > own) | ((z == own) & before)).sum(axis=1)
    return (rank < k).sum()


def confusion(labels: NDArray[Any], said: NDArray[Any], classes: int) -> Counts:
    """(K, K) counts: the row is the right class, the column the answer."""
    pairs = np.asarray(labels, np.int64) * classes + np.asarray(said, np.int64)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class PerClass:
    """How well each class is told, (K,) each; nan where there is nothing to judge by.

    Attributes:
        precision: share of the answers of this class that are right.
        recall: share of the items of this class that are found.
        f1: harmonic mean of both: 2·right / (answers + items).
        iou: intersection over union: right / (answers + items − right).
        items: how many there are of the class.
    """

    precision: Floats
    recall: Floats
    f1: Floats
    iou: Floats
    items: Counts


def per_class(counts: Counts) -> PerClass:
    """Precision, recall, F1 and IoU of every class, from a confusion matrix of items or pixels."""
    right, said, items = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)
    both = said + items
    return PerClass(
        precision=_share(right, said),
        recall=_share(right, items),
        f1=_share(2 * right, both),
        iou=_share(right, both - right),
        items=items,
    )


def _share(part: Counts, whole: Counts) -> Floats:
    found = np.full(len(part), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


# ---- values -----------------------------------------------------------------------------


def absolute_error(xp: Any, z: Array, target: Array) -> Array:
    """The mean distance of each item's values to the target (N,), in the target's own unit."""
    return xp.abs(z - target).mean(axis=1)


def overlap(xp: Any, z: Array, target: Array) -> Array:
    """Intersection over union of boxes (N,): 1 where they are the same, 0 where they do not meet.

    Each row holds corners x, y, x, y, …; the box is the upright one around them.
    """
    (low_a, high_a), (low_b, high_b) = _bounds(z), _bounds(target)
    sides = xp.minimum(high_a, high_b) - xp.maximum(low_a, low_b)
    common = xp.maximum(sides, 0).prod(axis=1)
    union = (high_a - low_a).prod(axis=1) + (high_b - low_b).prod(axis=1) - common
    return xp.where(union > 0, common / xp.where(union > 0, union, 1), 0)


def distances(xp: Any, z: Array, target: Array) -> Array:
    """How far each point lies from where it belongs (N, J), in the target's own unit.

    Each row holds points x, y, x, y, …
    """
    return xp.sqrt(xp.square(_points(z - target)).sum(axis=2))


def near(xp: Any, z: Array, target: Array, *, share: float = 0.1) -> Array:
    """The share of each item's points that are near where they belong (N,), known as PCK.

    Near is within `share` of the longer side of the box around the item's points, so that it means
    the same for large and small figures. Source: Yang and Ramanan 2013.
    """
    low, high = _bounds(target)
    reach = share * (high - low).max(axis=1)
    return (distances(xp, z, target) <= reach[:, None]).mean(axis=1)


def _points(rows: Array) -> Array:
    """Rows of x, y, x, y, … as points: (N, J, 2)."""
    return rows.reshape(len(rows), -1, 2)


def _bounds(corners: Array) -> tuple[Array, Array]:
    """Least and greatest (x, y) of each row, (N, 2) each."""
    points = _points(corners)
    return points.min(axis=1), points.max(axis=1)
