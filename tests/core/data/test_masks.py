"""Masks: they lie where the shape lies, and follow the picture through fitting and augmentation."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.data.augment import Flip
from core.data.fitted import fit
from core.data.fitted_split import FittedSplit
from core.data.policy import DataPolicy
from core.data.sources import ShapesWithMasks, open_source

SOURCE = ShapesWithMasks(noise=0.0, train=40, validation=10)


def bright(pictures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a pixel is brighter than any background: (N, H, W)."""
    return pictures.max(axis=1) > 150


def agreement(split: FittedSplit, size: tuple[int, int], *, epoch: int | None = None) -> float:
    """The share of pixels on which masks and bright pixels agree."""
    chosen = np.arange(20)
    _, targets = split.batch(chosen, epoch=epoch)
    masks = targets["mask"].reshape(-1, *size)
    assert set(np.unique(masks)) == {0.0, 1.0}
    return float((bright(split.pictures(chosen, epoch=epoch)) == (masks > 0)).mean())


@pytest.mark.parametrize("size", [(32, 32), (40, 48), (64, 64), (12, 20)])
@pytest.mark.parametrize("sizing", ["fit", "resize", "pad", "crop"])
def test_masks_follow_the_fitting(size: tuple[int, int], sizing: str) -> None:
    data = fit(open_source(SOURCE), (3, *size), DataPolicy(size=sizing))
    assert agreement(data.train, size) > 0.97


def test_masks_follow_the_augmentation() -> None:
    data = fit(open_source(SOURCE), (3, 32, 32), DataPolicy(), augment=(Flip(1.0),))
    assert agreement(data.train, (32, 32), epoch=1) > 0.97
    still, moved = (data.train.batch([0], epoch=epoch)[1]["mask"] for epoch in (None, 1))
    assert (still != moved).any()
    assert (still.reshape(32, 32)[:, ::-1] == moved.reshape(32, 32)).all()


def test_the_field_is_a_row_of_pixels() -> None:
    dataset = open_source(ShapesWithMasks(size=(20, 24), train=3, validation=1))
    assert dataset.fields["mask"].shape == (480,)
    assert dataset.train.target("mask", [0, 2]).shape == (2, 480)
