"""The catalogue of data sources."""

from __future__ import annotations

from pathlib import Path

from core.data.dataset import Dataset
from core.data.policy import DataPolicy
from core.data.sources.base import Source
from core.data.sources.embedded import Digits, Fashion
from core.data.sources.folder import Folder
from core.data.sources.synthetic import (
    SYNTHETIC,
    Bars,
    Points,
    Shapes,
    ShapesWithBoxes,
    ShapesWithMasks,
    Sticks,
    Tones,
)
from core.data.sources.toy import Toy
from core.data.sources.written import Written
from core.files import FileError
from core.settings import Declared
from core.tongue import tr

__all__ = [
    "NAMES", "SOURCES", "Bars", "Digits", "Fashion", "Folder", "Points", "Shapes",
    "ShapesWithBoxes", "ShapesWithMasks", "Source", "Sticks", "Tones", "Toy", "Written",
    "dataset_by_name", "open_source", "source_by_name",
]  # fmt: skip

SOURCES: tuple[type[Source], ...] = (Digits, Fashion, *SYNTHETIC, Toy, Written, Folder)

NAMES: tuple[str, ...] = tuple(cls.id for cls in SOURCES if cls.id)
"""What `--data` takes beside a folder."""


def open_source(
    source: Declared, policy: DataPolicy | None = None, *, base: Path | str = "."
) -> Dataset:
    """Open the data a source names.

    `policy` decides the validation split of data that brings none. A relative path starts at
    `base`, the folder of the project. FileError where the data cannot be opened.
    """
    if not isinstance(source, Source):
        raise TypeError(f"a data source is expected, {type(source).__name__} came")
    return source.open(policy or DataPolicy(), Path(base))


def source_by_name(name: str) -> Source:
    """The source that a name on the command line means: one of NAMES, or a folder.

    FileError for a name that is neither.
    """
    for cls in SOURCES:
        if cls.id == name:
            return cls()
    if Path(name).is_dir():
        return Folder(name)
    known = tr("{names} and {names2}", names=", ".join(NAMES[:-1]), names2=NAMES[-1])
    raise FileError(
        tr(
            "There is no data set or folder “{name}”. {known} come with Striate; a folder needs"
            " one subfolder of pictures for each class.",
            name=name,
            known=known,
        )
    )


def dataset_by_name(name: str, policy: DataPolicy | None = None) -> Dataset:
    """Open what `--data NAME` means; FileError where there is nothing of this name."""
    return open_source(source_by_name(name), policy)
