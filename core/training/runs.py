"""Run folders: what a training leaves on disk.

`NAME.runs/RUN-ID/` beside the project holds `run.json` (the frozen design and what it learned
from), `metrics.jsonl` (one event a line), `health.jsonl` (one check of the layers a line),
`ckpt-000123.safetensors` (the last three; higher is newer), `best.safetensors` (the weights of the
best epoch) and `snapshots/` (the weights after many a step: see `core.training.snapshots`).
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core import files, strict_json
from core.convert import carried_weights
from core.files import FileError
from core.graph import Graph
from core.network import Network
from core.project import design_from_json
from core.tongue import tr
from core.training import checkpoint as checkpoints
from core.training import weight_files
from core.training.checkpoint import Checkpoint
from core.training.events import (
    EpochDone,
    Event,
    Failed,
    Finished,
    Measured,
    Presented,
    Started,
    Warned,
)
from core.training.health import Health, health_from_json

KEPT = 3  # checkpoints
FORMAT, VERSION = "striate.run", 1
_MOST_ABOUT = 32 << 20  # bytes
_MOST_METRICS = 256 << 20
_CHECKPOINT = re.compile(r"ckpt-(\d{6,12})\.safetensors")
_RECORDED = (Started, EpochDone, Presented, Failed, Finished)


def home_of(project: str | Path | None = None) -> Path:
    """Where runs go: `NAME.runs` beside a project file, `runs` here for a template."""
    if project is None:
        return Path("runs")
    path = Path(project)
    return path.with_name(f"{path.stem}.runs")


def list_runs(home: str | Path) -> list[RunFolder]:
    """The runs in a folder, oldest first; empty where there are none."""
    home = Path(home)
    if not home.is_dir():
        return []
    return [RunFolder(path.parent) for path in sorted(home.glob("*/run.json"))]


def latest_run(home: str | Path) -> RunFolder | None:
    """The newest run in a folder."""
    return next(reversed(list_runs(home)), None)


class RunFolder:
    """One run on disk; `path` is its folder."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @classmethod
    def create(cls, home: str | Path, design: Mapping[str, Any]) -> RunFolder:
        """A new run in a folder of its own below `home`; `design` is its design as JSON data.

        FileError where it cannot be made.
        """
        stamp = time.strftime("%Y%m%d-%H%M%S")
        for number in range(1, 1000):
            path = Path(home) / (stamp if number == 1 else f"{stamp}-{number:03}")
            try:
                path.mkdir(parents=True)
            except FileExistsError:
                continue
            except OSError as error:
                raise FileError(
                    tr("{path} cannot be made: {strerror}.", path=path, strerror=error.strerror)
                ) from error
            return cls.at(path, design)
        raise FileError(tr("{home} already has a thousand runs of this second.", home=home))

    @classmethod
    def at(cls, path: str | Path, design: Mapping[str, Any]) -> RunFolder:
        """A new run in exactly this folder, which is made if it is missing."""
        run = cls(path)
        try:
            run.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(
                tr("{path} cannot be made: {strerror}.", path=run.path, strerror=error.strerror)
            ) from error
        about = {"format": FORMAT, "version": VERSION, "design": dict(design)}
        files.write(run.path / "run.json", strict_json.lay_out(about))
        return run

    def withdraw(self) -> None:
        """Take back a run that never began, so that it hides no earlier one."""
        with contextlib.suppress(OSError):
            for name in ("run.json", "metrics.jsonl"):
                (self.path / name).unlink(missing_ok=True)
            self.path.rmdir()

    # ---- what it was made from ----------------------------------------------------------

    def about(self) -> dict[str, Any]:
        """The frozen design as JSON data ("design"), and the data's fingerprint once it ran."""
        name = f"{self.path.name}/run.json"
        try:
            data = strict_json.parse(files.read(self.path / "run.json", limit=_MOST_ABOUT))
        except strict_json.JsonError as error:
            raise FileError(tr("{name} is damaged: {error}", name=name, error=error)) from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise FileError(tr("{name} does not describe a run.", name=name))
        if data.get("version") != VERSION:
            raise FileError(
                tr("A newer Striate wrote {name}. Update Striate to open it.", name=name)
            )
        return data

    def note(self, **facts: Any) -> None:
        """Add facts, such as the data's fingerprint, to what `about` gives."""
        files.write(self.path / "run.json", strict_json.lay_out({**self.about(), **facts}))

    # ---- what happened ------------------------------------------------------------------

    def record(self, event: Event) -> None:
        """Append an event to the metrics; batch reports are not kept."""
        if isinstance(event, _RECORDED):
            line = json.dumps(event.to_json(), allow_nan=False).encode()
            files.append_line(self.path / "metrics.jsonl", line)
        elif isinstance(event, Measured) and event.keep:
            line = json.dumps(event.health.to_json(), allow_nan=False).encode()
            files.append_line(self.path / "health.jsonl", line)

    def health(self) -> list[Health]:
        """Every recorded check in order; a torn or damaged line is left out."""
        found = []
        for line in files.read_lines(self.path / "health.jsonl", limit=_MOST_METRICS):
            with contextlib.suppress(strict_json.JsonError):
                health = health_from_json(strict_json.parse(line))
                if health is not None:
                    found.append(health)
        return found

    def events(self) -> list[dict[str, Any]]:
        """Every recorded event in order; a torn or damaged line is left out."""
        found = []
        for line in files.read_lines(self.path / "metrics.jsonl", limit=_MOST_METRICS):
            with contextlib.suppress(strict_json.JsonError):
                event = strict_json.parse(line)
                if isinstance(event, dict) and isinstance(event.get("event"), str):
                    found.append(event)
        return found

    def history(self) -> list[dict[str, Any]]:
        """The finished epochs; those that a later start took back are left out."""
        epochs: list[dict[str, Any]] = []
        for event in self.events():
            epoch = event.get("epoch")
            if event["event"] not in ("started", "epoch") or type(epoch) is not int:
                continue
            epochs = [one for one in epochs if one["epoch"] < epoch]
            if event["event"] == "epoch":
                epochs.append(event)
        return epochs

    # ---- checkpoints --------------------------------------------------------------------

    @property
    def best(self) -> Path:
        """The file of the best weights; it may not exist."""
        return self.path / "best.safetensors"

    def checkpoints(self) -> list[Path]:
        """The checkpoint files, oldest first."""
        with contextlib.suppress(OSError):  # the folder may be gone the next moment
            found = [(m, p) for p in self.path.iterdir() if (m := _CHECKPOINT.fullmatch(p.name))]
            return [path for _, path in sorted(found, key=lambda one: int(one[0][1]))]
        return []

    def save(self, checkpoint: Checkpoint, graph: Graph) -> Path:
        """Write the next checkpoint; the oldest beyond three are removed afterwards."""
        before = self.checkpoints()
        last = _CHECKPOINT.fullmatch(before[-1].name) if before else None
        number = int(last[1]) + 1 if last else 1
        path = self.path / f"ckpt-{number:06}.safetensors"
        checkpoints.write(path, checkpoint, graph)
        for old in self.checkpoints()[:-KEPT]:
            with contextlib.suppress(OSError):
                old.unlink()
        return path

    def save_best(self, weights: Mapping[str, NDArray[Any]], graph: Graph, steps: int) -> None:
        """Write the weights of the best epoch, which ended after so many `steps`."""
        checkpoints.write_weights(self.best, weights, graph, steps)

    def take_back_best(self, steps: int) -> None:
        """Remove the best weights if they came after so many steps, where the run goes on anew."""
        if weight_files.steps(self.best) > steps:
            with contextlib.suppress(OSError):
                self.best.unlink()

    def matching(self, network: Network) -> dict[str, NDArray[Any]]:
        """The newest weights that a network has too, by name; FileError where none can be read.

        Where S-cells have become a Conv2d since, they are its filters.
        """
        trouble = tr("Run {name} has kept no weights.", name=self.path.name)
        for path in [*reversed(self.checkpoints()), self.best]:
            try:
                found = checkpoints.read_matching(path, network)
            except FileError as error:
                trouble = str(error) if path.exists() else trouble
                continue
            carried = carried_weights(self._graph(), network.graph, found)
            return {name: carried[name] for name in network.weight_names if name in carried}
        raise FileError(trouble)

    def _graph(self) -> Graph:
        """The network it trained; without a node where nobody can tell."""
        try:
            return design_from_json(self.about().get("design", {})).graph
        except FileError:
            return Graph()

    def load(
        self, network: Network, slots: tuple[str, ...] = ()
    ) -> tuple[Checkpoint | None, list[str]]:
        """The newest checkpoint that can be read, and a sentence for each newer one that cannot.

        None with sentences where there are checkpoints of which none can be read.
        """
        troubles: list[str] = []
        for path in reversed(self.checkpoints()):
            try:
                return checkpoints.read(path, network, slots), troubles
            except FileError as error:
                troubles.append(str(error))
        return None, troubles


def recorded(run: RunFolder | None, event: Event) -> Iterator[Event]:
    """The event, once it stands in the run's metrics; then a warning if the disk refused it."""
    trouble = ""
    try:
        if run:
            run.record(event)
    except FileError as error:
        trouble = str(error)
    yield event
    if trouble:
        yield Warned(trouble, "disk")
