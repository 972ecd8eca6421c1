"""Kernels on pictures: against PyTorch's convolution, by hand, and as a filter of a network."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.explain.kernel_lab import (
    Stage,
    Way,
    as_start,
    divisor,
    filtered,
    first_weight,
    products,
    refusal,
    through,
    window_of,
)
from core.explain.still_life import SIZE, still_life
from core.filterbank import TITLES, hand_made
from core.graph import chain
from core.infer import infer
from core.layers import Conv2d, Flatten, Input, Linear, Output
from core.network import Network

PICTURE = np.random.default_rng(0).random((3, 17, 14))
TORCH_FILL = {"zeros": "constant", "replicate": "replicate", "reflect": "reflect"}


@pytest.mark.oracle
@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize(
    "way",
    [
        Way(),
        Way(padding="valid"),
        Way(stride=2, fill="replicate"),
        Way(dilation=2, padding="half", fill="reflect", rectified=True),
        Way(padding="full", stride=3),
    ],
    ids=str,
)
def test_every_kernel_as_pytorch_has_it(name: str, way: Way) -> None:
    import torch
    from torch.nn import functional

    kernel = hand_made(name, angle=30)
    if refusal(kernel, (17, 14), way):
        assert name in ("blob", "gabor")  # nine cells, dilated, reach over the picture
        return
    top, bottom, left, right = window_of(kernel, (17, 14), way).padding
    x = torch.tensor(PICTURE)[:, None]
    x = functional.pad(x, (left, right, top, bottom), mode=TORCH_FILL[way.fill])
    y = functional.conv2d(x, torch.tensor(kernel)[None, None], None, way.stride, 0, way.dilation)
    expected = (y.relu() if way.rectified else y)[:, 0].numpy()
    assert_allclose(filtered(PICTURE, kernel, way), expected, atol=1e-12)


def test_same_keeps_the_size_of_odd_and_even_kernels() -> None:
    for side in range(1, 8):
        found = filtered(PICTURE, np.ones((side, side)), Way())
        assert found.shape == PICTURE.shape


def test_an_even_surface_by_hand() -> None:
    even = np.full((1, 9, 9), 0.5)
    inside = np.s_[0, 4:5, 4:5]
    assert filtered(even, hand_made("blur"), Way())[inside] == pytest.approx(0.5)
    assert filtered(even, hand_made("sharpen"), Way())[inside] == pytest.approx(0.5)
    assert filtered(even, hand_made("sobel_vertical"), Way())[inside] == pytest.approx(0)
    assert filtered(even, hand_made("blob"), Way())[inside] == pytest.approx(2)  # its sum is 4
    assert filtered(even, hand_made("blob"), Way(normalized=True))[inside] == pytest.approx(0.5)


def test_the_strongest_edge_is_one_where_it_is_normalized() -> None:
    edge = np.zeros((1, 5, 6))
    edge[:, :, :3] = 1.0
    found = filtered(edge, hand_made("sobel_vertical"), Way(normalized=True, padding="valid"))
    assert_allclose(found, [[[0, 1, 1, 0]] * 3])
    assert divisor(np.zeros((3, 3))) == 1


def test_what_does_not_fit_is_refused_in_words() -> None:
    assert "reaches over 17×17" in refusal(np.ones((9, 9)), (10, 10), Way(2, 2, "valid"))
    assert "mirrored" in refusal(np.ones((9, 9)), (4, 4), Way(fill="reflect"))
    assert refusal(np.ones((3, 3)), (10, 10), Way()) == ""


def test_a_kernel_as_a_filter_leaves_the_others() -> None:
    graph = chain(Input((2, 8, 8)), Conv2d(3, 5), Flatten(), Linear(2), Output())
    known = infer(graph)
    weight = first_weight(known, "conv1", 7)
    before = Network(graph, seed=7).weight("conv1.weight")
    assert_allclose(weight, before, rtol=1e-6)
    start = as_start(hand_made("sobel_vertical"), weight, 1)
    layer = graph["conv1"].layer.replace(weight_init=start)
    after = Network(graph.with_layer("conv1", layer), seed=7).weight("conv1.weight")
    assert_array_equal(after[[0, 2]], before[[0, 2]])
    middle = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 2  # shared by two maps
    assert_allclose(after[1], np.stack([np.pad(middle, 1)] * 2), atol=1e-7)


def test_a_filter_of_too_many_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="4,096 weights as numbers"):
        as_start(np.ones((3, 3)), np.zeros((64, 64, 3, 3)), 0)


def test_the_still_life_is_a_picture_with_edges_and_even_surfaces() -> None:
    picture = still_life()
    assert picture.shape == (3, SIZE, SIZE)
    assert picture.dtype == np.uint8
    assert not picture.flags.writeable
    gray = picture.mean(axis=0) / 255
    edges = np.abs(filtered(gray[None], hand_made("outline8"), Way(padding="valid")))[0]
    assert (edges < 0.05).mean() > 0.3  # wall
    assert (edges > 0.5).mean() > 0.05  # squares, stripes, balls
    assert np.ptp(picture.astype(int), axis=0).max() > 100  # in color


def test_products_by_hand() -> None:
    picture = np.array([[[1.0, 2.0], [3.0, 4.0]], [[3.0, 4.0], [5.0, 6.0]]])  # means 2 3, 4 5
    kernel = np.array([[1.0, 10.0], [100.0, -1.0]])
    found = products(picture, Stage(kernel, Way(padding="valid")), (0, 0))
    assert_array_equal(found, [[2, 30], [400, -5]])
    found = products(picture, Stage(kernel, Way(padding="full")), (0, 0))  # padded above and left
    assert_array_equal(found, [[0, 0], [0, -2]])
    wide = Way(padding="full", fill="replicate", normalized=True)
    found = products(picture, Stage(kernel, wide), (0, 0))
    assert_allclose(found, np.array([[2, 20], [200, -2]]) / 110)  # 110 is the sum


@pytest.mark.oracle
def test_a_chain_is_one_convolution_after_another() -> None:
    import torch
    from torch.nn import functional

    first, second = hand_made("sobel_vertical"), hand_made("blur")
    half = Way(stride=2, padding="half")
    chain = (Stage(first, Way(padding="valid", rectified=True)), Stage(second, half))
    x = torch.tensor(PICTURE)[:, None]
    x = functional.relu(functional.conv2d(x, torch.tensor(first)[None, None]))
    x = functional.conv2d(x, torch.tensor(second)[None, None], stride=2, padding=1)
    assert_allclose(through(PICTURE, chain), x[:, 0].numpy(), atol=1e-12)
    assert_array_equal(through(PICTURE, ()), PICTURE)
