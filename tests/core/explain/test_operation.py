"""Weights changed by hand: against PyTorch with the same weights, and nothing stays changed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.explain.operation import Paint, Swap, can_be_cut, cut, operation
from core.graph import chain
from core.layers import Conv1d, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.network import Network
from tests.core.explain.test_patches import finished
from tests.support.training import few_digits


@pytest.fixture(scope="module")
def digits() -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy())


def network() -> Network:
    return Network(
        chain(Input((1, 28, 28)), Conv2d(4, 5), ReLU(), MaxPool2d(4), Conv2d(3, 3), Flatten(),
              Linear(10), Output()), seed=6,
    )  # fmt: skip


@pytest.mark.oracle
def test_the_worth_is_that_of_pytorch_with_the_changed_weights(digits: FittedData) -> None:
    import torch
    from torch.nn import functional

    net = network()
    kept = net.parameters.copy()
    w = {name: torch.tensor(one) for name, one in net.weights().items()}
    x, labels = (torch.tensor(one) for one in digits.validation.batch(np.arange(40)))

    def worth() -> tuple[float, float]:
        y = functional.relu(functional.conv2d(x, w["conv1.weight"], w["conv1.bias"]))
        y = functional.conv2d(functional.max_pool2d(y, 4, 2), w["conv2.weight"], w["conv2.bias"])
        z = y.flatten(1) @ w["linear1.weight"].T + w["linear1.bias"]
        right = float((z.argmax(1) == labels).double().mean())
        return float(functional.cross_entropy(z, labels)), right

    before = worth()
    changed = cut(net, "conv2", (Paint(1, 3, 0, 2, 5.0), Swap(0, 1), Paint(2, 0, 1, 1, -4.0)))
    w["conv2.weight"][1, 3, 0, 2] = 5.0
    w["conv2.weight"] = w["conv2.weight"][[1, 0, 2]]
    w["conv2.bias"] = w["conv2.bias"][[1, 0, 2]]
    w["conv2.weight"][2, 0, 1, 1] = -4.0
    found = finished(operation(net, digits.validation, changed, count=40))
    assert (found.before.loss, found.before.accuracy) == pytest.approx(before, rel=1e-4)
    assert (found.after.loss, found.after.accuracy) == pytest.approx(worth(), rel=1e-4)
    assert abs(found.after.loss - found.before.loss) > 1e-3
    assert_array_equal(net.parameters, kept)


def test_dense_layers_and_signals_have_sheets_of_one_row() -> None:
    net = network()
    changed = cut(net, "linear1", (Paint(7, 0, 0, 9, 2.5),))
    assert changed["linear1.weight"][7, 9] == 2.5
    assert (changed["linear1.weight"] != net.weight("linear1.weight")).sum() == 1
    signal = Network(chain(Input((2, 9)), Conv1d(3, 4), Flatten(), Linear(2), Output()))
    changed = cut(signal, "conv1", (Paint(2, 1, 0, 3, -1.5),))
    assert changed["conv1.weight"][2, 1, 3] == -1.5
    with pytest.raises(IndexError):
        cut(net, "conv1", (Paint(4, 0, 0, 0, 1.0),))


def test_what_can_be_cut() -> None:
    assert can_be_cut({"weight": (4, 1, 5, 5), "bias": (4,)})
    assert not can_be_cut({"weight": (6, 6, 4, 1, 5, 5)})  # every position has its own
    assert not can_be_cut({})
