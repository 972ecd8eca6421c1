"""Nearest neighbors: against distances of all items at once, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.explain.neighbors import Measure, Neighbors, distances, neighbors, searched
from core.graph import chain
from core.layers import Conv2d, Flatten, Input, Linear, Output, ReLU
from core.network import Network
from tests.core.explain.test_patches import finished
from tests.support.training import few_digits


@pytest.fixture(scope="module")
def digits() -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy())


@pytest.mark.oracle
@pytest.mark.parametrize("measure", ["euclidean", "cosine"])
@pytest.mark.parametrize("pooled", [False, True])
def test_they_are_the_nearest_by_pytorch(
    digits: FittedData, measure: Measure, pooled: bool
) -> None:
    import torch
    from torch.nn import functional

    graph = chain(Input((1, 28, 28)), Conv2d(4, 5, 2), ReLU(), Flatten(), Linear(10), Output())
    network = Network(graph, seed=4)
    w = {name: torch.tensor(one) for name, one in network.weights().items()}
    x = torch.tensor(digits.validation.batch(np.arange(40))[0])
    y = functional.relu(functional.conv2d(x, w["conv1.weight"], w["conv1.bias"], 2))
    y = y.mean(dim=(2, 3)) if pooled else y.flatten(1)

    def away(values: torch.Tensor) -> np.ndarray:
        one = values[7:8]
        if measure == "cosine":
            return (1 - functional.cosine_similarity(values, one)).numpy()
        return (values - one).norm(dim=1).numpy()

    found: Neighbors = finished(
        neighbors(network, digits.validation, "relu1", x[7].numpy(), count=5, measure=measure,
                  pooled=pooled, without=7)
    )  # fmt: skip
    for near, values in ((found.in_node, y), (found.in_input, x.flatten(1))):
        expected = away(values)
        order = [one for one in np.argsort(expected, kind="stable") if one != 7][:5]
        assert_allclose(near.distances, expected[order], rtol=1e-4, atol=1e-5)
        assert_allclose(expected[near.items], expected[order], rtol=1e-4, atol=1e-5)
        assert 7 not in near.items


def test_distances_by_hand() -> None:
    rows = np.array([[3, 4], [0, 0], [-4, 3], [6, 8]], np.float32)
    assert_allclose(distances(rows, np.array([3, 4]), "euclidean"), [0, 5, np.sqrt(50), 5])
    assert_allclose(distances(rows, np.array([3, 4]), "cosine"), [0, 1, 1, 0], atol=1e-6)
    assert_array_equal(distances(rows, np.zeros(2), "cosine"), np.ones(4))


def test_an_item_of_ones_own_finds_its_twin(digits: FittedData) -> None:
    network = Network(chain(Input((1, 28, 28)), Flatten(), Linear(10), Output()))
    x = digits.validation.batch([11])[0][0]
    found = finished(neighbors(network, digits.validation, "linear1", x, count=3))
    assert found.in_node.items[0] == found.in_input.items[0] == 11
    assert found.in_node.distances[0] == pytest.approx(0, abs=1e-5)


def test_of_very_many_items_some_are_searched_at_even_distances() -> None:
    assert_array_equal(searched(5, 8), [0, 1, 2, 3, 4])
    assert_array_equal(searched(10, 4), [0, 2, 5, 7])
    found = searched(60_000)
    assert len(found) == 10_000
    assert set(np.diff(found)) == {6}
    assert found[-1] < 60_000


def test_numbers_are_those_of_the_split_where_some_are_searched(
    digits: FittedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(chain(Input((1, 28, 28)), Flatten(), Linear(10), Output()))
    monkeypatch.setattr("core.explain.neighbors.searched", lambda total: np.array([3, 8, 21, 30]))
    x = digits.train.batch([21])[0][0]
    found = finished(neighbors(network, digits.train, "linear1", x, count=9))
    assert found.in_input.items[0] == found.in_node.items[0] == 21
    assert set(found.in_input.items) == {3, 8, 21, 30}
    without = finished(neighbors(network, digits.train, "linear1", x, count=9, without=21))
    assert set(without.in_node.items) == set(without.in_input.items) == {3, 8, 30}
