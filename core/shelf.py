"""The runs on disk that can be laid side by side: those of a project, and of any other folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.explain.courses import course
from core.explain.side_by_side import Ran
from core.files import FileError
from core.project import design_from_json
from core.tongue import tr
from core.training.runs import RunFolder, home_of, list_runs

MOST = 100  # runs of a folder, the newest
_Stamp = tuple[tuple[int, int], ...]  # when its files were written (ns), and their bytes


class Shelf:
    """Runs as they are read, each anew only where its files have changed.

    Attributes:
        runs: those that can be read, the newest first.
        troubles: a sentence for each that cannot.
    """

    def __init__(self) -> None:
        self.runs: tuple[Ran, ...] = ()
        self.troubles: tuple[str, ...] = ()
        self._known: dict[Path, tuple[_Stamp, Ran | str]] = {}

    def look(self, homes: Iterable[Path]) -> None:
        """Read what has changed below these folders."""
        found = [run.path for home in homes for run in reversed(list_runs(home)[-MOST:])]
        read = {path: self._read(path) for path in dict.fromkeys(found)}
        self._known = {path: one for path, one in self._known.items() if path in read}
        ordered = sorted(read.items(), key=lambda one: one[0].name, reverse=True)
        self.runs = tuple(one for _, one in ordered if isinstance(one, Ran))
        self.troubles = tuple(one for _, one in ordered if isinstance(one, str))

    def get(self, path: str) -> Ran | None:
        """The run in a folder, None where it cannot be read or is not here."""
        return next((run for run in self.runs if run.path == path), None)

    def _read(self, path: Path) -> Ran | str:
        stamp = tuple(_written(path / name) for name in ("run.json", "metrics.jsonl"))
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            try:
                found: Ran | str
                if known and known[0][0] == stamp[0] and isinstance(known[1], Ran):
                    found = replace(known[1], course=course(RunFolder(path).events()))
                else:
                    found = read_run(path)
            except FileError as error:
                found = str(error)
            known = self._known[path] = (stamp, found)
        return known[1]


def read_run(path: Path) -> Ran:
    """A run as it is compared; FileError with a sentence where it cannot be read."""
    run = RunFolder(path)
    about = run.about()
    try:
        design = design_from_json(about.get("design", {}))
    except FileError as error:
        raise FileError(
            tr("Run {name} cannot be compared: {error}", name=path.name, error=error)
        ) from None
    data = about.get("data")
    return Ran(
        path=str(path),
        design=design,
        course=course(run.events()),
        data=_text(data.get("sha256")) if isinstance(data, dict) else "",
        origin=_text(about.get("origin")),
    )


def home_near(path: Path) -> Path:
    """Where the runs are that a person means by this: by a project file, or a folder of runs.

    A run's own folder means those beside it. FileError where there is none.
    """
    home = path
    if path.is_file():
        home = home_of(path)
    elif (path / "run.json").is_file():
        home = path.parent
    if not list_runs(home):
        raise FileError(
            tr(
                "{name} has no runs. Choose a folder such as NAME.runs, or a project.",
                name=path.name,
            )
        )
    return home


def _written(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
