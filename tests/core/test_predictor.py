"""A predictor answers as its network does, in fewer steps, and keeps its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.backend import Backend, backend
from core.graph import Graph, chain
from core.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    DepthwiseConv2d,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Tanh,
)
from core.network import Network
from core.predictor import Predictor
from core.zoo import find
from tests.support.gradients import error

TEMPLATES = ("lenet5", "largenet", "vgg-small", "resnet-small", "googlenet-aux/16", "densenet121/8")


def learned(graph: Graph, device: Backend, dtype: Any) -> Network:
    """A network whose running statistics are not those it began with."""
    network = Network(graph, device=device, dtype=dtype)
    random = np.random.default_rng(3)
    network.set_weights(
        {
            name: 0.5 + random.random(network.weight(name).shape)
            for name in network.weight_names
            if name.endswith(("running_mean", "running_var", "bias"))
        }
    )
    return network


def pictures(network: Network, items: int) -> Any:
    shape = (items, *network.input_shape)
    return np.random.default_rng(4).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("items", [1, 3])
@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_are_answered_alike(template: str, items: int) -> None:
    graph = find(template).build()
    network = learned(graph, backend("cpu"), np.float32)
    plain = learned(graph, Backend(), np.float64)
    x = pictures(network, items)
    assert error(Predictor(network, items=items)(x), plain.forward(x)) <= 1e-5


@pytest.mark.parametrize("items", [1, 9])
@pytest.mark.parametrize(
    ("device", "dtype"), [("cpu", np.float32), ("cpu", np.float64), ("", np.float64)]
)
def test_what_blocks_leave_out_is_computed_too(device: str, dtype: Any, items: int) -> None:
    graph = chain(
        Input((2, 17, 15)),
        Conv2d(6, 3, stride=2, padding="same"),
        BatchNorm2d(),
        Tanh(),
        DepthwiseConv2d(3, padding=1),
        BatchNorm2d(),
        ReLU(),
        MaxPool2d(2, 2),
        Conv2d(5, 1),
        ReLU(),
        MaxPool2d(2, 1),
        Conv2d(4, 2, padding=1, padding_mode="reflect"),
        AvgPool2d(2, 2),
        Flatten(),
        Linear(7, bias=False),
        ReLU(),
        Linear(3),
        Output(),
    )
    network = learned(graph, backend(device) if device else Backend(), dtype)
    plain = learned(graph, Backend(), np.float64)
    x = pictures(network, items)
    limit = 1e-5 if dtype == np.float32 else 1e-12
    assert error(Predictor(network, items=items)(x), plain.forward(x)) <= limit


def test_later_learning_does_not_reach_it() -> None:
    network = Network(find("lenet5").build())
    x = pictures(network, 1)
    answer = Predictor(network)
    before = answer(x)
    network.parameters += 1
    assert np.array_equal(answer(x), before)
    assert not np.array_equal(network.forward(x), before)


def test_answers_are_the_callers_own() -> None:
    network = Network(find("lenet5").build())
    answer = Predictor(network)
    first = answer(pictures(network, 1))
    kept = first.copy()
    answer(-pictures(network, 1))
    assert np.array_equal(first, kept)
