"""Muted maps: against PyTorch with the map set to 0, and nothing in the network moves."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.explain.surgery import Ablation, ablation, said_without
from core.graph import Graph, chain
from core.layers import Concat, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.network import Network
from tests.core.explain.test_patches import finished
from tests.support.training import few_digits


@pytest.fixture(scope="module")
def digits() -> FittedData:
    return fit(few_digits(), (1, 28, 28), DataPolicy())


def branched() -> Graph:
    """A map goes two ways that meet again."""
    graph = chain(Input((1, 28, 28)), Conv2d(5, 5, 2), ReLU())
    graph = graph.with_node(MaxPool2d(), id="pool").with_wire("relu1", "pool")
    graph = graph.with_node(Conv2d(3, 3, 2, (0, 1, 0, 1)), id="side").with_wire("relu1", "side")
    graph = graph.with_node(Concat(), id="both").with_wire("pool", "both").with_wire("side", "both")
    graph = graph.with_node(Flatten(), id="flat").with_wire("both", "flat")
    graph = graph.with_node(Linear(10), id="lin").with_wire("flat", "lin")
    return graph.with_node(Output(), id="out").with_wire("lin", "out")


@pytest.mark.oracle
def test_losses_and_accuracies_as_pytorch_has_them(digits: FittedData) -> None:
    import torch
    from torch.nn import functional

    network = Network(branched(), seed=6)
    kept = network.parameters.copy()
    w = {name: torch.tensor(one) for name, one in network.weights().items()}
    x, labels = (torch.tensor(one) for one in digits.validation.batch(np.arange(40)))

    def scores(*muted: int) -> torch.Tensor:
        y = functional.relu(functional.conv2d(x, w["conv1.weight"], w["conv1.bias"], 2))
        y[:, list(muted)] = 0
        side = functional.conv2d(functional.pad(y, (0, 1, 0, 1)), w["side.weight"],
                                 w["side.bias"], 2)  # fmt: skip
        both = torch.cat([functional.max_pool2d(y, 2), side], dim=1).flatten(1)
        return both @ w["lin.weight"].T + w["lin.bias"]

    def worth(*muted: int) -> tuple[float, float]:
        z = scores(*muted)
        loss = functional.cross_entropy(z, labels)
        return float(loss), float((z.argmax(1) == labels).double().mean())

    found: Ablation = finished(
        ablation(network, digits.validation, "relu1", muted=(1, 3), count=40)
    )
    assert (found.whole.loss, found.whole.accuracy) == pytest.approx(worth(), abs=1e-5)
    assert (found.muted.loss, found.muted.accuracy) == pytest.approx(worth(1, 3), abs=1e-5)
    expected = np.array([worth(1, 3, channel) for channel in range(5)])
    assert_allclose(found.losses, expected[:, 0], atol=1e-5)
    assert_allclose(found.accuracies, expected[:, 1], atol=1e-9)
    assert np.ptp(found.losses) > 1e-4
    assert_array_equal(network.parameters, kept)
    said = said_without(network, x[5].numpy(), "relu1", (2,), "out")
    assert_allclose(said, functional.softmax(scores(2), dim=1)[5].numpy(), atol=1e-6)


def test_muted_maps_count_nothing_more(digits: FittedData) -> None:
    found = finished(ablation(Network(branched()), digits.validation, "relu1", muted=(4,), count=9))
    assert found.losses[4] == pytest.approx(found.muted.loss)
    assert found.count == 9


def test_other_views_may_look_in_between(digits: FittedData) -> None:
    """Between two pieces the network's memory belongs to others."""
    network = Network(branched(), seed=1)
    alone = finished(ablation(network, digits.validation, "relu1", muted=(), count=40))
    work = ablation(network, digits.validation, "relu1", muted=(), count=40)
    try:
        while True:
            next(work)
            network.predict(np.ones((40, 1, 28, 28), np.float32))
    except StopIteration as end:
        assert_allclose(end.value.losses, alone.losses, rtol=1e-6)


def test_units_of_a_vector_are_muted_too(digits: FittedData) -> None:
    network = Network(branched(), seed=1)
    found = finished(ablation(network, digits.validation, "lin", muted=(), count=40))
    assert found.losses.shape == (10,)
    x = digits.validation.batch([0])[0][0]
    z = network.forward(x[None])[0]
    z[3] = 0
    expected = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    assert_allclose(said_without(network, x, "lin", (3,), "out"), expected, atol=1e-6)
