"""Bypassed nodes: the network computes as if they were not there, and their weights rest."""

from __future__ import annotations

import numpy as np
import pytest

from core.graph import Graph, GraphError, Wire, chain
from core.infer import infer
from core.layers import (
    Add,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
)
from core.network import Network
from core.optimizers import SGD
from core.training import checkpoint
from core.training.learner import Learner

NET = chain(
    Input((1, 8, 8)), Conv2d(4, 3, padding=1), ReLU(), MaxPool2d(), Flatten(), Linear(3), Output()
)


def without_pooling() -> Graph:
    """The same network written down without its pooling; ids as in `NET`."""
    graph = NET.without(["maxpool1"])
    return graph.with_wire("relu1", "flatten1")


def test_shapes_and_costs_are_those_of_the_network_without_it() -> None:
    found = infer(NET.with_bypass(["maxpool1"], True))
    plain = infer(without_pooling())
    assert found.ok
    assert found.parameters == plain.parameters == (4 * 9 + 4) + (256 * 3 + 3)
    assert found.macs == plain.macs
    for id, info in plain.nodes.items():
        assert found.nodes[id] == info
    assert found.nodes["maxpool1"].output == (4, 8, 8)
    assert found.nodes["maxpool1"].cost.outputs == 0


def test_it_computes_and_learns_as_the_network_without_it() -> None:
    x = np.random.default_rng(0).normal(size=(5, 1, 8, 8)).astype(np.float32)
    labels = np.array([0, 1, 2, 1, 0])
    bypassed, plain = Network(NET.with_bypass(["maxpool1"], True)), Network(without_pooling())
    for network in (bypassed, plain):
        learner = Learner(network, SGD(lr=0.1))
        for _ in range(3):
            learner.step(x, labels)
    assert np.array_equal(bypassed.predict(x), plain.predict(x))
    given = bypassed.activations(x, ["relu1", "maxpool1"])
    assert np.array_equal(given["maxpool1"], given["relu1"])


def test_weights_rest_while_others_learn_and_are_kept_in_checkpoints(tmp_path: object) -> None:
    graph = chain(
        Input((1, 6, 6)), Conv2d(2, 3, padding=1), Conv2d(2, 3, padding=1), BatchNorm2d(),
        Flatten(), Linear(2), Output(),
    )  # fmt: skip
    full = Network(graph, seed=3)
    resting = Network(graph.with_bypass(["conv2", "batchnorm1"], True), seed=3)
    # Two filters of 2·9 weights and a bias each, and two scales and shifts, are not trained now.
    assert full.parameters.size - resting.parameters.size == 2 * 18 + 2 + 2 + 2
    assert resting.weight_names == full.weight_names
    before = resting.weights()
    x = np.random.default_rng(1).normal(size=(4, 1, 6, 6)).astype(np.float32)
    Learner(resting, SGD(lr=0.1, weight_decay=0.1)).step(x, np.array([0, 1, 1, 0]))
    after = resting.weights()
    for name, values in before.items():
        rests = name.startswith(("conv2", "batchnorm1"))
        assert np.array_equal(values, after[name]) == rests, name
    path = f"{tmp_path}/weights"
    checkpoint.write_weights(path, after, graph, 1)
    checkpoint.load_weights(path, full)
    assert np.array_equal(full.weight("conv2.weight"), after["conv2.weight"])


def test_a_merge_hands_on_its_first_input() -> None:
    graph = Graph().with_node(Input((2, 4, 4))).with_node(ReLU()).with_node(Conv2d(2, 1))
    graph = graph.with_node(Add()).with_node(Output())
    graph = graph.with_wire("input1", "relu1").with_wire("input1", "conv1")
    graph = graph.with_wire("conv1", "add1").with_wire("relu1", "add1").with_wire("add1", "output1")
    active = graph.with_bypass(["add1"], True).active
    assert active.inputs_of("output1") == ("conv1",)
    assert Wire("relu1", "add1", 1) not in active.wires
    both = graph.with_bypass(["add1", "conv1"], True)
    assert both.active.inputs_of("output1") == ("input1",)
    assert both.giver("add1") == "input1"


def test_one_that_gets_nothing_gives_nothing() -> None:
    graph = chain(Conv2d(3), ReLU()).with_bypass(["conv1"], True)
    assert graph.giver("conv1") is None
    found = infer(graph)
    assert found.nodes["conv1"].output is None
    assert any(p.node == "relu1" and "has no input yet" in p.sentence for p in found.problems)


def test_a_layer_that_fits_nowhere_makes_no_problem_while_it_is_bypassed() -> None:
    graph = chain(Input((1, 8, 8)), Conv2d(4, 20), Flatten(), Linear(2), Output())
    assert not infer(graph).ok
    assert infer(graph.with_bypass(["conv1"], True)).ok


@pytest.mark.parametrize(
    ("id", "reason"), [("input1", "where the data come in"), ("output1", "where the loss is")]
)
def test_ends_of_the_network_cannot_be_bypassed(id: str, reason: str) -> None:
    with pytest.raises(GraphError, match=f"^{id} cannot be bypassed: it is {reason}.$"):
        NET.with_bypass([id], True)


def test_back_again_it_is_as_it_was() -> None:
    there = NET.with_bypass(["conv1", "relu1"], True)
    assert there != NET
    assert there.with_bypass(["conv1", "relu1"], False) == NET
    assert NET.active is NET


def test_what_takes_its_place_is_bypassed_only_where_that_can_be() -> None:
    graph = NET.with_bypass(["relu1"], True)
    assert graph.with_layer("relu1", Conv2d(4))["relu1"].bypassed
    assert not graph.with_layer("relu1", Output())["relu1"].bypassed


def test_it_is_left_out_of_a_summary_and_of_the_graph_that_runs() -> None:
    graph = NET.with_bypass(["maxpool1"], True)
    assert "maxpool1" not in graph.active.order
    assert Network(graph).graph == without_pooling()
    assert Network(graph).whole == graph
