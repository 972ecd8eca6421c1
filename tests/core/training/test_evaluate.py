"""Evaluation: the same numbers however the items are cut into batches."""

from __future__ import annotations

import numpy as np
import pytest

from core.graph import Graph, chain
from core.layers import Input, Linear, Output
from core.losses import BinaryCrossEntropy, SquaredError
from core.network import Network
from core.training.evaluate import evaluate

RANDOM = np.random.default_rng(2)
X = RANDOM.normal(size=(23, 5)).astype(np.float32)


def batches(labels: np.ndarray, size: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(X[i : i + size], labels[i : i + size]) for i in range(0, len(X), size)]


def graph(units: int, output: Output) -> Graph:
    return chain(Input((5,)), Linear(units), output)


@pytest.mark.parametrize("size", [1, 7, 23])
def test_counts_match_a_plain_loop(size: int) -> None:
    network, labels = Network(graph(3, Output()), dtype=np.float64), RANDOM.integers(0, 3, 23)
    found = evaluate(network, batches(labels, size))
    scores = network.forward(X)
    answers = scores.argmax(axis=1)
    assert found
    assert found.confusion is not None
    assert found.accuracy == np.mean(answers == labels)
    for right in range(3):
        for answer in range(3):
            count = np.sum((labels == right) & (answers == answer))
            assert found.confusion[right, answer] == count
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert found.loss == pytest.approx(-np.log(p[np.arange(23), labels]).mean(), rel=1e-12)


def test_one_unit_says_yes_above_zero() -> None:
    network = Network(graph(1, Output(BinaryCrossEntropy())))
    labels = RANDOM.integers(0, 2, 23)
    found = evaluate(network, batches(labels, 8))
    assert found
    assert found.accuracy == np.mean((network.forward(X)[:, 0] > 0) == labels)
    assert found.confusion is not None
    assert found.confusion.shape == (2, 2)


def test_values_have_a_loss_but_no_accuracy() -> None:
    network = Network(graph(2, Output(SquaredError())), dtype=np.float64)
    targets = RANDOM.normal(size=(23, 2))
    found = evaluate(network, batches(targets, 8))
    assert found
    assert (found.accuracy, found.confusion) == (None, None)
    assert found.loss == pytest.approx(((network.forward(X) - targets) ** 2).mean(), rel=1e-12)


def test_it_can_be_given_up() -> None:
    network, left = Network(graph(3, Output())), [False, False, True]
    assert evaluate(network, batches(np.zeros(23, int), 5), between=lambda: left.pop(0)) is None
    assert left == []
