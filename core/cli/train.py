"""`striate train`: the trainer without a window."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from core.backend.communicator import (
    Communicator,
    MpiError,
    join,
    processes_here,
    processes_started,
)
from core.cli.options import AS_JSON, HOSTS, NETWORK, PROCESSES, THREADS, opened
from core.cli.processes import as_one, from_first, launched, limit_threads, stopped_by_signals
from core.cli.telling import told
from core.cores import physical_cores
from core.data.sources import NAMES, Folder, source_by_name
from core.design import Design
from core.files import FileError
from core.hebb import RULES, Hebb
from core.plan import Gradient
from core.project import design_from_json, design_to_json
from core.recipes import BY_NAME as RECIPES
from core.settings import Declared, SettingError
from core.tongue import tr
from core.training.control import Control
from core.training.events import Event, Failed, Finished
from core.training.parallel import FollowedRun, SharedControl
from core.training.runs import RunFolder, home_of, list_runs
from core.training.train import train
from core.zoo import find

METHODS: Mapping[str, Declared] = {
    "gradient": Gradient(),
    **{rule.title.lower().replace(" ", "-"): Hebb(rule()) for rule in RULES},
}


@click.command("train")
@NETWORK
@click.option(
    "--data", metavar="NAME|DIR",
    help=tr("{names}, or a folder of pictures.", names=", ".join(NAMES)),
)  # fmt: skip
@click.option(
    "--recipe", type=click.Choice(tuple(RECIPES)), help=tr("A way to train that became known.")
)
@click.option(
    "--by", "method", type=click.Choice(tuple(METHODS)),
    help=tr("By gradient, or S-cells alone by one of Hebb's rules."),
)  # fmt: skip
@click.option("--epochs", type=int, help=tr("Passes over all training items."))
@click.option("--batch-size", type=int, help=tr("Items that one step looks at."))
@click.option("--lr", type=float, help=tr("Learning rate."))
@click.option("--seed", type=int, help=tr("Decides every random choice."))
@click.option("--device", metavar="auto|cpu|gpu:0", help=tr("Where to compute."))
@click.option("--out", type=click.Path(path_type=Path), help=tr("The run's folder."))
@click.option(
    "--inherit", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=tr("Begin with the weights of an earlier run's folder that fit."),
)  # fmt: skip
@click.option(
    "--resume", is_flag=True, help=tr("Go on with the last run of this network, or start one.")
)
@PROCESSES
@HOSTS
@THREADS
@AS_JSON
@click.pass_obj
def train_command(
    words: tuple[str, ...],
    /,
    processes: int | None,
    hosts: str | None,
    threads: int | None,
    as_json: bool,
    **wanted: Any,
) -> int:
    """Train a project or a template.

    The run goes to NAME.runs beside a project, to ./runs for a template, or to --out. Ctrl+C stops
    after the step that is being computed and keeps what was learned.
    """
    started = processes_started()
    if hosts and not processes:
        raise click.UsageError(tr("--hosts says where the processes of --processes run."))
    if started and processes not in (None, started):
        raise click.UsageError(
            tr(
                "--processes {count} is asked for, mpiexec started {started}.",
                count=processes,
                started=started,
            )
        )
    if not started and (processes or 1) > 1:
        return launched(words, processes=processes or 1, hosts=hosts, as_json=as_json)
    if threads or started:
        share = physical_cores() // processes_here()
        limit_threads(threads or share, always=threads is not None)
    try:
        together = join()
    except MpiError as error:
        raise click.ClickException(str(error)) from None
    return as_one(together, lambda: _train(together, as_json, **wanted))


@dataclass(frozen=True)
class Order:
    """What is to be trained, the same in every process."""

    design: Design
    run: RunFolder
    resume: bool
    inherit: RunFolder | None

    def to_text(self) -> str:
        """The order for the processes that follow, on whatever computer."""
        return json.dumps(
            {
                "design": design_to_json(self.design),
                "run": str(self.run.path.absolute()),
                "resume": self.resume,
                "inherit": str(self.inherit.path.absolute()) if self.inherit else "",
            }
        )

    @classmethod
    def followed(cls, text: str) -> Order:
        """The order as such a process has it: its run is read and not written."""
        data = json.loads(text)
        older = RunFolder(data["inherit"]) if data["inherit"] else None
        design = design_from_json(data["design"])
        return cls(design, FollowedRun(data["run"]), data["resume"], older)


def _train(together: Communicator, as_json: bool, **wanted: Any) -> int:
    """One process's part: the first one takes the order, tells and writes; gives the status."""
    if together.rank == 0:
        order = _ordered(together.size > 1, **wanted)
        from_first(together, order.to_text())
    else:
        order = Order.followed(from_first(together, ""))
    wishes = Control()
    control = wishes if together.size == 1 else SharedControl(wishes, together)
    last: Event | None = None
    voice = contextlib.nullcontext(_complain) if together.rank else told(as_json)
    with stopped_by_signals(wishes.stop), voice as tell:
        for event in train(
            order.design,
            control=control,
            run=order.run,
            resume=order.resume,
            inherit=order.inherit,
            together=together,
        ):
            tell(event)
            last = event
    return 0 if isinstance(last, Finished) else 1


