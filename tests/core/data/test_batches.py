"""The order of items: every one once, the same again for the same seed and epoch."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.batches import Batches, in_order


@given(st.integers(0, 300), st.integers(1, 70), st.integers(0, 2**31 - 1), st.integers(0, 1000))
def test_an_epoch_has_every_item_once(count: int, size: int, seed: int, epoch: int) -> None:
    batches = Batches(count, size, seed)
    parts = list(batches.epoch(epoch))
    assert len(parts) == batches.steps
    assert all(len(part) == size for part in parts[:-1])
    together = np.concatenate(parts) if parts else np.array([], np.int64)
    assert sorted(together.tolist()) == list(range(count))
    assert np.array_equal(together, batches.order(epoch))


@given(st.integers(1, 200), st.integers(1, 30), st.integers(0, 50))
def test_an_epoch_goes_on_where_it_stopped(count: int, size: int, start: int) -> None:
    whole = list(Batches(count, size, seed=3).epoch(5))
    rest = list(Batches(count, size, seed=3).epoch(5, start))
    assert len(rest) == max(len(whole) - start, 0)
    assert all(np.array_equal(a, b) for a, b in zip(whole[start:], rest, strict=True))


def test_epochs_and_seeds_give_different_orders() -> None:
    orders = {
        Batches(50, 8, seed).order(epoch).tobytes() for seed in range(5) for epoch in range(5)
    }
    assert len(orders) == 25


def test_the_order_is_the_same_on_every_computer() -> None:
    """A fixed value: a run that is resumed elsewhere meets the same items."""
    order = Batches(1000, 64, seed=7).order(2)
    digest = hashlib.sha256(order.astype("<i8").tobytes()).hexdigest()
    assert digest.startswith("4b64df32cfed0c8e")


def test_the_order_is_uniform() -> None:
    """Every item is at every place about equally often: chi-squared, 81 degrees of freedom."""
    places = np.zeros((10, 10))
    for epoch in range(2000):
        places[np.arange(10), Batches(10, 5).order(epoch)] += 1
    assert ((places - 200) ** 2 / 200).sum() < 130  # exceeded once in 2,000 by a fair order


def test_evaluation_goes_in_order() -> None:
    assert [part.tolist() for part in in_order(5, 2)] == [[0, 1], [2, 3], [4]]
    assert list(in_order(0, 2)) == []


@pytest.mark.parametrize("wrong", [(-1, 1, 0), (1, 0, 0), (1, 1, -1)])
def test_impossible_numbers_are_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="are expected"):
        Batches(*wrong)
