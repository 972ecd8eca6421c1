"""Views at test time: ten patches and mirror images."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.testtime import PATCHES, flips, patches, ten_patches

PICTURES = np.arange(2 * 3 * 6 * 7, dtype=np.float32).reshape(2, 3, 6, 7)


def test_five_patches_are_the_corners_and_the_center() -> None:
    found = patches(PICTURES, (4, 4))
    assert found.shape == (len(PATCHES), 2, 3, 4, 4)
    places = dict(zip(PATCHES, found, strict=True))
    assert np.array_equal(places["top left"], PICTURES[..., :4, :4])
    assert np.array_equal(places["top right"], PICTURES[..., :4, 3:])
    assert np.array_equal(places["bottom left"], PICTURES[..., 2:, :4])
    assert np.array_equal(places["bottom right"], PICTURES[..., 2:, 3:])
    assert np.array_equal(places["center"], PICTURES[..., 1:5, 1:5])


def test_ten_are_five_and_their_mirror_images() -> None:
    ten = ten_patches(PICTURES, (4, 5))
    assert ten.shape == (10, 2, 3, 4, 5)
    assert np.array_equal(ten[5:], ten[:5, ..., ::-1])
    assert len({view.tobytes() for view in ten}) == 10


def test_flips_are_two() -> None:
    two = flips(PICTURES)
    assert np.array_equal(two[0], PICTURES)
    assert np.array_equal(two[1], PICTURES[..., ::-1])


def test_a_patch_of_the_whole_size_is_the_picture() -> None:
    assert (patches(PICTURES, (6, 7)) == PICTURES).all()


def test_a_patch_cannot_be_larger() -> None:
    with pytest.raises(ValueError, match="at least 8 × 4 are expected, 6 × 7 came"):
        patches(PICTURES, (8, 4))
