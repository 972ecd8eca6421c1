"""Networks with several outputs: classes, boxes and joints, each learned from its field."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.fitted import fit
from core.data.sources import ShapesWithBoxes, ShapesWithMasks, Sticks, open_source
from core.design import DataChoice, Design
from core.graph import Graph, chain
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.losses import BinaryCrossEntropy, CrossEntropy, Huber, Loss, SquaredError
from core.network import Network
from core.optimizers import SGD, Adam
from core.plan import Plan
from core.training.events import EpochDone, Event, Failed, event_from_json
from core.training.train import train
from tests.support.training import curve


@pytest.fixture(scope="module")
def boxes() -> Dataset:
    return open_source(ShapesWithBoxes(size=(16, 16), train=300, validation=60))


def graph(heads: dict[str, tuple[int, Loss, str]], *, channels: int = 3) -> Graph:
    """A small body, and a head for each name: units, loss and field."""
    body = (Input((channels, 16, 16)), Conv2d(8, 3), ReLU(), MaxPool2d(), Flatten(), Linear(32))
    net, last = Graph(), ""
    for layer in (*body, ReLU()):
        before = set(net.nodes)
        net = net.with_node(layer)
        (node,) = set(net.nodes) - before
        net = net.with_wire(last, node) if last else net
        last = node
    for name, (units, loss, field) in heads.items():
        net = net.with_node(Linear(units), id=f"to_{name}").with_wire(last, f"to_{name}")
        net = net.with_node(Output(loss, target=field), id=name).with_wire(f"to_{name}", name)
    return net


def design(net: Graph, **plan: object) -> Design:
    chosen = Plan(epochs=4, batch_size=30, optimizer=Adam(lr=0.003), device="cpu")
    return Design(net, plan=chosen.replace(**plan))


def epochs(events: list[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def test_class_and_box_are_learned_together(boxes: Dataset) -> None:
    net = graph({"a_class": (10, CrossEntropy(), "label"), "box": (8, SquaredError(), "box")})
    events = list(train(design(net), dataset=boxes))
    first, *_, last = epochs(events)
    assert set(last.more) == {
        "a_class.loss", "a_class.accuracy", "a_class.top5",
        "box.loss", "box.absolute_error", "box.iou",
    }  # fmt: skip
    assert last.more["a_class.loss"] + last.more["box.loss"] == pytest.approx(last.loss, rel=1e-6)
    assert last.accuracy == last.more["a_class.accuracy"]
    assert last.more["box.iou"] > first.more["box.iou"]
    assert last.more["box.absolute_error"] < first.more["box.absolute_error"]
    data = json.loads(json.dumps(last.to_json(), allow_nan=False))
    assert data["box.iou"] == last.more["box.iou"]
    assert not any(isinstance(value, dict | list) for value in data.values())


def test_training_tells_what_each_output_costs(boxes: Dataset) -> None:
    net = graph({"box": (8, SquaredError(), "box"), "kind": (10, CrossEntropy(), "label")})
    net = net.with_layer("kind", Output(CrossEntropy(), weight=0.25))
    still = design(net, epochs=1, optimizer=SGD(lr=1e-12))  # the losses are those of the start
    (done,) = epochs(list(train(still, dataset=boxes)))
    data = fit(boxes, (3, 16, 16), still.data.policy)
    x, labels = data.train.batch(range(len(data.train)))
    said = Network(net, seed=still.plan.seed).activations(x, ["box", "kind"])
    z = said["kind"].astype(np.float64)
    chances = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    wanted = {
        "box.train_loss": ((said["box"] - labels["box"]) ** 2).mean(),
        "kind.train_loss": -np.log(chances[np.arange(len(x)), labels["label"]]).mean(),
    }
    assert done.train_each == pytest.approx(wanted, rel=1e-5)
    total = wanted["box.train_loss"] + 0.25 * wanted["kind.train_loss"]
    assert done.train_loss == pytest.approx(total, rel=1e-5)
    assert event_from_json(json.loads(json.dumps(done.to_json()))) == done


def test_a_single_output_has_no_losses_of_its_own(boxes: Dataset) -> None:
    (done,) = epochs(
        list(train(design(graph({"a": (10, CrossEntropy(), "label")}), epochs=1), dataset=boxes))
    )
    assert done.train_each == {}


def test_values_alone_need_no_accuracy(boxes: Dataset) -> None:
    events = list(train(design(graph({"box": (8, Huber(), "box")})), dataset=boxes))
    last = epochs(events)[-1]
    assert (last.accuracy, last.train_accuracy) == (None, None)
    assert set(last.more) == {"absolute_error", "iou"}
    assert last.best or epochs(events)[-2].best


def test_joints_are_learned() -> None:
    sticks = open_source(Sticks(size=(16, 16), train=200, validation=40))
    points = len(sticks.fields["joints"].names)
    net = graph({"joints": (2 * points, SquaredError(), "joints")}, channels=1)
    chosen = replace(design(net), data=DataChoice(Sticks()))
    first, *_, last = epochs(list(train(chosen, dataset=sticks)))
    assert last.loss < first.loss
    assert set(last.more) == {"absolute_error", "distance", "pck"}
    assert last.more["distance"] < first.more["distance"]
    assert last.more["pck"] >= first.more["pck"]


def test_masks_are_learned() -> None:
    masks = open_source(ShapesWithMasks(size=(16, 16), train=200, validation=40))
    net = chain(
        Input((3, 16, 16)), Conv2d(8, 3, padding=1), ReLU(), Conv2d(1, 3, padding=1), Flatten(),
        Output(BinaryCrossEntropy(), target="mask"),
    )  # fmt: skip
    chosen = design(net, epochs=12, optimizer=Adam(lr=0.03))
    first, *_, last = epochs(list(train(chosen, dataset=masks)))
    assert set(last.more) == {"pixel_accuracy", "mean_iou", "inside_iou", "outside_iou"}
    assert last.more["mean_iou"] > first.more["mean_iou"]
    assert last.more["inside_iou"] > 0.5


def test_the_same_seed_gives_the_same_run(boxes: Dataset) -> None:
    net = graph({"a": (10, CrossEntropy(), "label"), "b": (8, SquaredError(), "box")})
    runs = [curve(list(train(design(net, epochs=2), dataset=boxes))) for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("head", "cause", "sentence"),
    [
        (
            (8, SquaredError(), "corners"),
            "design",
            "out learns from “corners”, the data have label, box: choose one of these under Learns"
            " from.",
        ),
        (
            (6, SquaredError(), "box"),
            "data",
            "out gives 6 values, “box” holds 8 for each item: give the layer before it 8 units, or"
            " choose another field under Learns from.",
        ),
        (
            (8, CrossEntropy(), "box"),
            "data",
            "out tells classes apart, “box” holds 8 values for each item: choose Squared error as"
            " its loss, or another field under Learns from.",
        ),
        (
            (3, CrossEntropy(), "label"),
            "design",
            "out tells 3 classes apart, the data have 10: give the layer before it 10 units.",
        ),
    ],
)
def test_what_an_output_cannot_learn_is_told_before_training(
    head: tuple[int, Loss, str], cause: str, sentence: str, boxes: Dataset
) -> None:
    (failed,) = train(design(graph({"out": head})), dataset=boxes)
    assert isinstance(failed, Failed)
    assert failed.sentence == sentence
    assert failed.cause == cause
