"""What a synthetic source is: settings and a drawing rule; items are drawn when they are needed.

Item i of a split follows from the seed and i alone, so it is the same whatever the count.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.dataset import (
    Dataset,
    Field,
    Fingerprint,
    Items,
    Split,
    sha256_of_lines,
)
from core.data.draws import Draws
from core.data.policy import DataPolicy
from core.data.sources.base import Source
from core.kinds import Int
from core.settings import setting, settings_of

_CHUNK = 256  # items drawn at once
_KNOWN = 65_536  # items of a split whose targets are kept; those of larger ones are found anew
_TRAIN, _VALIDATION = 0, 1
_EDITION = 1  # one more when the drawings change: other items are other data


@dataclass(frozen=True)
class Scene:
    """Items that are planned: `paint` gives them, `targets` their fields beside the label.

    Painted items are uint8 (N, C, H, W) or float32 (N, ...), targets float32 (N, K).
    """

    paint: Callable[[], NDArray[Any]]
    targets: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True)
class Synthetic(Source, ABC):
    """Base of the synthetic sources. Labels go round: item i has class i modulo their number."""

    train: int = setting(
        4000, Int(1, 1_000_000), label="Training items", help="How many items there are to learn."
    )
    validation: int = setting(
        1000, Int(1, 1_000_000), label="Validation items", help="How many items validate."
    )
    seed: int = setting(
        0, Int(0, 2**31 - 1), advanced=True, help="Decides every item; another seed, other items."
    )

    @property
    @abstractmethod
    def fields(self) -> Mapping[str, Field]:
        """The fields of the data set, in order."""

    @abstractmethod
    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        """Plan items of these classes, one for each stream of `random`."""

    def open(self, policy: DataPolicy, base: Path) -> Dataset:
        fields = MappingProxyType(dict(self.fields))
        train = DrawnSplit(self, self.train, _TRAIN)
        validation = DrawnSplit(self, self.validation, _VALIDATION)
        first = train.items([0])
        count = self.train + self.validation
        settings = [f"{one.name}\t{getattr(self, one.name)!r}" for one in settings_of(type(self))]
        return Dataset(
            name=self.id,
            title=self.title,
            fields=fields,
            train=train,
            validation=validation,
            fingerprint=Fingerprint(
                count,
                count * np.asarray(first).nbytes,
                sha256_of_lines([type(self).__name__, str(_EDITION), *settings]),
            ),
        )


class DrawnSplit(Split):
    """Items that are drawn whenever they are asked for."""

    def __init__(self, source: Synthetic, count: int, part: int) -> None:
        class_count = len(source.fields["label"].classes)
        super().__init__(np.arange(count) % class_count, class_count)
        self._source, self._part = source, part
        self._known: dict[str, NDArray[np.float32]] = {}

    def items(self, indices: ArrayLike) -> Items:
        chosen = self._chosen(indices)
        if not chosen.size:
            return self.scene(np.zeros(1, np.intp)).paint()[:0]
        parts = [chosen[i : i + _CHUNK] for i in range(0, len(chosen), _CHUNK)]
        return np.concatenate([self.scene(part).paint() for part in parts])

    def target(self, field: str, indices: ArrayLike) -> NDArray[Any]:
        if field == "label":
            return self.labels(indices)
        chosen = self._chosen(indices)
        if len(self) > _KNOWN:
            return self.scene(chosen).targets[field]
        if not self._known:
            self._known.update(self.scene(np.arange(len(self))).targets)
        return self._known[field][chosen]

    def scene(self, indices: NDArray[np.intp]) -> Scene:
        """These items with everything that is known of them."""
        random = Draws(self._source.seed, indices, name=self._source.id, part=self._part)
        return self._source.draw(random, self.labels(indices))

    def _chosen(self, indices: ArrayLike) -> NDArray[np.intp]:
        chosen = np.asarray(indices, dtype=np.intp)
        if chosen.size and not 0 <= chosen.min() <= chosen.max() < len(self):
            raise IndexError(f"indices from 0 to {len(self) - 1} are expected")
        return chosen
