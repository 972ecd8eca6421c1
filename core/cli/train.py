"""`striate train`: the trainer without a window."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import click

from core.cli.options import AS_JSON, NETWORK, opened
from core.cli.telling import told
from core.data.sources import NAMES, Folder, source_by_name
from core.design import Design
from core.files import FileError
from core.project import design_from_json, design_to_json
from core.recipes import BY_NAME as RECIPES
from core.settings import Declared, SettingError
from core.training.control import Control
from core.training.events import Event, Finished
from core.training.runs import RunFolder, home_of, list_runs
from core.training.trainer import train
from core.zoo import find


@click.command("train")
@NETWORK
@click.option("--data", metavar="NAME|DIR", help=f"{', '.join(NAMES)}, or a folder of pictures.")
@click.option("--recipe", type=click.Choice(tuple(RECIPES)), help="A plan that became known.")
@click.option("--epochs", type=int, help="Passes over all training items.")
@click.option("--batch-size", type=int, help="Items that one step looks at.")
@click.option("--lr", type=float, help="Learning rate.")
@click.option("--seed", type=int, help="Decides every random choice.")
@click.option("--device", metavar="auto|cpu|gpu:0", help="Where to compute.")
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder.")
@click.option(
    "--resume", is_flag=True, help="Go on with the last run of this network, or start one."
)
@AS_JSON
def train_command(
    network: str, data: str | None, out: Path | None, resume: bool, as_json: bool, **changes: Any
) -> int:
    """Train a project or a template.

    The run goes to NAME.runs beside a project, to ./runs for a template, or to --out. Ctrl+C stops
    after the step that is being computed and keeps what was learned.
    """
    project = opened(network)
    home = home_of(None if find(network) else network)
    found = _run_to_resume(project.design, home, out) if resume else None
    frozen = design_from_json(found.about()["design"]) if found else project.design
    design = _changed(frozen, data, changes)
    if found:
        found.note(design=design_to_json(design))
    run = found or _new_run(design, home, out)
    control = Control()
    last: Event | None = None
    with _stopped_by_signals(control), told(as_json) as tell:
        for event in train(design, control=control, run=run, resume=found is not None):
            tell(event)
            last = event
    return 0 if isinstance(last, Finished) else 1


def _run_to_resume(design: Design, home: Path, out: Path | None) -> RunFolder | None:
    """The newest run of the same network; None where there is none yet."""
    wanted = design_to_json(design)
    runs = (
        list_runs(home) if out is None else [RunFolder(out)] if (out / "run.json").exists() else []
    )
    for run in reversed(runs):
        frozen = run.about()["design"]
        if all(frozen.get(part) == wanted[part] for part in ("nodes", "wires")):
            return run
    if out is not None and runs:
        raise FileError(f"{out} holds a run of another network, so it cannot go on.")
    return None


def _new_run(design: Design, home: Path, out: Path | None) -> RunFolder:
    if out is None:
        return RunFolder.create(home, design_to_json(design))
    if (out / "run.json").exists():
        raise FileError(
            f"{out} already holds a run. Go on with it by --resume, or choose another folder."
        )
    return RunFolder.at(out, design_to_json(design))


def _changed(design: Design, data: str | None, changes: dict[str, Any]) -> Design:
    """The design with what the options say instead."""
    given = {name: value for name, value in changes.items() if value is not None}
    plan, rate = design.plan, given.pop("lr", None)
    if "recipe" in given:
        plan = RECIPES[given.pop("recipe")].applied(plan)
    if rate is not None:
        given["optimizer"] = _replaced(plan.optimizer, {"lr": rate})
    choice = design.data
    if data is not None:
        source: Declared = source_by_name(data)
        if isinstance(source, Folder):
            source = Folder(os.path.abspath(source.path))
        choice = choice.replace(source=source)
    return replace(design, plan=_replaced(plan, given), data=choice)


def _replaced(value: Any, changes: dict[str, Any]) -> Any:
    try:
        return value.replace(**changes)
    except SettingError as error:
        option = error.setting.replace("_", "-")
        raise click.UsageError(f"--{option}: {error.sentence}.") from None


@contextlib.contextmanager
def _stopped_by_signals(control: Control) -> Iterator[None]:
    """Ctrl+C and a polite kill stop training; a second one ends the process at once."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in signals]

    def restore() -> None:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)

    def stop(_: int, __: FrameType | None) -> None:
        control.stop()
        restore()

    for number in signals:
        signal.signal(number, stop)
    try:
        yield
    finally:
        restore()
