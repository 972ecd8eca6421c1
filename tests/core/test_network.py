"""The network as a whole: gradients through branches, weights, refusals, memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.graph import Graph, chain
from core.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Tanh,
)
from core.losses import BinaryCrossEntropy, SquaredError
from core.network import Network
from core.network_errors import NetworkError, ValuesError
from core.optimizers import SGD
from core.training.learner import Learner
from core.zoo import BY_ID


def small(*middle: Any, shape: tuple[int, ...] = (1, 4, 4)) -> Graph:
    """A chain that ends in three classes."""
    return chain(Input(shape), *middle, Flatten(), Linear(3), Output())


# ---- gradients -----------------------------------------------------------------------


def test_gradients_add_where_an_output_is_used_twice() -> None:
    once, twice = (chain(Input((2,)), Linear(3)) for _ in range(2))
    twice = twice.with_node(Add(), id="add")
    twice = twice.with_wire("linear1", "add").with_wire("linear1", "add")
    once, twice = (
        graph.with_node(Output(SquaredError()), id="out").with_wire(end, "out")
        for graph, end in ((once, "linear1"), (twice, "add"))
    )
    x, target = np.array([[1.0, 2.0]]), np.zeros((1, 3))
    networks = [Network(graph, dtype=np.float64) for graph in (once, twice)]
    for network in networks:
        network.loss_and_gradients(x, target)
    # y doubles, and each of the two uses hands its part back: four times the gradient
    assert_allclose(networks[1].gradients, 4 * networks[0].gradients, rtol=1e-12)


def two_heads(weight: float) -> Graph:
    """One body, two outputs that learn from different fields."""
    graph = chain(Input((2, 2, 2)), Flatten(), Linear(4), Tanh())
    for name, units, loss in (("kind", 3, None), ("size", 1, SquaredError())):
        words = {"loss": loss} if loss else {}
        graph = graph.with_node(Linear(units), id=f"to_{name}").with_wire("tanh1", f"to_{name}")
        output = Output(target=name, weight=weight if name == "size" else 1.0, **words)
        graph = graph.with_node(output, id=name).with_wire(f"to_{name}", name)
    return graph


def test_outputs_count_by_their_weights() -> None:
    x = np.random.default_rng(0).normal(size=(5, 2, 2, 2))
    fields = {"kind": np.array([0, 1, 2, 1, 0]), "size": np.arange(5.0).reshape(5, 1)}
    losses, gradients = [], []
    for weight in (0.0, 1.0, 3.0):
        network = Network(two_heads(weight), dtype=np.float64)
        losses.append(network.loss_and_gradients(x, fields))
        gradients.append(network.gradient("linear1.weight"))
    assert_allclose(losses[2] - losses[0], 3 * (losses[1] - losses[0]), rtol=1e-12)
    assert_allclose(
        gradients[2] - gradients[0], 3 * (gradients[1] - gradients[0]), rtol=1e-9, atol=1e-12
    )


def test_a_node_that_leads_nowhere_has_gradient_zero() -> None:
    graph = small(Conv2d(2, 3)).with_node(Conv2d(4, 2), id="loose").with_wire("input1", "loose")
    network = Network(graph, dtype=np.float64)
    optimizer = SGD(weight_decay=0.1)
    state = optimizer.start(np, network.parameters)
    for step in (1, 2, 3):
        network.loss_and_gradients(np.ones((2, 1, 4, 4)), np.array([0, 1]))
        assert not network.gradient("loose.weight").any()
        assert network.gradient("conv1.weight").any()
        optimizer.update(np, network.parameters, network.gradients, state, step=step, lr=0.1)


# ---- first weights and random choices ------------------------------------------------


def test_first_weights_do_not_depend_on_other_nodes() -> None:
    plain = small(Conv2d(3, 3))
    more = plain.with_node(Conv2d(8, 2), id="another").with_wire("input1", "another")
    one, two = Network(plain, seed=9), Network(more, seed=9)
    for name in one.weight_names:
        assert_array_equal(one.weight(name), two.weight(name))
    assert not np.array_equal(one.weight("conv1.weight"), Network(plain).weight("conv1.weight"))


def test_two_layers_alike_start_differently() -> None:
    network = Network(small(Conv2d(1, 3, padding=1), Conv2d(1, 3, padding=1)))
    assert not np.array_equal(network.weight("conv1.weight"), network.weight("conv2.weight"))


def test_first_weights_have_the_spread_of_he() -> None:
    network = Network(chain(Input((400,)), Linear(300), Linear(10), Output()))
    assert network.weight("linear1.weight").std() == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert not network.weight("linear1.bias").any()


def test_dropout_repeats_for_the_same_step_and_changes_with_it() -> None:
    network = Network(small(Dropout(0.5)), dtype=np.float64)
    x, labels = np.ones((4, 1, 4, 4)), np.zeros(4, int)
    losses = [network.loss_and_gradients(x, labels) for _ in range(2)]
    network.clock += 1
    losses.append(network.loss_and_gradients(x, labels))
    assert losses[0] == losses[1] != losses[2]


def test_predicting_changes_neither_running_means_nor_random_streams() -> None:
    graph = small(Conv2d(2, 3), BatchNorm2d(), Dropout(0.5))
    x, labels = np.random.default_rng(0).normal(size=(4, 1, 4, 4)), np.array([0, 1, 2, 0])
    plain, disturbed = (Network(graph, dtype=np.float64) for _ in range(2))
    losses: list[list[float]] = [[], []]
    for number, network in enumerate((plain, disturbed)):
        for _ in range(3):
            if network is disturbed:
                before = network.weights()
                network.predict(x[:2])
                for name, value in network.weights().items():
                    assert_array_equal(value, before[name])
            losses[number].append(network.loss_and_gradients(x, labels))
            network.clock += 1
    assert losses[0] == losses[1]
    assert plain.weight("batchnorm1.running_mean").any()


def test_batch_norm_predicts_with_running_averages() -> None:
    graph = chain(Input((1, 2, 2)), BatchNorm2d(momentum=1.0), Flatten(), Output(SquaredError()))
    network = Network(graph, dtype=np.float64)
    x = np.random.default_rng(0).normal(3.0, 2.0, size=(50, 1, 2, 2))
    network.loss_and_gradients(x, np.zeros((50, 4)))
    assert_allclose(network.weight("batchnorm1.running_mean"), x.mean(), rtol=1e-12)
    assert_allclose(network.weight("batchnorm1.running_var"), x.var(ddof=1), rtol=1e-12)
    assert_allclose(network.predict(x).mean(), 0, atol=1e-12)


# ---- weights by name -----------------------------------------------------------------


def test_weights_can_be_taken_and_put_back() -> None:
    network, other = (
        Network(small(Conv2d(2, 3), BatchNorm2d())),
        Network(small(Conv2d(2, 3)), seed=1),
    )
    network.set_weights(other.weights())
    assert_array_equal(network.weight("conv1.weight"), other.weight("conv1.weight"))
    network.weight("conv1.weight")[...] = 0  # a copy: the network keeps its own
    assert network.weight("conv1.weight").any()


def test_a_copy_answers_alike_and_learns_for_itself() -> None:
    network = Network(small(Conv2d(2, 3), BatchNorm2d(), Dropout(0.5)), seed=3)
    network.clock = 7
    x, labels = np.random.default_rng(0).normal(size=(4, 1, 4, 4)), np.array([0, 1, 2, 0])
    network.loss_and_gradients(x, labels)  # the running averages move
    before, copy = network.weights(), network.copy()
    assert_array_equal(copy.predict(x), network.predict(x))
    copy.loss_and_gradients(x, labels)
    Learner(copy, SGD(lr=0.1)).step(x, labels)
    for name, values in network.weights().items():
        assert_array_equal(values, before[name])
        assert not np.array_equal(copy.weight(name), values), name
    copy, before_clock = network.copy(), network.clock
    assert copy.clock == before_clock == 7
    assert copy.loss_and_gradients(x, labels) == network.loss_and_gradients(x, labels)


def test_wrong_shapes_are_refused_before_anything_changes() -> None:
    network = Network(small(Conv2d(2, 3)))
    before = network.weights()
    wrong = {"conv1.bias": np.ones(2), "conv1.weight": np.zeros((2, 1, 3))}
    with pytest.raises(NetworkError, match=r"conv1\.weight has the shape \(2, 1, 3, 3\)"):
        network.set_weights(wrong)
    assert_array_equal(network.weight("conv1.bias"), before["conv1.bias"])


@pytest.mark.parametrize("name", ["conv9.weight", "conv1.scale", "conv1", ""])
def test_unknown_weights_are_refused(name: str) -> None:
    network = Network(small(Conv2d(2, 3)))
    with pytest.raises(NetworkError, match="there is no weight"):
        network.weight(name)
    with pytest.raises(NetworkError, match="there is no trained weight"):
        network.gradient(name)


def test_flat_vectors_hold_all_weights() -> None:
    network = Network(BY_ID["resnet-small"].build())
    assert network.parameters.size == network.inference.parameters
    network.parameters[...] = 7
    kept = {name for name in network.weight_names if "running" in name}
    for name in set(network.weight_names) - kept:
        assert (network.weight(name) == 7).all()
    assert not any((network.weight(name) == 7).any() for name in kept)


# ---- what does not fit ---------------------------------------------------------------


ITEMS = "input1 takes items of the shape 4 × 4 × 1, these are"
CLASSES = "output1 tells 3 classes apart, 0 to 2; label"
FIELD = "under Learns from."


@pytest.mark.parametrize(
    ("shape", "labels", "sentence"),
    [
        ((2, 1, 5, 4), [0, 1], f"{ITEMS} 5 × 4 × 1."),
        ((1, 4, 4), [0], f"{ITEMS} 4 × 4."),
        ((), [0], f"{ITEMS} 0."),
        ((0, 1, 4, 4), [], "input1 gets an empty batch: at least one item is needed."),
        ((2, 1, 4, 4), [0, 3], f"{CLASSES} 3 came: give the layer before it 4 units."),
        ((2, 1, 4, 4), [-1, 0], f"{CLASSES} -1 came: check the data."),
        ((2, 1, 4, 4), [0, 1, 2], "the batch has 2 items but 3 labels for output1."),
        (
            (2, 1, 4, 4),
            [0.0, 1.0],
            "output1 takes class numbers, “label” holds float64 values: choose another field"
            f" {FIELD}",
        ),
        (
            (2, 1, 4, 4),
            {"kind": [0, 1]},
            f"output1 learns from “label”, the data have kind: choose one of these {FIELD}",
        ),
        (
            (2, 1, 4, 4),
            [[0.0, 1.0], [1.0, 0.0]],
            "output1 tells classes apart, “label” holds 2 values for each item: choose Squared"
            f" error as its loss, or another field {FIELD}",
        ),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    shape: tuple[int, ...], labels: Any, sentence: str
) -> None:
    network, x = Network(small()), np.ones(shape)
    fields = labels if isinstance(labels, dict) else np.array(labels)
    with pytest.raises(ValuesError) as refused:
        network.loss_and_gradients(x, fields)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        (
            np.ones((2, 2)),
            "output1 gives 3 values, “box” holds 2 for each item: give the layer before it 2 units,"
            f" or choose another field {FIELD}",
        ),
        (
            np.full((2, 3), np.nan),
            "output1 learns from “box”, which holds values that are not finite. Check the data"
            " set.",
        ),
    ],
)
def test_values_that_do_not_fit_name_the_output(targets: np.ndarray, sentence: str) -> None:
    network = Network(chain(Input((4,)), Linear(3), Output(SquaredError(), target="box")))
    with pytest.raises(ValuesError) as refused:
        network.loss_and_gradients(np.ones((2, 4)), {"box": targets})
    assert str(refused.value) == sentence


def test_every_output_tells_its_own_loss() -> None:
    body = Graph().with_node(Input((4,)), id="x").with_node(Linear(3), id="y").with_wire("x", "y")
    graph = (
        body.with_node(Output(SquaredError(), 2.0, target="a"), id="a").with_wire("y", "a")
        .with_node(Output(SquaredError(), 0.5, target="b"), id="b").with_wire("y", "b")
    )  # fmt: skip
    network = Network(graph, dtype=np.float64)
    batch, targets = network.prepare(np.ones((2, 4)), {"a": np.zeros((2, 3)), "b": np.ones((2, 3))})
    found = network.losses(network.run_forward(batch), targets)
    assert set(found.each) == {"a", "b"}
    assert float(found.total) == pytest.approx(2 * found.each["a"] + 0.5 * found.each["b"])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize(
    "ask",
    [
        Network.predict,
        Network.forward,
        lambda network, x: network.activations(x, ["linear1"]),
        lambda network, x: network.loss_and_gradients(x, np.zeros(3, int)),
        lambda network, x: Learner(network, SGD()).step(x, np.zeros(3, int)),
    ],
    ids=["predict", "forward", "activations", "loss", "step"],
)
def test_items_that_are_not_finite_are_refused(ask: Any, value: float) -> None:
    network, x = Network(small(Tanh())), np.ones((3, 1, 4, 4))
    start = network.parameters.copy()
    x[1, 0, 2, 2] = x[1, 0, 3, 3] = value  # 1e300 is infinite in float32; tanh would hide it
    with pytest.raises(ValuesError, match=r"^input1 takes finite numbers, .* in 1 of 3 items: "):
        ask(network, x)
    assert_array_equal(network.parameters, start)
    assert network.clock == 0


def test_a_graph_with_problems_is_refused_by_its_sentence() -> None:
    with pytest.raises(NetworkError, match=r"^conv1 needs an input of 9×9 or larger"):
        Network(small(Conv2d(2, 9)))
    with pytest.raises(NetworkError, match="empty"):
        Network(Graph())


# ---- memory --------------------------------------------------------------------------


def test_batches_of_changing_size_share_memory_and_stay_right() -> None:
    graph = small(Conv2d(3, 3, padding=1), BatchNorm2d(), ReLU(), AvgPool2d(), MaxPool2d(2, 1))
    random = np.random.default_rng(6)
    reused = Network(graph, dtype=np.float64)
    for items in (2, 9, 1, 9, 4):
        x, labels = random.normal(size=(items, 1, 4, 4)), random.integers(0, 3, items)
        fresh = Network(graph, dtype=np.float64)
        losses = [network.loss_and_gradients(x, labels) for network in (reused, fresh)]
        assert losses[0] == losses[1]
        assert_array_equal(reused.gradients, fresh.gradients)


def test_results_are_the_caller_s_own() -> None:
    network, x = Network(small()), np.ones((2, 1, 4, 4))
    first = network.forward(x)
    kept = first.copy()
    network.forward(3 * x)
    assert_array_equal(first, kept)


def test_probabilities_sum_to_one_and_follow_the_loss() -> None:
    x = np.random.default_rng(1).normal(size=(5, 1, 4, 4))
    assert_allclose(Network(small()).predict(x).sum(axis=1), 1, rtol=1e-5)
    yes_no = chain(Input((1, 4, 4)), Flatten(), Linear(1), Output(BinaryCrossEntropy()))
    network = Network(yes_no, dtype=np.float64)
    assert_allclose(network.predict(x), 1 / (1 + np.exp(-network.forward(x))), rtol=1e-12)
