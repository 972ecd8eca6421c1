"""Which saved runs answer a command, and what they are asked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from core.backend import DeviceError
from core.cli.options import opened
from core.data.fitted import FitError
from core.files import FileError
from core.graph import GraphError
from core.network_errors import NetworkError
from core.project import Project, design_to_json
from core.tongue import tr
from core.training.jury import VOTES, Jury
from core.training.runs import RunFolder, home_of, list_runs
from core.training.saved import open_run
from core.zoo import find

_OPTIONS = (
    click.option(
        "--run", metavar="RUN", help=tr("A run's name or folder, in place of the last one.")
    ),
    click.option(
        "--votes", type=click.Choice(VOTES),
        help=tr("Ask about the picture and its mirror image, or about ten patches of it; the answer"
        " is the mean."),
    ),
    click.option(
        "--ensemble", multiple=True, metavar="RUN",
        help=tr("Let this run vote too; may be repeated."),
    ),
    click.option(
        "--device", default="auto", metavar="auto|cpu|gpu:0", help=tr("Where to compute.")
    ),
)  # fmt: skip


def answering(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that saved runs answer: run, votes, ensemble, device."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def jury_of(
    network: str, run: str | None, votes: str | None, ensemble: tuple[str, ...], device: str
) -> Jury:
    """The runs that the options mean, opened; FileError or ClickException where one cannot be."""
    project = opened(network)
    chosen = [_run(network, project, run), *(_named(network, name) for name in ensemble)]
    with plainly():
        return Jury([open_run(one, device=device) for one in chosen], votes or "")


@contextlib.contextmanager
def plainly() -> Iterator[None]:
    """What stands in the way of an answer, as one sentence."""
    try:
        yield
    except (DeviceError, FitError, GraphError, NetworkError) as error:
        raise click.ClickException(str(error)) from None


def _run(network: str, project: Project, name: str | None) -> RunFolder:
    """The run of this name, or the newest that has learned something."""
    if name is not None:
        return _named(network, name)
    is_template = bool(find(network))
    runs = [run for run in list_runs(_home(network)) if run.best.exists() or run.checkpoints()]
    for run in reversed(runs):
        same = _is_of(run, project)
        if same or not is_template:  # `runs` holds those of other templates too
            if not same:
                click.echo(
                    tr(
                        "{network} has been edited since run {run}: the network of the run"
                        " answers.",
                        network=network,
                        run=run.path.name,
                    ),
                    err=True,
                )
            return run
    raise FileError(
        tr(
            "{network} has no trained run. Train it first: {command}",
            network=network,
            command=f"striate train {network}",
        )
    )


def _named(network: str, name: str) -> RunFolder:
    """The run of this name beside the project, or the one in this folder."""
    home = _home(network)
    for folder in (home / name, Path(name)):
        if (folder / "run.json").is_file():
            return RunFolder(folder)
    known = [run.path.name for run in list_runs(home)]
    raise FileError(
        tr(
            "There is no run {name}: {folder} holds {known}.",
            name=name,
            folder=home,
            known=", ".join(known[-5:]),
        )
        if known
        else tr("There is no run {name}: {folder} holds none.", name=name, folder=home)
    )


def _home(network: str) -> Path:
    return home_of(None if find(network) else network)


def _is_of(run: RunFolder, project: Project) -> bool:
    """Whether a run has trained this very network."""
    frozen, wanted = run.about()["design"], design_to_json(project.design)
    return all(frozen.get(part) == wanted[part] for part in ("nodes", "wires"))
