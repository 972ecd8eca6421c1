"""What becomes of a command: its exit status, and a sentence where it went wrong."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

import click

from core import log
from core.files import FileError
from core.tongue import tr


def status_of(work: Callable[[], object]) -> int:
    """Do the work; gives its exit status, and says on standard error what went wrong.

    0 done, 1 refused or failed, 2 wrong use of the command, 130 interrupted.
    """
    try:
        status = work()
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
        click.echo(
            tr(
                "Something went wrong that Striate did not foresee; {file} has the details.",
                file=file,
            )
            if file
            else tr("Something went wrong that Striate did not foresee."),
            err=True,
        )
        return 1


def _sentence(text: str) -> str:
    """A message as a sentence, with its full stop."""
    text = text.strip()
    return text if text.endswith((".", "?")) else f"{text}."
