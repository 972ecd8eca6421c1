"""What a data set is: named fields, and two splits of items that are read when they are needed.

N items, C channels, H × W pixels or T moments; axes are always N C H W and N C T. Pictures are
uint8 from 0 to 255, signals and vectors float32.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.spectrogram import Sampling
from core.kinds import Pair

Picture = NDArray[np.uint8]
"""One picture, uint8 (C, H, W)."""

Pictures = NDArray[np.uint8] | list[Picture]
"""Several pictures: one array (N, C, H, W), or a list of (C, H, W) where sizes may be mixed."""

Items = NDArray[Any] | list[Picture]
"""What a network looks at: pictures, or signals and vectors as float32 (N, *shape)."""

Targets = NDArray[Any] | Mapping[str, NDArray[Any]]
"""What a network learns: class numbers (N,), or arrays by field name where there is more."""


@dataclass(frozen=True)
class Field:
    """One thing that every item has: its picture or signal, its label, its box, its joints.

    Attributes:
        kind: "image" and "values" are looked at; "label", "box", "points" and "mask" are learned,
            and so are "values" behind the first field.
        channels, smallest, largest: of images, with the least and greatest (height, width).
        size: (C, T), (C, F, T) or (N,) of values; (H, W) of a mask, which says of every pixel
            whether it belongs, 1 or 0, row by row.
        classes: the names that a label numbers.
        names: of the points, or of a box's four corners; each is x, y in shares of the picture's
            width and height, from its top left corner.
        mirror: the point that each point becomes when the picture is mirrored.
        bones: pairs of points that belong together, to be drawn as lines.
        sampling: how the last axis of values lies in time, None where it is no time.
    """

    kind: Literal["image", "values", "label", "box", "points", "mask"]
    channels: int = 0
    smallest: Pair = (0, 0)
    largest: Pair = (0, 0)
    size: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    mirror: tuple[int, ...] = ()
    bones: tuple[Pair, ...] = ()
    sampling: Sampling | None = None

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Of one item: (C, H, W) of an image, () of a label; None for images of mixed sizes."""
        if self.kind == "image":
            return (self.channels, *self.largest) if self.smallest == self.largest else None
        if self.kind == "values":
            return self.size
        if self.kind == "mask":
            return (prod(self.size),)
        return (2 * len(self.names),) if self.names else ()


@dataclass(frozen=True)
class Fingerprint:
    """What tells one data set from another: items, bytes, and SHA-256 of its index.

    Of a folder, the bytes of the files that were looked at when it was opened.
    """

    count: int
    size: int
    sha256: str


class Split(ABC):
    """Items in a fixed order, each with what is looked at, a label and perhaps more."""

    at_once: ClassVar[int] = 4096  # items to ask for together: so many may lie in memory

    def __init__(self, labels: ArrayLike, class_count: int) -> None:
        numbers = np.asarray(labels, dtype=np.int64)
        counts = np.bincount(numbers, minlength=class_count)
        self.class_counts: tuple[int, ...] = tuple(counts.tolist())
        # A byte or two for each item: there may be millions.
        self._labels = numbers.astype(np.min_scalar_type(len(counts)))
        self._labels.flags.writeable = False

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed since opening, such as pictures that could not be read."""
        return ()

    def labels(self, indices: ArrayLike) -> NDArray[np.int64]:
        """The class numbers of these items, int64 (N,)."""
        return self._labels[np.asarray(indices, dtype=np.intp)].astype(np.int64)

    def target(self, field: str, indices: ArrayLike) -> NDArray[Any]:
        """One field of these items: class numbers (N,), or float32 (N, *shape)."""
        if field != "label":
            raise KeyError(f"the items have no field {field!r}")
        return self.labels(indices)

    @abstractmethod
    def items(self, indices: ArrayLike) -> Items:
        """What is looked at; FileError where pictures cannot be read."""


class ArraySplit(Split):
    """A split whose pictures lie in memory: uint8 (N, C, H, W)."""

    def __init__(self, images: NDArray[np.uint8], labels: ArrayLike, class_count: int) -> None:
        super().__init__(labels, class_count)
        self._images = images.view()
        self._images.flags.writeable = False

    def items(self, indices: ArrayLike) -> NDArray[np.uint8]:
        return self._images[np.asarray(indices, dtype=np.intp)]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Items to learn from and items to validate with.

    The first of `fields` is what a network looks at, the others are what it can learn; one of them
    is "label". `notes` are sentences about what was left out or decided at opening; `divided` says
    that the items that validate were taken from those that train, since the data bring none.
    """

    name: str
    title: str
    fields: Mapping[str, Field]
    train: Split
    validation: Split
    fingerprint: Fingerprint
    notes: tuple[str, ...] = ()
    divided: bool = False

    @property
    def looked_at(self) -> Field:
        """The field that a network looks at."""
        return next(iter(self.fields.values()))

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the fields that a network can learn."""
        return tuple(self.fields)[1:]

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; a label is a position in this tuple."""
        return self.fields["label"].classes


def dataset_fields(
    channels: int, sizes: Iterable[Pair], classes: Sequence[str]
) -> Mapping[str, Field]:
    """The two fields of a classified picture, from the (height, width) of the pictures seen."""
    heights, widths = zip(*sizes, strict=True)
    least, greatest = (min(heights), min(widths)), (max(heights), max(widths))
    image = Field("image", channels=channels, smallest=least, largest=greatest)
    return MappingProxyType({"image": image, "label": Field("label", classes=tuple(classes))})


def stratified(
    labels: ArrayLike, fraction: float, *, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices that train and indices that validate, the same share of every class.

    A class of two or more items has at least one of each; a single item trains. The choice in one
    class does not depend on the other classes.
    """
    numbers = np.asarray(labels)
    validates = np.zeros(len(numbers), dtype=bool)
    by_label = np.argsort(numbers, kind="stable")
    known, begins = np.unique(numbers[by_label], return_index=True)
    ends = np.append(begins, len(numbers))[1:]
    for label, begin, end in zip(known, begins, ends, strict=True):
        members = by_label[begin:end]
        if len(members) > 1:
            share = min(max(round(fraction * len(members)), 1), len(members) - 1)
            key = np.array([seed, label], dtype=np.uint64)
            random = np.random.Generator(np.random.Philox(key=key))
            validates[random.permutation(members)[:share]] = True
    return np.flatnonzero(~validates), np.flatnonzero(validates)


def sha256_of_lines(lines: Iterable[str]) -> str:
    """SHA-256 over lines of text, the form in which an index is fingerprinted."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return digest.hexdigest()
