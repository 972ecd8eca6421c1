"""The names of picture files below a folder, without reading any of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.data.pictures import SUFFIXES
from core.data.words import listed, number
from core.files import FileError


@dataclass(frozen=True)
class File:
    """A file by its path and its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True)
class Index:
    """The picture files of each class, in natural order of their names.

    `others` counts files of other kinds, `closed` names folders that may not be read.
    """

    classes: Mapping[str, tuple[File, ...]] = field(default_factory=dict)
    others: int = 0
    closed: tuple[str, ...] = ()

    def files(self) -> Iterator[File]:
        """Every file, class by class."""
        for files in self.classes.values():
            yield from files

    def without(self, paths: Mapping[str, object]) -> Index:
        """The index without some files; classes stay even if they are empty now."""
        kept = {
            name: tuple(file for file in files if file.path not in paths)
            for name, files in self.classes.items()
        }
        return Index(kept, self.others, self.closed)

    def notes(self) -> list[str]:
        """Sentences about what was not taken."""
        notes = []
        if self.others:
            files = number(self.others, "file")
            notes.append(f"{files} of other kinds {'is' if self.others == 1 else 'are'} ignored.")
        if self.closed:
            notes.append(f"You may not read these folders: {listed(self.closed)}.")
        return notes


def read_index(root: Path) -> Index:
    """The pictures in each subfolder of `root` and below it; FileError if it cannot be read.

    Hidden files are ignored. Links to folders are followed where a class stands, never below, and
    not to a folder that holds `root` itself, so that no loop is walked.
    """
    try:
        entries = _visible(root)
    except OSError as error:
        raise FileError(f"You may not read the folder {root}.") from error
    folders = [entry for entry in entries if os.path.isdir(entry) and not _holds(entry, root)]
    classes: dict[str, tuple[File, ...]] = {}
    others = 0
    closed: list[str] = []
    for folder in folders:
        found: list[File] = []
        for entry in _files_below(folder.path, closed):
            if entry.name.lower().endswith(SUFFIXES):
                found.append(File(entry.path, os.path.getsize(entry)))
            else:
                others += 1
        classes[folder.name] = tuple(found)
    return Index(classes, others, tuple(closed))


def natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """A key that sorts names as people do: `2` before `10`, capitals among small letters."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(False, int(p), "") if p.isdecimal() else (True, 0, p) for p in parts], name


def _visible(folder: Path | str) -> list[os.DirEntry[str]]:
    """What lies in a folder, without hidden names, in natural order."""
    with os.scandir(folder) as entries:
        shown = [entry for entry in entries if not entry.name.startswith((".", "__MACOSX"))]
    return sorted(shown, key=lambda entry: natural(entry.name))


def _files_below(folder: str, closed: list[str]) -> Iterator[os.DirEntry[str]]:
    """Regular files in a folder and its subfolders; folders that may not be read go to `closed`."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = _visible(here)
        except OSError:
            closed.append(here)
            continue
        waiting += [e.path for e in reversed(entries) if e.is_dir(follow_symlinks=False)]
        yield from (entry for entry in entries if os.path.isfile(entry))


def _holds(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether an entry links to a folder in which `root` itself lies."""
    target = os.path.realpath(entry.path)
    return entry.is_symlink() and Path(os.path.realpath(root)).is_relative_to(target)
