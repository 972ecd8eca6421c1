"""Interleaved rounds of both sides, and what came of them.

The sides take turns, so that whatever else the computer does falls on both; medians of the
rounds' ratios then hold even where single times do not.
"""

from __future__ import annotations

import importlib.util
import json
import math
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from core.bench.sides import Side, SideError
from core.bench.workloads import Workload

ROUND_SECONDS = 0.3
OURS = ("core.bench.ours",)
# PyTorch in both of its memory formats: which is faster depends on the network.
PEERS = (("core.bench.peer", "contiguous"), ("core.bench.peer", "channels_last"))
MOST_APART = {"loss": 1e-4, "gradient": 1e-2}
WITHOUT_PEER = "PyTorch is not installed; pip install torch==2.13.0 to compare."


@dataclass(frozen=True)
class Times:
    """One side's rounds: median `milliseconds` a step, and `peak` memory in MiB."""

    name: str
    milliseconds: float
    peak: float | None


@dataclass(frozen=True)
class Ratio:
    """How many of our steps fit in one of theirs: the median round, and the middle half of all."""

    to: str
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """What was measured of one workload; `apart` is how far loss and gradient differ."""

    workload: str
    threads: int
    rounds: int
    ours: Times
    peers: tuple[Times, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    apart: dict[str, float] | None = None


def has_peer() -> bool:
    """Whether PyTorch is installed; it is not imported here."""
    return importlib.util.find_spec("torch") is not None


def measure(
    workloads: Sequence[Workload], *, threads: int, rounds: int, peer: bool = True
) -> Iterator[Result]:
    """Measure each workload in turn. SideError where a side fails or computes something else."""
    for load in workloads:
        apart = _compare(load, threads) if peer else None
        yield _measure(load, threads, rounds, PEERS if peer else (), apart)


def _compare(load: Workload, threads: int) -> dict[str, float]:
    """How far one step of both sides is apart; SideError where that is too far to time them."""
    command = [sys.executable, "-m", "core.bench.peer", load.id, str(threads), "check"]
    home = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True)
    if done.returncode:
        last = "".join(done.stderr.strip().splitlines()[-1:])
        raise SideError(f"{load.id}: the comparison ended early: {last}")
    apart: dict[str, float] = json.loads(done.stdout)
    for what, most in MOST_APART.items():
        if not apart[what] <= most:
            raise SideError(
                f"{load.id}: the two sides do not compute the same: {what} apart by"
                f" {apart[what]:.1e}, at most {most:.0e} is allowed."
            )
    return apart


def _measure(
    load: Workload,
    threads: int,
    rounds: int,
    peers: Sequence[tuple[str, ...]],
    apart: dict[str, float] | None,
) -> Result:
    with ExitStack() as stack:
        sides = [
            stack.enter_context(Side(*command, workload=load, threads=threads))
            for command in (OURS, *peers)
        ]
        steps = [max(1, math.ceil(ROUND_SECONDS / side.round(1))) for side in sides]
        seconds: list[list[float]] = [[] for _ in sides]
        for number in range(rounds):
            # Whoever goes second finds the processor warm: the order turns round each time.
            for turn in range(len(sides))[:: -1 if number % 2 else 1]:
                seconds[turn].append(sides[turn].round(steps[turn]))
        times = tuple(
            Times(side.name, 1000 * statistics.median(found), side.end())
            for side, found in zip(sides, seconds, strict=True)
        )
    ratios = tuple(
        _ratio(peer.name, seconds[0], theirs)
        for peer, theirs in zip(times[1:], seconds[1:], strict=True)
    )
    return Result(load.id, threads, rounds, times[0], times[1:], ratios, apart)


def _ratio(name: str, ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    found = sorted(their / our for our, their in zip(ours, theirs, strict=True))
    quarter = len(found) // 4
    return Ratio(name, statistics.median(found), found[quarter], found[-1 - quarter])


def as_json(result: Result) -> str:
    """A result on one line of JSON."""
    return json.dumps(asdict(result))


def as_lines(result: Result) -> list[str]:
    """A result for a terminal: one line for each side."""
    threads = f"{result.threads} thread{'s' if result.threads > 1 else ''}"
    head = f"{result.workload:<18}{threads:<11}"
    lines = [f"{head}{_side(result.ours)}"]
    for peer, ratio in zip(result.peers, result.ratios, strict=True):
        share = f"Striate is {ratio.median:.2f} × as fast ({ratio.low:.2f} to {ratio.high:.2f})"
        lines.append(f"{'':<{len(head)}}{_side(peer)}  {share}")
    return lines


def _side(times: Times) -> str:
    peak = "" if times.peak is None else f"{times.peak:6.0f} MiB"
    return f"{times.name:<30}{times.milliseconds:9.2f} ms a step  {peak}"


def means(results: Sequence[Result]) -> dict[str, float]:
    """The geometric mean of the ratios over all workloads, by the side they compare with."""
    found: dict[str, list[float]] = {}
    for result in results:
        for ratio in result.ratios:
            found.setdefault(ratio.to, []).append(ratio.median)
    return {name: statistics.geometric_mean(ratios) for name, ratios in found.items()}
