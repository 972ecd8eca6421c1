"""What is taken for what: counted by hand, and asked of a network whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.dataset import ArrayDataset
from core.explain.mistakes import Answered, Mistake, mistakes


def test_a_cell_has_its_items_the_surest_first() -> None:
    found = Answered(
        labels=np.array([0, 1, 0, 0, 1]),
        said=np.array([1, 1, 1, 0, 0]),
        sure=np.array([0.6, 0.9, 0.8, 0.7, 0.5], np.float32),
    )
    assert found.items(0, 1).tolist() == [2, 0]
    assert found.items(1, 1).tolist() == [1]
    assert found.counts(2).tolist() == [[1, 2], [1, 1]]


def test_the_largest_mistake_comes_first() -> None:
    counts = np.array([[8, 2, 0], [3, 5, 2], [0, 0, 0]])
    assert mistakes(counts) == [
        Mistake(1, 0, 3, 0.3),
        Mistake(0, 1, 2, 0.2),
        Mistake(1, 2, 2, 0.2),
    ]
