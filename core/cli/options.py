"""What several commands take, and how they open it."""

from __future__ import annotations

import click

from core.project import Project, read_template_or_project
from core.tongue import tr

AS_JSON = click.option("--json", "as_json", is_flag=True, help=tr("Answer in JSON."))
NETWORK = click.argument("network", metavar="PROJECT|TEMPLATE")
PROCESSES = click.option(
    "--processes", type=click.IntRange(1, 65_536), metavar="N",
    help=tr("Share every batch out among so many processes; needs the extra mpi."),
)  # fmt: skip
HOSTS = click.option(
    "--hosts", metavar="A,B", help=tr("Computers that share them, as mpiexec -hosts takes them.")
)
THREADS = click.option(
    "--threads", type=click.IntRange(1, 1024), metavar="N",
    help=tr("Threads of each process; otherwise the processes of a computer share its cores."),
)  # fmt: skip


def opened(network: str) -> Project:
    """The project or template of this name; FileError where there is none."""
    project = read_template_or_project(network)
    if project.warning:
        click.echo(project.warning, err=True)
    return project
