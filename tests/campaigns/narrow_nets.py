"""One epoch of every small template, and of every large one with an eighth of its channels.

    python -m tests.campaigns.narrow_nets [TEMPLATE ...]

Prints the loss before, the loss after, and the time; fails where the loss does not fall or an
epoch takes more than three minutes.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from core.training.events import EpochDone, Finished, Progress
from core.training.trainer import train
from core.zoo import TEMPLATES, Template, find

MOST_SECONDS = 180


def main(names: list[str]) -> int:
    """Every template named, or all small ones and all eighths."""
    ours = [one.narrow(8) if one.small else one for one in TEMPLATES]
    if names:
        ours = [one for name in names if (one := find(name)) is not None]
    click.echo(f"{'template':<22}{'parameters':>11}{'first loss':>12}{'validation':>12}{'time':>9}")
    failed = [one.id for one in ours if not _learns(one)]
    if failed:
        click.echo(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _learns(template: Template) -> bool:
    """Train one epoch and print its line."""
    design = template.design()
    design = replace(design, plan=design.plan.replace(epochs=1, device="cpu"))
    first, after, seconds, sound = 0.0, 0.0, 0.0, False
    for event in train(design):
        if isinstance(event, Progress) and not first:
            first = event.loss
        elif isinstance(event, EpochDone):
            first, after, seconds = first or event.train_loss, event.loss, event.seconds
        sound = isinstance(event, Finished)
    click.echo(
        f"{template.id:<22}{template.parameters:>11}{first:>12.4f}{after:>12.4f}{seconds:>7.1f} s"
    )
    return sound and after < first and seconds <= MOST_SECONDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
