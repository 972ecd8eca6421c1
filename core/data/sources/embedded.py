"""The data sets that come with Striate; see resources/data/NOTICE.md for origin and licenses."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.data.dataset import ArraySplit, Dataset, Fingerprint, dataset_fields
from core.data.policy import DataPolicy
from core.data.sources.base import Source
from core.tongue import tr


@dataclass(frozen=True)
class Embedded(Source):
    """Base of the embedded data sets: gray pictures of 28 × 28 and their classes."""

    classes: ClassVar[tuple[str, ...]]

    def open(self, policy: DataPolicy, base: Path) -> Dataset:
        return _load(self.id, self.title, self.classes)


@dataclass(frozen=True)
class Digits(Embedded):
    """Handwritten digits 0 to 9: 4,000 pictures train, 1,000 validate. A subset of MNIST."""

    id = "digits"
    title = tr("Handwritten digits")
    classes = tuple("0123456789")


@dataclass(frozen=True)
class Fashion(Embedded):
    """Ten kinds of clothing: 10,000 pictures train, 2,000 validate. From Fashion-MNIST."""

    id = "fashion"
    title = tr("Clothing")
    classes = (
        "T-shirt/top", "trouser", "pullover", "dress", "coat",
        "sandal", "shirt", "sneaker", "bag", "ankle boot",
    )  # fmt: skip


@cache
def _load(id: str, title: str, classes: tuple[str, ...]) -> Dataset:
    """The data set, read once: digits take 4 MB of memory, fashion 9 MB."""
    content = (files("resources") / "data" / f"{id}.npz").read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        train, validation = (
            ArraySplit(archive[f"{part}_images"][:, None], archive[f"{part}_labels"], len(classes))
            for part in ("train", "validation")
        )
    return Dataset(
        name=id,
        title=title,
        fields=dataset_fields(1, [(28, 28)], classes),
        train=train,
        validation=validation,
        fingerprint=Fingerprint(
            len(train) + len(validation), len(content), hashlib.sha256(content).hexdigest()
        ),
    )
