"""Metrics, each against a plain loop or a case worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from core.metrics import (
    absolute_error,
    answers,
    confusion,
    correct,
    correct_within,
    distances,
    near,
    overlap,
    per_class,
)

SCORES = np.array([[0.1, 0.5, 0.3, 0.1], [0.9, 0.2, 0.8, 0.1], [0.2, 0.2, 0.2, 0.2]])


@pytest.mark.parametrize(("k", "right"), [(1, 1), (2, 2), (3, 2), (4, 3)])
def test_top_k_by_hand(k: int, right: int) -> None:
    assert correct_within(np, SCORES, np.array([1, 2, 3]), k=k) == right


@given(st.integers(0, 2**31), st.integers(1, 6))
def test_top_k_is_the_place_in_the_order(seed: int, k: int) -> None:
    random = np.random.default_rng(seed)
    z = random.integers(0, 4, (12, 6)).astype(float)  # with many equal scores
    labels = random.integers(0, 6, 12)
    order = np.argsort(-z, axis=1, kind="stable")
    wanted = sum(label in row[:k] for label, row in zip(labels, order, strict=True))
    assert correct_within(np, z, labels, k=k) == wanted
    assert correct_within(np, z, labels, k=1) == correct(np, z, labels)


def test_one_unit_answers_yes_above_zero() -> None:
    assert answers(np.array([[-1.0], [0.0], [2.0]])).tolist() == [0, 0, 1]


def test_confusion_counts_rows_of_right_classes() -> None:
    found = confusion(np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 0, 0]), 3)
    assert found.tolist() == [[1, 1, 0], [0, 1, 0], [2, 0, 0]]


def test_per_class_by_hand() -> None:
    found = per_class(np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]]))
    assert_allclose(found.precision, [3 / 5, 4 / 5, math.nan])
    assert_allclose(found.recall, [3 / 4, 4 / 6, math.nan])
    assert_allclose(found.f1, [6 / 9, 8 / 11, math.nan])
    assert_allclose(found.iou, [3 / 6, 4 / 7, math.nan])
    assert found.items.tolist() == [4, 6, 0]


def test_a_class_that_is_never_named_has_no_precision() -> None:
    found = per_class(np.array([[0, 2], [0, 3]]))
    assert math.isnan(found.precision[0])
    assert (found.recall[0], found.f1[0]) == (0, 0)


def box(left: float, top: float, right: float, bottom: float) -> list[float]:
    """Four corners around a box, 8 numbers."""
    return [left, top, right, top, right, bottom, left, bottom]


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (box(0, 0, 2, 2), box(0, 0, 2, 2), 1.0),
        (box(0, 0, 2, 2), box(1, 1, 3, 3), 1 / 7),
        (box(0, 0, 2, 2), box(0, 0, 1, 1), 1 / 4),
        (box(0, 0, 1, 1), box(2, 2, 3, 3), 0.0),
        (box(0, 0, 1, 1), box(1, 0, 2, 1), 0.0),
        (box(1, 1, 1, 1), box(1, 1, 1, 1), 0.0),
    ],
)
def test_overlap_by_hand(one: list[float], other: list[float], wanted: float) -> None:
    assert overlap(np, np.array([one]), np.array([other])).tolist() == [pytest.approx(wanted)]


def test_overlap_does_not_care_for_the_order_of_corners() -> None:
    corners = np.array([box(0.1, 0.2, 0.6, 0.5)]).reshape(1, 4, 2)
    turned = corners[:, [2, 0, 3, 1]].reshape(1, 8)
    assert overlap(np, turned, corners.reshape(1, 8)) == pytest.approx(1)


def test_absolute_error_is_a_mean_for_each_item() -> None:
    found = absolute_error(np, np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[0.0, 4.0], [0, 0]]))
    assert_array_equal(found, [1.5, 2.0])


def test_distances_of_points_by_hand() -> None:
    said = np.array([[3.0, 4.0, 1.0, 1.0], [0.0, 0.0, 2.0, 3.0]])
    right = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 2.0, 1.0]])
    assert distances(np, said, right).tolist() == [[5.0, 0.0], [0.0, 2.0]]


@pytest.mark.parametrize(("share", "wanted"), [(0.05, 1 / 3), (0.1, 2 / 3), (0.5, 1.0)])
def test_near_points_by_the_size_of_their_figure(share: float, wanted: float) -> None:
    figure = np.array([0.0, 0.0, 4.0, 10.0, 2.0, 5.0])  # 4 wide and 10 tall: the side is 10
    moved = figure + np.array([0.0, 0.0, 0.0, 0.9, 0.0, -3.0])
    for scale in (1.0, 0.01):  # as near in a small figure as in a large one
        found = near(np, scale * moved[None], scale * figure[None], share=share)
        assert found.tolist() == [pytest.approx(wanted)]
