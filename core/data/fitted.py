"""A data set made to fit a network: batches of numbers, and the sentence that says what was done.

data = fit(open_source(Digits()), (3, 32, 32), DataPolicy())
x, labels = data.train.batch([0, 1, 2])   # float32 (3, 3, 32, 32), int64 (3,)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from core.data.augment import Augmentation, Augmenter
from core.data.augment.sentence import remarks
from core.data.dataset import ArraySplit, Dataset, Field, Fingerprint, Split
from core.data.fitted_split import FittedSplit, fitted_items
from core.data.fitting import Fitting, PictureFitting, Shape
from core.data.kept import allowance
from core.data.policy import DataPolicy
from core.data.sentence import fit_sentence, shape_text, source_text
from core.data.values_fitting import ValuesFitting
from core.data.words import number
from core.files import size_text
from core.tongue import tr

# Mean and deviation are taken over this many items, or over more where that is quick.
_MEASURED = 512
_MEASURED_VALUES = 20_000_000
_CHUNK = 256


class FitError(ValueError):
    """Data that cannot be made to fit the Input; the text is a sentence for the user."""


@dataclass(frozen=True, eq=False)
class FittedData:
    """A data set as one network takes it.

    `sentence` says what is done to its items, `remarks` what to think of before training.
    """

    dataset: Dataset
    train: FittedSplit
    validation: FittedSplit
    fitting: Fitting
    sentence: str
    remarks: tuple[str, ...] = ()

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
        """What was left out or decided at opening, remarks, and what was noticed since."""
        return (
            *self.dataset.notes, *self.remarks, *self.train.source.notes,
            *self.validation.source.notes,
        )  # fmt: skip


def fit(
    dataset: Dataset,
    input_shape: Shape,
    policy: DataPolicy,
    *,
    augment: Sequence[Augmentation] = (),
    seed: int = 0,
    memory: int | None = None,
    like: Fitting | None = None,
) -> FittedData:
    """Make a data set fit an Input of shape (C, H, W), (C, T), or (N,) for flattened items.

    `augment` changes training items at random, `seed` decides how. Both splits together keep up to
    `memory` bytes of fitted items, a quarter of the free memory unless it is given. `like` is the
    fitting of a trained network, whose scaling is taken. FitError where it cannot fit.
    """
    make = _picture_fitting if dataset.looked_at.kind == "image" else _values_fitting
    fitting = make(dataset.looked_at, tuple(input_shape), policy)
    if like is not None:
        fitting = _scaled_like(fitting, like)
    elif policy.scaling == "standardize":
        fitting = _standardized(fitting, dataset.train)
    _check_augment(dataset, augment)
    augmenter = Augmenter(augment, seed=seed) if augment else None
    memory = allowance() if memory is None else memory
    train = FittedSplit(dataset.train, fitting, memory, fields=dataset.fields, augmenter=augmenter)
    validation = FittedSplit(
        dataset.validation, fitting, memory - train.memory, fields=dataset.fields
    )
    return FittedData(
        dataset,
        train,
        validation,
        fitting,
        fit_sentence(dataset, fitting, policy, augment),
        (*remarks(augment, dataset.classes), *_kept_remark(train, validation)),
    )


def _picture_fitting(image: Field, wanted: Shape, policy: DataPolicy) -> Fitting:
    shape = _picture_shape(image, wanted, policy)
    scale = 255.0 if policy.scaling == "unit" else 1.0
    return PictureFitting(wanted, shape, (0.0,) * shape[0], (scale,) * shape[0], policy.size)


def _values_fitting(values: Field, wanted: Shape, policy: DataPolicy) -> Fitting:
    """Signals may be cut or filled in time; everything else must be as the Input wants it."""
    size = values.size
    kept = size
    if len(wanted) == len(size) > 1 and wanted[:-1] == size[:-1]:
        kept = wanted
    elif wanted != size and wanted != (prod(size),):
        shape = shape_text(size)
        raise FitError(
            tr(
                "The items are {shape}; the network wants {wanted}. Set the Input to {shape}.",
                shape=shape,
                wanted=shape_text(wanted),
            )
        )
    in_time = values.sampling is not None
    return ValuesFitting(wanted, kept, (0.0,) * kept[0], (1.0,) * kept[0], in_time)


def _scaled_like(fitting: Fitting, like: Fitting) -> Fitting:
    """The fitting with the scaling of another one."""
    if len(like.offset) != fitting.kept_shape[0]:
        raise FitError(
            tr(
                "The items have {channels}, the network was trained with {count}. Choose data of"
                " the same kind.",
                channels=number(fitting.kept_shape[0], "channel"),
                count=len(like.offset),
            )
        )
    return replace(fitting, offset=like.offset, scale=like.scale)


def _kept_remark(*splits: FittedSplit) -> tuple[str, ...]:
    """What does not fit in memory, if anything."""
    total, room = sum(len(split) for split in splits), sum(split.room for split in splits)
    held = sum(split.memory for split in splits)
    if room == total or not held:
        return ()
    return (
        tr(
            "{held} of memory keep {room:,} of {total:,} items once they are prepared; the others"
            " are prepared again in every epoch.",
            held=size_text(held),
            room=room,
            total=total,
        ),
    )


def _check_augment(dataset: Dataset, augment: Sequence[Augmentation]) -> None:
    """FitError where an augmentation changes pictures and there are none."""
    for one in augment:
        if dataset.looked_at.kind != "image" and not one.takes_values:
            raise FitError(
                tr(
                    "{title} changes pictures, {name} has none. Take it out of the augmentation.",
                    title=one.title,
                    name=dataset.name,
                )
            )


def _picture_shape(image: Field, wanted: Shape, policy: DataPolicy) -> tuple[int, int, int]:
    """The shape (C, H, W) that pictures are given so that they fill the Input, or FitError."""
    given = tr(
        "The pictures are {image}; the network wants {wanted}.",
        image=source_text(image),
        wanted=shape_text(wanted),
    )
    if len(wanted) == 1:
        return _flat_shape(image, wanted[0], policy, given)
    if len(wanted) != 3:
        raise FitError(
            tr(
                "{given} Pictures fill an Input of shape C × H × W, or one of N values.",
                given=given,
            )
        )
    channels, height, width = wanted
    if channels != image.channels:
        if policy.channels == "keep":
            raise FitError(
                tr(
                    "{given} Set the Input to {channels}, or the policy to convert them.",
                    given=given,
                    channels=number(image.channels, "channel"),
                )
            )
        if image.channels == 3 and channels != 1:
            raise FitError(tr("{given} Set the channels of the Input to 1 or 3.", given=given))
    return channels, height, width


def _flat_shape(image: Field, count: int, policy: DataPolicy, given: str) -> tuple[int, int, int]:
    """The shape of pictures whose pixels, flattened, are `count` values."""
    if image.shape is None:
        raise FitError(
            tr(
                "{given} Give the Input a height and a width, and add Flatten after it.",
                given=given,
            )
        )
    height, width = image.largest
    for channels in (image.channels, 1) if policy.channels == "auto" else (image.channels,):
        if channels * height * width == count:
            return channels, height, width
    pixels = prod(image.shape)
    raise FitError(
        tr(
            "{given} Flattened they have {pixels:,} values: set the Input to {pixels}.",
            given=given,
            pixels=pixels,
        )
    )


def _standardized(fitting: Fitting, split: Split) -> Fitting:
    """The fitting with mean and deviation of each channel over (a spread part of) the split."""
    limit = _MEASURED
    if isinstance(split, ArraySplit):
        limit = max(limit, _MEASURED_VALUES // prod(fitting.kept_shape))
    chosen = np.linspace(0, len(split) - 1, min(len(split), limit)).astype(np.intp)
    total = np.zeros(fitting.kept_shape[0])
    squares = np.zeros_like(total)
    others = (0, *range(2, len(fitting.kept_shape) + 1))  # all axes but that of the channels
    at_once = max(1, min(_CHUNK, _MEASURED_VALUES // prod(fitting.kept_shape)))
    for first in range(0, len(chosen), at_once):
        fitted = fitted_items(split, fitting, chosen[first : first + at_once])
        values = fitted.astype(np.int64 if fitted.dtype == np.uint8 else np.float64)
        total += values.sum(axis=others)
        squares += (values**2).sum(axis=others)
    count = len(chosen) * prod(fitting.kept_shape[1:])
    mean = total / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    deviation[deviation == 0] = 1.0  # a channel of one value becomes 0 everywhere
    return replace(fitting, offset=tuple(mean.tolist()), scale=tuple(deviation.tolist()))
