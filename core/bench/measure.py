"""Interleaved rounds of both sides, and what came of them.

The sides take turns, so that whatever else the computer does falls on both; medians of the
rounds' ratios then hold even where single times do not.
"""

from __future__ import annotations

import importlib.util
import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

from core.bench.conditions import Conditions
from core.bench.floor import Floor, Rates, work
from core.bench.sides import Side, SideError, answer
from core.bench.workloads import Workload
from core.tongue import tr

ROUND_SECONDS = 0.3
OURS, PEER, FLOOR = "core.bench.ours", "core.bench.peer", "core.bench.floor"
# PyTorch in both of its memory formats: which is faster depends on the network.
FORMATS = ("contiguous", "channels_last")
# How far float32 may be from PyTorch in float64, unless PyTorch in float32 is as far (× WORSE).
MOST_APART = {"outputs": 1e-5, "loss": 1e-5, "step": 1e-2}
WORSE = 3.0
WITHOUT_PEER = tr(
    "PyTorch is not installed; {install} to compare.", install="pip install torch==2.13.0"
)


@dataclass(frozen=True)
class Times:
    """One side's rounds: median `milliseconds` a step or an image, and `peak` memory in MiB."""

    name: str
    milliseconds: float
    peak: float | None


@dataclass(frozen=True)
class Ratio:
    """How many of our steps fit in one of theirs: the median round, and the middle half of all."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """What was measured of one workload.

    Attributes:
        workload, unit: its name, and what the milliseconds are for.
        conditions, rounds: how it was measured.
        ours, peers: the sides.
        ratio: against whichever peer was the better one in each round; None without peers.
        floor: the least time it could take.
        apart: how far each side is from the right values, by what was compared and by side.
    """

    workload: str
    unit: str
    conditions: Conditions
    rounds: int
    ours: Times
    peers: tuple[Times, ...] = ()
    ratio: Ratio | None = None
    floor: Floor | None = None
    apart: dict[str, dict[str, float]] | None = None

    @property
    def reached(self) -> float | None:
        """The share of the bound that our side reaches."""
        return self.floor.milliseconds / self.ours.milliseconds if self.floor else None

    @property
    def memory(self) -> float | None:
        """Our peak memory in shares of the more frugal peer's."""
        theirs = [peer.peak for peer in self.peers if peer.peak]
        return self.ours.peak / min(theirs) if theirs and self.ours.peak else None


def peer_problem(conditions: Conditions) -> str:
    """Why there is nothing to compare with; "" where there is. PyTorch is not imported here."""
    if importlib.util.find_spec("torch") is None:
        return WITHOUT_PEER
    if conditions.device == "cpu":
        return ""
    return str(answer(PEER, "device", conditions=conditions)["problem"])


def measure(
    workloads: Sequence[Workload], conditions: Conditions, *, rounds: int, peer: bool = True
) -> Iterator[Result]:
    """Measure each workload in turn. SideError where a side fails or computes something else."""
    for load in workloads:
        apart = _compared(load, conditions) if peer else None
        yield _measured(load, conditions, rounds, FORMATS if peer else (), apart)


@cache
def rates(conditions: Conditions) -> Rates:
    """What this computer does under these conditions, measured once."""
    return Rates(**answer(FLOOR, conditions=conditions))


def _compared(load: Workload, conditions: Conditions) -> dict[str, dict[str, float]]:
    """How far both sides are from the right values; SideError where ours is too far to time."""
    apart: dict[str, dict[str, float]] = answer(PEER, load.id, "check", conditions=conditions)
    for what, found in apart.items():
        most = max(MOST_APART[what], WORSE * found["theirs"])
        if not found["ours"] <= most:
            raise SideError(
                tr(
                    "{workload}: the two sides do not compute the same: {what} apart by"
                    " {apart:.1e}, at most {most:.0e} is allowed.",
                    workload=load.id,
                    what=what,
                    apart=found["ours"],
                    most=most,
                )
            )
    return apart


def _measured(
    load: Workload,
    conditions: Conditions,
    rounds: int,
    formats: Sequence[str],
    apart: dict[str, dict[str, float]] | None,
) -> Result:
    floor = Floor(work(load), rates(conditions))
    with ExitStack() as stack:
        sides = [
            stack.enter_context(Side(module, load.id, *words, conditions=conditions))
            for module, *words in ((OURS,), *((PEER, layout) for layout in formats))
        ]
        seconds = _rounds(sides, rounds)
        times = tuple(
            Times(side.name, 1000 * statistics.median(found), side.end())
            for side, found in zip(sides, seconds, strict=True)
        )
    ours, *theirs = seconds
    ratio = ratio_to_better(ours, theirs) if theirs else None
    return Result(load.id, load.unit, conditions, rounds, times[0], times[1:], ratio, floor, apart)


def _rounds(sides: Sequence[Side], rounds: int) -> list[list[float]]:
    """Seconds a step of each side, round by round."""
    steps = [max(1, math.ceil(ROUND_SECONDS / max(side.round(1), 1e-9))) for side in sides]
    seconds: list[list[float]] = [[] for _ in sides]
    for number in range(rounds):
        # Whoever goes second finds the processor warm: the order turns round each time.
        for turn in range(len(sides))[:: -1 if number % 2 else 1]:
            seconds[turn].append(sides[turn].round(steps[turn]))
    return seconds


def ratio_to_better(ours: Sequence[float], theirs: Sequence[Sequence[float]]) -> Ratio:
    """Their seconds over ours, round by round, with the fastest of them in each round."""
    best = (min(times) for times in zip(*theirs, strict=True))
    found = sorted(their / our for our, their in zip(ours, best, strict=True))
    quarter = len(found) // 4
    return Ratio(statistics.median(found), found[quarter], found[-1 - quarter])


def mean(results: Sequence[Result]) -> float | None:
    """The geometric mean of the ratios; None where nothing was compared."""
    found = [result.ratio.median for result in results if result.ratio]
    return statistics.geometric_mean(found) if found else None
