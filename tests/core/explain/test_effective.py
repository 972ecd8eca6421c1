"""The effective receptive field: against autograd, against its theory, and counted by hand."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.explain.effective import ALL_MAPS, Effective, effective, held_within, value_slopes
from core.graph import Graph, chain
from core.initializers import Constant
from core.layers import Add, Conv1d, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.network import Network
from tests.support.training import few_digits

RANDOM = np.random.default_rng(5)


def finished(work: Generator[tuple[int, int], None, Effective]) -> Effective:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def branched() -> Graph:
    """Two ways of different width that meet, and pooling after them."""
    graph = chain(Input((1, 28, 28)), Conv2d(3, padding=1), ReLU(), Conv2d(3, 5, padding=2))
    graph = graph.with_node(Add(), id="join").with_wire("relu1", "join").with_wire("conv2", "join")
    graph = graph.with_node(MaxPool2d(), id="pool").with_wire("join", "pool")
    graph = graph.with_node(Flatten(), id="flat").with_wire("pool", "flat")
    graph = graph.with_node(Linear(10), id="lin").with_wire("flat", "lin")
    return graph.with_node(Output(), id="out").with_wire("lin", "out")


@pytest.fixture(scope="module")
def digits() -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy())


@pytest.mark.oracle
@pytest.mark.parametrize("channel", [1, ALL_MAPS])
def test_over_branches_it_is_the_mean_of_autograd(digits: FittedData, channel: int) -> None:
    import torch
    from torch.nn import functional

    network = Network(branched(), seed=3)
    w = {name: torch.tensor(one) for name, one in network.weights().items()}
    chosen = np.linspace(0, 39, 6).astype(int)
    x = torch.tensor(digits.validation.batch(chosen)[0], requires_grad=True)
    first = functional.relu(functional.conv2d(x, w["conv1.weight"], w["conv1.bias"], padding=1))
    second = functional.conv2d(first, w["conv2.weight"], w["conv2.bias"], padding=2)
    pooled = functional.max_pool2d(first + second, 2)
    (pooled[:, :, 6, 8] if channel == ALL_MAPS else pooled[:, channel, 6, 8]).sum().backward()
    expected = np.abs(x.grad.numpy()).sum(axis=1).mean(axis=0)
    assert expected.max() > 0
    found = finished(
        effective(network, digits.validation, "pool", channel=channel, cell=(6, 8),
                  shape=(1, 28, 28), count=6)
    )  # fmt: skip
    assert_allclose(found.weights, expected, atol=1e-6)
    assert found.count == 6


@pytest.mark.parametrize("layers", [4, 10])
def test_equal_filters_spread_as_the_theory_says(layers: int) -> None:
    """Each 3×3 filter of equal weights adds the variance (3² − 1)/12 (Luo et al. 2016)."""
    even = Conv2d(1, 3, padding=1, weight_init=Constant(1 / 9))
    network = Network(chain(Input((1, 41, 41)), *[even] * layers, Flatten(), Linear(2), Output()))
    slopes = value_slopes(network, np.zeros((1, 1, 41, 41), np.float32), f"conv{layers}", 0,
                          (20, 20))  # fmt: skip
    found = Effective(np.abs(slopes[0, 0], dtype=np.float64), 1, 0)
    theory = math.sqrt(layers * (3**2 - 1) / 12)
    assert found.deviation() == pytest.approx((theory, theory), rel=1e-5)
    side = 2 * layers + 1
    assert np.count_nonzero(found.weights) == side**2  # the whole theoretical field
    assert held_within(found.weights, (20, 20)) < side  # of which most is hardly used


def test_a_vector_and_a_signal() -> None:
    network = Network(chain(Input((3,)), Linear(2), Output()), seed=1)
    weight = np.array([[1, -2, 3], [4, 5, -6]], np.float32)
    network.set_weights({"linear1.weight": weight})
    found = value_slopes(network, np.zeros((2, 3), np.float32), "linear1", 1, (0, 0))
    assert_array_equal(found, [[4, 5, -6]] * 2)
    graph = chain(Input((1, 9)), Conv1d(2, 3), Flatten(), Linear(2), Output())
    network = Network(graph, seed=1)
    found = value_slopes(network, np.zeros((1, 1, 9), np.float32), "conv1", 1, (0, 4))
    assert_array_equal(found[0, 0, 4:7], network.weight("conv1.weight")[1, 0])
    assert np.count_nonzero(found) == 3


def test_a_silent_map_is_told(digits: FittedData) -> None:
    graph = chain(Input((1, 28, 28)), Conv2d(2), ReLU(), Flatten(), Linear(10), Output())
    network = Network(graph)
    network.set_weights({"conv1.bias": np.array([-1e6, 1e6], np.float32)})

    def of(channel: int) -> Effective:
        return finished(
            effective(network, digits.validation, "relu1", channel=channel, cell=(9, 9),
                      shape=(1, 28, 28), count=5)
        )  # fmt: skip

    assert of(0).is_silent
    assert of(0).deviation() == (0, 0)
    assert of(1).silent == 0


def test_nothing_in_the_network_moves(digits: FittedData) -> None:
    network = Network(branched(), seed=2)
    network.loss_and_gradients(*digits.validation.batch([0, 1]))
    kept: Any = network.gradients.copy()
    value_slopes(network, digits.validation.batch([3])[0], "pool", 0, (2, 2))
    assert_array_equal(network.gradients, kept)


def test_the_square_by_hand() -> None:
    weights = np.zeros((5, 7))
    weights[2, 3], weights[2, 4], weights[0, 3] = 90, 5, 5
    assert held_within(weights, (2, 3)) == 3  # 95 of 100 lie within one cell of the middle
    assert held_within(weights, (2, 3), 0.9) == 1
    assert held_within(weights, (2, 3), 0.96) == 5
    assert held_within(weights, (2.5, 3.5), 0.9) == 2  # the middle lies between four cells
    assert held_within(np.zeros((3, 3)), (1, 1)) == 0


def test_it_tells_how_far_it_is(digits: FittedData) -> None:
    work = effective(Network(branched()), digits.validation, "pool", channel=0, cell=(1, 1),
                     shape=(1, 28, 28), count=100)  # fmt: skip
    told = list(work)
    assert told[-1] == (40, 40)  # there are no more items
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_profiles_by_hand() -> None:
    weights = np.zeros((3, 4))
    weights[0, 1], weights[2, 1], weights[2, 3] = 2, 1, 1
    (down, of_rows), (across, of_columns) = Effective(weights, 1, 0).profiles()
    assert_array_equal(of_rows, [0.5, 0, 0.5])
    assert_array_equal(down, [-1, 0, 1])  # the mean row is 1
    assert_array_equal(of_columns, [0, 0.75, 0, 0.25])
    assert_array_equal(across, [-1.5, -0.5, 0.5, 1.5])  # the mean column is 1.5
    assert Effective(weights, 1, 0).deviation() == pytest.approx((1.0, math.sqrt(0.75)))
