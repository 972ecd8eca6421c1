"""An item as training sees it: the very pictures that a training with the same seed gets."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.data.augment import Crop, Flip, Rotate
from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.explain.variants import Variants, variants
from tests.core.explain.test_patches import finished
from tests.support.training import few_digits

AUGMENT = (Crop(3), Flip(0.5))


def data(seed: int, augment: tuple[object, ...] = AUGMENT) -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy(), augment=augment, seed=seed)


def test_they_are_what_training_gets() -> None:
    trained = data(seed=12)
    found: Variants = finished(variants(data(0).train.seeded(12), 7, range(1, 9)))
    for place in range(8):
        x, _ = trained.train.batch([5, 7, 1], epoch=1 + place)  # in the middle of a batch
        assert_array_equal(found.pictures[place], np.rint(x[1] * 255))
    assert_array_equal(found.original, trained.train.pictures([7])[0])


def test_the_draws_say_what_was_done() -> None:
    """Each picture is the item shifted and mirrored as its draws tell, by slicing."""
    found = finished(variants(data(3).train, 4, range(1, 25)))
    names = [draw.title for draw in found.draws]
    assert names == ["Crop: right", "Crop: down", "Flip: left to right", "Flip: upside down"]
    right, down, mirrored, _ = (draw.values for draw in found.draws)
    for place, picture in enumerate(found.pictures):
        ringed = np.pad(found.original[0], 3)
        top, left = 3 - int(down[place]), 3 - int(right[place])
        expected = ringed[top : top + 28, left : left + 28]
        assert_array_equal(picture[0], expected[:, ::-1] if mirrored[place] else expected)
    assert len(set(right)) > 2


def test_draws_are_spread_as_they_are_declared() -> None:
    found = finished(variants(data(0, (Rotate(-10, 30),)).train, 0, range(1, 3)))
    (degrees,) = found.draws
    assert len(degrees.spread) == 96
    assert -10 <= degrees.spread.min() < -5
    assert 25 < degrees.spread.max() <= 30


def test_without_augmentation_nothing_changes() -> None:
    found = finished(variants(data(0, ()).train, 0, range(1, 4)))
    assert found.draws == ()
    assert_array_equal(found.pictures, np.stack([found.original] * 3))


@pytest.mark.parametrize("seed", [0, 1])
def test_another_seed_gives_others(seed: int) -> None:
    found = [
        finished(variants(data(0).train.seeded(one), 2, range(1, 9))) for one in (seed, seed + 5)
    ]
    assert not np.array_equal(found[0].pictures, found[1].pictures)
