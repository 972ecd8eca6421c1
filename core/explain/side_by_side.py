"""Runs side by side: which differ in the seed alone, what each kind is worth, and is it luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev

from core.design import Design
from core.explain.courses import WHOLE, Course, Figure, Odds, odds

SURE = 0.05  # a share of all ways to deal the runs below which a difference is hardly luck
MOST_SEEDS = 9  # of a kind that are counted: all ways to deal twice as many are tried


@dataclass(frozen=True, eq=False)
class Ran:
    """A run as it is compared.

    Attributes:
        path: its folder.
        design: the frozen one that it trains.
        course: what it has told of its epochs.
        data: the fingerprint of what it learns from, "" where it has not been opened yet.
        origin: the run whose weights it began with, "" for fresh ones.
    """

    path: str
    design: Design
    course: Course = field(default_factory=Course)
    data: str = ""
    origin: str = ""

    @property
    def seed(self) -> int:
        """What decides its first weights, the order of items and every random choice."""
        return self.design.plan.seed

    @property
    def is_whole(self) -> bool:
        """Whether it came to its own end, and not to one that a person or a fault made."""
        return self.course.ended in WHOLE

    @property
    def score(self) -> float:
        """The best validation accuracy, or the loss there where nothing is classified; or nan."""
        return self.course.at_best(figure_of(self))


@dataclass(frozen=True, eq=False)
class Kind:
    """Runs that differ in the seed alone, the oldest first.

    Attributes:
        runs: all of them.
        counted: the newest of each seed that has a score, nine at most.
    """

    runs: tuple[Ran, ...]
    counted: tuple[Ran, ...]

    @property
    def first(self) -> Ran:
        """One of them, for what all of them share."""
        return self.runs[0]

    @property
    def scores(self) -> tuple[float, ...]:
        """What each seed came to."""
        return tuple(run.score for run in self.counted)

    @property
    def count(self) -> int:
        """How many seeds are counted."""
        return len(self.counted)

    @property
    def mean(self) -> float:
        """Of the seeds; nan for none."""
        return fmean(self.scores) if self.counted else math.nan

    @property
    def low(self) -> float:
        """The smallest of the seeds; nan for none."""
        return min(self.scores, default=math.nan)

    @property
    def high(self) -> float:
        """The largest of the seeds; nan for none."""
        return max(self.scores, default=math.nan)

    @property
    def spread(self) -> float:
        """The standard deviation of the seeds, divided by one less than there are; nan for one."""
        return stdev(self.scores) if self.count > 1 else math.nan


def figure_of(ran: Ran) -> Figure:
    """The figure that decides which run is better: accuracy, or loss where there is none."""
    return "accuracy" if ran.course.classifies else "loss"


def alike(one: Ran, other: Ran) -> bool:
    """Whether two runs differ in the seed alone, data and the length of training included."""
    return (
        one.design.graph == other.design.graph
        and one.design.data == other.design.data
        and one.design.plan.replace(seed=0) == other.design.plan.replace(seed=0)
        and (one.data, one.origin, _length(one)) == (other.data, other.origin, _length(other))
    )


def kinds(runs: Sequence[Ran]) -> tuple[Kind, ...]:
    """Runs by kind, in the order in which the first of each comes."""
    found: list[list[Ran]] = []
    for run in runs:
        for group in found:
            if alike(group[0], run):
                group.append(run)
                break
        else:
            found.append([run])
    return tuple(_kind(group) for group in found)


def with_seeds(chosen: Sequence[Ran], known: Sequence[Ran]) -> tuple[Ran, ...]:
    """The chosen runs, and every other one that came to its end and differs in the seed alone."""
    more = [
        run
        for run in known
        if run.is_whole
        and all(run.path != one.path for one in chosen)
        and any(alike(run, one) for one in chosen)
    ]
    return (*chosen, *more)


@dataclass(frozen=True)
class Verdict:
    """Whether one kind of run is better than another, and how far that can be told.

    Attributes:
        better, other: their places among the kinds, the better one by its mean first.
        difference: of the means, 0 or more.
        odds: how easily chance alone makes such a difference.
        needed: seeds of each that could tell, 0 where these can.
        same_items: whether both were validated on the same items; elsewhere nothing follows.
        is_final: whether every run of both came to its own end.
    """

    better: int
    other: int
    difference: float
    odds: Odds
    needed: int
    same_items: bool
    is_final: bool

    @property
    def is_sure(self) -> bool:
        """Whether the difference is hardly luck."""
        return self.needed == 0 and self.odds.share <= SURE


def verdict(found: Sequence[Kind]) -> Verdict | None:
    """The best kind against the one next to it; None where there are no two with a figure."""
    told = [at for at, kind in enumerate(found) if kind.count and math.isfinite(kind.mean)]
    figures = {figure_of(found[at].first) for at in told}
    if len(told) < 2 or len(figures) > 1:
        return None
    upward = figures == {"accuracy"}
    told.sort(key=lambda at: found[at].mean, reverse=upward)
    better, other = told[:2]
    one, two = found[better], found[other]
    return Verdict(
        better,
        other,
        abs(one.mean - two.mean),
        odds(one.scores, two.scores),
        _needed(one.count, two.count),
        _validates_alike(one.first, two.first),
        all(run.is_whole for kind in (one, two) for run in kind.runs),
    )


def _needed(first: int, second: int) -> int:
    """Seeds of each kind that could tell; 0 where these can, if no two figures overlap."""
    if _least(first, second) <= SURE:
        return 0
    wanted = 2
    while _least(wanted, wanted) > SURE:
        wanted += 1
    return wanted


def _least(first: int, second: int) -> float:
    """The smallest share that groups of these sizes can come to, both ends counted."""
    ends = 2 if first == second else 1
    return ends / math.comb(first + second, first)


def _validates_alike(one: Ran, other: Ran) -> bool:
    same_policy = one.design.data.policy == other.design.data.policy
    same_source = one.design.data.source == other.design.data.source
    return same_policy and same_source and (one.data == other.data or not (one.data and other.data))


def _length(run: Ran) -> int:
    """How far a run came: −1 to its own end, else its finished epochs."""
    return -1 if run.is_whole else len(run.course.epochs)


def _kind(group: Sequence[Ran]) -> Kind:
    ordered = sorted(group, key=lambda run: run.path)
    newest = {run.seed: run for run in ordered if math.isfinite(run.score)}
    return Kind(tuple(ordered), tuple(newest.values())[-MOST_SEEDS:])