def _complain(event: Event) -> None:
    """What a process says that is not the first."""
    if isinstance(event, Failed):
        click.echo(event.sentence, err=True)


def _ordered(
    several: bool,
    network: str,
    data: str | None,
    out: Path | None,
    inherit: Path | None,
    resume: bool,
    **changes: Any,
) -> Order:
    """What the options ask for, with the folder of its run made or found."""
    project = opened(network)
    home = home_of(None if find(network) else network)
    if resume and inherit:
        raise click.UsageError(tr("Either --resume or --inherit: a run begins but once."))
    found = _run_to_resume(project.design, home, out) if resume else None
    frozen = design_from_json(found.about()["design"]) if found else project.design
    design = _changed(frozen, data, changes)
    if isinstance(design.plan.method, Hebb):
        if resume:
            raise click.UsageError(tr("Hebb's rule begins anew each time: leave --resume out."))
        if several:
            raise click.UsageError(tr("Hebb's rule takes one picture at a time: use one process."))
    if found:
        found.note(design=design_to_json(design))
    run = found or _new_run(design, home, out)
    older = RunFolder(inherit) if inherit else None
    return Order(design, run, found is not None, older)


def _run_to_resume(design: Design, home: Path, out: Path | None) -> RunFolder | None:
    """The newest run of the same network; None where there is none yet."""
    wanted = design_to_json(design)
    runs = (
        list_runs(home) if out is None else [RunFolder(out)] if (out / "run.json").exists() else []
    )
    for run in reversed(runs):
        frozen = run.about()["design"]
        if _by_hebb(frozen):  # it has no epochs to go on with
            if out is not None:
                raise FileError(
                    tr("{out} holds a run by Hebb's rule, which begins anew each time.", out=out)
                )
            continue
        if all(frozen.get(part) == wanted[part] for part in ("nodes", "wires")):
            return run
    if out is not None and runs:
        raise FileError(tr("{out} holds a run of another network, so it cannot go on.", out=out))
    return None


def _by_hebb(frozen: Mapping[str, Any]) -> bool:
    """Whether a run's design, as JSON data, was trained by Hebb's rule."""
    return isinstance(design_from_json(frozen).plan.method, Hebb)


def _new_run(design: Design, home: Path, out: Path | None) -> RunFolder:
    if out is None:
        return RunFolder.create(home, design_to_json(design))
    if (out / "run.json").exists():
        raise FileError(
            tr(
                "{out} already holds a run. Go on with it by --resume, or choose another folder.",
                out=out,
            )
        )
    return RunFolder.at(out, design_to_json(design))


def _changed(design: Design, data: str | None, changes: dict[str, Any]) -> Design:
    """The design with what the options say instead."""
    given = {name: value for name, value in changes.items() if value is not None}
    if "recipe" in given:
        design = RECIPES[given.pop("recipe")].applied(design)
    plan, rate = design.plan, given.pop("lr", None)
    if "method" in given:
        given["method"] = METHODS[given["method"]]
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
