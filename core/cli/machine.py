"""`striate doctor` and `striate bench`: is this computer fit, and how fast is it."""

from __future__ import annotations

import json
import os

import click

from core.cli.options import AS_JSON


@click.command("doctor")
@AS_JSON
def doctor_command(as_json: bool) -> int:
    """What is installed, what is missing, and what to do about it."""
    from core import doctor

    findings = doctor.report()
    click.echo(doctor.as_json(findings) if as_json else doctor.as_text(findings))
    return 0 if doctor.healthy(findings) else 1


@click.command("bench")
@click.option("--workload", "names", multiple=True, metavar="NAME", help="Such as lenet5/32.")
@click.option("--threads", type=click.IntRange(1, 256), default=min(2, os.cpu_count() or 1))
@click.option("--rounds", type=click.IntRange(1, 1000), default=7, show_default=True)
@AS_JSON
def bench_command(names: tuple[str, ...], threads: int, rounds: int, as_json: bool) -> None:
    """How fast a training step is here, beside PyTorch where that is installed.

    With --ui the window measures itself instead.
    """
    from core.bench import report, workloads
    from core.bench.sides import SideError

    try:
        chosen = workloads.chosen(names)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    peer = report.has_peer()
    if not peer:
        click.echo(report.WITHOUT_PEER, err=True)
    results = []
    try:
        for result in report.measure(chosen, threads=threads, rounds=rounds, peer=peer):
            results.append(result)
            lines = [report.as_json(result)] if as_json else report.as_lines(result)
            click.echo("\n".join(lines))
    except SideError as error:
        raise click.ClickException(str(error)) from None
    means = report.means(results)
    if as_json:
        click.echo(json.dumps({"means": means}))
        return
    for name, mean in means.items():
        click.echo(f"Over all, Striate is {mean:.2f} × as fast as {name}.")
