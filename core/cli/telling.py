"""How a command tells the events of a training: as JSON, as lines, or above a bar."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator

import click

from core.tongue import tr, trn
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
                bar.update(
                    task, description=tr("kernels"), completed=event.made, total=event.kernels
                )
            if isinstance(event, Started):
                bar.update(task, description=tr("epoch {epoch}", epoch=event.epoch))
            if isinstance(event, Progress):
                numbers = tr(
                    "loss {loss:.4f}  {speed:.0f} items/s  {time} left",
                    loss=event.loss,
                    speed=event.items_per_second,
                    time=_duration(event.seconds_left),
                )
                bar.update(
                    task,
                    description=tr("epoch {epoch}", epoch=event.epoch),
                    completed=event.step,
                    total=event.steps,
                    numbers=numbers + _waited(event.waited),
                )
            if isinstance(event, Presented):
                bar.update(
                    task,
                    description=event.node,
                    completed=event.shown,
                    total=event.presentations,
                    numbers=tr("pictures shown"),
                )
            for line in _lines(event):
                bar.console.print(line, highlight=False, markup=False, soft_wrap=True)

        yield tell


def _lines(event: Event) -> list[str]:
    """What a person reads of an event, if anything."""
    match event:
        case Preparing(made=0):
            return [
                tr("Preparing kernels for this processor; this is done once and takes a minute.")
            ]
        case Started():
            said = tr(
                "{parameters} parameters on {device}; {train} items train, {validation} validate.",
                parameters=event.parameters,
                device=event.device,
                train=event.train_items,
                validation=event.validation_items,
            )
            return [said, *([event.data] if event.data else [])]
        case EpochDone():
            return [_epoch(event)]
        case Presented() if event.shown == event.presentations:
            return [_presented(event)]
        case Warned() | Failed():
            return [event.sentence]
        case Finished():
            return _ending(event)
    return []


def _ending(event: Finished) -> list[str]:
    time = _duration(event.seconds)
    match event.reason:
        case "done":
            said = tr("Done after {time}", time=time)
        case "early":
            said = tr("Stopped early, no better for a while, after {time}", time=time)
        case _:
            said = tr("Stopped after {time}", time=time)
    if event.loss is not None:
        loss = tr("validation loss {loss:.4f}", loss=event.loss)
        said += f": {loss}{_accuracy(event.accuracy, ', ')}"
    weights = [tr("Weights: {file}", file=event.weights)] if event.weights else []
    return [f"{said}.", *weights]


def _epoch(event: EpochDone) -> str:
    """One line: what was learned, how well it validates, how long it took."""
    parts = [
        tr("epoch {epoch:>3}", epoch=event.epoch),
        tr("loss {loss:.4f}", loss=event.train_loss) + _accuracy(event.train_accuracy),
        *(f"{name} {value:.4f}" for name, value in event.train_each.items()),
        tr("validation loss {loss:.4f}", loss=event.loss) + _accuracy(event.accuracy),
        *(f"{name} {value:.4f}" for name, value in event.more.items()),
        f"{event.seconds:.1f} s{_waited(event.waited)}",
        *([tr("best")] if event.best else []),
    ]
    return "  ".join(parts)


def _presented(event: Presented) -> str:
    """One line: what a layer has learned from the pictures that it was shown."""
    said = trn(
        "{count} picture, {learned} of {planes} planes learned",
        "{count} pictures, {learned} of {planes} planes learned",
        event.shown,
        count=event.shown,
        learned=sum(wins > 0 for wins in event.wins),
        planes=len(event.wins),
    )
    return f"{event.node}  {said}"


def _accuracy(share: float | None, before: str = "  ") -> str:
    if share is None:
        return ""
    return before + tr("accuracy {percent:.1f} %", percent=100 * share)


def _waited(share: float) -> str:
    """How much of its time training waited for data, where that is worth a thought."""
    if share < _WORTH_TELLING:
        return ""
    return "  " + tr("data {percent:.0f} %", percent=100 * share)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return tr("{seconds:.0f} s", seconds=seconds)
    minutes = round(seconds) // 60
    if minutes < 60:
        return tr("{minutes} min", minutes=minutes)
    return tr("{hours} h {minutes:02} min", hours=minutes // 60, minutes=minutes % 60)
