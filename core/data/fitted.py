"""A data set made to fit a network: batches of numbers, and the sentence that says what was done.

data = fit(open_source(Digits()), (3, 32, 32), DataPolicy())
x, labels = data.train.batch([0, 1, 2])   # float32 (3, 3, 32, 32), int64 (3,)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.dataset import ArraySplit, Dataset, Field, Fingerprint, Split
from core.data.fitting import Fitting, Shape
from core.data.policy import DataPolicy
from core.data.sentence import fit_sentence, shape_text, source_text
from core.data.words import number

MEMORY = 512_000_000  # bytes of fitted pictures that each split keeps

# Mean and deviation are taken over this many pictures, or over more where that is quick.
_MEASURED = 512
_MEASURED_PIXELS = 20_000_000
_CHUNK = 256


class FitError(ValueError):
    """Data that cannot be made to fit the Input; the text is a sentence for the user."""


class FittedSplit:
    """The items of a split as the network takes them.

    Fitted pictures are kept as uint8, up to a limit; the first of them in the order of the split,
    since in a shuffled pass every item is needed equally often.
    """

    def __init__(self, source: Split, fitting: Fitting, memory: int = MEMORY) -> None:
        self.source = source
        self.fitting = fitting
        room = min(len(source), memory // prod(fitting.picture_shape))
        self._kept = np.empty((room, *fitting.picture_shape), np.uint8)
        self._is_kept = np.zeros(len(source), dtype=bool)

    def __len__(self) -> int:
        return len(self.source)

    @property
    def class_counts(self) -> tuple[int, ...]:
        """Items of each class."""
        return self.source.class_counts

    def labels(self, indices: ArrayLike) -> NDArray[np.int64]:
        """The class numbers of these items, int64 (N,)."""
        return self.source.labels(indices)

    def batch(self, indices: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Inputs, float32 (N, *input_shape) contiguous, and class numbers, int64 (N,).

        Indices are from 0 to len − 1. FileError where no picture of a class can be read any more.
        """
        return self.fitting.values(self.pictures(indices)), self.labels(indices)

    def pictures(self, indices: ArrayLike) -> NDArray[np.uint8]:
        """The fitted pictures before their values are scaled: uint8 (N, C, H, W)."""
        chosen = np.asarray(indices, dtype=np.intp)
        if chosen.size and chosen.min() < 0:
            raise IndexError(f"indices of 0 or more are expected, {chosen.min()} came")
        if not len(self._kept):
            return self.fitting.pictures(self.source.images(chosen))
        here = self._is_kept[chosen]
        if not here.all():
            return self._with_missing(chosen, here)
        return self._kept[chosen]

    def _with_missing(self, chosen: NDArray[np.intp], here: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """The chosen pictures; those that are not kept yet are made, and kept where room is."""
        result = np.empty((len(chosen), *self.fitting.picture_shape), np.uint8)
        result[here] = self._kept[chosen[here]]
        missing = chosen[~here]
        made = self.fitting.pictures(self.source.images(missing))
        result[~here] = made
        room = missing < len(self._kept)
        self._kept[missing[room]] = made[room]
        self._is_kept[missing[room]] = True
        return result


@dataclass(frozen=True, eq=False)
class FittedData:
    """A data set as one network takes it; `sentence` says what is done to its pictures."""

    dataset: Dataset
    train: FittedSplit
    validation: FittedSplit
    fitting: Fitting
    sentence: str

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; a label is a position in this tuple."""
        return self.dataset.classes

    @property
    def fingerprint(self) -> Fingerprint:
        """What tells the data from other data."""
        return self.dataset.fingerprint

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or decided at opening, and what was noticed since."""
        return (
            *self.dataset.notes, *self.train.source.notes, *self.validation.source.notes
        )  # fmt: skip


def fit(
    dataset: Dataset, input_shape: Shape, policy: DataPolicy, *, memory: int = MEMORY
) -> FittedData:
    """Make a data set fit an Input of shape (C, H, W), or (N,) for flattened pictures.

    Each split keeps up to `memory` bytes of fitted pictures. FitError where it cannot fit.
    """
    image = dataset.fields["image"]
    shape = _picture_shape(image, tuple(input_shape), policy)
    channels = shape[0]
    scale = 255.0 if policy.scaling == "unit" else 1.0
    fitting = Fitting(
        tuple(input_shape), shape, policy.size, (0.0,) * channels, (scale,) * channels
    )
    if policy.scaling == "standardize":
        fitting = _standardized(fitting, dataset.train)
    # Arrays that fit as they are need no second copy.
    is_ready = isinstance(dataset.train, ArraySplit) and image.shape == shape
    train, validation = (
        FittedSplit(split, fitting, 0 if is_ready else memory)
        for split in (dataset.train, dataset.validation)
    )
    return FittedData(dataset, train, validation, fitting, fit_sentence(dataset, fitting, policy))


def _picture_shape(image: Field, wanted: Shape, policy: DataPolicy) -> tuple[int, int, int]:
    """The shape (C, H, W) that pictures are given so that they fill the Input, or FitError."""
    given = f"The pictures are {source_text(image)}; the network wants {shape_text(wanted)}."
    if len(wanted) == 1:
        return _flat_shape(image, wanted[0], policy, given)
    if len(wanted) != 3:
        raise FitError(f"{given} Pictures fill an Input of shape C × H × W, or one of N values.")
    channels, height, width = wanted
    if channels != image.channels:
        if policy.channels == "keep":
            raise FitError(
                f"{given} Set the Input to {number(image.channels, 'channel')}, or the policy to"
                " convert them."
            )
        if image.channels == 3 and channels != 1:
            raise FitError(f"{given} Set the channels of the Input to 1 or 3.")
    return channels, height, width


def _flat_shape(image: Field, count: int, policy: DataPolicy, given: str) -> tuple[int, int, int]:
    """The shape of pictures whose pixels, flattened, are `count` values."""
    if image.shape is None:
        raise FitError(f"{given} Give the Input a height and a width, and add Flatten after it.")
    height, width = image.largest
    for channels in (image.channels, 1) if policy.channels == "auto" else (image.channels,):
        if channels * height * width == count:
            return channels, height, width
    pixels = prod(image.shape)
    raise FitError(f"{given} Flattened they have {pixels:,} values: set the Input to {pixels}.")


def _standardized(fitting: Fitting, split: Split) -> Fitting:
    """The fitting with mean and deviation of each channel over (a spread part of) the split."""
    limit = _MEASURED
    if isinstance(split, ArraySplit):
        limit = max(limit, _MEASURED_PIXELS // prod(fitting.picture_shape))
    chosen = np.linspace(0, len(split) - 1, min(len(split), limit)).astype(np.intp)
    total = np.zeros(fitting.picture_shape[0])
    squares = np.zeros_like(total)
    for first in range(0, len(chosen), _CHUNK):
        pictures = fitting.pictures(split.images(chosen[first : first + _CHUNK]))
        values = pictures.astype(np.int64)
        total += values.sum(axis=(0, 2, 3))
        squares += (values**2).sum(axis=(0, 2, 3))
    count = len(chosen) * prod(fitting.picture_shape[1:])
    mean = total / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    deviation[deviation == 0] = 1.0  # a channel of one value becomes 0 everywhere
    return replace(fitting, offset=tuple(mean.tolist()), scale=tuple(deviation.tolist()))
