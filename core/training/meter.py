"""Counts what a training does: losses on their way from the device, pace, time."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable
from contextlib import closing
from typing import Any, NamedTuple, TypeVar

from core.backend import Backend
from core.training.events import Progress
from core.training.tally import Tally

REPORT_EVERY = 1 / 30  # seconds between two Progress events, at least

Array = Any
_T = TypeVar("_T")


class _Noted(NamedTuple):
    """A step of so many items; its figures, on the device: loss, right answers, loss by output."""

    items: int
    figures: tuple[Array, ...]


class DivergedError(Exception):
    """The loss is no number any more."""


class Meter:
    """Adds up losses and says how fast it goes.

    Losses stay on the device until `read`, so that a GPU is waited for only now and then.
    """

    def __init__(self, backend: Backend, seconds: float) -> None:
        self._backend = backend
        self._unread: list[_Noted] = []
        self._zero = time.perf_counter() - seconds
        self._told_at, self._loss, self._count = time.perf_counter(), 0.0, 0
        self._rate = 0.0
        self.validation_seconds = 0.0
        self.begin_epoch()

    @property
    def seconds(self) -> float:
        """Time spent in the run, pauses not counted."""
        return time.perf_counter() - self._zero

    def leave_out(self, seconds: float) -> None:
        """Do not count a pause."""
        self._zero += seconds
        self._told_at += seconds

    def begin_epoch(self) -> None:
        """From here on, waiting for data is counted anew."""
        self._waited, self._since = 0.0, self.seconds

    def awaited(self, batches: Generator[_T, None, None]) -> Generator[_T, None, None]:
        """The same batches; the time until each comes counts as waiting for data."""
        with closing(batches):
            while True:
                begin = time.perf_counter()
                batch = next(batches, None)
                self._waited += time.perf_counter() - begin
                if batch is None:
                    return
                yield batch

    def waited(self) -> float:
        """The share of this epoch's time so far that went into waiting for data."""
        spent = self.seconds - self._since
        return min(self._waited / spent, 1.0) if spent > 0 else 0.0

    def add(self, loss: Array, right: Array, count: int, each: Iterable[Array] = ()) -> bool:
        """Note a step: mean loss and right answers (0-d, on the device) of `count` items.

        `each` are the mean losses of several outputs. True where it is time to `read`.
        """
        self._unread.append(_Noted(count, (loss, right, *each)))
        return len(self._unread) >= self._backend.reports_every

    def read(self, tally: Tally) -> None:
        """Bring what was noted into the tally on the host; DivergedError if the loss is no number.

        It is added in the order of the steps, so that sums do not depend on when they are read.
        """
        if not self._unread:
            return
        columns = zip(*(one.figures for one in self._unread), strict=True)
        rows = zip(*(self._host(column) for column in columns), strict=True)
        counts = [one.items for one in self._unread]
        self._unread.clear()
        for (loss, right, *each), count in zip(rows, counts, strict=True):
            before = tally.each if tally.count else (0.0,) * len(each)  # or () from an old file
            tally.each = tuple(
                total + one * count for total, one in zip(before, each, strict=False)
            )
            tally.count += count
            tally.loss += loss * count
            tally.right += int(right)
            self._loss += loss * count
            self._count += count
        if not math.isfinite(tally.loss):
            raise DivergedError

    def progress(
        self, tally: Tally, *, steps: int, items: int, epochs: int, lr: float
    ) -> Progress | None:
        """The next report, where enough time has gone by; `items` are those of one epoch."""
        elapsed = time.perf_counter() - self._told_at
        if elapsed < REPORT_EVERY or not self._count:
            return None
        pace, loss = self._count / elapsed, self._loss / self._count
        self._rate = 0.9 * self._rate + 0.1 * pace if self._rate else pace
        self._told_at, self._loss, self._count = self._told_at + elapsed, 0.0, 0
        epochs_left = epochs - tally.epoch + 1
        left = (epochs_left * items - tally.count) / self._rate
        left += epochs_left * self.validation_seconds
        return Progress(tally.epoch, tally.step, steps, loss, self._rate, left, lr, self.waited())

    def _host(self, column: Iterable[Array]) -> list[float]:
        """One figure of every step; from a device in a single copy."""
        xp = self._backend.xp
        stacked = xp.stack([xp.asarray(value) for value in column])
        return [float(value) for value in self._backend.asnumpy(stacked)]
