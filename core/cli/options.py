"""What several commands take, and how they open it."""

from __future__ import annotations

import click

from core.project import Project, read_template_or_project

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
NETWORK = click.argument("network", metavar="PROJECT|TEMPLATE")


def opened(network: str) -> Project:
    """The project or template of this name; FileError where there is none."""
    project = read_template_or_project(network)
    if project.warning:
        click.echo(project.warning, err=True)
    return project
