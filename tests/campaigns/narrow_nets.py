"""One epoch of every small template, and of every large one with an eighth of its channels.

    python -m tests.campaigns.narrow_nets [TEMPLATE ...]

Prints the validation loss before and after, the share that is right, and the time. Fails where the
loss does not fall, where classes are told less than twice as often as by guessing, or where an
epoch takes more than three minutes.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from core.data.batches import in_order
from core.data.fitted import fit
from core.data.sources import open_source
from core.design import Design
from core.network import Network
from core.training.evaluate import evaluate
from core.training.events import EpochDone
from core.training.fields import field_kinds
from core.training.train import train
from core.zoo import TEMPLATES, Template, find

MOST_SECONDS = 180
BATCH = 100


def main(names: list[str]) -> int:
    """Every template named, or all small ones and all eighths."""
    ours = [one.narrow(8) if one.small else one for one in TEMPLATES]
    if names:
        ours = [one for name in names if (one := find(name)) is not None]
    click.echo(
        f"{'template':<22}{'parameters':>11}{'before':>9}{'after':>9}{'right':>8}{'time':>9}"
    )
    failed = [one.id for one in ours if not _learns(one)]
    if failed:
        click.echo(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _learns(template: Template) -> bool:
    """Train one epoch and print its line."""
    design = template.design()
    design = replace(design, plan=design.plan.replace(epochs=1, device="cpu"))
    before, classes = _untrained(design)
    done = next((event for event in train(design) if isinstance(event, EpochDone)), None)
    if done is None:
        click.echo(f"{template.id:<22}training failed")
        return False
    right = "" if done.accuracy is None else f"{100 * done.accuracy:.1f} %"
    click.echo(
        f"{template.id:<22}{template.parameters:>11}{before:>9.4f}{done.loss:>9.4f}{right:>8}"
        f"{done.seconds:>7.1f} s"
    )
    told = done.accuracy is None or classes < 3 or done.accuracy >= 2 / classes
    return done.loss < before and told and done.seconds <= MOST_SECONDS


def _untrained(design: Design) -> tuple[float, int]:
    """The validation loss with the first weights, and how many classes there are."""
    network = Network(design.graph, seed=design.plan.seed)
    data = fit(open_source(design.data.source), network.input_shape, design.data.policy)
    batches = (data.validation.batch(part) for part in in_order(len(data.validation), BATCH))
    found = evaluate(network, batches, kinds=field_kinds(data.dataset))
    assert found is not None
    return found.loss, len(data.dataset.classes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
