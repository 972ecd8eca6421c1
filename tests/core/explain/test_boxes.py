"""Boxes and joints: overlap and distance by hand, the worst items, loss terms, weights."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from core.data.dataset import Field
from core.data.fitted import fit
from core.data.sources import ShapesWithBoxes, Sticks, open_source
from core.explain.boxes import (
    Overlap,
    Places,
    apart,
    as_points,
    balanced,
    loss_terms,
    outputs_of_places,
    overlap_of,
    places,
    where,
)
from core.layers import Input
from core.network import Network
from core.training.evaluate import evaluate
from core.training.fields import field_kinds
from core.zoo import BY_ID

BOX = Field("box", names=("top left", "top right", "bottom right", "bottom left"))
JOINTS = Field("points", names=("a", "b"))


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def test_two_boxes_by_hand() -> None:
    """0.4 × 0.5 and 0.4 × 0.4 share 0.2 × 0.3: 0.06 / (0.2 + 0.16 − 0.06) = 0.2."""
    found = overlap_of(np.array(box(0.1, 0.1, 0.5, 0.6)), np.array(box(0.3, 0.3, 0.7, 0.7)))
    assert found.truth == pytest.approx(0.2)
    assert found.said == pytest.approx(0.16)
    assert found.common == pytest.approx(0.06)
    assert found.union == pytest.approx(0.3)
    assert found.iou == pytest.approx(0.2)


def test_boxes_that_do_not_meet_share_nothing() -> None:
    apart_ = overlap_of(np.array(box(0, 0, 0.2, 0.2)), np.array(box(0.5, 0.5, 1, 1)))
    assert (apart_.common, apart_.iou) == (0.0, 0.0)
    assert Overlap(0.0, 0.0, 0.0).iou == 0.0  # two boxes without an area


def test_distances_are_in_pixels_of_each_axis() -> None:
    """3 of 30 pixels to the right and 4 of 40 down: 5."""
    found = apart(np.array([[0.5, 0.5], [0.2, 0.2]]), np.array([[0.6, 0.6], [0.2, 0.2]]), (40, 30))
    np.testing.assert_allclose(found, [5.0, 0.0], atol=1e-12)


def test_scores_and_the_worst_items() -> None:
    truth = np.array([box(0, 0, 1, 1)] * 3, np.float32)
    said = np.array([box(0, 0, 1, 0.5), box(0, 0, 1, 1), box(0, 0, 0.5, 0.5)], np.float32)
    boxes = Places("out", BOX, truth, said)
    np.testing.assert_allclose(boxes.scores, [0.5, 1.0, 0.25])
    np.testing.assert_array_equal(boxes.worst, [2, 0, 1])
    truth = np.zeros((2, 2, 2), np.float32)
    said = np.array([[[0.3, 0.4], [0, 0]], [[0, 1], [0, 0]]], np.float32)
    joints = Places("out", JOINTS, truth, said)
    np.testing.assert_allclose(joints.scores, [0.25, 0.5])
    np.testing.assert_array_equal(joints.worst, [1, 0])


@pytest.mark.parametrize(
    ("template", "source", "output", "name"),
    [
        ("box-and-class", ShapesWithBoxes(train=8, validation=70), "corners_out", "iou"),
        ("pose", Sticks(train=8, validation=70), "output", "distance"),
    ],
)
def test_the_mean_is_that_of_the_validation(
    template: str, source: ShapesWithBoxes | Sticks, output: str, name: str
) -> None:
    """What the view shows of all items agrees with what training tells of them."""
    design = BY_ID[template].design()
    shape = design.graph.of_type(Input)[0].layer.infer()
    data = fit(open_source(source), shape, design.data.policy)
    network = Network(design.graph, seed=1)
    fields = data.dataset.fields
    assert outputs_of_places(network, fields) == (output,)
    field = fields[network.output(output).target]
    going, found = _all(places(network, data.validation, output, field, count=1000))
    assert going[-1] == (70, 70)
    judged = evaluate(
        network, data.validation.batches([np.arange(70)]), kinds=field_kinds(data.dataset)
    )
    assert judged is not None
    assert found.scores.mean() == pytest.approx(getattr(judged.outputs[output], name), rel=1e-4)
    x, _ = data.validation.batch([3])
    np.testing.assert_allclose(where(network, x, output)[0], found.said[3], atol=1e-5)


def _all(work: Generator[tuple[int, int], None, Places]) -> tuple[list[tuple[int, int]], Places]:
    """What a computation tells on its way, and its end."""
    going = []
    while True:
        try:
            going.append(next(work))
        except StopIteration as end:
            return going, end.value


def test_the_sources_say_what_their_targets_are() -> None:
    """Kinds, names and bones come with the data; nothing is guessed from a name."""
    boxes, sticks = ShapesWithBoxes().fields, Sticks().fields
    assert boxes["box"].kind == "box"
    assert sticks["joints"].kind == "points"
    names = sticks["joints"].names
    bones = {(names[a], names[b]) for a, b in sticks["joints"].bones}
    assert {("neck", "left elbow"), ("left elbow", "left hand"), ("hip", "right knee")} <= bones
    renamed = {"where": replace(boxes["box"]), "label": boxes["label"]}
    network = Network(BY_ID["box-and-class"].build())
    assert outputs_of_places(network, renamed) == ()


def test_points_of_rows() -> None:
    np.testing.assert_array_equal(as_points(np.array([[1, 2, 3, 4]])), [[[1, 2], [3, 4]]])


def test_loss_terms_of_a_run() -> None:
    epochs = [
        {"epoch": 1, "loss": 3.0, "a.loss": 1.0, "b.loss": 2.0, "a.train_loss": 1.5},
        {"epoch": 2, "loss": 2.0, "a.loss": 0.5, "b.loss": 1.5, "a.train_loss": None},
    ]
    terms = loss_terms(epochs, ("a", "b"))
    np.testing.assert_array_equal(terms["a"].epochs, [1, 2])
    np.testing.assert_array_equal(terms["b"].validation, [2.0, 1.5])
    np.testing.assert_array_equal(terms["a"].training, [1.5, math.nan])
    alone = loss_terms([{"epoch": 1, "loss": 3.0, "train_loss": 4.0}], ("only",))["only"]
    assert (alone.training[0], alone.validation[0]) == (4.0, 3.0)


def test_weights_keep_their_sum() -> None:
    assert balanced({"a": 1.0, "b": 1.0}, "b", 0.75) == {"a": 0.5, "b": 1.5}
    assert balanced({"a": 1.0, "b": 2.0, "c": 3.0}, "c", 0.0) == {"a": 2.0, "b": 4.0, "c": 0.0}
    assert balanced({"a": 0.0, "b": 4.0}, "b", 0.5) == {"a": 2.0, "b": 2.0}
    assert balanced({"a": 0.0, "b": 0.0}, "b", 0.5) == {"a": 1.0, "b": 1.0}
