"""The commands that need no window; nothing here imports Qt.

Answers go to standard output, with `--json` as JSON; sentences about what went wrong go to standard
error. Exit status: 0 done, 1 refused or failed, 2 wrong use of the command.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence

import click

from core.cli.bench import bench_command
from core.cli.check import check_command
from core.cli.evaluate import evaluate_command
from core.cli.machine import doctor_command
from core.cli.predict import predict_command
from core.cli.status import status_of
from core.cli.summary import summary_command, templates_command
from core.cli.train import train_command
from core.tongue import tr_page


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status."""
    words = tuple(sys.argv[1:] if arguments is None else arguments)
    return status_of(
        lambda: commands.main(words, prog_name="striate", standalone_mode=False, obj=words)
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="striate", message="striate %(version)s")
def commands() -> None:
    """Design, train and look inside convolutional networks.

    Without a command, or with the name of a project, a window opens.
    """


for command in (
    train_command,
    predict_command,
    evaluate_command,
    summary_command,
    templates_command,
    check_command,
    bench_command,
    doctor_command,
):
    commands.add_command(command)
for command in (commands, *commands.commands.values()):
    command.help = tr_page(inspect.cleandoc(command.help or ""))
