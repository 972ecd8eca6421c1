"""A convolution as a matrix: the numbers of the lecture, and PyTorch's convolution."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.explain.toeplitz import MOST_SIDE, as_matrix
from core.layers import Conv2d, ReLU

RANDOM = np.random.default_rng(6)


def test_four_by_four_to_two_by_two_as_the_lecture_counts() -> None:
    """36 of 64 entries hold one of 9 weights; outputs fed 1 2 2 1 / 2 4 4 2 / … (lecture B13)."""
    kernel = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    found = as_matrix(Conv2d(1, 3), kernel, RANDOM.random((1, 4, 4)), source=0, channel=0)
    assert found.matrix.shape == (4, 16)
    assert found.weights_shared == 36
    assert set(found.matrix[found.taps >= 0]) == set(range(1, 10))
    fed = (found.taps >= 0).sum(axis=0).reshape(4, 4)
    assert_array_equal(fed, [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]])
    assert_array_equal(found.matrix[0].reshape(4, 4)[:3, :3], kernel[0, 0])


@pytest.mark.oracle
@pytest.mark.parametrize(
    "layer",
    [
        Conv2d(4, 3, padding=1),
        Conv2d(4, (2, 3), stride=2, padding=(0, 1, 2, 0)),
        Conv2d(4, 3, dilation=2, padding="same", padding_mode="replicate"),
        Conv2d(4, 3, padding=2, padding_mode="reflect", groups=2),
    ],
    ids=lambda layer: layer.brief(),
)
def test_it_gives_what_the_layer_gives(layer: Conv2d) -> None:
    import torch
    from torch.nn import functional

    x = RANDOM.normal(size=(6, 9, 8))
    weight = RANDOM.normal(size=(4, 6 // layer.groups, *layer.kernel_size))
    total = None
    first = 2 * (6 // layer.groups) // 2 if layer.groups == 2 else 0
    for source in range(first, first + 6 // layer.groups):
        found = as_matrix(layer, weight, x, source=source, channel=3)
        assert_allclose(found.matrix @ found.x.ravel(), found.y.ravel())
        total = found.y if total is None else total + found.y
    top, bottom, left, right = layer.window((6, 9, 8)).padding
    mode = {"zeros": "constant"}.get(layer.padding_mode, layer.padding_mode)
    ringed = functional.pad(torch.tensor(x)[None], (left, right, top, bottom), mode=mode)
    expected = functional.conv2d(
        ringed, torch.tensor(weight), None, layer.stride, 0, layer.dilation, layer.groups
    )
    assert_allclose(total, expected[0, 3].numpy(), atol=1e-12)


@pytest.mark.oracle
def test_its_transpose_is_the_transposed_convolution() -> None:
    import torch
    from torch.nn import functional

    kernel = RANDOM.normal(size=(1, 1, 3, 3))
    found = as_matrix(Conv2d(1, 3, 2), kernel, RANDOM.random((1, 7, 7)), source=0, channel=0)
    dy = RANDOM.normal(size=(3, 3))
    expected = functional.conv_transpose2d(
        torch.tensor(dy)[None, None], torch.tensor(kernel), None, 2
    )
    assert_allclose((found.matrix.T @ dy.ravel()).reshape(7, 7), expected[0, 0].numpy())


def test_a_large_map_is_cut_and_others_are_refused() -> None:
    weight = RANDOM.normal(size=(4, 1, 3, 3))
    layer = Conv2d(4, 3, padding=1, groups=2)
    found = as_matrix(layer, weight, RANDOM.random((2, 50, 40)), source=0, channel=1)
    assert found.x.shape == (MOST_SIDE, MOST_SIDE)
    with pytest.raises(ValueError, match="another group"):
        as_matrix(layer, weight, RANDOM.random((2, 50, 40)), source=1, channel=1)
    with pytest.raises(ValueError, match="Only a Conv2d"):
        as_matrix(ReLU(), weight, RANDOM.random((2, 5, 4)), source=0, channel=0)
    with pytest.raises(ValueError, match="too large"):
        as_matrix(Conv2d(1, 13), np.zeros((1, 1, 13, 13)), RANDOM.random((1, 20, 20)),
                  source=0, channel=0)  # fmt: skip
