"""Runs side by side in words: what a column is called, what came out, and whether it was luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path, PurePath

from core.explain.courses import Course
from core.explain.side_by_side import Kind, Ran, Verdict, figure_of, verdict
from core.tongue import tr
from designer.document.differing import ABSENT
from designer.viewers.words import plural, run_title
from designer.widgets.numbers import count, duration, percent, value

LETTERS = "ABCDEF"
_ENDS = {
    "done": "finished",
    "early": tr("stopped early"),
    "stopped": "stopped",
    "failed": "failed",
    "": tr("not finished"),
}


def project_of(run: Ran) -> str:
    """The name of the project whose run it is, as its folder tells it; "" where it does not."""
    home = PurePath(run.path).parent
    return home.stem if home.suffix == ".runs" else ""


def title_of(run: Ran, home: Path) -> str:
    """A run's name; one of another project with the name of that."""
    title = run_title(run.path)
    if Path(run.path).parent == home:
        return title
    project = project_of(run) or "elsewhere"
    return f"{project}: {title}"


def end_of(run: Ran, *, live: bool) -> str:
    """How a run has ended, or that it has not."""
    return "training" if live else _ENDS.get(run.course.ended, run.course.ended)


def score_text(run: Ran, score: float) -> str:
    """A best accuracy in percent, or a loss."""
    if not math.isfinite(score):
        return ABSENT
    return percent(score, decimals=2) if figure_of(run) == "accuracy" else value(score)


def result_rows(runs: Sequence[Ran], found: Sequence[Kind]) -> list[tuple[str, tuple[str, ...]]]:
    """What came out of each run: a label, and a word for each of them."""
    of = [next(kind for kind in found if run in kind.runs) for run in runs]
    names = {figure_of(run) for run in runs}
    best = tr("Best accuracy") if "accuracy" in names else tr("Lowest loss")
    rows = [
        (best, [score_text(run, run.score) for run in runs]),
        (tr("in epoch"), [_epoch_text(run.course) for run in runs]),
        (tr("Loss there"), [_loss_text(run) for run in runs]),
        (tr("Finished epochs"), [_epochs_text(run) for run in runs]),
        (tr("Training time"), [_time_text(run.course) for run in runs]),
        (tr("Parameters"), [_parameters_text(run.course) for run in runs]),
        (tr("Seeds"), [count(kind.count) for kind in of]),
        (tr("Mean over seeds"), [score_text(kind.first, kind.mean) for kind in of]),
        (tr("Lowest seed"), [score_text(kind.first, kind.low) for kind in of]),
        (tr("Highest seed"), [score_text(kind.first, kind.high) for kind in of]),
        (tr("Standard deviation"), [_spread_text(kind) for kind in of]),
    ]
    return [(label, tuple(words)) for label, words in rows]


def sentence(columns: Sequence[Ran], found: Sequence[Kind]) -> str:
    """Did it help, or was it luck? As far as these runs can tell."""
    if not columns:
        return tr("Choose two runs or more to lay them side by side.")
    if all(run.course.by_hebb for run in columns):
        return tr(
            "These runs learn by Hebb's rule, which knows neither accuracy nor loss: lay their"
            " filters side by side."
        )
    if not any(kind.count for kind in found):
        return tr("No epoch of these runs has finished yet, so there is nothing to weigh.")
    if len(found) == 1:
        return _of_one_kind(columns, found[0])
    told = verdict(found)
    if told is None:
        return tr(
            "One kind of these runs alone has a figure, or some have accuracy and others loss:"
            " they cannot be weighed against each other."
        )
    names = [_name(found[at], columns) for at in (told.better, told.other)]
    if not told.same_items:
        name, rest = names
        return tr(
            "{name} and {rest} were validated on different items, so their figures do not tell"
            " which is better.",
            name=name,
            rest=rest,
        )
    weighed = _weighed(told, found, names)
    if told.is_final:
        return weighed
    return tr("{weighed} Not all of these runs have come to their end yet.", weighed=weighed)


