"""The deletion check: a sum that rests on known pixels, and maps coarser than the picture."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.deletion import Deletion, deletion
from tests.core.explain.test_patches import finished

WEIGHTS = np.zeros((10, 10))
WEIGHTS[3, :] = 1.0  # ten pixels of a hundred: the hottest tenth


def sum_of(x: np.ndarray) -> float:
    return float((x.reshape(2, 10, 10) * WEIGHTS).sum())


def test_the_hottest_pixels_take_all_of_a_sum_that_rests_on_them() -> None:
    x = np.ones((2, 10, 10))
    found: Deletion = finished(deletion(sum_of, x, WEIGHTS, (2, 10, 10)))
    assert (found.whole, found.hottest) == (20.0, 0.0)
    assert 14 <= found.by_chance < 20  # a tenth by chance takes a tenth on average


def test_a_wrong_picture_takes_nothing() -> None:
    heat = np.zeros((10, 10))
    heat[:, 9] = 1.0
    found: Deletion = finished(deletion(sum_of, np.ones(200), heat, (2, 10, 10)))
    assert found.hottest == pytest.approx(20.0 - 2.0)  # the last column meets one such pixel


def test_a_coarse_map_is_spread_over_the_picture() -> None:
    heat = np.zeros((2, 5))
    heat[0, 2] = 1.0  # rows 0 to 4, columns 4 and 5
    asked: list[np.ndarray] = []

    def ask(x: np.ndarray) -> float:
        asked.append(x)
        return 0.0

    finished(deletion(ask, np.ones((1, 10, 10)), heat, (1, 10, 10)))
    rows, columns = np.nonzero(asked[1][0] == 0)
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == {
        (row, column) for row in range(5) for column in (4, 5)
    }
    assert all((one == 0).sum() == 10 for one in asked[2:])
