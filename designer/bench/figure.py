"""One line of the interface bench, and how its time is taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MILLI = 1000.0


@dataclass(frozen=True)
class Figure:
    """One measurement.

    Attributes:
        name: what was measured.
        measured: by the clock on the wall, or a number that is no time.
        processor: the time that this process computed, which another one's work does not change;
            None where no time is measured. Where there is one the goal is held against it.
        goal: what must hold, None where nothing must.
        unit: of all three.
    """

    name: str
    measured: float
    processor: float | None = None
    goal: float | None = None
    unit: str = "ms"

    @property
    def kept(self) -> bool:
        """Whether the goal is reached."""
        judged = self.measured if self.processor is None else self.processor
        return self.goal is None or judged <= self.goal


def as_text(figures: Sequence[Figure]) -> str:
    """The figures as a table."""
    lines = [f"{'':46}{'measured':>12}{'processor':>12}{'goal':>12}"]
    for one in figures:
        goal = f"{one.goal:,g} {one.unit}" if one.goal is not None else ""
        processor = _number(one.processor, one.unit) if one.processor is not None else ""
        missed = "" if one.kept else "  missed"
        measured = _number(one.measured, one.unit)
        lines.append(f"{one.name:46}{measured:>12}{processor:>12}{goal:>12}{missed}")
    return "\n".join(lines)


def _number(value: float, unit: str) -> str:
    return f"{value:,.1f} {unit}" if unit else f"{value:,g}"


def timed(
    name: str,
    act: Callable[[int], object],
    *,
    runs: int,
    goal: float | None = None,
    before: Callable[[int], object] = lambda run: None,
) -> Figure:
    """The medians of some runs of `act(run)`; what `before(run)` does is not counted."""
    walls, processors = [], []
    for run in range(runs):
        before(run)
        wall, processor = time.perf_counter(), time.process_time()
        act(run)
        walls.append((time.perf_counter() - wall) * MILLI)
        processors.append((time.process_time() - processor) * MILLI)
    return figure(name, walls, processors, goal)


def figure(
    name: str, walls: Sequence[float], processors: Sequence[float], goal: float | None
) -> Figure:
    """The medians of times in milliseconds."""
    wall, processor = statistics.median(walls), statistics.median(processors)
    return Figure(name, round(wall, 2), round(processor, 2), goal)
