"""`striate check`: is the backward step of every layer the slope of its forward step."""

from __future__ import annotations

import json
import math

import click

from core.cli.options import AS_JSON, NETWORK, opened
from core.explain.gradient_check import TOLERANCE, GradientCheck, check_gradients
from core.network_errors import NetworkError
from core.tongue import tr, trn


@click.command("check")
@NETWORK
@click.option(
    "--samples", type=click.IntRange(1, 100_000), default=8, show_default=True,
    help=tr("Values of each array that are compared."),
)  # fmt: skip
@AS_JSON
def check_command(network: str, samples: int, as_json: bool) -> int:
    """Compare the gradients of every layer with differences, in float64.

    With --json one line for each layer; `error` is relative to the largest gradient of the array
    `worst`.
    """
    graph = opened(network).design.graph
    failed = []
    try:
        for check in check_gradients(graph, samples=samples):
            click.echo(_json(check) if as_json else _line(check))
            failed += [] if check.passed else [check.title]
    except NetworkError as error:
        raise click.ClickException(str(error)) from None
    if failed:
        names = ", ".join(failed)
        click.echo(
            tr(
                "The gradients differ by more than {tolerance:g}: {names}.",
                tolerance=TOLERANCE,
                names=names,
            ),
            err=True,
        )
    return 1 if failed else 0


def _json(check: GradientCheck) -> str:
    return json.dumps(
        {
            "node": check.node,
            "title": check.title,
            "error": check.error if math.isfinite(check.error) else None,
            "worst": check.worst,
            "checked": check.checked,
            "skipped": check.skipped,
            "passed": check.passed,
        }
    )


def _line(check: GradientCheck) -> str:
    verdict = tr("ok") if check.passed else tr("WRONG")
    error = f"{check.error:.1e}"
    worst = tr("{error} in {array}", error=error, array=check.worst) if check.worst else error
    values = trn("{count} value", "{count} values", check.checked, count=check.checked)
    if check.skipped:
        values = tr("{values}, {skipped} at kinks left out", values=values, skipped=check.skipped)
    return f"{check.title:<20} {verdict:<6} {worst} ({values})"
