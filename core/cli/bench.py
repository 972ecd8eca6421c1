"""`striate bench`: how fast is this computer, beside PyTorch, and against what it could do."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.cli.options import AS_JSON
from core.cores import physical_cores
from core.files import FileError, read, write
from core.tongue import tr

if TYPE_CHECKING:
    from core.bench.conditions import Conditions
    from core.bench.stored import Figures
    from core.bench.workloads import Workload

ISAS = ("native", "avx2", "sse4")
THREADS = str(min(2, physical_cores()))
LARGEST_PAGE = 4 << 20  # bytes


def _each(convert: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    """Reads several values with commas between them, each by `convert`, none of them twice."""

    def read_all(ctx: click.Context, param: click.Parameter, value: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(convert(part, param, ctx) for part in value.split(",")))

    return read_all


@dataclass(frozen=True)
class Wanted:
    """What the options ask for: workloads under conditions, so many rounds each."""

    workloads: tuple[Workload, ...]
    conditions: tuple[Conditions, ...]
    rounds: int


@click.command("bench")
@click.option("--workload", "names", multiple=True, metavar="NAME", help=tr("Such as lenet5/32."))
@click.option(
    "--threads", callback=_each(click.IntRange(1, 256).convert), default=THREADS, show_default=True,
    metavar="N,N", help=tr("Threads of each side, such as 1,2."),
)  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 1000), default=7, show_default=True)
@click.option("--device", type=click.Choice(("cpu", "gpu")), default="cpu", show_default=True)
@click.option(
    "--isa", "isas", callback=_each(click.Choice(ISAS).convert), default="native",
    show_default=True, metavar="A,B",
    help=tr("Instruction sets that both sides are held to: {isas}.", isas=", ".join(ISAS)),
)  # fmt: skip
@click.option("--plain", is_flag=True, help=tr("Striate without compiled kernels, in plain NumPy."))
@click.option(
    "--cpu-time", is_flag=True,
    help=tr("Count the processor's time: for one thread on a busy computer."),
)  # fmt: skip
@click.option("--profile", metavar="NAME", help=tr("Where a workload's time goes, node by node."))
@click.option("--growth", is_flag=True, help=tr("Time and memory against sizes, with slopes."))
@click.option(
    "--stored", type=click.Path(path_type=Path), metavar="FILE",
    help=tr("Take what is asked for from a file of --json instead of measuring it."),
)  # fmt: skip
@click.option(
    "--compare", type=click.Path(path_type=Path), metavar="FILE",
    help=tr("Fail where a ratio fell by more than a quarter against a file of --json."),
)  # fmt: skip
@click.option(
    "--markdown", "page", is_flag=False, flag_value="-", metavar="[PAGE]",
    help=tr("Print tables in Markdown, or put them into a page between its bench marks."),
)  # fmt: skip
@AS_JSON
def bench_command(names: tuple[str, ...], rounds: int, **given: Any) -> int:
    """How fast training and inference are here, beside PyTorch where that is installed.

    Both sides first compute the same, then take turns. Each is told against the bound that this
    computer's own rates set. With --ui the window measures itself instead.
    """
    from core.bench.sides import SideError
    from core.bench.stored import read_figures

    try:
        if given["profile"]:
            names = (given["profile"],)
        wanted = Wanted(_workloads(names), _conditions(given), rounds)
        if not given["stored"]:
            _refuse_what_is_not_here(wanted)
        if given["profile"]:
            return _profile(wanted, as_markdown=given["page"] is not None)
        if given["growth"]:
            return _growth(wanted, as_markdown=given["page"] is not None)
        known = read_figures(given["compare"]) if given["compare"] else None
        if given["stored"]:
            figures = _taken(wanted, given["stored"])
        else:
            figures = _measured(wanted, quiet=given["as_json"] or given["page"] is not None)
    except SideError as error:
        raise click.ClickException(str(error)) from None
    _show(figures, page=given["page"], as_json=given["as_json"], told=not given["stored"])
    return _compare(figures, known, given["compare"]) if known else 0


# ---- what is wanted ---------------------------------------------------------------------


def _workloads(names: Sequence[str]) -> tuple[Workload, ...]:
    from core.bench.workloads import chosen

    try:
        return chosen(names)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _conditions(given: dict[str, Any]) -> tuple[Conditions, ...]:
    """Every combination that was asked for."""
    from core.bench.conditions import Conditions

    device = given["device"]
    if device == "gpu" and (given["plain"] or given["growth"] or given["cpu_time"]):
        raise click.UsageError(tr("--plain, --cpu-time and --growth are for the CPU."))
    return tuple(
        Conditions(threads, isa, device, given["plain"], given["cpu_time"])
        for isa, threads in itertools.product(given["isas"], given["threads"])
    )


def _refuse_what_is_not_here(wanted: Wanted) -> None:
    """A sentence where this computer cannot compute under the conditions."""
    from core.backend import why_not_gpu
    from core.bench.conditions import isa_problem

    for conditions in wanted.conditions:
        reason = why_not_gpu() if conditions.device == "gpu" else ""
        if reason:
            raise click.ClickException(
                tr("Nothing is measured on a GPU here. {reason}", reason=reason)
            )
        if problem := isa_problem(conditions.isa):
            raise click.ClickException(problem)


# ---- doing it ---------------------------------------------------------------------------


def _taken(wanted: Wanted, path: Path) -> Figures:
    """What is wanted, from a file; FileError where none of it is there."""
    from core.bench.stored import read_figures

    figures = read_figures(path).only((load.id for load in wanted.workloads), wanted.conditions)
    if not figures.results:
        asked = "; ".join(map(str, wanted.conditions))
        raise FileError(
            tr("{path} holds none of these workloads for {asked}.", path=path, asked=asked)
        )
    return figures


def _measured(wanted: Wanted, *, quiet: bool) -> Figures:
    """Measure everything, telling each result as it comes; `quiet` leaves standard output free."""
    from core.bench import about, measure, tables
    from core.bench.stored import Figures

    first = about.about(wanted.conditions[0])
    click.echo(about.about_line(first), err=quiet)
    results = []
    for conditions in wanted.conditions:
        problem = measure.peer_problem(conditions)
        if problem:
            click.echo(problem, err=True)
        click.echo(f"\n{conditions}", err=quiet)
        for result in measure.measure(
            wanted.workloads, conditions, rounds=wanted.rounds, peer=not problem
        ):
            results.append(result)
            click.echo("\n".join(tables.as_lines(result)), err=quiet)
    return Figures(first, tuple(results))


def _show(figures: Figures, *, page: str | None, as_json: bool, told: bool) -> None:
    """The figures as JSON, as Markdown, or for the terminal; `told` says that lines were shown."""
    from core.bench import about, stored, tables

    if as_json:
        click.echo(stored.as_json(figures).decode(), nl=False)
    elif page is not None:
        _put(page, tables.as_markdown(figures))
    else:
        if not told:
            click.echo(about.about_line(figures.about))
            for result in figures.results:
                click.echo("\n".join((str(result.conditions), *tables.as_lines(result))))
        for line in tables.mean_lines(figures.results):
            click.echo(line)


def _put(page: str, text: str) -> None:
    """Print the tables, or place them in a page."""
    from core.bench.tables import PageError, placed

    if page == "-":
        click.echo(text)
        return
    try:
        before = read(page, limit=LARGEST_PAGE).decode("utf-8")
        write(page, placed(before, text).encode())
    except (PageError, UnicodeDecodeError) as error:
        raise FileError(f"{page}: {error}") from None


def _compare(figures: Figures, known: Figures, path: Path) -> int:
    """1 where a ratio fell, or where there was nothing to compare."""
    from core.bench import stored

    fallen = stored.fallen(figures.results, known)
    count = stored.compared(figures.results, known)
    for sentence in fallen:
        click.echo(sentence, err=True)
    if not count:
        click.echo(
            tr("{path} holds no ratio for what was measured: nothing was compared.", path=path),
            err=True,
        )
    elif not fallen:
        click.echo(
            tr(
                "None of {count} ratios is more than {margin:.0%} below {path}.",
                count=count,
                margin=stored.MARGIN,
                path=path,
            ),
            err=True,
        )
    return 1 if fallen or not count else 0


def _profile(wanted: Wanted, *, as_markdown: bool) -> int:
    from core.bench import profile

    for load, conditions in itertools.product(wanted.workloads, wanted.conditions):
        found = profile.profile(load, conditions)
        click.echo(f"{load.id}, {conditions}")
        click.echo(profile.as_markdown(found) if as_markdown else profile.as_text(found))
    return 0


def _growth(wanted: Wanted, *, as_markdown: bool) -> int:
    from core.bench import growth

    for conditions in wanted.conditions:
        click.echo(str(conditions))
        found = []
        for one in growth.measure(conditions):
            found.append(one)
            click.echo(growth.as_text(one), err=as_markdown)
        if as_markdown:
            click.echo(growth.as_markdown(found))
    return 0
