"""Layers that grow: the lecture's two sizes, its two pictures, and the convolution behind them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.backend import Backend
from core.graph import chain
from core.infer import Field, infer
from core.layers import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Flatten, Input, Output
from tests.support.layer_run import LayerRun

Array = np.ndarray[Any, Any]


def grown(layer: ConvTranspose2d, x: Array, w: Array) -> Array:
    """What a transposed convolution without biases gives for a batch."""
    y, _ = layer.forward(LayerRun(Backend(), np.float64), {"weight": w}, x)
    return np.array(y)


def test_both_sizes_of_the_lecture() -> None:
    """H = 3, b = 2, K = 3: its code makes (H − 1)·b + K = 7, its text b·H + K − 1 = 8."""
    assert ConvTranspose2d(1, 3, 2).infer((1, 3, 3)) == (1, 7, 7)
    assert ConvTranspose2d(1, 3, 2, output_padding=1).infer((1, 3, 3)) == (1, 8, 8)
    assert ConvTranspose1d(1, 3, 2, output_padding=1).infer((1, 3)) == (1, 8)


def test_output_padding_is_the_difference_for_every_stride() -> None:
    for h, b, k in product(range(1, 8), range(1, 6), range(1, 6)):
        plain = ConvTranspose1d(1, k, b)
        more = ConvTranspose1d(1, k, b, output_padding=b - 1)
        assert plain.infer((1, h))[1] == (h - 1) * b + k
        assert more.infer((1, h))[1] == b * h + k - 1


def test_output_padding_finds_every_size_back() -> None:
    """X20: a stride that does not divide, N = 6, K = 3, S = 2, needs 6 again and not 5."""
    for n, k, s in product(range(1, 20), range(1, 6), range(1, 6)):
        if n < k:
            continue
        small = Conv1d(1, k, s).infer((1, n))
        back = ConvTranspose1d(1, k, s, output_padding=(n - k) % s)
        assert back.infer(small) == (1, n)
    assert ConvTranspose1d(1, 3, 2).infer(Conv1d(1, 3, 2).infer((1, 6))) == (1, 5)


def test_pushing_is_zeros_between_and_a_full_correlation() -> None:
    """The lecture's two pictures of growing give the same numbers."""
    random = np.random.default_rng(0)
    x, w = random.normal(size=(1, 2, 3, 4)), random.normal(size=(2, 3, 3, 3))
    spread = np.zeros((1, 2, 5, 7))
    spread[:, :, ::2, ::2] = x
    flipped = np.ascontiguousarray(w[:, :, ::-1, ::-1].swapaxes(0, 1))
    run = LayerRun(Backend(), np.float64)
    full = Conv2d(3, 3, padding="full", bias=False)
    pulled, _ = full.forward(run, {"weight": flipped}, spread)
    assert_allclose(grown(ConvTranspose2d(3, 3, 2, bias=False), x, w), pulled)


def test_the_formula_of_the_lecture() -> None:
    """z(i, j) = Σ_m Σ_k Σ_l w(m, i − k·b, j − l·b)·I(m, k, l)."""
    random = np.random.default_rng(1)
    x, w, b = random.normal(size=(1, 2, 3, 2)), random.normal(size=(2, 1, 3, 3)), 2
    want = np.zeros((7, 5))
    for i, j in np.ndindex(want.shape):
        for m, k, l_ in np.ndindex(x.shape[1:]):
            row, col = i - k * b, j - l_ * b
            if 0 <= row < 3 and 0 <= col < 3:
                want[i, j] += w[m, 0, row, col] * x[0, m, k, l_]
    assert_allclose(grown(ConvTranspose2d(1, 3, b, bias=False), x, w)[0, 0], want)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"stride": 2},
        {"stride": (2, 3), "output_padding": (1, 2)},
        {"stride": 2, "padding": (1, 0, 2, 1), "dilation": 2},
        {"stride": 3, "padding": "same"},
        {"stride": 3, "padding": "ceil", "kernel_size": 4},
        {"groups": 2, "stride": 2, "padding": 1, "output_padding": 1},
    ],
    ids=str,
)
def test_it_is_the_adjoint_of_a_convolution(how: dict[str, Any]) -> None:
    """⟨Tx, t⟩ = ⟨x, conv t⟩ with the same filters."""
    random = np.random.default_rng(2)
    layer = ConvTranspose2d(4, **how, bias=False)
    x = random.normal(size=(2, 2, 4, 3))
    w = random.normal(size=layer.weights((2, 4, 3))["weight"].shape)
    y = grown(layer, x, w)
    t = random.normal(size=y.shape)
    window = layer.window_backwards((2, 4, 3))
    forth = Conv2d(
        2, layer.kernel_size, layer.stride, window.padding,
        dilation=layer.dilation, groups=layer.groups, bias=False,
    )  # fmt: skip
    run = LayerRun(Backend(), np.float64)
    back, _ = forth.forward(run, {"weight": w}, t)
    assert back.shape == x.shape
    assert_allclose((y * t).sum(), (x * back).sum(), rtol=1e-12)


def test_same_and_ceil_multiply_the_size() -> None:
    for h, k, s, mode in product(range(1, 9), range(1, 7), range(1, 5), ("same", "ceil")):
        assert ConvTranspose1d(1, k, s, padding=mode).infer((1, h)) == (1, h * s)


def test_uneven_overlap_is_the_checkerboard() -> None:
    """A kernel that the stride does not divide stamps some cells more often than others."""
    ones = np.ones((1, 1, 5, 5))
    uneven = grown(ConvTranspose2d(1, 3, 2, bias=False), ones, np.ones((1, 1, 3, 3)))
    even = grown(ConvTranspose2d(1, 4, 2, bias=False), ones, np.ones((1, 1, 4, 4)))
    assert np.unique(uneven[0, 0, 2:-2, 2:-2]).tolist() == [1, 2, 4]
    assert np.unique(even[0, 0, 2:-2, 2:-2]).tolist() == [4]


def test_the_size_is_explained() -> None:
    steps = ConvTranspose2d(1, (3, 2), 2, (1, 1, 0, 2), (1, 0)).explain((1, 3, 3))
    assert [step.text for step in steps] == [
        "(3 − 1)·2 − 2·1 + 3 + 1 = 6",
        "(3 − 1)·2 − 0 − 2 + 2 = 4",
    ]
    (step,) = ConvTranspose1d(1, 3, 2, "same").explain((1, 5))
    assert (step.axis, step.text) == ("length", "5·2 = 10")


def test_receptive_fields() -> None:
    """K = 4, s = 2: each output sees two cells, and outputs lie half a cell apart."""
    graph = chain(
        Input((1, 8, 8)), Conv2d(2, 2, 2), ConvTranspose2d(2, 4, 2, 1), Conv2d(2, 3), Flatten(),
        Output(),
    )  # fmt: skip
    nodes = infer(graph).nodes
    assert nodes["conv1"].receptive == Field((2, 2), (2, 2), (0.5, 0.5))
    grown_field = nodes["convtranspose1"].receptive
    assert grown_field == Field((4, 4), (1.0, 1.0), (0.0, 0.0))
    after = nodes["conv2"].receptive
    assert after is not None
    assert after.size == (6, 6)
