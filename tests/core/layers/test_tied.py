"""Tied filters: what each transform does to a filter, and what the layer gains from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.backend import Backend
from core.layers import Layer, TiedConv2d
from core.layers.tied import resamplings
from tests.support.gradients import error, numeric_gradient
from tests.support.layer_cases import Case
from tests.support.layer_run import LayerRun, given, loss, run_layer

Array = np.ndarray[Any, Any]


def under(matrices: Array, w: Array) -> Array:
    """The copies of a filter."""
    return np.stack([(matrix @ w.reshape(-1)).reshape(w.shape) for matrix in matrices])


def forward(layer: Layer, x: Array, w: Array) -> Array:
    y, _ = layer.forward(LayerRun(Backend(), np.float64), {"weight": w}, x)
    return np.array(y)


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5, 7])
def test_quarter_turns_and_mirrors_only_move_cells(kernel: int) -> None:
    w = np.random.default_rng(0).normal(size=(kernel, kernel))
    matrices = resamplings(kernel, 4, True, 1)
    copies = under(matrices, w)
    for turn in range(4):
        assert np.array_equal(copies[turn], np.rot90(w, turn))
        assert np.array_equal(copies[4 + turn], np.rot90(w[:, ::-1], turn))
    assert set(np.unique(matrices)) <= {0.0, 1.0}
    assert np.array_equal(matrices.sum(axis=1), np.ones((8, kernel**2)))
    assert np.array_equal(matrices.sum(axis=2), np.ones((8, kernel**2)))


def test_eighth_turns_move_a_line_to_the_diagonal() -> None:
    line = np.zeros((5, 5))
    line[2] = 1
    turned = under(resamplings(5, 8, False, 1), line)
    assert_allclose(turned[4], line, atol=1e-15)
    assert_allclose(turned[1], turned[1][::-1, ::-1], atol=1e-15)
    rising = np.fliplr(turned[1])  # counter-clockwise: from lower left to upper right
    assert_allclose(np.diag(rising)[1:4], 1.0)  # the corners are further out than the line is long
    assert 0 < np.diag(rising)[0] < 0.5
    assert_allclose(turned[2], line.T, atol=1e-15)


def test_sizes_shrink_the_filter_about_its_middle() -> None:
    w = np.ones((5, 5))
    plain, smaller, half = under(resamplings(5, 1, False, 3), w)
    assert np.array_equal(plain, w)
    assert half[1:4, 1:4].tolist() == np.ones((3, 3)).tolist()
    assert half.sum() == 9
    assert half.sum() < smaller.sum() < plain.sum()
    assert_allclose(smaller, smaller[::-1, ::-1])


@pytest.mark.parametrize("combine", ["max", "maps"])
@pytest.mark.parametrize("rotations", ["4", "8"])
def test_the_exercise_of_the_lecture(rotations: str, combine: str) -> None:
    """dw = Σ_t T_tᵀ·dw_t, against differences: the lecture leaves it as an exercise."""
    case = Case(TiedConv2d(3, 3, rotations=rotations, combine=combine), ((2, 6, 6),))
    start = given(case)
    slope = numeric_gradient(lambda: loss(case, start), start.weights["weight"])
    assert error(run_layer(case, start, Backend(), np.float64).dw["weight"], slope) <= 1e-8


def test_a_turned_image_gives_turned_maps() -> None:
    """With the largest over four quarter turns, turning the input turns the output."""
    random = np.random.default_rng(1)
    x, w = random.normal(size=(1, 2, 7, 7)), random.normal(size=(3, 2, 3, 3))
    layer = TiedConv2d(3, 3, bias=False)
    turned = forward(layer, np.rot90(x, axes=(2, 3)), w)
    assert_allclose(turned, np.rot90(forward(layer, x, w), axes=(2, 3)))


def test_weights_do_not_grow_with_the_copies() -> None:
    shape = (2, 9, 9)
    few, many = TiedConv2d(4, rotations="1"), TiedConv2d(4, rotations="8", reflections=True)
    assert few.cost(shape).parameters == many.cost(shape).parameters == 4 * 2 * 9 + 4
    assert many.copies == 16
    assert many.macs(shape) == 16 * few.macs(shape)
    assert many.replace(combine="maps").infer(shape) == (64, 7, 7)


def test_a_node_says_what_is_tied() -> None:
    layer = TiedConv2d(8, 5, rotations="8", reflections=True, scales=2)
    assert layer.brief() == "8 filters · 5×5 · turned by 45° · mirrored · 2 sizes"
