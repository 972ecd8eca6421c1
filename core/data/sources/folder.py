"""Your own pictures: a folder with one subfolder for each class."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, Fingerprint, dataset_fields, stratified
from core.data.file_split import FileSplit
from core.data.pictures import Header, PictureError, read_header
from core.data.policy import DataPolicy
from core.data.sources.base import Source
from core.data.sources.index import Index, read_index
from core.data.words import listed, number
from core.files import FileError
from core.kinds import Text
from core.settings import setting
from core.tongue import tr

LOOKED_AT = 512  # files, evenly spread, whose size and channels are read at opening

_TRAIN = "train"
_VALIDATION = ("validation", "val", "valid", "test")  # the first one there is taken


@dataclass(frozen=True)
class Folder(Source):
    """Pictures in one subfolder for each class, PNG, JPEG, BMP, WebP, GIF, TIFF or PPM.

    Subfolders `train` and `validation` (or `val`, `valid`, `test`) with the classes inside give
    the split; otherwise a share of each class validates. Opening reads names and the headers of a
    few hundred files; pictures are read when they are needed.
    """

    title = tr("Folder of pictures")

    path: str = setting(
        "",
        Text(path=True),
        label="Folder",
        help="The folder that holds one subfolder of pictures for each class.",
    )

    @property
    def label(self) -> str:
        return Path(self.path).name or self.title

    def open(self, policy: DataPolicy, base: Path) -> Dataset:
        root = self._root(base)
        train_root, validation_root = _split_folders(root)
        train = read_index(train_root)
        validation = read_index(validation_root) if validation_root else Index()
        looked = _look(train, validation)
        lost = _broken_notes(looked.broken, root)
        if not looked.headers:
            raise FileError(" ".join((_nothing(root), *lost)))
        notes = [*train.notes(), *validation.notes(), *lost]
        numbers = [_usable(train, looked.left_out[0]), _usable(validation, looked.left_out[1])]
        classes = _classes(train, numbers[0], validation, root, notes)
        parts = [_labeled(train, numbers[0], classes), _labeled(validation, numbers[1], classes)]
        divided = not len(parts[1].labels)
        if divided:
            parts = _divided(parts[0], policy, notes)
        channels = max(header.channels for header in looked.headers)
        first, second = (
            FileSplit(part.path, part.labels, len(classes), channels=channels) for part in parts
        )
        return Dataset(
            name=root.name,
            title=root.name,
            fields=dataset_fields(channels, [header.size for header in looked.headers], classes),
            train=first,
            validation=second,
            fingerprint=_fingerprint(train, validation, looked, len(first) + len(second)),
            notes=tuple(notes),
            divided=divided,
        )

    def _root(self, base: Path) -> Path:
        if not self.path:
            raise FileError(tr("No folder is chosen. Choose one with a subfolder for each class."))
        root = base / Path(self.path).expanduser()
        if "\0" in self.path or not root.is_dir():
            raise FileError(
                tr("There is no folder {path}. Choose where its pictures are now.", path=self.path)
            )
        return Path(os.path.realpath(root))


@dataclass(frozen=True)
class _Looked:
    """What was found by looking at some of the files.

    Attributes: `headers` and `sizes` in bytes of those looked at; `broken` says why some cannot be
    read, by path; `left_out` are their numbers in the index for training and in the other one.
    """

    headers: list[Header] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    left_out: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))


@dataclass(frozen=True, eq=False)
class _Labeled:
    """Some files of an index, by their numbers, and their labels."""

    index: Index
    numbers: NDArray[np.integer[Any]]
    labels: NDArray[np.integer[Any]]

    def path(self, item: int) -> str:
        """Where the file of an item lies."""
        return self.index.path(int(self.numbers[item]))

    def chosen(self, items: NDArray[np.integer[Any]]) -> _Labeled:
        """Some of them."""
        return _Labeled(self.index, self.numbers[items], self.labels[items])


def _split_folders(root: Path) -> tuple[Path, Path | None]:
    """The folders whose subfolders are the classes: for training, and for validation if given."""
    train = root / _TRAIN
    # A class may be called `train`; its folder then holds pictures and no further folders.
    if not any(os.path.isdir(path) for path in train.glob("*")):
        return root, None
    return train, next((root / name for name in _VALIDATION if (root / name).is_dir()), None)


def _look(train: Index, validation: Index) -> _Looked:
    """Sizes and headers of a sample of the files, evenly spread."""
    looked, total = _Looked(), len(train) + len(validation)
    for place in np.linspace(0, total - 1, min(total, LOOKED_AT)).astype(int).tolist():
        is_later = place >= len(train)
        number = place - len(train) if is_later else place
        path = (validation if is_later else train).path(number)
        try:
            looked.headers.append(read_header(path))
            looked.sizes.append(os.path.getsize(path))
        except PictureError as error:
            looked.broken[path] = str(error)
            looked.left_out[is_later].append(number)
    return looked


def _usable(index: Index, left_out: list[int]) -> NDArray[np.integer[Any]]:
    """The numbers of all files but some."""
    return np.delete(np.arange(len(index), dtype=np.min_scalar_type(len(index))), left_out)


def _nothing(root: Path) -> str:
    return tr(
        "{root} has no readable picture in a subfolder. Put the pictures of each class into a"
        " subfolder of its own.",
        root=root,
    )


def _broken_notes(broken: Mapping[str, str], root: Path) -> list[str]:
    if not broken:
        return []
    named = [f"{os.path.relpath(path, root)} {reason}" for path, reason in sorted(broken.items())]
    verb = tr("was") if len(named) == 1 else tr("were")
    files = number(len(named), "file")
    return [
        tr(
            "{files} could not be read and {verb} left out: {named}.",
            files=files,
            verb=verb,
            named=listed(named),
        )
    ]


def _classes(
    train: Index,
    numbers: NDArray[np.integer[Any]],
    validation: Index,
    root: Path,
    notes: list[str],
) -> list[str]:
    """Names of the classes of these training pictures, in natural order; FileError below two."""
    counts = np.bincount(train.places(numbers), minlength=len(train.classes))
    classes = [name for name, count in zip(train.classes, counts, strict=True) if count]
    empty = [name for name, count in zip(train.classes, counts, strict=True) if not count]
    if empty:
        notes.append(tr("Without readable pictures and left out: {empty}.", empty=listed(empty)))
    unknown = [name for name in validation.classes if name not in set(train.classes)]
    if unknown:
        notes.append(
            tr(
                "Only among the validation pictures and left out: {unknown}.",
                unknown=listed(unknown),
            )
        )
    if not classes:
        raise FileError(_nothing(root))
    if len(classes) == 1:
        raise FileError(
            tr(
                "{root} has pictures of one class only, {classe}. A network learns to tell classes"
                " apart: at least two subfolders with pictures are expected.",
                root=root,
                classe=classes[0],
            )
        )
    return classes


def _labeled(index: Index, numbers: NDArray[np.integer[Any]], classes: list[str]) -> _Labeled:
    """These files with the numbers of their classes; those of other classes are left out."""
    known = {name: label for label, name in enumerate(classes)}
    label_at = np.array([known.get(name, -1) for name in index.classes], np.intp)
    labels = label_at[index.places(numbers)]
    return _Labeled(index, numbers, labels).chosen(np.flatnonzero(labels >= 0))


def _divided(files: _Labeled, policy: DataPolicy, notes: list[str]) -> list[_Labeled]:
    """The files that train and those that validate, a share of each class."""
    parts = stratified(files.labels, policy.validation_fraction, seed=policy.split_seed)
    notes.append(
        tr(
            "{validation_fraction:.0%} of each class validate.",
            validation_fraction=policy.validation_fraction,
        )
    )
    return [files.chosen(part) for part in parts]


def _fingerprint(train: Index, validation: Index, looked: _Looked, count: int) -> Fingerprint:
    """Over the name below the root of every file, and the size of those that were looked at."""
    sizes = np.array(looked.sizes, "<i8").tobytes()
    digest = hashlib.sha256(train.digest() + validation.digest() + sizes)
    return Fingerprint(count, sum(looked.sizes), digest.hexdigest())
