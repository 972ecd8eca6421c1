"""The neocognitron as Conv2d, ReLU and MaxPool2d: same shapes, same features."""

from __future__ import annotations

import numpy as np
import pytest

from core.convert import carried_weights, to_relu_and_max
from core.explain.clusters import winning_planes
from core.graph import Graph, chain
from core.hebb import Hebb
from core.infer import infer
from core.initializers import Constant
from core.layers import (
    Concat,
    Conv2d,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    NeoC,
    NeoS,
    Output,
    ReLU,
)
from core.network import Network
from core.optimizers import SGD
from core.training.learner import Learner
from core.zoo import BY_ID
from tests.campaigns.hebb import trial
from tests.core.test_hebb import SEEDS
from tests.support.bars import bar


def converted(network: Network) -> Network:
    """The converted network with the weights that were carried over."""
    made = Network(to_relu_and_max(network.graph), seed=9, dtype=network.dtype)
    made.set_weights(carried_weights(network.graph, made.graph, network.weights()))
    return made


def test_the_template_keeps_its_shapes() -> None:
    graph = BY_ID["neocognitron"].build()
    simple = to_relu_and_max(graph)
    assert not simple.of_type(NeoS)
    assert not simple.of_type(NeoC)
    assert [len(simple.of_type(one)) for one in (Conv2d, ReLU, MaxPool2d)] == [3, 3, 3]
    before, after = infer(graph), infer(simple)
    assert after.problems == ()
    for id, info in before.nodes.items():
        assert after.nodes[id].output == info.output
    assert after.parameters == before.parameters  # a bias for every b


def test_filters_start_as_the_strengths_do() -> None:
    layers = NeoS(2, (3, 3), weight_init=Constant(0.25)), NeoC(), Flatten(), Linear(4), Output()
    simple = Network(to_relu_and_max(chain(Input((1, 12, 12)), *layers)))
    assert (simple.weight("neos1.weight") == 0.25).all()


def test_the_converted_network_runs_and_learns() -> None:
    network = converted(Network(BY_ID["neocognitron"].build(), seed=2))
    x = np.random.default_rng(0).random((8, 1, 28, 28), np.float32)
    learner = Learner(network, SGD(lr=0.002))
    losses = [float(learner.step(x, np.arange(8))) for _ in range(6)]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same", (0, 1, 2, 0)])
def test_without_inhibition_the_answers_are_the_same(stride: int, padding: object) -> None:
    s_cells = NeoS(3, (4, 3), stride, padding, selectivity=2.5)  # type: ignore[arg-type]
    graph = chain(Input((2, 9, 8)), s_cells, Flatten(), Linear(2), Output())
    network = Network(graph, seed=4, dtype=np.float64)
    x = np.random.default_rng(1).random((2, 2, 9, 8))
    wanted = network.activations(x, ["neos1"])["neos1"]
    (relu,) = to_relu_and_max(graph).of_type(ReLU)
    got = converted(network).activations(x, [relu.id])[relu.id]
    np.testing.assert_allclose(got, wanted, rtol=1e-12)
    np.testing.assert_allclose(converted(network).predict(x), network.predict(x), rtol=1e-12)


def test_all_wires_lead_on_from_the_relu() -> None:
    graph = Graph()
    for id, layer in (
        ("in", Input((1, 8, 8))), ("s", NeoS(2, (3, 3))), ("also", Conv2d(2, (3, 3))),
        ("both", Concat()), ("flat", Flatten()), ("out", Output()),
    ):  # fmt: skip
        graph = graph.with_node(layer, id=id)
    for source, target in (
        ("in", "s"), ("in", "also"), ("s", "both"), ("also", "both"), ("s", "flat"),
        ("flat", "out"),
    ):  # fmt: skip
        graph = graph.with_wire(source, target)
    simple = to_relu_and_max(graph)
    assert simple.inputs_of("both") == ("relu1", "also")
    assert simple.inputs_of("flat") == ("relu1",)
    assert simple.inputs_of("relu1") == ("s",)
    assert graph.inputs_of("both") == ("s", "also")


def test_other_graphs_stay_as_they_are() -> None:
    graph = BY_ID["lenet5"].build()
    assert to_relu_and_max(graph) == graph


@pytest.mark.parametrize("seed", SEEDS)
def test_filters_find_what_the_planes_had_learned(seed: int) -> None:
    network = converted(trial(Hebb(seed=seed)).network)
    shown = np.stack([bar(kind) for kind in range(4)])
    won = winning_planes(network.activations(shown, ["neoc1"])["neoc1"])
    assert len(set(won.tolist())) == 4
