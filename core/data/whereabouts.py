"""Where data lie: the path that a source names, whether it is there, and how to name another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.kinds import Text
from core.settings import Declared, settings_of


def missing(source: Declared) -> str:
    """The path that a data source names and where nothing is; "" where nothing is missing."""
    for name in _paths(source):
        path = str(getattr(source, name))
        if path and not _exists(path):
            return path
    return ""


def moved(source: Declared, path: str) -> Declared:
    """The same data at another place: what is missing is at `path` now."""
    lost = missing(source)
    changed = {name: path for name in _paths(source) if getattr(source, name) == lost}
    return source.replace(**changed) if lost else source


def nearest(path: str, project: Path | None) -> Path:
    """The folder to begin a search in: where data of this name lie beside the project, else what is
    left of the path.
    """
    if project is not None:
        beside = project.parent / Path(path).name
        if beside.is_dir():
            return beside
    return next((one for one in Path(path).expanduser().parents if one.is_dir()), Path.home())


def _paths(source: Declared) -> Iterator[str]:
    """The settings that are paths."""
    for one in settings_of(type(source)):
        if isinstance(one.kind, Text) and one.kind.path:
            yield one.name


def _exists(path: str) -> bool:
    return "\0" not in path and Path(path).expanduser().exists()
