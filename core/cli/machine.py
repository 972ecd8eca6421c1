"""`striate doctor`: is this computer fit."""

from __future__ import annotations

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
