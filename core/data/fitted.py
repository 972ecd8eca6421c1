"""A data set made to fit a network: batches of numbers, and the sentence that says what was done.

data = fit(open_source(Digits()), (3, 32, 32), DataPolicy())
x, labels = data.train.batch([0, 1, 2])   # float32 (3, 3, 32, 32), int64 (3,)
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.ahead import ahead, room_for
from core.data.augment import Augmentation, Augmenter
from core.data.augment.sentence import remarks
from core.data.dataset import ArraySplit, Dataset, Field, Fingerprint, Split, Targets
from core.data.fitting import Fitting, PictureFitting, Shape
from core.data.kept import Kept, allowance
from core.data.policy import DataPolicy
from core.data.sentence import fit_sentence, shape_text, source_text
from core.data.values_fitting import ValuesFitting
from core.data.words import number
from core.files import size_text
from core.tongue import tr

Batch = tuple[NDArray[np.float32], Any]
"""Inputs (N, *input_shape), and what is to be learned of them: see `FittedSplit.batch`."""

# Mean and deviation are taken over this many items, or over more where that is quick.
_MEASURED = 512
_MEASURED_VALUES = 20_000_000
_CHUNK = 256
TOGETHER = 256  # items of small batches that are made at once: each call has its price


class FitError(ValueError):
    """Data that cannot be made to fit the Input; the text is a sentence for the user."""


class FittedSplit:
    """The items of a split as the network takes them.

    Up to `memory` bytes of fitted items are kept (pictures as uint8, before augmentation); the
    others are read and fitted again whenever they are needed. Several threads may ask at a time.

    `fields` are those of the data set, `augmenter` changes the items of an epoch at random.
    """

    def __init__(
        self,
        source: Split,
        fitting: Fitting,
        memory: int = 0,
        *,
        fields: Mapping[str, Field] | None = None,
        augmenter: Augmenter | None = None,
    ) -> None:
        self.source, self.fitting, self.augmenter = source, fitting, augmenter
        self._fields = fields or {"image": Field("image"), "label": Field("label")}
        # Arrays that fit as they are need no second copy.
        self._is_ready = isinstance(source, ArraySplit) and (
            next(iter(self._fields.values())).shape == fitting.kept_shape
        )
        room = 0 if self._is_ready else min(len(source), memory // fitting.size_in_bytes)
        self._kept = Kept(room, fitting.kept_shape, fitting.dtype)

    def __len__(self) -> int:
        return len(self.source)

    @property
    def class_counts(self) -> tuple[int, ...]:
        """Items of each class."""
        return self.source.class_counts

    @property
    def room(self) -> int:
        """How many items are there for good once they were made."""
        return len(self) if self._is_ready else len(self._kept)

    @property
    def memory(self) -> int:
        """Bytes of fitted items that may be kept."""
        return len(self._kept) * self.fitting.size_in_bytes

    def seeded(self, seed: int) -> FittedSplit:
        """The same items, augmented as with another seed."""
        augmenter = Augmenter(self.augmenter.augment, seed=seed) if self.augmenter else None
        return FittedSplit(self.source, self.fitting, fields=self._fields, augmenter=augmenter)

    def labels(self, indices: ArrayLike) -> NDArray[np.int64]:
        """The class numbers of these items, int64 (N,)."""
        return self.source.labels(indices)

    def batches(
        self, order: Iterable[NDArray[Any]], *, epoch: int | None = None
    ) -> Generator[Batch, None, None]:
        """`batch` for each row of indices, made ahead of time by other threads where that pays.

        The batches are the same bit for bit as without. Close the iterator to end early.
        """

        def made(some: Sequence[NDArray[Any]]) -> list[Batch]:
            values, told = self.batch(np.concatenate(some), epoch=epoch)
            ends = np.cumsum([len(indices) for indices in some])[:-1]
            return list(zip(np.split(values, ends), _split(told, ends), strict=True))

        rows = iter(order)
        first = next(rows, None)
        if first is None:
            return
        rows = chain([first], rows)
        if self._is_at_hand(epoch):  # then a switch of threads would take longer than the work
            yield from (self.batch(indices, epoch=epoch) for indices in rows)
            return
        together = max(1, TOGETHER // max(1, len(first)))
        size = len(first) * prod(self.fitting.input_shape) * np.dtype(np.float32).itemsize
        workers, most = room_for(size * together)
        jobs = _growing(rows, together)
        with closing(ahead(made, jobs, workers=workers, most=most)) as groups:
            for group in groups:
                yield from group

    def batch(self, indices: ArrayLike, *, epoch: int | None = None) -> Batch:
        """Inputs, float32 (N, *input_shape) contiguous, and what is to be learned of them.

        That is class numbers, int64 (N,), or where items have more than a label a mapping of
        arrays (N, ...) by field name. With an `epoch` items come as training sees them in it:
        augmented. Indices are from 0 to len − 1. FileError where no picture of a class can be read
        any more.
        """
        fitted, targets = self._at(indices, epoch)
        told: Targets = targets["label"] if targets.keys() == {"label"} else targets
        return self.fitting.values(fitted), told

    def pictures(self, indices: ArrayLike, *, epoch: int | None = None) -> NDArray[np.uint8]:
        """The items as people see them: uint8 (N, 1 or 3, H, W), `epoch` as in `batch`.

        Pictures come as they are fitted, signals and vectors as drawings.
        """
        fitted, _ = self._at(indices, epoch)
        if fitted.dtype != self.fitting.dtype:
            fitted = np.rint(fitted).astype(self.fitting.dtype)
        return self.fitting.shown(fitted)

    def targets(self, indices: ArrayLike) -> dict[str, NDArray[Any]]:
        """Everything that is to be learned of these items, by field name; places are fitted."""
        found = {}
        picture = next(iter(self._fields.values()))
        for name in tuple(self._fields)[1:]:
            found[name] = self.source.target(name, indices)
            if self._fields[name].kind in ("points", "box"):
                found[name] = self.fitting.places(found[name], picture.largest)
            elif self._fields[name].kind == "mask":
                found[name] = self.fitting.masks(found[name], picture.largest)
        return found

    def _at(
        self, indices: ArrayLike, epoch: int | None
    ) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
        """Fitted items and their targets, changed as an epoch has them."""
        chosen = np.asarray(indices, dtype=np.intp)
        if chosen.size and chosen.min() < 0:
            raise IndexError(f"indices of 0 or more are expected, {chosen.min()} came")
        fitted, targets = self._fitted(chosen), self.targets(chosen)
        if epoch is None or self.augmenter is None:
            return fitted, targets
        return self.augmenter.change(
            fitted,
            targets,
            fields=self._fields,
            indices=chosen,
            epoch=epoch,
            full=self.fitting.full,
        )

    def _is_at_hand(self, epoch: int | None) -> bool:
        """Whether a batch takes no more than copying and scaling."""
        is_changed = epoch is not None and self.augmenter is not None
        return not is_changed and self.room == len(self) and self._kept.is_full

    def _fitted(self, chosen: NDArray[np.intp]) -> NDArray[Any]:
        """Fitted items (N, *kept_shape)."""
        if not len(self._kept):
            return _made(self.source, self.fitting, chosen)
        here = self._kept.has(chosen)
        return self._kept.take(chosen) if here.all() else self._with_missing(chosen, here)

    def _with_missing(self, chosen: NDArray[np.intp], here: NDArray[np.bool_]) -> NDArray[Any]:
        """The chosen items; those that are not kept yet are made, and kept where room is."""
        result = np.empty((len(chosen), *self.fitting.kept_shape), self.fitting.dtype)
        result[here] = self._kept.take(chosen[here])
        missing = chosen[~here]
        made = _made(self.source, self.fitting, missing)
        result[~here] = made
        self._kept.put(missing, made)
        return result


def _made(source: Split, fitting: Fitting, chosen: NDArray[np.intp]) -> NDArray[Any]:
    """Fitted items, some at a time where they are much larger before: photographs of a folder."""
    if len(chosen) <= source.at_once:
        return fitting.fitted(source.items(chosen))
    result = np.empty((len(chosen), *fitting.kept_shape), fitting.dtype)
    for first in range(0, len(chosen), source.at_once):
        part = slice(first, first + source.at_once)
        result[part] = fitting.fitted(source.items(chosen[part]))
    return result


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


def _growing(rows: Iterator[NDArray[Any]], most: int) -> Iterator[tuple[NDArray[Any], ...]]:
    """The rows in groups of 1, 2, 4 ... and at last `most`, so that the first is soon there."""
    count = 1
    while some := tuple(islice(rows, count)):
        yield some
        count = min(2 * count, most)


def _split(told: Targets, ends: NDArray[np.intp]) -> list[Targets]:
    """What is to be learned of each of several batches that were made together."""
    if not isinstance(told, Mapping):
        return list(np.split(told, ends))
    fields = [np.split(values, ends) for values in told.values()]
    return [dict(zip(told, parts, strict=True)) for parts in zip(*fields, strict=True)]


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
        fitted = _made(split, fitting, chosen[first : first + at_once])
        values = fitted.astype(np.int64 if fitted.dtype == np.uint8 else np.float64)
        total += values.sum(axis=others)
        squares += (values**2).sum(axis=others)
    count = len(chosen) * prod(fitting.kept_shape[1:])
    mean = total / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    deviation[deviation == 0] = 1.0  # a channel of one value becomes 0 everywhere
    return replace(fitting, offset=tuple(mean.tolist()), scale=tuple(deviation.tolist()))
