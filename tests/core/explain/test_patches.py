"""What excites a map most: found again by looking at every cell, and cut out by hand."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.explain.patches import Strongest, patch, sampled, strongest
from core.graph import chain
from core.infer import Field
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.network import Network
from tests.support.training import few_digits


def finished(work: Generator[tuple[int, int], None, Any]) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def digits() -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy())


@pytest.fixture(scope="module")
def network() -> Network:
    graph = chain(
        Input((1, 28, 28)), Conv2d(4, 5, 2), ReLU(), MaxPool2d(), Flatten(), Linear(10), Output()
    )
    return Network(graph, seed=4)


@pytest.mark.parametrize("node", ["conv1", "relu1", "pool1", "linear1"])
@pytest.mark.parametrize("largest", [True, False])
def test_they_are_the_extremes_over_all_items_and_cells(
    network: Network, digits: FittedData, node: str, largest: bool
) -> None:
    x, _ = digits.validation.batch(np.arange(40))
    node = {"pool1": "maxpool1"}.get(node, node)
    y = network.activations(x, [node])[node]
    maps = y.reshape(40, y.shape[1], -1)
    found: Strongest = finished(
        strongest(network, digits.validation, node, count=9, largest=largest)
    )
    extreme = maps.max(axis=2) if largest else maps.min(axis=2)
    for channel in range(maps.shape[1]):
        expected = np.sort(extreme[:, channel])
        expected = expected[::-1][:9] if largest else expected[:9]
        assert_allclose(found.values[channel], expected, rtol=1e-5, atol=1e-6)
        assert len(set(found.items[channel].tolist())) == 9  # each item once
    for channel, place in np.ndindex(found.values.shape):
        item = found.items[channel, place]
        row, column = found.rows[channel, place], found.columns[channel, place]
        cell = y[item, channel] if y.ndim == 2 else y[item, channel, row, column]
        assert found.values[channel, place] == pytest.approx(cell, rel=1e-5, abs=1e-6)


def test_fewer_items_than_places(network: Network, digits: FittedData) -> None:
    found = finished(strongest(network, digits.validation, "conv1", count=100))
    assert found.values.shape == (4, 40)


def test_it_tells_how_far_it_is(network: Network, digits: FittedData) -> None:
    steps = list(strongest(network, digits.validation, "conv1", count=3))
    assert steps[-1] == (40, 40)


def test_a_patch_by_hand() -> None:
    picture = np.arange(36, dtype=np.uint8).reshape(1, 6, 6)
    field = Field((3, 3), (2, 2), (0, 0))  # 3×3 around 2·row, 2·column
    assert_allclose(patch(picture, field, (1, 2))[0] * 255, picture[0, 1:4, 3:6], atol=1e-4)
    corner = patch(picture, field, (0, 0))[0] * 255
    assert np.isnan(corner[0]).all()
    assert np.isnan(corner[:, 0]).all()
    assert_allclose(corner[1:, 1:], picture[0, :2, :2], atol=1e-4)


def test_a_field_between_cells_and_one_larger_than_the_picture() -> None:
    picture = np.arange(36, dtype=np.uint8).reshape(1, 6, 6)
    even = patch(picture, Field((2, 9), (1, 1), (0.5, 0.5)), (3, 0))[0] * 255
    assert_allclose(even, picture[0, 3:5], atol=1e-4)
    assert_array_equal(patch(picture, None, (4, 4)), picture / np.float32(255))


def test_random_places_are_cells_of_the_maps(network: Network, digits: FittedData) -> None:
    found: Strongest = finished(sampled(network, digits.validation, "conv1", count=12))
    assert found.values.shape == (4, 12)
    for channel in range(4):
        assert len(set(found.items[channel].tolist())) == 12
        assert (np.diff(found.values[channel]) <= 0).all()
        for place in range(12):
            x, _ = digits.validation.batch([found.items[channel, place]])
            cell = channel, found.rows[channel, place], found.columns[channel, place]
            y = network.activations(x, ["conv1"])["conv1"][0]
            assert found.values[channel, place] == pytest.approx(y[cell], rel=1e-5, abs=1e-6)
    assert len(set(found.rows.ravel().tolist())) > 8  # of 28: they are not the strongest ones
