"""A split whose pictures are files, read when they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike

from core.data.dataset import Picture, Split
from core.data.pictures import PictureError, read_picture
from core.data.words import listed, number
from core.files import FileError


class FileSplit(Split):
    """Picture files with their labels; every picture comes with the same number of channels.

    A file that turns out to be unreadable is named in `notes`, and another picture of its class
    stands in for it: no wrong label is learned and the order of items stays.
    """

    def __init__(
        self, files: Sequence[str], labels: ArrayLike, class_count: int, *, channels: int
    ) -> None:
        super().__init__(labels, class_count)
        self._files = tuple(files)
        self._channels = channels
        self._broken: dict[int, str] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        if not self._broken:
            return ()
        named = [f"{self._files[i]} {self._broken[i]}" for i in sorted(self._broken)]
        files = number(len(named), "file")
        return (
            f"{files} could not be read; another picture of the class stands in: {listed(named)}.",
        )

    def items(self, indices: ArrayLike) -> list[Picture]:
        return [self._picture(int(i)) for i in np.asarray(indices, dtype=np.intp)]

    def _picture(self, index: int) -> Picture:
        """The picture of an item, or the next readable one of its class."""
        index %= len(self)
        label = self._labels[index]
        for candidate in chain(range(index, len(self)), range(index)):
            if candidate in self._broken or self._labels[candidate] != label:
                continue
            try:
                return read_picture(self._files[candidate], self._channels)
            except PictureError as error:
                self._broken[candidate] = str(error)
        raise FileError(
            f"{self._files[index]} {self._broken[index]}, and no other picture of its class can be"
            " read. Check that the folder is still there."
        )
