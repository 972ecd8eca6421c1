"""A run as curves: loss and accuracy over steps and epochs, gathered from its events.

Both live events and the recorded ones of a stored run are taken, as the JSON data that
`core.training.events` describes. A point lies where its batch or epoch ended: x is the count of
steps done, or the same in epochs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.tongue import tr

Floats = NDArray[np.float64]
Axis = Literal["step", "epoch"]
EPOCH_CURVES = ("training_loss", "training_accuracy", "validation_loss", "validation_accuracy")
HEADER = ("kind", "epoch", "step", *EPOCH_CURVES, "learning_rate", "best")

_FAR = 4.0  # times the moves beside it: a rate that moves so much makes a step
_LEAST_STEP = 0.05  # of the logarithm: less is not worth a mark
_NO_RATE = 1e-300  # stands for 0, which has no logarithm

# The field of an epoch's event that each of EPOCH_CURVES is read from.
_FIELDS = ("train_loss", "train_accuracy", "loss", "accuracy")


@dataclass(frozen=True)
class Mark:
    """A moment worth pointing at.

    Attributes:
        kind: "rate" (the learning rate made a step), "best" (the best epoch), "paused" or
            "continued".
        step, epoch: where, counted like the points.
        text: a few words for a label.
    """

    kind: str
    step: float
    epoch: float
    text: str


class Curves:
    """The history of one run, growing event by event.

    Attributes:
        epochs, steps: epochs planned and steps in one epoch; 0 before training began.
        epoch: epochs done, the one in progress not counted.
        state: "waiting", "training", "paused", "done", "stopped", "early" or "failed".
        run: the run's folder, or "".
        by_hebb: whether S-cells learn by Hebb's rule, which has no loss to draw.
    """

    def __init__(self, events: Iterable[Mapping[str, Any]] = ()) -> None:
        self.epochs = self.steps = self.epoch = 0
        self.state, self.run, self.by_hebb = "waiting", "", False
        self._batches = _Rows(2)  # step, loss
        self._epochs = _Rows(2 + len(_FIELDS))  # epoch, learning rate, then the curves
        self._best: int | None = None
        self._stops: list[Mark] = []
        for event in events:
            self.add(event)

    def add(self, event: Mapping[str, Any]) -> bool:
        """Take in an event; says whether it had anything to draw.

        An event that lacks what it should have, as in a damaged file, is left out.
        """
        take = getattr(self, f"_take_{event.get('event')}", None)
        if take is None:
            return False
        try:
            take(event)
        except (KeyError, TypeError, ValueError, OverflowError):
            return False
        return True

    def clear(self) -> None:
        """Forget everything, for another run."""
        self.__init__()  # type: ignore[misc]

    def __len__(self) -> int:
        """Points there are, of batches and of epochs."""
        return len(self._batches) + len(self._epochs)

    # ---- questions ----------------------------------------------------------------------

    def batch_losses(self, axis: Axis = "epoch", *, smooth: int = 1) -> tuple[Floats, Floats]:
        """x and the training loss of each report, each the mean of the last `smooth` reports."""
        step, loss = self._batches.columns(0, 1)
        return self._along(step, axis), trailing_mean(loss, smooth)

    def curve(self, name: str, axis: Axis = "epoch") -> tuple[Floats, Floats]:
        """x and the values of one of EPOCH_CURVES; what was not measured is nan."""
        epoch, values = self._epochs.columns(0, 2 + EPOCH_CURVES.index(name))
        return (epoch * self.steps if axis == "step" else epoch.copy()), values.copy()

    def measured(self, name: str) -> bool:
        """Whether a curve of EPOCH_CURVES has any value; accuracy has none without classes."""
        return bool(np.isfinite(self.curve(name)[1]).any())

    @property
    def best_epoch(self) -> int | None:
        """The epoch of the best validation so far."""
        return self._best

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every mark, in the order of steps."""
        found = [*self._stops, *self._rate_marks()]
        if self._best is not None:
            found.append(Mark("best", self._best * self.steps, self._best, "best"))
        return tuple(sorted(found, key=lambda mark: mark.epoch))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """A table of everything, HEADER first: a row for each report and for each epoch.

        Cells are plain text with full precision; what was not measured is empty.
        """
        yield HEADER
        reports, told = self._batches.values.tolist(), 0
        for epoch, rate, *values in self._epochs.values.tolist():
            end = epoch * self.steps
            while told < len(reports) and reports[told][0] <= end:
                yield self._report_row(*reports[told])
                told += 1
            cells = (_cell(value) for value in values)
            best = "1" if epoch == self._best else ""
            yield ("epoch", f"{epoch:.0f}", f"{end:.0f}", *cells, _cell(rate), best)
        for report in reports[told:]:
            yield self._report_row(*report)

    # ---- events, by their names ---------------------------------------------------------

    def _take_started(self, event: Mapping[str, Any]) -> None:
        """Begin, or go on: points that this start takes back are dropped."""
        epochs, steps = _count(event["epochs"]), max(1, _count(event["steps"]))
        done = _count(event["epoch"]) - 1
        at = done * steps + max(0, _count(event["step"]) - 1)
        self.epochs, self.steps = epochs, steps
        self.run = str(event.get("run") or self.run)
        self.by_hebb = event.get("method") == "hebb"
        self._batches.keep(self._batches.values[:, 0] <= at)
        self._epochs.keep(self._epochs.values[:, 0] <= done)
        self._stops = [mark for mark in self._stops if mark.step <= at]
        if self._best is not None and self._best > done:
            self._best = None
        if at > 0:
            self._stops.append(Mark("continued", at, at / steps, "continued"))
        self.epoch, self.state = done, "training"

    def _take_progress(self, event: Mapping[str, Any]) -> None:
        steps, epoch = max(1, _count(event["steps"])), _count(event["epoch"])
        self._batches.append((epoch - 1) * steps + _count(event["step"]), _number(event["loss"]))
        self.steps, self.epoch, self.state = steps, epoch - 1, "training"

    def _take_epoch(self, event: Mapping[str, Any]) -> None:
        epoch = _count(event["epoch"])
        values = [_number(event.get(field)) for field in _FIELDS]
        self._epochs.append(epoch, _number(event.get("lr")), *values)
        self.epoch = epoch
        if event.get("best"):
            self._best = epoch

    def _take_paused(self, event: Mapping[str, Any]) -> None:
        steps = max(1, self.steps)
        step = (_count(event["epoch"]) - 1) * steps + _count(event["step"])
        self._stops.append(Mark("paused", step, step / steps, "paused"))
        self.state = "paused"

    def _take_resumed(self, event: Mapping[str, Any]) -> None:
        self.state = "training"

    def _take_failed(self, event: Mapping[str, Any]) -> None:
        self.state = "failed"

    def _take_finished(self, event: Mapping[str, Any]) -> None:
        self.state = str(event["reason"])

    # ---- details ------------------------------------------------------------------------

    def _rate_marks(self) -> Iterator[Mark]:
        """Where the learning rate made a step; how a schedule glides needs no mark."""
        epochs, rates = self._epochs.columns(0, 1)
        for i in rate_steps(rates):
            # The new rate ruled the epoch that follows point i.
            at = float(epochs[i])
            yield Mark("rate", at * self.steps, at, tr("rate {rate:.3g}", rate=rates[i + 1]))

    def _along(self, step: Floats, axis: Axis) -> Floats:
        return step.copy() if axis == "step" else step / max(1, self.steps)

    def _report_row(self, step: float, loss: float) -> tuple[str, ...]:
        epoch = f"{step / max(1, self.steps):.6g}"
        return ("batches", epoch, f"{step:.0f}", _cell(loss), "", "", "", "", "")


