"""Results for people: lines for a terminal, and tables in Markdown for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.bench.about import about_line
from core.bench.conditions import Conditions
from core.bench.measure import Result, Times, mean
from core.bench.stored import Figures
from core.tongue import tr

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_HEAD = 18  # characters of the column of names

Row = Sequence[str]


class PageError(ValueError):
    """A page without a place for the tables; one sentence."""


def as_lines(result: Result) -> list[str]:
    """A result for a terminal: one line for each side, then the ratio, then the bound."""
    names = [f"{result.workload:<{_HEAD}}", *[" " * _HEAD] * len(result.peers)]
    sides = zip(names, (result.ours, *result.peers), strict=True)
    lines = [f"{name}{_side(side, result.unit)}" for name, side in sides]
    lines += [f"{'':{_HEAD}}{text}" for text in (_ratio(result), _floor(result)) if text]
    return lines


def _side(times: Times, unit: str) -> str:
    peak = "" if times.peak is None else f"{times.peak:8.0f} MiB"
    return f"{times.name:<30}{times.milliseconds:10.3f} ms {unit:<9}{peak}"


def _ratio(result: Result) -> str:
    """Speed and memory against PyTorch."""
    if not result.ratio:
        return ""
    one = result.ratio
    memory = f", {result.memory:.2f} × the memory" if result.memory else ""
    return (
        f"Striate is {one.median:.2f} × as fast as the better"
        f" ({one.low:.2f} to {one.high:.2f}){memory}"
    )


def _floor(result: Result) -> str:
    """The bound, what it is made of, and how much of it is reached."""
    floor, reached = result.floor, result.reached
    if floor is None or reached is None:
        return ""
    return (
        f"{reached:.0%} of the bound of {floor.milliseconds:.3f} ms, set by {floor.limit}:"
        f" {floor.work.flops / 1e9:.3g} GFLOP at {floor.rates.gflops:.0f} a second,"
        f" {floor.work.bytes / 1e6:.3g} MB at {floor.rates.gigabytes:.1f} GB a second"
    )


def mean_lines(results: Sequence[Result]) -> list[str]:
    """The means over all workloads under each of the conditions, steps and images apart."""
    lines = []
    for conditions, unit in dict.fromkeys((one.conditions, one.unit) for one in results):
        found = mean([r for r in results if (r.conditions, r.unit) == (conditions, unit)])
        if found:
            what = unit.removeprefix("a ").removeprefix("an ")
            lines.append(
                f"{conditions}: over all {what}s Striate is {found:.2f} × as fast as the better."
            )
    return lines


# ---- Markdown ---------------------------------------------------------------------------


def as_markdown(figures: Figures) -> str:
    """All results as tables, one for each of the conditions, with what they were measured on."""
    parts = [about_line(figures.about)]
    for conditions in dict.fromkeys(result.conditions for result in figures.results):
        rows = [result for result in figures.results if result.conditions == conditions]
        parts += [f"**{_capital(conditions)}**", _table(rows)]
    return "\n\n".join(parts)


def _table(results: Sequence[Result]) -> str:
    names = dict.fromkeys(peer.name for result in results for peer in result.peers)
    peers = [f"{name}, ms" for name in names]
    compared = ["× the better", "MiB", "of PyTorch's"] if peers else ["MiB"]
    head = ["workload", "Striate, ms", *peers, *compared, "bound, ms", "reached"]
    return markdown(head, (_row(result, names) for result in results))


def _row(result: Result, peers: Iterable[str]) -> Row:
    times = {peer.name: peer.milliseconds for peer in result.peers}
    found = [result.workload, _milliseconds(result.ours.milliseconds)]
    found += [_milliseconds(times[name]) if name in times else "" for name in peers]
    if result.ratio:
        one = result.ratio
        found.append(f"**{one.median:.2f}** ({one.low:.2f} to {one.high:.2f})")
    found.append(f"{result.ours.peak:.0f}" if result.ours.peak else "")
    if result.ratio:
        found.append(f"{result.memory:.2f}" if result.memory else "")
    if result.floor and result.reached:
        found += [_milliseconds(result.floor.milliseconds), f"{result.reached:.0%}"]
    return found


def _milliseconds(value: float) -> str:
    """Three digits, without an exponent."""
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


def _capital(conditions: Conditions) -> str:
    text = str(conditions)
    return text[0].upper() + text[1:]


def markdown(head: Row, rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def placed(page: str, tables: str) -> str:
    """The page with the tables between its two marks; PageError where they are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise PageError(
            tr(
                "the page needs a place for the tables: the lines {begin} and {end}.",
                begin=BEGIN,
                end=END,
            )
        )
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def columns(head: Row, rows: Iterable[Row]) -> list[str]:
    """Lines of a table for a terminal: the first column to the left, all others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return [
        "  ".join(
            f"{text:<{width}}" if at == 0 else f"{text:>{width}}"
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
