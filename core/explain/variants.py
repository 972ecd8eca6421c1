"""What training sees of an item: the same one in many epochs, each changed as that epoch has it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.augment import Augmenter
from core.data.fitted_split import FittedSplit

_DRAWN = 1000  # items whose draws are counted
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Draw:
    """What one augmentation draws.

    Attributes:
        title: the augmentation and what is drawn, such as "Rotate: degrees".
        values: for the item in each epoch (E,).
        spread: for many items in one epoch (N,), to see how it is spread.
    """

    title: str
    values: NDArray[np.float64]
    spread: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Variants:
    """An item as it is, and as each epoch has it: uint8 (1 or 3, H, W) and (E, 1 or 3, H, W)."""

    original: Bytes
    pictures: Bytes
    draws: tuple[Draw, ...]


def variants(
    split: FittedSplit, item: int, epochs: range
) -> Generator[tuple[int, int], None, Variants]:
    """A training item in these epochs, as the split's augmenter changes it.

    Yields epochs done and epochs in all.
    """
    (original,) = split.pictures([item])
    pictures = np.empty((len(epochs), *original.shape), np.uint8)
    for place, epoch in enumerate(epochs):
        pictures[place] = split.pictures([item], epoch=epoch)[0]
        yield place + 1, len(epochs)
    augmenter, shape = split.augmenter, split.fitting.kept_shape
    size = (shape[1], shape[2]) if len(shape) == 3 else (0, 0)
    draws = _draws(augmenter, item, epochs, size, len(split)) if augmenter else ()
    return Variants(original, pictures, draws)


def _draws(
    augmenter: Augmenter, item: int, epochs: range, size: tuple[int, int], count: int
) -> tuple[Draw, ...]:
    """Every number that is drawn, in the order of the augmentations."""
    own = [augmenter.drawn([item], epoch, size) for epoch in epochs]
    many = augmenter.drawn(np.arange(min(count, _DRAWN)), epochs[0], size)
    found = []
    for number, (one, drawn, _) in enumerate(many):
        for name, spread in drawn.items():
            values = [float(epoch[number][1][name][0]) for epoch in own]
            title = f"{one.title}: {name}"
            found.append(Draw(title, np.array(values), np.asarray(spread, np.float64)))
    return tuple(found)