def _weighed(told: Verdict, found: Sequence[Kind], names: Sequence[str]) -> str:
    better, other = (found[at] for at in (told.better, told.other))
    name, rest = names
    verb = tr("is") if len(name) == 1 else tr("are")
    amount = _difference(better.first, told.difference)
    one, two = plural(better.count, "seed"), count(other.count)
    seeds = tr("{one} against {two}", one=one, two=two)
    if not told.difference:
        return tr(
            "{name} and {rest} come out the same ({seeds}).", name=name, rest=rest, seeds=seeds
        )
    ways, large = count(told.odds.ways), count(told.odds.as_large)
    needed = count(told.needed)
    if better.count == other.count == 1:
        return tr(
            "{name} {verb} better than {rest} by {amount}, but with one seed each nobody can tell"
            " whether it helped or was luck. Train each with {needed} seeds to know.",
            name=name,
            verb=verb,
            rest=rest,
            amount=amount,
            needed=needed,
        )
    if told.needed:
        return tr(
            "{name} {verb} better than {rest} by {amount} ({seeds}), but so few seeds cannot tell"
            " help from luck. Train each with {needed} seeds to know.",
            name=name,
            verb=verb,
            rest=rest,
            amount=amount,
            seeds=seeds,
            needed=needed,
        )
    dealt = tr(
        "{large} of {ways} ways to deal these runs into two groups differ as much",
        large=large,
        ways=ways,
    )
    if told.is_sure:
        return tr(
            "{name} {verb} better than {rest} by {amount} ({seeds}), hardly by luck: {dealt}.",
            name=name,
            verb=verb,
            rest=rest,
            amount=amount,
            seeds=seeds,
            dealt=dealt,
        )
    return tr(
        "{name} {verb} better than {rest} by {amount} ({seeds}), which may be luck: {dealt}.",
        name=name,
        verb=verb,
        rest=rest,
        amount=amount,
        seeds=seeds,
        dealt=dealt,
    )


def _of_one_kind(columns: Sequence[Ran], kind: Kind) -> str:
    best = score_text(columns[0], kind.mean)
    if kind.count == 1 and len(columns) > 1:
        return tr(
            "One of these runs alone counts so far ({best}): of each seed the newest, once it has"
            " finished an epoch. Change something and train again, or train with other seeds.",
            best=best,
        )
    if kind.count == 1:
        title = run_title(columns[0].path)
        return tr(
            "There is only {title} so far ({best}): change something and train again, or train it"
            " with other seeds, to lay runs side by side.",
            title=title,
            best=best,
        )
    seeds, low, high = plural(kind.count, "seed"), *_ends_of(kind)
    return tr(
        "These runs differ in the seed alone: {best} on average over {seeds}, {low} … {high}. A"
        " change that helps must do better than that spread.",
        best=best,
        seeds=seeds,
        low=low,
        high=high,
    )


def _ends_of(kind: Kind) -> tuple[str, str]:
    """The lowest and the highest seed."""
    return score_text(kind.first, kind.low), score_text(kind.first, kind.high)


def _name(kind: Kind, columns: Sequence[Ran]) -> str:
    """The letters of a kind's columns: "A", or "A and C"."""
    letters = [LETTERS[at] for at, run in enumerate(columns) if run in kind.runs]
    first, last = ", ".join(letters[:-1]), letters[-1]
    return tr("{first} and {last}", first=first, last=last) if first else last


def _difference(run: Ran, amount: float) -> str:
    if figure_of(run) == "accuracy":
        points = value(100 * amount, figures=3)
        return tr("{points} points of accuracy", points=points)
    loss = value(amount, figures=3)
    return tr("{loss} of loss", loss=loss)


def _epoch_text(course: Course) -> str:
    return count(int(course.epochs[course.best])) if course.best >= 0 else ABSENT


def _loss_text(run: Ran) -> str:
    loss = run.course.at_best("loss")
    return value(loss) if math.isfinite(loss) else ABSENT


def _epochs_text(run: Ran) -> str:
    if run.course.by_hebb:
        return tr("by Hebb's rule")
    done, planned = count(len(run.course.epochs)), count(run.design.plan.epochs)
    return tr("{done} of {planned}", done=done, planned=planned)


def _parameters_text(course: Course) -> str:
    return count(course.parameters) if course.parameters else ABSENT


def _time_text(course: Course) -> str:
    return duration(float(course.seconds[-1])) if len(course.seconds) else ABSENT


def _spread_text(kind: Kind) -> str:
    if not math.isfinite(kind.spread):
        return ABSENT
    if figure_of(kind.first) == "accuracy":
        return percent(kind.spread, decimals=2)
    return value(kind.spread, figures=2)
