"""One line of the table: what was measured, what is wanted, and whether that is so."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

MILLI = 1000.0
_WIDTH = 62


@dataclass(frozen=True)
class Figure:
    """One measurement.

    Attributes:
        name: what was measured.
        wall: by the clock on the wall, or a number that is no time.
        processor: the same in the processor's time of window and engine together, which another
            program's work does not change; None where there is none.
        goal: what must hold of `wall`, None where nothing must.
        unit: of all three.
        at_least: whether more is better.
    """

    name: str
    wall: float
    processor: float | None = None
    goal: float | None = None
    unit: str = "ms"
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached, or there is none."""
        return self._meets(self.wall)

    def _meets(self, number: float) -> bool:
        if self.goal is None:
            return True
        return number >= self.goal if self.at_least else number <= self.goal

    @property
    def verdict(self) -> str:
        """Met or missed; on a busy computer the processor's time may still say that it is met."""
        if self.goal is None:
            return ""
        if self.is_met:
            return "met"
        within = self.processor is not None and self._meets(self.processor)
        return "missed, met in processor time" if within else "missed"

    def row(self) -> str:
        """The line."""
        goal = ""
        if self.goal is not None:
            goal = f"{'≥' if self.at_least else '≤'} {self.goal:g} {self.unit}"
        cells = (_number(self.wall, self.unit), _number(self.processor, self.unit), goal)
        return f"{self.name:{_WIDTH}}" + "".join(f"{cell:>14}" for cell in cells) + self._end()

    def _end(self) -> str:
        return f"  {self.verdict}" if self.verdict else ""


HEAD = f"{'':{_WIDTH}}{'measured':>14}{'processor':>14}{'goal':>14}"


def _number(number: float | None, unit: str) -> str:
    return "" if number is None else f"{number:,.1f} {unit}"


class Clock:
    """Both kinds of time, in milliseconds, of some repetitions of an act.

    with clock:
        act()
    """

    def __init__(self, engine: int | None) -> None:
        self._processes = [psutil.Process(pid) for pid in (os.getpid(), engine) if pid]
        self.walls: list[float] = []
        self._processor = 0.0
        self._begin = (0.0, 0.0)

    def __enter__(self) -> Clock:
        self._begin = (time.perf_counter(), self._spent())
        return self

    def __exit__(self, *problem: object) -> None:
        self.walls.append((time.perf_counter() - self._begin[0]) * MILLI)
        self._processor += (self._spent() - self._begin[1]) * MILLI

    def forget(self) -> None:
        """Begin anew: what was measured so far was warming up."""
        self.walls, self._processor = [], 0.0

    def _spent(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self._processes)

    @property
    def processor(self) -> float:
        """The mean: the system counts it in steps of 10 ms, which is too coarse for one."""
        return self._processor / max(1, len(self.walls))

    def figure(self, name: str, goal: float | None = None) -> Figure:
        """The median by the wall and the mean of the processor."""
        return Figure(name, statistics.median(self.walls), self.processor, goal)


def table(figures: Sequence[Figure]) -> str:
    """All lines."""
    return "\n".join([HEAD, *(one.row() for one in figures)])
