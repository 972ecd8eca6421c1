"""The probe gives the network's own tensors, and nothing in the network moves by it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.explain.frames import Target
from core.explain.probe import probe
from core.explain.steps import parts, steps
from core.graph import Graph, chain
from core.layers import (
    Add,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    SeparableConv1d,
    SeparableConv2d,
)
from core.network import Network

RANDOM = np.random.default_rng(8)
ALL = (
    "x", "y", "dx", "dy", "weight", "bias", "dweight", "dbias", "target", "z", "dz",
    "depthwise", "ddepthwise", "pointwise", "dpointwise", "x1", "dx1",
)  # fmt: skip


def small() -> Graph:
    return chain(
        Input((1, 8, 8)), Conv2d(3, padding="same"), ReLU(), MaxPool2d(), Flatten(), Linear(4),
        Output(),
    )  # fmt: skip


def item(shape: tuple[int, ...] = (1, 8, 8)) -> np.ndarray:
    return RANDOM.normal(size=shape).astype(np.float32)


LABEL = np.array([2])


@pytest.mark.oracle
def test_pytorch_has_the_same_tensors() -> None:
    import torch
    from torch.nn import functional

    network, x = Network(small(), seed=1), item()
    found = {node: probe(network, x, LABEL, node=node, wants=ALL) for node in network.graph.order}
    w = {name: torch.tensor(one, requires_grad=True) for name, one in network.weights().items()}
    inputs = torch.tensor(x[None], requires_grad=True)
    values = {"input1": inputs}
    values["conv1"] = functional.conv2d(inputs, w["conv1.weight"], w["conv1.bias"], padding=1)
    values["relu1"] = functional.relu(values["conv1"])
    values["maxpool1"] = functional.max_pool2d(values["relu1"], 2)
    values["flatten1"] = values["maxpool1"].flatten(1)
    values["linear1"] = functional.linear(
        values["flatten1"], w["linear1.weight"], w["linear1.bias"]
    )
    for one in values.values():
        one.retain_grad()
    functional.cross_entropy(values["linear1"], torch.tensor(LABEL)).backward()
    before = None
    for node, one in values.items():
        assert_allclose(found[node]["y"], one.detach()[0], rtol=1e-4, atol=1e-5)
        assert_allclose(found[node]["dy"], one.grad[0], rtol=1e-4, atol=1e-5)
        if before is not None:
            assert_array_equal(found[node]["x"], found[before]["y"])
            assert_allclose(found[node]["dx"], found[before]["dy"], rtol=1e-6)
        before = node
    for name, one in w.items():
        node, _, weight = name.partition(".")
        assert_array_equal(found[node][weight], network.weight(name))
        assert_allclose(found[node][f"d{weight}"], one.grad, rtol=1e-4, atol=1e-5)
    assert found["output1"]["target"] == 2


def test_nothing_moves() -> None:
    graph = chain(
        Input((2, 6, 6)),
        Conv2d(3),
        BatchNorm2d(),
        ReLU(),
        Dropout(),
        Flatten(),
        Linear(3),
        Output(),
    )
    network = Network(graph, seed=3)
    network.loss_and_gradients(item((2, 6, 6))[None], LABEL)
    before = [one.copy() for one in (network.parameters, network.gradients, network.kept)]
    wants_dx = [network.parts(id).run.wants_dx for id in graph.order]
    for node in graph.order:
        probe(network, item((2, 6, 6)), LABEL, node=node, wants=ALL)
    for old, now in zip(before, (network.parameters, network.gradients, network.kept), strict=True):
        assert_array_equal(old, now)
    assert wants_dx == [network.parts(id).run.wants_dx for id in graph.order]
    assert network.clock == 0


def test_probing_between_batches_leaves_training_as_it_is() -> None:
    """The same steps with and without a probe end in the same weights, bit for bit."""
    batches = [(RANDOM.normal(size=(4, 1, 8, 8)).astype(np.float32), RANDOM.integers(0, 4, 4))] * 5

    def trained(probing: bool) -> np.ndarray:
        network = Network(small(), seed=2)
        for x, labels in batches:
            network.loss_and_gradients(x, labels)
            if probing:
                probe(network, batches[0][0][0], LABEL, node="conv1", wants=ALL)
            network.parameters -= 0.1 * network.gradients
            network.clock += 1
        return network.parameters.copy()

    assert_array_equal(trained(False), trained(True))


def test_a_branch_has_its_own_gradient_by_the_input() -> None:
    """What two layers hand back adds up in dy of the node that both take from."""
    graph = chain(Input((1, 4, 4)), Conv2d(2, padding="same"))
    graph = graph.with_node(ReLU(), id="a").with_node(Conv2d(2, padding="same"), id="b")
    graph = graph.with_node(Add(), id="sum").with_node(Flatten(), id="flat")
    graph = graph.with_node(Output(), id="end")
    for source, target in (("conv1", "a"), ("conv1", "b"), ("sum", "flat"), ("flat", "end")):
        graph = graph.with_wire(source, target)
    graph = graph.with_wire("a", "sum").with_wire("b", "sum")
    network, x = Network(graph, seed=4), item((1, 4, 4))
    one, two = (probe(network, x, LABEL, node=node, wants=("dx",))["dx"] for node in ("a", "b"))
    both = probe(network, x, LABEL, node="conv1", wants=("dy",))["dy"]
    assert_allclose(one + two, both, rtol=1e-5, atol=1e-6)
    assert not np.allclose(one, both)
    added = probe(network, x, LABEL, node="sum", wants=("x", "x1", "y", "dx", "dx1", "dy"))
    assert_array_equal(added["x"] + added["x1"], added["y"])
    assert_array_equal(added["dx"], added["dy"])


def test_a_bypassed_layer_hands_on_what_comes_in() -> None:
    graph = small()
    network, x = Network(graph.with_bypass(["relu1"], True), seed=1), item()
    found = probe(network, x, LABEL, node="relu1", wants=("y", "dy"))
    before = probe(network, x, LABEL, node="conv1", wants=("y", "dy"))
    assert_array_equal(found["y"], before["y"])
    assert_array_equal(found["dy"], before["dy"])


def test_without_labels_there_are_no_gradients() -> None:
    found = probe(Network(small()), item(), node="conv1", wants=ALL)
    assert set(found) == {"x", "y", "weight", "bias"}


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (SeparableConv2d(4, (3, 3), (2, 2), "half", depth_multiplier=2), (3, 9, 8)),
        (SeparableConv1d(4, 3, 2, "half", depth_multiplier=2), (3, 11)),
    ],
)
def test_both_parts_of_a_separable_convolution(layer: SeparableConv2d, shape: tuple) -> None:
    network = Network(chain(Input(shape), layer, Flatten(), Output()), dtype=np.float64)
    (node,) = (node.id for node in network.graph.of_type(type(layer)))
    found = probe(network, RANDOM.normal(size=shape), LABEL, node=node, wants=ALL)
    for part in parts(layer):
        modes = steps(layer, found, part=part)
        assert set(modes) == {"forward", "data", "filter"}
        for one in modes.values():
            target = Target(one.maps - 1, one.size[0] - 1, one.size[1] - 1)
            frame = one.frame(target, int(one.planes(target.map)[0]))
            assert frame.engine is not None
            assert_allclose(frame.total, frame.engine, rtol=1e-9)
