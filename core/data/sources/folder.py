"""Your own pictures: a folder with one subfolder for each class."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.dataset import (
    Dataset,
    Fingerprint,
    dataset_fields,
    sha256_of_lines,
    stratified,
)
from core.data.file_split import FileSplit
from core.data.pictures import Header, PictureError, read_header
from core.data.policy import DataPolicy
from core.data.sources.base import Source
from core.data.sources.index import File, Index, natural, read_index
from core.data.words import listed, number
from core.files import FileError
from core.settings import Text, setting

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

    title = "Folder of pictures"

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
        headers, broken = _look([*train.files(), *validation.files()])
        lost = _broken_notes(broken, root)
        if not headers:
            raise FileError(" ".join((_nothing(root), *lost)))
        notes = [*train.notes(), *validation.notes(), *lost]
        train, validation = train.without(broken), validation.without(broken)
        classes = _classes(train, validation, root, notes)
        channels = max(header.channels for header in headers)
        given = [_numbered(index, classes) for index in (train, validation)]
        if not given[1]:
            given = _divided(given[0], policy, notes)
        return Dataset(
            name=root.name,
            title=root.name,
            fields=dataset_fields(channels, [header.size for header in headers], classes),
            train=_split(given[0], len(classes), channels),
            validation=_split(given[1], len(classes), channels),
            fingerprint=_fingerprint(given, root),
            notes=tuple(notes),
        )

    def _root(self, base: Path) -> Path:
        if not self.path:
            raise FileError("No folder is chosen. Choose one with a subfolder for each class.")
        root = base / Path(self.path).expanduser()
        if "\0" in self.path or not root.is_dir():
            raise FileError(f"There is no folder {self.path}. Choose where its pictures are now.")
        return Path(os.path.realpath(root))


_Numbered = list[tuple[File, int]]


def _split_folders(root: Path) -> tuple[Path, Path | None]:
    """The folders whose subfolders are the classes: for training, and for validation if given."""
    train = root / _TRAIN
    # A class may be called `train`; its folder then holds pictures and no further folders.
    if not any(os.path.isdir(path) for path in train.glob("*")):
        return root, None
    return train, next((root / name for name in _VALIDATION if (root / name).is_dir()), None)


def _look(files: list[File]) -> tuple[list[Header], dict[str, str]]:
    """Headers of a spread sample of the files, and why some files cannot be read, by path."""
    broken = {file.path: "is empty" for file in files if file.size == 0}
    whole = [file for file in files if file.size]
    headers = []
    for i in np.linspace(0, len(whole) - 1, min(len(whole), LOOKED_AT)).astype(int):
        try:
            headers.append(read_header(whole[i].path))
        except PictureError as error:
            broken[whole[i].path] = str(error)
    return headers, broken


def _nothing(root: Path) -> str:
    return (
        f"{root} has no readable picture in a subfolder. Put the pictures of each class into a"
        " subfolder of its own."
    )


def _broken_notes(broken: Mapping[str, str], root: Path) -> list[str]:
    if not broken:
        return []
    named = [f"{os.path.relpath(path, root)} {reason}" for path, reason in sorted(broken.items())]
    verb = "was" if len(named) == 1 else "were"
    files = number(len(named), "file")
    return [f"{files} could not be read and {verb} left out: {listed(named)}."]


def _classes(train: Index, validation: Index, root: Path, notes: list[str]) -> list[str]:
    """Names of the classes that have training pictures, in natural order; FileError below two."""
    classes = sorted((name for name, files in train.classes.items() if files), key=natural)
    empty = sorted(set(train.classes) - set(classes), key=natural)
    if empty:
        notes.append(f"Without readable pictures and left out: {listed(empty)}.")
    unknown = sorted(set(validation.classes) - set(train.classes), key=natural)
    if unknown:
        notes.append(f"Only among the validation pictures and left out: {listed(unknown)}.")
    if not classes:
        raise FileError(_nothing(root))
    if len(classes) == 1:
        raise FileError(
            f"{root} has pictures of one class only, {classes[0]}. A network learns to tell classes"
            " apart: at least two subfolders with pictures are expected."
        )
    return classes


def _numbered(index: Index, classes: list[str]) -> _Numbered:
    """Every file with the number of its class."""
    return [
        (file, label) for label, name in enumerate(classes) for file in index.classes.get(name, ())
    ]


def _divided(items: _Numbered, policy: DataPolicy, notes: list[str]) -> list[_Numbered]:
    """The items that train and those that validate, a share of each class."""
    labels = [label for _, label in items]
    parts = stratified(labels, policy.validation_fraction, seed=policy.split_seed)
    notes.append(f"{policy.validation_fraction:.0%} of each class validate.")
    return [[items[i] for i in part] for part in parts]


def _split(items: _Numbered, class_count: int, channels: int) -> FileSplit:
    files, labels = [file.path for file, _ in items], [label for _, label in items]
    return FileSplit(files, labels, class_count, channels=channels)


def _fingerprint(parts: list[_Numbered], root: Path) -> Fingerprint:
    """Over the name below the root and the size of every file, the same on any computer."""
    files = [file for part in parts for file, _ in part]
    names = (f"{Path(os.path.relpath(f.path, root)).as_posix()}\t{f.size}" for f in files)
    return Fingerprint(len(files), sum(file.size for file in files), sha256_of_lines(sorted(names)))
