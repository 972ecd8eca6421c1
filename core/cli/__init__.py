"""The commands that need no window; nothing here imports Qt.

Answers go to standard output, with `--json` as JSON; sentences about what went wrong go to standard
error. Exit status: 0 done, 1 refused or failed, 2 wrong use of the command.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

import click

from core import log
from core.cli.check import check_command
from core.cli.machine import bench_command, doctor_command
from core.cli.summary import summary_command, templates_command
from core.cli.train import train_command
from core.files import FileError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status."""
    try:
        status = commands.main(arguments, prog_name="striate", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.UsageError as error:
        if error.ctx:
            click.echo(error.ctx.get_usage(), err=True)
        click.echo(_sentence(error.format_message()), err=True)
        return 2
    except (FileError, click.ClickException) as error:
        click.echo(_sentence(str(error)), err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # whoever read the answer has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception:
        file = log.start("command")
        logging.getLogger(__name__).exception("unforeseen")
        log.stop()
        where = f"; {file} has the details" if file else ""
        click.echo(f"Something went wrong that Striate did not foresee{where}.", err=True)
        return 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="striate", message="striate %(version)s")
def commands() -> None:
    """Design, train and look inside convolutional networks.

    Without a command, or with the name of a project, a window opens.
    """


for command in (
    train_command,
    summary_command,
    templates_command,
    check_command,
    bench_command,
    doctor_command,
):
    commands.add_command(command)


def _sentence(text: str) -> str:
    """A message as a sentence, with its full stop."""
    text = text.strip()
    return text if text.endswith((".", "?")) else f"{text}."
