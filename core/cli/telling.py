"""How a command tells the events of a training: as JSON, as lines, or above a bar."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator

import click

from core.training.events import (
    EpochDone,
    Event,
    Failed,
    Finished,
    Preparing,
    Presented,
    Progress,
    Started,
    Warned,
)

Tell = Callable[[Event], None]

_WORTH_TELLING = 0.01  # of the time


@contextlib.contextmanager
def told(as_json: bool) -> Iterator[Tell]:
    """A function that tells an event: as JSON, as plain lines, or above a bar on a terminal."""
    if as_json:
        yield _tell_json
    elif sys.stdout.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _tell_plainly


def _tell_plainly(event: Event) -> None:
    for line in _lines(event):
        click.echo(line, err=isinstance(event, Failed))


def _tell_json(event: Event) -> None:
    click.echo(json.dumps(event.to_json()))
    if isinstance(event, Failed):
        click.echo(event.sentence, err=True)


@contextlib.contextmanager
def _bar() -> Iterator[Tell]:
    from rich import progress

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[numbers]}"),
    )
    with progress.Progress(*columns, transient=True) as bar:
        task = bar.add_task("", total=None, numbers="")

        def tell(event: Event) -> None:
            if isinstance(event, Preparing):
                bar.update(task, description="kernels", completed=event.made, total=event.kernels)
            if isinstance(event, Started):
                bar.update(task, description=f"epoch {event.epoch}")
            if isinstance(event, Progress):
                numbers = (
                    f"loss {event.loss:.4f}  {event.items_per_second:.0f} items/s"
                    f"  {_duration(event.seconds_left)} left{_waited(event.waited)}"
                )
                bar.update(
                    task,
                    description=f"epoch {event.epoch}",
                    completed=event.step,
                    total=event.steps,
                    numbers=numbers,
                )
            if isinstance(event, Presented):
                bar.update(
                    task,
                    description=event.node,
                    completed=event.shown,
                    total=event.presentations,
                    numbers="pictures shown",
                )
            for line in _lines(event):
                bar.console.print(line, highlight=False, markup=False, soft_wrap=True)

        yield tell


def _lines(event: Event) -> list[str]:
    """What a person reads of an event, if anything."""
    match event:
        case Preparing(made=0):
            return ["Preparing kernels for this processor; this is done once and takes a minute."]
        case Started():
            network = f"{event.parameters} parameters on {event.device}"
            items = f"{event.train_items} items train, {event.validation_items} validate"
            return [f"{network}; {items}.", *([event.data] if event.data else [])]
        case EpochDone():
            learned = f"loss {event.train_loss:.4f}{_accuracy(event.train_accuracy)}"
            learned += "".join(f"  {name} {value:.4f}" for name, value in event.train_each.items())
            validated = f"validation loss {event.loss:.4f}{_accuracy(event.accuracy)}"
            more = "".join(f"  {name} {value:.4f}" for name, value in event.more.items())
            mark = "  best" if event.best else ""
            end = f"{event.seconds:.1f} s{_waited(event.waited)}{mark}"
            return [f"epoch {event.epoch:>3}  {learned}  {validated}{more}  {end}"]
        case Presented() if event.shown == event.presentations:
            learned = f"{sum(wins > 0 for wins in event.wins)} of {len(event.wins)}"
            return [f"{event.node}  {event.shown} pictures, {learned} planes learned"]
        case Warned() | Failed():
            return [event.sentence]
        case Finished():
            return _ending(event)
    return []


def _ending(event: Finished) -> list[str]:
    how = {"done": "Done", "early": "Stopped early, no better for a while,"}
    said = f"{how.get(event.reason, 'Stopped')} after {_duration(event.seconds)}"
    if event.loss is not None:
        said += f": validation loss {event.loss:.4f}{_accuracy(event.accuracy, ', ')}"
    return [f"{said}.", *([f"Weights: {event.weights}"] if event.weights else [])]


def _accuracy(share: float | None, before: str = "  ") -> str:
    return "" if share is None else f"{before}accuracy {100 * share:.1f} %"


def _waited(share: float) -> str:
    """How much of its time training waited for data, where that is worth a thought."""
    return f"  data {100 * share:.0f} %" if share >= _WORTH_TELLING else ""


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds) // 60
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
