"""How scores become a loss and the first gradient: one column for each step, one row for each unit.

Letters: K units, z scores, t targets, p probabilities, dz the gradient of the loss by z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Floats
from core.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    Loss,
    SquaredError,
    sigmoid,
)
from core.tongue import tr


@dataclass(frozen=True, eq=False)
class Column:
    """One step for every unit.

    Attributes: `title` (a symbol), `meaning` (in words), `values` (K,).
    """

    title: str
    meaning: str
    values: Floats


@dataclass(frozen=True, eq=False)
class LossTable:
    """The steps from scores to the gradient.

    Attributes:
        columns: in the order they are computed; the first is z, the last dz.
        loss: what this item costs, the sum of the column before the last.
        formula: how dz follows, in one line.
    """

    columns: tuple[Column, ...]
    loss: float
    formula: str


def loss_table(
    loss: Loss, z: NDArray[Any], target: NDArray[Any] | int, *, weight: float = 1.0
) -> LossTable:
    """The steps for the scores (K,) of one item; `weight` is that of its Output.

    `target` is what the loss's `encode` gave for the item: a class number, or a row (K,).
    ValueError for a loss without steps.
    """
    z = np.asarray(z, np.float64)
    if isinstance(loss, CrossEntropy):
        steps, formula = _softmax(loss, z, int(target)), "dz = p · Σa − a"
    elif isinstance(loss, BinaryCrossEntropy):
        steps, formula = _yes_or_no(z, _row(target)), "dz = (σ(z) − t) / K"
    else:
        steps, formula = _distance(loss, z, _row(target))
    *before, last, slope = steps
    if weight != 1.0:
        slope = Column(
            slope.title,
            tr(
                "{meaning}, times the output's weight {weight:g}",
                meaning=slope.meaning,
                weight=weight,
            ),
            slope.values * weight,
        )
    total = float(last.values.sum()) * weight
    return LossTable((Column("z", tr("score"), z), *before, last, slope), total, formula)


def _row(target: NDArray[Any] | int) -> Floats:
    return np.atleast_1d(np.asarray(target, np.float64))


def _softmax(loss: CrossEntropy, z: Floats, label: int) -> list[Column]:
    """Shifted by the largest score, which changes no share and keeps e^z in range."""
    k = len(z)
    powers = np.exp(z - z.max())
    p = powers / powers.sum()
    weights = np.array(loss.class_weights or [1.0] * k)
    answer = weights * (loss.label_smoothing / k)
    answer[label] += weights[label] * (1 - loss.label_smoothing)
    # A weighted mean over one item divides by its own weight.
    answer = answer / weights[label] if weights[label] > 0 else answer * 0
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.where(answer > 0, -answer * (z - z.max() - np.log(powers.sum())), 0.0)
    return [
        Column("e^(z − m)", tr("power of e, m being the largest score"), powers),
        Column("p", tr("probability: the power over the sum of all"), p),
        Column("a", tr("right answer"), answer),
        Column(tr("−a·log p"), tr("cost"), cost),
        Column("dz", tr("gradient"), p * answer.sum() - answer),
    ]


def _yes_or_no(z: Floats, t: Floats) -> list[Column]:
    k, p = len(z), sigmoid(np, z)
    cost = (np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))) / k
    return [
        Column("σ(z)", tr("probability"), p),
        Column("t", tr("right answer"), t),
        Column("cost", tr("−log of the right answer's probability, over K"), cost),
        Column("dz", tr("gradient"), (p - t) / k),
    ]


def _distance(loss: Loss, z: Floats, t: Floats) -> tuple[list[Column], str]:
    """Losses of the error e = z − t."""
    k, e = len(z), z - t
    if isinstance(loss, SquaredError):
        title, cost, slope, formula = "e²/K", e * e / k, 2 * e / k, "dz = 2e / K"
    elif isinstance(loss, AbsoluteError):
        title, cost, slope, formula = "|e|/K", np.abs(e) / k, np.sign(e) / k, "dz = sign(e) / K"
    elif isinstance(loss, Huber):
        cut = np.clip(e, -loss.delta, loss.delta)
        title, cost, slope = "cost", cut * (e - cut / 2) / k, cut / k
        formula = tr("dz = e / K, e cut to ±{delta:g}", delta=loss.delta)
    else:
        raise ValueError(tr("{label} has no steps to show.", label=loss.label))
    columns = [
        Column("t", tr("target"), t),
        Column("e", tr("error z − t"), e),
        Column(title, tr("cost"), cost),
        Column("dz", tr("gradient"), slope),
    ]
    return columns, formula
