"""The names of picture files below a folder, packed: millions fit, and none of them is read."""

from __future__ import annotations

import hashlib
import os
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.pictures import SUFFIXES
from core.data.words import listed, number
from core.files import FileError
from core.tongue import tr, trn

_END = b"\0"  # after each name: no file system allows it within one


@dataclass(frozen=True, eq=False)
class Index:
    """Picture files numbered through, class by class, each class in the natural order of its names.

    A name takes its own bytes and nine more. `classes` are the names of the subfolders of `root`,
    those without pictures too; `others` counts files of other kinds, `closed` names folders that
    may not be read.
    """

    root: str = ""
    classes: tuple[str, ...] = ()
    others: int = 0
    closed: tuple[str, ...] = ()
    _names: bytearray = field(default_factory=bytearray, repr=False)  # below the class's folder
    _ends: array[int] = field(default_factory=lambda: array("Q"), repr=False)  # of each name
    _firsts: tuple[int, ...] = ()  # the number of each class's first file

    def __len__(self) -> int:
        return len(self._ends)

    def path(self, number: int) -> str:
        """Where a file lies."""
        name = self._names[self._begin(number) : self._ends[number] - len(_END)]
        place = bisect_right(self._firsts, number) - 1
        return os.path.join(self.root, self.classes[place], os.fsdecode(bytes(name)))

    def places(self, numbers: ArrayLike) -> NDArray[np.intp]:
        """The positions in `classes` that these files belong to."""
        return np.searchsorted(self._firsts, numbers, side="right") - 1

    def notes(self) -> list[str]:
        """Sentences about what was not taken."""
        notes = []
        if self.others:
            files = number(self.others, "file")
            notes.append(
                trn(
                    "{files} of other kinds is ignored.",
                    "{files} of other kinds are ignored.",
                    self.others,
                    files=files,
                )
            )
        if self.closed:
            notes.append(
                tr("You may not read these folders: {closed}.", closed=listed(self.closed))
            )
        return notes

    def digest(self) -> bytes:
        """SHA-256 of every name below the root, the same on any computer."""
        digest = hashlib.sha256()
        begins = [self._begin(first) for first in self._firsts]
        ends = [*begins, len(self._names)][1:]
        for name, begin, end in zip(self.classes, begins, ends, strict=True):
            digest.update(name.encode("utf-8", "surrogateescape") + _END)
            digest.update(memoryview(self._names)[begin:end])
            digest.update(_END)
        return digest.digest()

    def _begin(self, number: int) -> int:
        """Where the name of a file begins; of the one after the last, where the names end."""
        return self._ends[number - 1] if number else 0


def read_index(root: Path) -> Index:
    """The pictures in each subfolder of `root` and below it; FileError if it cannot be read.

    Hidden files are ignored. Links to folders are followed where a class stands, never below, and
    not to a folder that holds `root` itself, so that no loop is walked.
    """
    try:
        with os.scandir(root) as entries:
            folders = [
                entry.name
                for entry in entries
                if _is_visible(entry) and os.path.isdir(entry) and not _holds(entry, root)
            ]
    except OSError as error:
        raise FileError(tr("You may not read the folder {root}.", root=root)) from error
    folders.sort(key=natural)
    names, ends = bytearray(), array("Q")
    firsts: list[int] = []
    others = 0
    closed: list[str] = []
    for folder in folders:
        firsts.append(len(ends))
        for below, found, strange in _walk(os.path.join(root, folder), closed):
            others += strange
            for key in found:
                names += os.fsencode(below + _name(key)) + _END
                ends.append(len(names))
    return Index(str(root), tuple(folders), others, tuple(closed), names, ends, tuple(firsts))


def pictures_below(folder: str, closed: list[str]) -> Iterator[str]:
    """The pictures in a folder and below it, in natural order.

    Folders that may not be read go to `closed`.
    """
    for below, keys, _ in _walk(folder, closed):
        for key in keys:
            yield os.path.join(folder, below + _name(key))


def natural(name: str) -> str:
    """A key that sorts names as people do: `2` before `10`, capitals among small letters.

    It ends in the name itself, so that of a million names no second list is needed.
    """
    return f"{_DIGITS.sub(_as_sorted, name.casefold())}{_BEFORE_NAME}{name}"


_DIGITS = re.compile(r"\d+")
_BEFORE_NAME = "\0\0"  # sorts before anything that follows in a longer name


def _as_sorted(digits: re.Match[str]) -> str:
    """A number as text that sorts as the number does, before any letter: its length comes first."""
    plain = str(int(digits[0]))
    return f"\0{chr(len(plain))}{plain}"


def _name(key: str) -> str:
    """The name that a key was made of."""
    return key.rpartition(_BEFORE_NAME)[2]


def _walk(top: str, closed: list[str]) -> Iterator[tuple[str, list[str], int]]:
    """Every folder from `top` down, in natural order: what its names begin with below `top`, the
    keys of the pictures in it, sorted, and how many other files. Folders that may not be read go
    to `closed`.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        here = os.path.join(top, below[:-1]) if below else top
        try:
            folders, keys, others = _sorted_entries(here)
        except OSError:
            closed.append(here)
            continue
        waiting += [f"{below}{name}/" for name in reversed(folders)]
        yield below, keys, others


def _sorted_entries(folder: str) -> tuple[list[str], list[str], int]:
    """Subfolders and the keys of pictures in a folder, in natural order; how many other files.

    Only names are read: for a million files even their sizes would take minutes.
    """
    folders: list[str] = []
    keys: list[str] = []
    others = 0
    with os.scandir(folder) as entries:
        for entry in filter(_is_visible, entries):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif not _is_file(entry):
                continue
            elif entry.name.lower().endswith(SUFFIXES):
                keys.append(natural(entry.name))
            else:
                others += 1
    folders.sort(key=natural)
    keys.sort()
    return folders, keys, others


def _is_visible(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith((".", "__MACOSX"))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a regular file, or a link that leads to one."""
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _holds(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether an entry links to a folder in which `root` itself lies."""
    target = os.path.realpath(entry.path)
    return entry.is_symlink() and Path(os.path.realpath(root)).is_relative_to(target)
