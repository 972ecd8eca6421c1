"""The pictures that a command is told to look at: files, folders, names on standard input."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO

from core.data.sources.index import pictures_below
from core.tongue import tr

_WAITING = 1024  # names read ahead
_PATIENCE = 0.05  # seconds without a new name, after which those that are there are looked at


def groups(words: Sequence[str], size: int, troubles: list[str]) -> Iterator[list[str]]:
    """The paths that the words mean, up to `size` at a time.

    A folder means all pictures in it and below, `-` the names on standard input, one in a line.
    Where names are still to come but none has come for a moment, a smaller or empty group is given,
    so that nobody waits for an answer. What is wrong with a folder goes to `troubles`.
    """
    group: list[str] = []
    for path in _paths(words, troubles):
        if path is not None:
            group.append(path)
        if path is None or len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _paths(words: Sequence[str], troubles: list[str]) -> Iterator[str | None]:
    """Every path; None where the next one is waited for."""
    for word in words:
        for name in _lines() if word == "-" else [word]:
            if name is not None and os.path.isdir(name):
                yield from _below(name, troubles)
            else:
                yield name


def _below(folder: str, troubles: list[str]) -> Iterator[str]:
    closed: list[str] = []
    empty = True
    for path in pictures_below(folder, closed):
        yield path
        empty = False
    troubles += [tr("You may not read the folder {folder}.", folder=one) for one in closed]
    if empty and not closed:
        troubles.append(tr("The folder {folder} has no pictures.", folder=folder))


def _lines() -> Iterator[str | None]:
    """The names on standard input as they come; None where none has come for a moment."""
    names: Queue[str | None] = Queue(_WAITING)
    # Nothing stops a thread that waits for input, so it may not keep the process alive.
    Thread(target=_read, args=(_standard_input(), names), name="striate-names", daemon=True).start()
    while True:
        try:
            name = names.get(timeout=_PATIENCE)
        except Empty:
            yield None
            continue
        if name is None:
            return
        yield name


def _read(stream: BinaryIO, names: Queue[str | None]) -> None:
    for line in stream:
        if name := line.rstrip(b"\r\n"):
            names.put(os.fsdecode(name))
    names.put(None)


def _standard_input() -> BinaryIO:
    """A reader of its own: Python locks its own one at exit, which would hang or abort."""
    try:
        return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))
    except (OSError, ValueError):  # in a test or a notebook, standard input is no file
        return sys.stdin.buffer
