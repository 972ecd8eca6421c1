"""A drawing in the middle: by hand, and the same wherever it was drawn."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from core.explain.centering import centered


def test_the_middle_of_the_brightness_comes_to_the_middle() -> None:
    picture = np.zeros((1, 9, 11), np.uint8)
    picture[0, 0, 0], picture[0, 2, 0] = 200, 200  # its middle is row 1, column 0
    expected = np.zeros_like(picture)
    expected[0, 3, 5] = expected[0, 5, 5] = 200  # the middle is row 4, column 5
    assert_array_equal(centered(picture), expected)


def test_it_is_the_same_wherever_it_was_drawn() -> None:
    random = np.random.default_rng(0)
    picture = np.zeros((3, 28, 28), np.uint8)
    picture[:, 8:18, 9:17] = random.integers(1, 256, (3, 10, 8))
    for by in ((0, 0), (-8, 3), (5, 10), (9, -9)):
        assert_array_equal(centered(np.roll(picture, by, (1, 2))), centered(picture))


def test_nothing_stays_nothing() -> None:
    assert not centered(np.zeros((1, 5, 5), np.uint8)).any()
