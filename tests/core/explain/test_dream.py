"""The picture that a map likes best: where it must end is known for a linear network."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.explain.dream import Dream, Restraint, dream
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Linear, Output, ReLU
from core.network import Network
from tests.support.training import few_digits


def finished(work: Generator[Any, None, Dream]) -> Dream:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def digits() -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy())


def linear(seed: int = 1) -> Network:
    return Network(chain(Input((1, 28, 28)), Flatten(), Linear(10), Output()), seed=seed)


def test_a_linear_unit_likes_white_where_its_weights_are_positive(digits: FittedData) -> None:
    network = linear()
    found = finished(dream(network, digits.fitting, "linear1", channel=3, steps=150, seed=0))
    weight = network.weight("linear1.weight")[3].reshape(28, 28)
    clear = np.abs(weight) > 0.3 * np.abs(weight).max()
    naive = found.pictures[0, 0]
    assert_array_equal(naive[clear & (weight > 0)], 1)
    assert_array_equal(naive[clear & (weight < 0)], 0)
    best = float(weight[weight > 0].sum())
    assert found.values[-1, 0] == pytest.approx(best, rel=0.05)


def test_the_value_grows_and_the_regularized_one_is_smoother(digits: FittedData) -> None:
    graph = chain(Input((1, 28, 28)), Conv2d(4, 5), ReLU(), Flatten(), Linear(10), Output())
    network = Network(graph, seed=5)
    kept = network.parameters.copy()
    found = finished(dream(network, digits.fitting, "conv1", channel=1, steps=60, seed=3))
    assert found.values.shape == (60, 2)
    assert (found.values[-1] > found.values[0]).all()
    roughness = np.abs(np.diff(found.pictures, axis=3)).mean(axis=(1, 2, 3))
    assert roughness[1] < 0.7 * roughness[0]
    assert (found.pictures >= 0).all()
    assert (found.pictures <= 1).all()
    assert_array_equal(network.parameters, kept)


def test_without_restraint_both_are_the_same(digits: FittedData) -> None:
    free = Restraint(decay=0, blur_every=0, jitter=0)
    found = finished(
        dream(linear(), digits.fitting, "linear1", channel=2, steps=20, seed=1, restraint=free)
    )
    assert_array_equal(found.pictures[0], found.pictures[1])
    assert_array_equal(found.values[:, 0], found.values[:, 1])


def test_decay_holds_it_where_both_pulls_are_the_same(digits: FittedData) -> None:
    """Of a linear unit the pull s is the same in each step: (e + s) · (1 − d) = e at its end."""
    network = linear()
    held = Restraint(decay=0.1, blur_every=0, jitter=0)
    found = finished(
        dream(network, digits.fitting, "linear1", channel=3, steps=150, seed=0, restraint=held)
    )
    weight = network.weight("linear1.weight")[3].reshape(28, 28)
    end = 0.02 * weight / np.sqrt((weight**2).mean()) * 0.9 / 0.1
    inside = np.abs(end) < 0.45  # elsewhere the range of the data ends first
    assert inside.mean() > 0.5
    assert_allclose(found.pictures[1, 0][inside] - 0.5, end[inside], atol=1e-4)


def test_blur_and_jitter_are_what_they_say(digits: FittedData) -> None:
    def climbed(steps: int, held: Restraint) -> np.ndarray:
        work = dream(linear(), digits.fitting, "linear1", channel=1, steps=steps, seed=2,
                     restraint=held)  # fmt: skip
        return finished(work).pictures[:, 0].astype(np.float64)

    naive, blurred = climbed(1, Restraint(0, 1, 0))
    ringed = np.pad(naive, 1, mode="edge")
    kernel = np.outer([1, 2, 1], [1, 2, 1]) / 16
    windows = np.lib.stride_tricks.sliding_window_view(ringed, (3, 3))
    assert_allclose(blurred, (windows * kernel).sum(axis=(2, 3)), atol=1e-6)
    naive, before = climbed(2, Restraint(0, 3, 0))
    assert_array_equal(naive, before)  # the third step blurs, the second does not

    naive, moved = climbed(1, Restraint(0, 0, 6))
    weight = linear().weight("linear1.weight")[1].reshape(28, 28)
    pull = 0.02 * weight / np.sqrt((weight**2).mean())
    away = [
        (down, across)
        for down in range(-6, 7)
        for across in range(-6, 7)
        if np.allclose(moved - naive, np.roll(pull, (down, across), (0, 1)) - pull, atol=1e-5)
    ]
    assert len(away) == 1
    assert away != [(0, 0)]


def test_a_silent_map_is_told_and_ends_it(digits: FittedData) -> None:
    graph = chain(Input((1, 28, 28)), Conv2d(2), ReLU(), Flatten(), Linear(10), Output())
    network = Network(graph)
    network.set_weights({"conv1.bias": np.array([-1e6, 0], np.float32)})
    found = finished(dream(network, digits.fitting, "relu1", channel=0, steps=50, seed=0))
    assert found.is_silent
    assert len(found.values) == 1


def test_frames_come_on_the_way_and_a_seed_gives_the_same(digits: FittedData) -> None:
    work = dream(linear(), digits.fitting, "linear1", channel=0, steps=30, seed=4)
    told = list(work)
    assert told[-1][:2] == (30, 30)
    assert len(told) > 1
    again = finished(dream(linear(), digits.fitting, "linear1", channel=0, steps=30, seed=4))
    assert_array_equal(again.pictures, told[-1][2].pictures)


def test_a_standardized_and_flattened_input(digits: FittedData) -> None:
    data = fit(few_digits(), (784,), DataPolicy(scaling="standardize"))
    network = Network(chain(Input((784,)), Linear(10), Output()), seed=1)
    found = finished(dream(network, data.fitting, "linear1", channel=2, steps=120, seed=0))
    weight = network.weight("linear1.weight")[2].reshape(28, 28)
    clear = weight > 0.5 * weight.max()
    np.testing.assert_allclose(found.pictures[0, 0][clear], 1, atol=1e-5)