class _Rows:
    """Rows of numbers in one array that doubles when it is full."""

    def __init__(self, width: int) -> None:
        self._space = np.empty((256, width))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> Floats:
        """What is there, (rows, width): a view, not a copy."""
        return self._space[: self._count]

    def columns(self, *which: int) -> tuple[Floats, ...]:
        return tuple(self.values[:, i] for i in which)

    def append(self, *row: float) -> None:
        if self._count == len(self._space):
            self._space = np.concatenate([self._space, np.empty_like(self._space)])
        self._space[self._count] = row
        self._count += 1

    def keep(self, which: NDArray[np.bool_]) -> None:
        """Drop all other rows."""
        kept = self.values[which]
        self._space[: len(kept)] = kept
        self._count = len(kept)


def trailing_mean(values: Floats, count: int) -> Floats:
    """The mean of each value and those before it, `count` in all; what is not finite is left out.

    The first values have fewer before them. Where none of the `count` is finite, nan.
    """
    finite = np.isfinite(values)
    if count <= 1:
        return values.copy()
    sums = _windowed(np.where(finite, values, 0.0), count)
    present = _windowed(finite.astype(float), count)
    means = np.full(len(values), np.nan)
    np.divide(sums, present, out=means, where=present > 0)
    return means


def rate_steps(rates: Floats) -> NDArray[np.int64]:
    """The epochs i after which the learning rate jumps: rates[i + 1] is out of line.

    A move is a jump where it is far larger than the moves before and after it, as a difference and
    as a ratio.
    """
    if len(rates) < 3:
        return np.zeros(0, np.int64)
    ratios = np.abs(np.diff(np.log(np.maximum(rates, _NO_RATE))))
    far = _out_of_line(np.abs(np.diff(rates))) & _out_of_line(ratios)
    return np.flatnonzero(far & (ratios > _LEAST_STEP))


def _out_of_line(moves: Floats) -> NDArray[np.bool_]:
    """Which moves are far larger than their neighbors; the newest one than the two before it."""
    around = np.pad(moves, 1)
    around[-1] = moves[-3] if len(moves) > 2 else 0.0
    out: NDArray[np.bool_] = moves > _FAR * np.maximum(around[:-2], around[2:])
    return out


def _windowed(values: Floats, count: int) -> Floats:
    """The sum of each value and up to `count` − 1 before it."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    starts = np.maximum(np.arange(1, len(total)) - count, 0)
    sums: Floats = total[1:] - total[starts]
    return sums


def _count(value: Any) -> int:
    """A count in an event; ValueError where a damaged file has something else there."""
    if type(value) is not int or not 0 <= value < 1 << 48:
        raise ValueError("a count is expected")
    return value


def _number(value: Any) -> float:
    """A value of an event; what JSON could not write as a number is nan."""
    return float(value) if isinstance(value, int | float) else float("nan")


def _cell(value: float) -> str:
    return repr(value) if np.isfinite(value) else ""
