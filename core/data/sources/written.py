"""Items that somebody wrote down: small enough to follow every sum by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.dataset import Dataset, Field, Fingerprint, Split, sha256_of_lines
from core.data.policy import DataPolicy
from core.data.sources.base import Source
from core.kinds import Dimensions, Floats, Int
from core.settings import SettingError, setting
from core.tongue import tr

MOST = 65_536  # numbers that are written
LARGEST = 1_000_000  # numbers of an item
_NAME = "numbers"


@dataclass(frozen=True)
class Written(Source):
    """The numbers you write, as items of any shape; the same ones train and validate."""

    title = tr("Numbers you write")

    shape: tuple[int, ...] = setting(
        (1, 5, 5), Dimensions(), help="Channels, height and width of one item, as the Input has it."
    )
    values: tuple[float, ...] = setting(
        (0.0,),
        Floats(longest=MOST),
        label="Numbers",
        help="One item after another, each map by map and row by row; they begin again where the"
        " last item needs more.",
    )
    answers: tuple[float, ...] = setting(
        (0.0,),
        Floats(low=-1e9, high=1e9, longest=MOST),
        label="Right answers",
        help="A class number for each item, or as many values as an answer has; they begin again"
        " where there are fewer.",
    )
    answer_size: int = setting(
        0,
        Int(0, MOST),
        label="Values in an answer",
        help="0 where the right answer is a class. Otherwise the outputs learn values: choose"
        " “answer” under Learns from.",
    )

    def check(self) -> None:
        if prod(self.shape) > LARGEST:
            raise SettingError(
                "shape", tr("an item of at most {largest:,} numbers is expected", largest=LARGEST)
            )
        if not self.values:
            raise SettingError("values", tr("one number or more is expected"))
        if not self.answers:
            raise SettingError("answers", tr("one answer or more is expected"))
        whole = all(number >= 0 and number == int(number) for number in self.answers)
        if not self.answer_size and not (whole and max(self.answers) < MOST):
            raise SettingError("answers", tr("class numbers are expected: 0, 1, 2 and so on"))

    def open(self, policy: DataPolicy, base: Path) -> Dataset:
        count = -(-len(self.values) // prod(self.shape))
        items = np.resize(np.array(self.values, np.float32), (count, *self.shape))
        fields = {"values": Field("values", size=self.shape)}
        labels = np.zeros(count, np.int64)
        classes: tuple[str, ...] = ("any",)
        targets: dict[str, NDArray[np.float32]] = {}
        if self.answer_size:
            fields["answer"] = Field("values", size=(self.answer_size,))
            shape = (count, self.answer_size)
            targets["answer"] = np.resize(np.array(self.answers, np.float32), shape)
        else:
            labels = np.resize(np.array(self.answers, np.int64), count)
            classes = tuple(str(number) for number in range(max(2, int(max(self.answers)) + 1)))
        fields["label"] = Field("label", classes=classes)
        split = WrittenSplit(items, labels, len(classes), targets=targets)
        told = sha256_of_lines([repr((self.shape, self.values, self.answers, self.answer_size))])
        return Dataset(
            _NAME, self.title, MappingProxyType(fields), split, split,
            Fingerprint(count, items.nbytes, told),
        )  # fmt: skip


class WrittenSplit(Split):
    """Items (N, *shape) and what is learned of them, in memory."""

    def __init__(
        self,
        items: NDArray[np.float32],
        labels: NDArray[np.int64],
        class_count: int,
        *,
        targets: Mapping[str, NDArray[np.float32]],
    ) -> None:
        super().__init__(labels, class_count)
        self._items, self._targets = items, dict(targets)
        self._items.flags.writeable = False

    def items(self, indices: ArrayLike) -> NDArray[np.float32]:
        return self._items[np.asarray(indices, dtype=np.intp)]

    def target(self, field: str, indices: ArrayLike) -> NDArray[Any]:
        if field in self._targets:
            return self._targets[field][np.asarray(indices, dtype=np.intp)]
        return super().target(field, indices)
