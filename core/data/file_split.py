"""A split whose pictures are files, read when they are needed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike

from core.data.dataset import Picture, Split
from core.data.pictures import PictureError, read_picture
from core.data.words import listed, number
from core.files import FileError
from core.tongue import tr


class FileSplit(Split):
    """Picture files with their labels; every picture comes with the same number of channels.

    A file that turns out to be unreadable is named in `notes`, and another picture of its class
    stands in for it: no wrong label is learned and the order of items stays. `path` tells where
    the file of an item lies.
    """

    at_once = 4  # a photograph takes a hundred times the memory of what is made of it

    def __init__(
        self, path: Callable[[int], str], labels: ArrayLike, class_count: int, *, channels: int
    ) -> None:
        super().__init__(labels, class_count)
        self._path, self._channels = path, channels
        self._broken: dict[int, str] = {}
        self._lock = Lock()  # of what is known to be broken: several threads may read

    @property
    def notes(self) -> tuple[str, ...]:
        with self._lock:
            named = [f"{self._path(i)} {self._broken[i]}" for i in sorted(self._broken)]
        if not named:
            return ()
        files = number(len(named), "file")
        return (
            tr(
                "{files} could not be read; another picture of the class stands in: {named}.",
                files=files,
                named=listed(named),
            ),
        )

    def items(self, indices: ArrayLike) -> list[Picture]:
        return [self._picture(int(i)) for i in np.asarray(indices, dtype=np.intp)]

    def _picture(self, index: int) -> Picture:
        """The picture of an item, or the next readable one of its class."""
        index %= len(self)
        picture = self._read(index)
        if picture is not None:
            return picture
        same = np.flatnonzero(self._labels == self._labels[index])
        at = int(np.searchsorted(same, index))
        for candidate in chain(same[at:], same[:at]):
            picture = self._read(int(candidate))
            if picture is not None:
                return picture
        raise FileError(
            tr(
                "{index} {broken}, and no other picture of its class can be read. Check that the"
                " folder is still there.",
                index=self._path(index),
                broken=self._broken[index],
            )
        )

    def _read(self, index: int) -> Picture | None:
        """One file's picture; None where it cannot be read, which is remembered."""
        with self._lock:
            if index in self._broken:
                return None
        try:
            return read_picture(self._path(index), self._channels)
        except PictureError as error:
            with self._lock:
                self._broken[index] = str(error)
            return None
