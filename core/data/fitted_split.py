"""The items of a split as a network takes them: made batch by batch, ahead of time, and kept."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.ahead import ahead, room_for
from core.data.augment import Augmenter
from core.data.dataset import ArraySplit, Field, Split, Targets
from core.data.fitting import Fitting
from core.data.kept import Kept

Batch = tuple[NDArray[np.float32], Any]
"""Inputs (N, *input_shape), and what is to be learned of them: see `FittedSplit.batch`."""

TOGETHER = 256  # items of small batches that are made at once: each call has its price


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
            return fitted_items(self.source, self.fitting, chosen)
        here = self._kept.has(chosen)
        return self._kept.take(chosen) if here.all() else self._with_missing(chosen, here)

    def _with_missing(self, chosen: NDArray[np.intp], here: NDArray[np.bool_]) -> NDArray[Any]:
        """The chosen items; those that are not kept yet are made, and kept where room is."""
        result = np.empty((len(chosen), *self.fitting.kept_shape), self.fitting.dtype)
        result[here] = self._kept.take(chosen[here])
        missing = chosen[~here]
        made = fitted_items(self.source, self.fitting, missing)
        result[~here] = made
        self._kept.put(missing, made)
        return result


def fitted_items(source: Split, fitting: Fitting, chosen: NDArray[np.intp]) -> NDArray[Any]:
    """Fitted items, some at a time where they are much larger before: photographs of a folder."""
    if len(chosen) <= source.at_once:
        return fitting.fitted(source.items(chosen))
    result = np.empty((len(chosen), *fitting.kept_shape), fitting.dtype)
    for first in range(0, len(chosen), source.at_once):
        part = slice(first, first + source.at_once)
        result[part] = fitting.fitted(source.items(chosen[part]))
    return result


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
