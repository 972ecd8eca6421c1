"""Moved pictures: by slicing and turning arrays, and networks that must or cannot notice."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.data.sources import Tones, open_source
from core.explain.invariance import AMOUNTS, Invariance, invariance, moved, shifted
from core.graph import chain
from core.layers import Conv2d, Flatten, GlobalAvgPool2d, Input, Linear, Output, ReLU
from core.network import Network
from core.network_errors import NetworkError
from tests.core.explain.test_patches import finished
from tests.support.training import few_digits

PICTURES = np.random.default_rng(3).integers(0, 256, (2, 1, 9, 9)).astype(np.uint8)


@pytest.fixture(scope="module")
def digits() -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy())


def test_pictures_are_moved_as_arrays_are() -> None:
    right = moved(PICTURES, "right", 2)
    assert_allclose(right[:, :, :, 2:], PICTURES[:, :, :, :-2], atol=1e-3)
    assert not right[:, :, :, :2].any()
    down = moved(PICTURES, "down", -3)
    assert_allclose(down[:, :, :-3], PICTURES[:, :, 3:], atol=1e-3)
    assert_allclose(moved(PICTURES, "turn", 90), np.rot90(PICTURES, axes=(2, 3)), atol=1e-2)
    assert_allclose(moved(PICTURES, "scale", 1), PICTURES, atol=1e-3)
    half = np.zeros((1, 1, 9, 9), np.uint8)
    half[0, 0, 4, 4] = 200
    assert (moved(half, "scale", 2) > 50).sum() > (half > 50).sum()


def test_without_a_move_it_is_what_the_network_says(digits: FittedData) -> None:
    graph = chain(Input((1, 28, 28)), Conv2d(4, 5), ReLU(), Flatten(), Linear(10), Output())
    network = Network(graph, seed=2)
    found: Invariance = finished(invariance(network, digits, "relu1", move="right", count=40))
    still = int(np.flatnonzero(AMOUNTS["right"] == 0)[0])
    x, labels = digits.validation.batch(np.arange(40))
    shares = network.predict(x)
    assert found.right[still] == pytest.approx((shares.argmax(axis=1) == labels).mean())
    assert found.share[still] == pytest.approx(shares[np.arange(40), labels].mean(), abs=1e-5)
    assert found.likeness[still] == pytest.approx(1)
    assert found.likeness.min() < 0.9
    place = int(np.flatnonzero(AMOUNTS["right"] == 3)[0])
    shifted = np.pad(x, ((0, 0), (0, 0), (0, 0), (3, 0)))[..., :28]
    expected = (network.predict(shifted).argmax(axis=1) == labels).mean()
    assert found.right[place] == pytest.approx(expected)


def test_one_by_one_filters_and_a_mean_do_not_notice_a_shift(digits: FittedData) -> None:
    """Digits lie away from the border: shifting by 2 changes the order of the pixels alone."""
    graph = chain(
        Input((1, 28, 28)), Conv2d(3, 1), ReLU(), GlobalAvgPool2d(), Flatten(), Linear(10), Output()
    )
    found = finished(invariance(Network(graph, seed=1), digits, "flatten1", move="down", count=10))
    near = np.abs(AMOUNTS["down"]) <= 2
    assert_allclose(found.likeness[near], 1, atol=1e-5)


def test_signals_are_refused() -> None:
    data = fit(open_source(Tones()), (1, 1000), DataPolicy())
    network = Network(chain(Input((1, 1000)), Flatten(), Linear(6), Output()))
    with pytest.raises(NetworkError, match="Only pictures"):
        next(invariance(network, data, "linear1", move="turn", count=2))


def test_it_tells_how_far_it_is_and_others_may_look_in_between(digits: FittedData) -> None:
    network = Network(chain(Input((1, 28, 28)), Flatten(), Linear(10), Output()), seed=1)
    alone = finished(invariance(network, digits, "linear1", move="scale", count=12))
    work = invariance(network, digits, "linear1", move="scale", count=12)
    told = []
    try:
        while True:
            told.append(next(work))
            network.predict(np.ones((8, 1, 28, 28), np.float32))
    except StopIteration as end:
        assert_array_equal(end.value.share, alone.share)
    assert told[-1] == (12 * 17, 12 * 17)


def test_whole_pixels_are_shifted_as_arrays_are_rolled() -> None:
    for down, right in ((0, 0), (2, -3), (-4, 1), (8, 8), (-9, 0), (20, -20)):
        wide = np.pad(PICTURES, ((0, 0), (0, 0), (30, 30), (30, 30)))
        expected = np.roll(wide, (down, right), axis=(2, 3))[:, :, 30:39, 30:39]
        assert_array_equal(shifted(PICTURES, down, right), expected)


def test_both_ways_is_a_table_of_every_shift(digits: FittedData) -> None:
    network = Network(chain(Input((1, 28, 28)), Flatten(), Linear(10), Output()), seed=4)
    found = finished(invariance(network, digits, "linear1", move="both", count=5))
    assert found.right.shape == found.share.shape == found.likeness.shape == (17, 17)
    chosen = np.linspace(0, 39, 5).astype(int)
    x, labels = digits.validation.batch(chosen)
    far = np.pad(x, ((0, 0), (0, 0), (8, 8), (8, 8)))
    for down, right in ((0, 0), (3, -6), (-8, 8)):
        moved_x = far[:, :, 8 - down : 36 - down, 8 - right : 36 - right]
        share = network.predict(np.ascontiguousarray(moved_x))[np.arange(5), labels].mean()
        assert found.share[8 + down, 8 + right] == pytest.approx(share, abs=1e-5)
    assert found.likeness[8, 8] == pytest.approx(1)
