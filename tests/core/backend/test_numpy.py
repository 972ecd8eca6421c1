"""The readable kernels, held against loops that nobody can misread."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.backend import Backend
from core.shapes import Window

WINDOWS = [
    Window((3, 3), (2, 2)),  # on 6×6: the last row and column are never seen
    Window((3, 2), (1, 3), (1, 0, 2, 1)),
    Window((2, 2), (1, 1), (0, 1, 1, 0), (2, 3)),
]


def loops(x: Any, w: Any, window: Window) -> Any:
    """Correlation by its formula, one product at a time."""
    top, bottom, left, right = window.padding
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    n, (o, c, kh, kw) = len(x), w.shape
    p, q = window.output(x.shape[2:])
    (sh, sw), (dh, dw) = window.stride, window.dilation
    y = np.zeros((n, o, p, q))
    for image, out, row, col, ch, i, j in np.ndindex(n, o, p, q, c, kh, kw):
        cell = padded[image, ch, row * sh + i * dh, col * sw + j * dw]
        y[image, out, row, col] += w[out, ch, i, j] * cell
    return y


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_convolution_is_its_formula(window: Window) -> None:
    random = np.random.default_rng(1)
    x, w = random.normal(size=(2, 2, 6, 6)), random.normal(size=(3, 2, *window.kernel))
    y = np.empty((2, 3, *window.output((6, 6))))
    Backend().conv2d(x, w, None, window=window, groups=1, out=y)
    assert_allclose(y, loops(x, w, window), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_gradients_are_adjoint_to_the_convolution(window: Window) -> None:
    # ⟨conv(x, w), dy⟩ = ⟨x, data(dy, w)⟩ = ⟨w, filter(x, dy)⟩
    random, backend = np.random.default_rng(2), Backend()
    x, w = random.normal(size=(3, 4, 6, 6)), random.normal(size=(6, 2, *window.kernel))
    how: dict[str, Any] = {"window": window, "groups": 2}
    y = backend.conv2d(x, w, None, out=np.empty((3, 6, *window.output((6, 6)))), **how)
    dy = random.normal(size=y.shape)
    dx = backend.conv2d_data(dy, w, out=np.empty_like(x), **how)
    dw = backend.conv2d_filter(x, dy, out=np.empty_like(w), **how)
    assert_allclose([(x * dx).sum(), (w * dw).sum()], (y * dy).sum(), rtol=1e-12)


def test_interior_cells_feed_unequally_when_the_stride_is_two() -> None:
    # lecture 004, H5: half as many and a quarter as many contributions
    window = Window((3, 3), (2, 2))
    dx = np.empty((1, 1, 9, 9))
    Backend().conv2d_data(
        np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), window=window, groups=1, out=dx
    )
    assert dx[0, 0, 2, 2:6].tolist() == [4, 2, 4, 2]
    assert dx[0, 0, 3, 2:6].tolist() == [2, 1, 2, 1]


def test_cells_that_no_window_covers_get_no_gradient() -> None:
    # lecture 004, H7: N = 6, k = 3, s = 2; a gradient of 5×5 would be wrong
    dx = np.full((1, 1, 6, 6), np.nan)
    window = Window((3, 3), (2, 2))
    Backend().conv2d_data(
        np.ones((1, 1, 2, 2)), np.ones((1, 1, 3, 3)), window=window, groups=1, out=dx
    )
    assert not dx[0, 0, 5].any()
    assert not dx[0, 0, :, 5].any()
    assert dx[0, 0, :5, :5].all()


@pytest.mark.parametrize("images", [1, 2, 5, 100])
def test_large_batches_are_computed_in_pieces(images: int) -> None:
    random, whole, pieces = np.random.default_rng(3), Backend(), Backend()
    x, w = random.normal(size=(7, 4, 8, 8)), random.normal(size=(6, 2, 3, 3))
    window = Window((3, 3), padding=(1, 1, 1, 1))
    pieces.column_bytes = images * 4 * 9 * 64 * 8 + 100
    how: dict[str, Any] = {"window": window, "groups": 2}
    results = []
    for backend in (whole, pieces):
        y = backend.conv2d(x, w, np.arange(6.0), out=np.empty((7, 6, 8, 8)), **how)
        dx = backend.conv2d_data(y, w, out=np.empty_like(x), **how)
        results.append((y, dx, backend.conv2d_filter(x, y, out=np.empty_like(w), **how)))
    for one, other in zip(*results, strict=True):
        assert_allclose(one, other, rtol=1e-12)


def test_pieces_hold_what_fits() -> None:
    seen = []

    class Watching(Backend):
        column_bytes = 3 * 4 * 9 * 16

        def columns(self, x: Any, window: Window, groups: int) -> Any:
            seen.append(len(x))
            return super().columns(x, window, groups)

    x, w = np.ones((7, 1, 6, 6), np.float32), np.ones((1, 1, 3, 3), np.float32)
    out = np.empty((7, 1, 4, 4), np.float32)
    Watching().conv2d(x, w, None, window=Window((3, 3)), groups=1, out=out)
    assert seen == [3, 3, 1]
    assert_array_equal(out, 9)


def test_max_pooling_remembers_the_first_of_equals() -> None:
    x = np.zeros((1, 1, 4, 4))
    window = Window((3, 3), (1, 1))
    y, index = Backend().max_pool2d(x, window=window, out=np.empty((1, 1, 2, 2)))
    dx = Backend().max_pool2d_data(np.ones_like(y), index, window=window, out=np.empty_like(x))
    assert dx[0, 0].tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0] * 4, [0] * 4]


def test_max_pooling_adds_where_windows_overlap() -> None:
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 5
    window = Window((2, 2), (1, 1))
    y, index = Backend().max_pool2d(x, window=window, out=np.empty((1, 1, 2, 2)))
    dx = Backend().max_pool2d_data(np.ones_like(y), index, window=window, out=np.empty_like(x))
    assert dx[0, 0].tolist() == [[0, 0, 0], [0, 4, 0], [0, 0, 0]]


def test_padding_never_wins() -> None:
    x = np.full((1, 1, 2, 2), -7.0)
    window = Window((2, 2), (2, 2), (1, 1, 1, 1))
    y, _ = Backend().max_pool2d(x, window=window, out=np.empty((1, 1, 2, 2)))
    assert_array_equal(y, -7)
