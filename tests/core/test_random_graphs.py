"""Legal graphs drawn at random: they compute what they promise, and every gradient is the slope."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from core.graph import Graph
from core.infer import infer
from core.layers import (
    CATALOGUE,
    Add,
    BatchNorm2d,
    Conv2d,
    DepthwiseConv2d,
    Input,
    Layer,
    MaxPool2d,
    Output,
    ReLU,
)
from core.network import Network
from tests.support.gradients import error, slope_along
from tests.support.random_graphs import INNER, graphs

ITEMS = 3
EACH = 8  # graphs that hold a layer
LEAST = 300  # graphs in all
BLOCKS: tuple[tuple[type[Layer] | Layer, ...], ...] = (  # what backends may compute in one go
    (Conv2d, ReLU(), MaxPool2d()),
    (DepthwiseConv2d, ReLU(), MaxPool2d(2, 2)),
    (BatchNorm2d, ReLU()),
    (BatchNorm2d, Add()),
    (BatchNorm2d, Add(), ReLU()),
)
UNHURRIED = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def made(graph: Graph) -> tuple[Network, np.ndarray[Any, Any], dict[str, np.ndarray[Any, Any]]]:
    """A network with every weight off its start, items and something to learn for each output."""
    network, random = Network(graph, seed=2, dtype=np.float64), np.random.default_rng(3)
    network.parameters[...] = 0.5 * random.normal(size=network.parameters.size)
    targets = {}
    for id in network.outputs:
        loss, (units,) = network.output(id).loss, network.inference.nodes[id].output or (0,)
        classes = units if loss.takes_classes or units > 1 else 2
        targets[id] = loss.encode(random.integers(0, classes, ITEMS), units)
    return network, random.normal(size=(ITEMS, *network.input_shape)), targets


def test_every_layer_is_drawn_often_enough() -> None:
    assert set(INNER) == set(CATALOGUE) - {Input, Output}
    assert len(INNER) * EACH >= LEAST


@pytest.mark.parametrize("layer", INNER, ids=lambda layer: layer.__name__)
def test_legal_graphs_compute_what_they_promise(layer: type[Layer]) -> None:
    @settings(max_examples=EACH, **UNHURRIED)
    @given(graphs(layer))
    def holds(graph: Graph) -> None:
        assert graph.of_type(layer)
        assert_sound(graph)

    holds()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[0].__name__)
def test_layers_computed_in_one_go_give_the_same(block: tuple[type[Layer] | Layer, ...]) -> None:
    @settings(max_examples=EACH, **UNHURRIED)
    @given(graphs(*block))
    def holds(graph: Graph) -> None:
        assert_sound(graph)

    holds()


def test_graphs_branch_and_meet_and_have_several_heads() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=100, derandomize=True, **UNHURRIED)
    @given(graphs())
    def counted(graph: Graph) -> None:
        uses = Counter(wire.source for wire in graph.wires)
        seen["branches"] += max(uses.values()) > 1
        seen["meets"] += any(node.layer.many_slots for node in graph.nodes.values())
        seen["heads"] += len(graph.of_type(Output)) > 1

    counted()
    assert min(seen["branches"], seen["meets"], seen["heads"]) >= 30, seen


def assert_sound(graph: Graph) -> None:
    """No problem, shapes as inferred, finite values, and gradients that are slopes."""
    network, x, targets = made(graph)
    assert infer(graph).ok
    for training in (False, True):
        values = network.run_forward(x, training=training)
        assert set(values) == set(graph.nodes)
        for id, value in values.items():
            assert value.shape == (ITEMS, *(network.inference.nodes[id].output or ())), id
            assert np.isfinite(value).all(), id

    network.gradients[...] = np.nan  # a gradient that is not written would be seen
    network.run_backward(network.losses(values, targets).gradients)
    random, gradients = np.random.default_rng(5), network.gradients.copy()
    assert_same_in_one_go(network, x, targets)

    def loss() -> float:
        return float(network.losses(network.run_forward(x, training=True), targets).total)

    size, compared = gradients.size, 0
    tolerance = 1e-6 * max(float(np.linalg.norm(gradients)), 1e-3)
    for direction in (*random.normal(size=(3, size)), *np.eye(size)[:: max(1, size // 3)]):
        direction = direction / np.linalg.norm(direction)
        slope = slope_along(loss, network.parameters, direction)
        if slope is not None:
            compared += 1
            assert abs(gradients @ direction - slope) <= tolerance
    assert compared


def assert_same_in_one_go(
    network: Network, x: np.ndarray[Any, Any], targets: dict[str, np.ndarray[Any, Any]]
) -> None:
    """Loss and gradients do not depend on which layers are computed at once."""
    values, gradients = network.run_forward(x, training=True), network.gradients.copy()
    wanted = float(network.losses(values, targets).total)
    values = network.run_forward(x, training=True, every=False)
    losses = network.losses(values, targets)
    network.gradients[...] = np.nan
    network.run_backward(losses.gradients, every=False)
    assert float(losses.total) == pytest.approx(wanted, rel=1e-12)
    assert error(network.gradients, gradients) <= 1e-9
