"""Figures in a file: written as JSON, read back, and compared with new ones.

A ratio depends on the processor; what is compared is whether it fell, with a generous margin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.bench.conditions import Conditions
from core.bench.floor import Floor, Rates, Work
from core.bench.measure import Ratio, Result, Times
from core.files import FileError, FilePath, read
from core.strict_json import JsonError, lay_out, parse
from core.tongue import tr

LARGEST = 4 << 20  # bytes of a file of figures
MARGIN = 0.25  # a ratio may be this share lower than the stored one
DIGITS = 4


@dataclass(frozen=True)
class Figures:
    """Results, and what they were measured on and with."""

    about: Mapping[str, str]
    results: tuple[Result, ...]

    def only(self, workloads: Iterable[str], conditions: Iterable[Conditions]) -> Figures:
        """The results of these workloads under these conditions."""
        names, kept = set(workloads), set(conditions)
        results = (one for one in self.results if one.workload in names and one.conditions in kept)
        return replace(self, results=tuple(results))


def as_json(figures: Figures) -> bytes:
    """The figures as JSON, with four digits."""
    results = [asdict(result) for result in figures.results]
    return lay_out({"about": dict(figures.about), "results": _rounded(results)})


def read_figures(path: FilePath) -> Figures:
    """The figures in a file that `striate bench --json` wrote; FileError where it is another."""
    try:
        data = parse(read(path, limit=LARGEST))
        return Figures(dict(data["about"]), tuple(_result(one) for one in data["results"]))
    except (JsonError, KeyError, TypeError, AttributeError):
        raise FileError(
            tr(
                "{path} does not hold figures of the bench: write them with {command}.",
                path=path,
                command="striate bench --json",
            )
        ) from None


def fallen(now: Sequence[Result], stored: Figures) -> list[str]:
    """A sentence for every ratio that is lower than the stored one by more than the margin."""
    before = {_key(result): result.ratio for result in stored.results}
    sentences = []
    for result in now:
        then = before.get(_key(result))
        if then and result.ratio and result.ratio.median < (1 - MARGIN) * then.median:
            sentences.append(
                tr(
                    "{workload} ({conditions}) fell from {before:.2f} × PyTorch's speed to"
                    " {now:.2f} ×.",
                    workload=result.workload,
                    conditions=result.conditions,
                    before=then.median,
                    now=result.ratio.median,
                )
            )
    return sentences


def compared(now: Sequence[Result], stored: Figures) -> int:
    """How many results have a stored ratio to compare with."""
    known = {_key(result) for result in stored.results if result.ratio}
    return sum(_key(result) in known for result in now if result.ratio)


def _key(result: Result) -> tuple[str, Conditions]:
    return result.workload, result.conditions


def _result(data: Any) -> Result:
    floor, ratio = data["floor"], data["ratio"]
    return Result(
        workload=str(data["workload"]),
        unit=str(data["unit"]),
        conditions=Conditions(**data["conditions"]),
        rounds=int(data["rounds"]),
        ours=Times(**data["ours"]),
        peers=tuple(Times(**peer) for peer in data["peers"]),
        ratio=Ratio(**ratio) if ratio else None,
        floor=Floor(Work(**floor["work"]), Rates(**floor["rates"])) if floor else None,
        apart=data["apart"],
    )


def _rounded(value: Any) -> Any:
    """The same with every fraction to four digits: more would be noise."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
