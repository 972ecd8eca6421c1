"""How runs went, put on one axis: what each was worth after every epoch, and several as one band.

Letters: E finished epochs, R runs, N points of a band.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.tongue import tr

Floats = NDArray[np.float64]
Axis = Literal["epoch", "step", "seconds"]
Figure = Literal["accuracy", "loss", "train_accuracy", "train_loss"]
FIGURES: tuple[Figure, ...] = ("accuracy", "loss", "train_accuracy", "train_loss")
WHOLE = ("done", "early")  # the ways to end in which a run came to its own end

_NONE: Floats = np.zeros(0)
_SAME = 1e-12  # differences of means closer than this are the same


@dataclass(frozen=True, eq=False)
class Course:
    """What a run has told of its finished epochs.

    Attributes:
        epochs: their numbers (E,).
        seconds: training time at the end of each, pauses not counted (E,).
        values: of each of FIGURES (E,), nan where it was not measured. "accuracy" and "loss" are
            those of the validation items.
        steps: in one epoch, 0 before the first.
        parameters: of the network, 0 where that was not told.
        ended: "done", "early", "stopped", "failed", or "" while it goes on or was cut off.
        by_hebb: whether S-cells learned by Hebb's rule, which knows neither loss nor accuracy.
    """

    epochs: Floats = field(default_factory=_NONE.copy)
    seconds: Floats = field(default_factory=_NONE.copy)
    values: Mapping[Figure, Floats] = field(default_factory=dict)
    steps: int = 0
    parameters: int = 0
    ended: str = ""
    by_hebb: bool = False

    def along(self, axis: Axis) -> Floats:
        """Where each finished epoch lies on an axis (E,)."""
        if axis == "seconds":
            return self.seconds
        return self.epochs * (self.steps if axis == "step" else 1)

    def curve(self, figure: Figure, axis: Axis) -> tuple[Floats, Floats]:
        """The epochs in which a figure was measured on an axis, and the figure; none at times."""
        y = self.values.get(figure, np.full(len(self.epochs), np.nan))
        there = np.isfinite(y)
        return self.along(axis)[there], y[there]

    @property
    def classifies(self) -> bool:
        """Whether right answers were counted; elsewhere the loss alone tells runs apart."""
        return len(self.curve("accuracy", "epoch")[0]) > 0

    @property
    def best(self) -> int:
        """Which of the E epochs was best, by accuracy, then by loss; −1 for none."""
        loss = self.values.get("loss", _NONE)
        if not np.isfinite(loss).any():
            return -1
        right = self.values["accuracy"] if self.classifies else np.zeros(len(loss))
        keys = zip(np.nan_to_num(right, nan=-1), -np.nan_to_num(loss, nan=np.inf), strict=True)
        ranked = list(keys)
        return ranked.index(max(ranked))

    def at_best(self, figure: Figure) -> float:
        """A figure at the best epoch; nan where there is none."""
        return float(self.values[figure][self.best]) if self.best >= 0 else float("nan")


def course(events: Iterable[Mapping[str, Any]]) -> Course:
    """The course of a run from its recorded events; a damaged event is left out.

    Epochs that a later start took back are dropped.
    """
    rows: dict[int, tuple[float, ...]] = {}
    steps, parameters, ended, by_hebb = 0, 0, "", False
    for event in events:
        match event:
            case {"event": "started", "epoch": int(epoch), "steps": int(count)}:
                rows = {one: row for one, row in rows.items() if one < epoch}
                steps, ended, by_hebb = count, "", event.get("method") == "hebb"
                parameters = _count(event.get("parameters"))
            case {"event": "epoch", "epoch": int(epoch)} if epoch > 0:
                rows[epoch] = tuple(_number(event.get(one)) for one in ("seconds", *FIGURES))
            case {"event": "finished", "reason": str(reason)}:
                ended = reason
            case {"event": "failed"}:
                ended = "failed"
    if not rows:
        return Course(steps=steps, parameters=parameters, ended=ended, by_hebb=by_hebb)
    table = np.array([rows[one] for one in sorted(rows)]).reshape(-1, 1 + len(FIGURES))
    return Course(
        epochs=np.array(sorted(rows), np.float64),
        seconds=np.cumsum(np.nan_to_num(table[:, 0])),
        values={name: table[:, 1 + at] for at, name in enumerate(FIGURES)},
        steps=steps,
        parameters=parameters,
        ended=ended,
        by_hebb=by_hebb,
    )


# ---- several runs as one ----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Band:
    """Several curves as one: on `x`, their mean between the lowest and the highest (N,)."""

    x: Floats
    low: Floats
    mean: Floats
    high: Floats
    count: int


def band(courses: Sequence[Course], figure: Figure, axis: Axis) -> Band:
    """The curves of a figure as one, where all of them have come.

    Between its points a curve is a straight line: on the axis of seconds no two have the same.
    """
    curves = [one.curve(figure, axis) for one in courses]
    if not curves or any(not len(x) for x, _ in curves):
        return Band(_NONE, _NONE, _NONE, _NONE, len(curves))
    first, last = max(x[0] for x, _ in curves), min(x[-1] for x, _ in curves)
    places = np.unique(np.concatenate([x for x, _ in curves]))
    x = places[(places >= first) & (places <= last)]
    y = np.array([np.interp(x, *one) for one in curves])  # (R, N)
    return Band(x, y.min(axis=0), y.mean(axis=0), y.max(axis=0), len(curves))


@dataclass(frozen=True)
class Odds:
    """How easily chance makes a difference: `as_large` of all `ways` to deal the runs make it."""

    as_large: int
    ways: int

    @property
    def share(self) -> float:
        """The share of the ways, 0 to 1: the p-value of the exact permutation test."""
        return self.as_large / self.ways


def odds(first: Sequence[float], second: Sequence[float]) -> Odds:
    """In how many of the ways to deal these figures into two groups of these sizes the means
    differ at least as much as they do.

    Exact, two-sided, and with no belief about how figures are spread. Source: Fisher, The Design
    of Experiments, 1935, section 21. ValueError where a group is empty.
    """
    if not first or not second:
        raise ValueError(tr("Both groups need a figure."))
    every = np.array([*first, *second], np.float64)
    total, count = every.sum(), len(first)

    def difference(chosen: Floats | float) -> Any:
        return np.abs(chosen / count - (total - chosen) / len(second))

    seen = difference(float(every[:count].sum())) - _SAME
    ways = comb(len(every), count)
    picks = np.fromiter(
        (index for pick in combinations(range(len(every)), count) for index in pick),
        np.intp,
        count=ways * count,
    ).reshape(ways, count)
    return Odds(int((difference(every[picks].sum(axis=1)) >= seen).sum()), ways)


def _number(value: Any) -> float:
    """A value of an event; what JSON could not write as a number is nan."""
    return float(value) if isinstance(value, int | float) else float("nan")


def _count(value: Any) -> int:
    """A count of an event; 0 where a damaged file has something else there."""
    return value if type(value) is int and value > 0 else 0
