"""What is taken for what: counted by hand, and asked of a network whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.explain.mistakes import Answered, Mistake, judge, mistakes
from core.graph import chain
from core.layers import Flatten, Input, Linear, Output
from core.losses import BinaryCrossEntropy, SquaredError
from core.network import Network
from core.network_errors import NetworkError
from tests.support.training import few_digits


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


def answered(network: Network) -> Answered:
    data = fit(few_digits(validation=30), network.input_shape, DataPolicy())
    work = judge(network, data.validation, "output1")
    while True:
        try:
            done, total = next(work)
            assert 0 < done <= total == 30
        except StopIteration as end:
            return end.value


def digits_network(units: int, output: Output) -> Network:
    return Network(chain(Input((1, 28, 28)), Flatten(), Linear(units), output), seed=1)


def test_every_item_is_asked_about() -> None:
    """The answers of a network that is one matrix product, made again in float64."""
    network = digits_network(10, Output())
    found = answered(network)
    split = few_digits(validation=30).validation
    pictures = np.asarray(split.items(np.arange(30)), np.float64).reshape(30, -1) / 255
    z = pictures @ network.weight("linear1.weight").T + network.weight("linear1.bias")
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert found.labels.tolist() == split.labels(np.arange(30)).tolist()
    assert found.said.tolist() == z.argmax(axis=1).tolist()
    np.testing.assert_allclose(found.sure, p.max(axis=1), rtol=1e-4)


def test_one_unit_that_always_says_no_is_as_sure_as_its_sigmoid() -> None:
    network = digits_network(1, Output(BinaryCrossEntropy()))
    bias = np.array([-2.0], np.float32)
    network.set_weights({"linear1.weight": np.zeros((1, 784), np.float32), "linear1.bias": bias})
    found = answered(network)
    assert not found.said.any()
    np.testing.assert_allclose(found.sure, 1 / (1 + np.exp(-2.0)), rtol=1e-5)


def test_values_cannot_be_confused() -> None:
    with pytest.raises(NetworkError, match="tells no classes apart"):
        answered(digits_network(10, Output(SquaredError())))
