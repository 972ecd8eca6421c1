"""Evaluation: the same numbers however the items are cut into batches."""

from __future__ import annotations

import numpy as np
import pytest

from core.graph import Graph, chain
from core.layers import Input, Linear, Output
from core.losses import BinaryCrossEntropy, CrossEntropy, Loss, SquaredError
from core.network import Network
from core.network_errors import ValuesError
from core.training.evaluate import evaluate, items_at_once

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


@pytest.mark.parametrize("size", [1, 7, 23])
def test_weighted_classes_cost_the_same_in_any_batches(size: int) -> None:
    loss = CrossEntropy(class_weights=(1.0, 0.1, 3.0))
    network, labels = Network(graph(3, Output(loss)), dtype=np.float64), np.arange(23) % 3
    found = evaluate(network, batches(labels, size))
    whole, _ = loss.value_and_gradient(np, network.forward(X), labels)
    assert found
    assert found.loss == pytest.approx(float(whole), rel=1e-12)


def test_top_k_is_told_of_more_than_k_classes() -> None:
    network, labels = Network(graph(6, Output()), dtype=np.float64), RANDOM.integers(0, 6, 23)
    best = np.argsort(-network.forward(X), axis=1)
    for k in (1, 3, 5):
        found = evaluate(network, batches(labels, 8), k=k)
        assert found
        assert found.primary.top_k == np.mean((best[:, :k] == labels[:, None]).any(axis=1))
        assert found.more == {f"top{k}": found.primary.top_k}
    trivial = evaluate(network, batches(labels, 8), k=6)
    assert trivial
    assert trivial.primary.top_k is None


def two_heads(first: Loss, second: Loss) -> Network:
    """Outputs "a" for classes and "b" for boxes, after a layer each."""
    net = Graph().with_node(Input((5,)), id="x")
    for name, units, output in (
        ("a", 3, Output(first)),
        ("b", 8, Output(second, weight=0.5, target="box")),
    ):
        net = net.with_node(Linear(units), id=f"to_{name}").with_wire("x", f"to_{name}")
        net = net.with_node(output, id=name).with_wire(f"to_{name}", name)
    return Network(net, dtype=np.float64)


def test_each_output_learns_its_field_and_is_measured_by_itself() -> None:
    network = two_heads(CrossEntropy(), SquaredError())
    labels, boxes = np.arange(23) % 3, RANDOM.random((23, 8))
    given = [
        (x, {"label": labels[i : i + 5], "box": boxes[i : i + 5]})
        for i, (x, _) in zip(range(0, 23, 5), batches(labels, 5), strict=True)
    ]
    found = evaluate(network, given, kinds={"box": "box"})
    assert found
    said = network.activations(X, ["b"])["b"]
    box = found.outputs["b"]
    assert box.loss == pytest.approx(((said - boxes) ** 2).mean(), rel=1e-12)
    assert box.absolute_error == pytest.approx(np.abs(said - boxes).mean(), rel=1e-12)
    assert box.iou is not None
    assert 0 <= box.iou <= 1
    assert found.loss == pytest.approx(found.outputs["a"].loss + 0.5 * box.loss, rel=1e-12)
    assert found.accuracy == found.outputs["a"].accuracy
    assert set(found.more) == {"a.loss", "a.accuracy", "b.loss", "b.absolute_error", "b.iou"}


def test_boxes_that_are_met_overlap_wholly() -> None:
    network = Network(graph(4, Output(SquaredError(), target="box")), dtype=np.float64)
    said = network.forward(X)
    found = evaluate(network, [(X, {"box": said})], kinds={"box": "box"})
    assert found
    assert found.primary.iou == pytest.approx(1)
    assert found.primary.absolute_error == 0


@pytest.mark.parametrize("size", [1, 7, 23])
@pytest.mark.parametrize("loss", [BinaryCrossEntropy(), SquaredError()], ids=repr)
def test_masks_are_measured_by_pixels(size: int, loss: Loss) -> None:
    network = Network(graph(6, Output(loss, target="mask")), dtype=np.float64)
    masks = RANDOM.integers(0, 2, (23, 6)).astype(float)
    given = [(x, {"mask": part}) for x, part in batches(masks, size)]
    found = evaluate(network, given, kinds={"mask": "mask"})
    assert found
    inside, right = network.predict(X) > 0.5, masks > 0.5
    ious = [
        (said & true).sum() / (said | true).sum()
        for said, true in ((inside, right), (~inside, ~right))
    ]
    more = found.more
    assert more["pixel_accuracy"] == pytest.approx((inside == right).mean())
    assert [more["inside_iou"], more["outside_iou"]] == pytest.approx(ious)
    assert more["mean_iou"] == pytest.approx(np.mean(ious))
    assert found.accuracy is None
    assert 0 < more["inside_iou"] < 1


def test_a_mask_without_a_shape_has_the_iou_of_its_background_alone() -> None:
    network = Network(graph(4, Output(BinaryCrossEntropy(), target="mask")))
    network.set_weights({"linear1.weight": np.zeros((4, 5)), "linear1.bias": np.full(4, -1.0)})
    found = evaluate(network, [(X, {"mask": np.zeros((23, 4))})], kinds={"mask": "mask"})
    assert found
    assert found.more == {"pixel_accuracy": 1.0, "mean_iou": 1.0, "outside_iou": 1.0}


def test_points_have_a_distance_and_a_share_that_is_near() -> None:
    network = Network(graph(6, Output(SquaredError(), target="joints")), dtype=np.float64)
    said = network.forward(X)
    move = np.zeros((23, 3, 2))
    move[:, 0] = (3e-9, 4e-9)  # near
    move[:, 1] = (3000.0, -4000.0)  # far
    joints = said + move.reshape(23, 6)
    given = [(x, {"joints": part}) for x, part in batches(joints, 5)]
    found = evaluate(network, given, kinds={"joints": "points"})
    assert found
    assert found.more["distance"] == pytest.approx(5000 / 3)
    assert found.more["pck"] == pytest.approx(2 / 3)
    assert found.more["absolute_error"] == pytest.approx(7000 / 6)


def test_precision_and_recall_are_those_of_the_confusion() -> None:
    network, labels = Network(graph(3, Output()), dtype=np.float64), RANDOM.integers(0, 3, 23)
    found = evaluate(network, batches(labels, 5))
    assert found
    told = found.primary.classes
    assert told is not None
    answers = network.forward(X).argmax(axis=1)
    for label in range(3):
        said, right = answers == label, labels == label
        if said.any():
            assert told.precision[label] == pytest.approx((said & right).sum() / said.sum())
        assert told.recall[label] == pytest.approx((said & right).sum() / right.sum())


def test_items_that_are_not_finite_are_told() -> None:
    network, bad = Network(graph(3, Output())), X.copy()
    bad[3, 1] = np.nan
    with pytest.raises(ValuesError, match=r"^input1 takes finite numbers"):
        evaluate(network, [(bad, np.zeros(23, int))])


@pytest.mark.parametrize(
    ("batch_size", "macs", "items"),
    [
        (64, 0, 256),  # nothing to compute
        (64, 416_520, 256),  # LeNet-5
        (4, 1_814_073_344, 5),  # ResNet-18: 10¹⁰ / 1.8 · 10⁹
        (64, 1_814_073_344, 64),  # a step has computed as much
        (512, 416_520, 512),
        (1, 15_470_264_320, 1),  # VGG-16
    ],
)
def test_heavy_networks_look_at_few_items_at_once(batch_size: int, macs: int, items: int) -> None:
    assert items_at_once(batch_size, macs) == items
