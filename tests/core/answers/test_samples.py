"""What the data panel is told of every kind of data."""

from __future__ import annotations

import numpy as np
import pytest

from core.answers.samples import samples
from core.data.augment import Flip
from core.data.sources import Bars, Points, Shapes, ShapesWithBoxes, Source, Sticks, Tones
from core.design import DataChoice


@pytest.mark.parametrize(
    ("source", "shape", "classes"),
    [
        (Shapes(), (3, 32, 32), 10),
        (ShapesWithBoxes(), (3, 40, 40), 10),
        (Sticks(), (1, 48, 48), 3),
        (Bars(orientations=6), (1, 28, 28), 6),
        (Tones(), (1, 1000), 6),
        (Tones(view="spectrogram"), (1, 64, 29), 6),
        (Points(), (2,), 2),
    ],
    ids=str,
)
def test_samples_of_every_source(source: Source, shape: tuple[int, ...], classes: int) -> None:
    shown = samples(DataChoice(source), shape, 5)
    assert len(shown.classes) == classes
    assert shown.pictures.dtype == np.uint8
    assert shown.pictures.ndim == 4
    assert shown.pictures.shape[1] in (1, 3)
    assert np.bincount(shown.labels).tolist() == [5] * classes
    assert sum(shown.train_counts) == 4000
    assert shown.title == source.title


def test_augmentation_is_said_and_samples_stay_plain() -> None:
    plain = samples(DataChoice(Bars()), (1, 28, 28), 2)
    flipped = samples(DataChoice(Bars(), augment=(Flip(1),)), (1, 28, 28), 2)
    assert np.array_equal(plain.pictures, flipped.pictures)
    assert "in training each is flipped, anew in every epoch" in flipped.sentence
