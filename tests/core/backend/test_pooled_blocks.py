"""Convolution, ReLU and max pooling at once, against PyTorch: every way a kernel may take.

Few filters and many, rings of zeros on any side, strides, pools that do not tile, windows whose
cells do not lie in one piece.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.backend.compiled.arrays import lies_along_rows
from core.backend.compiled.backend import CompiledBackend
from core.backend.compiled.lanes import LANES, PANEL, ROWS
from core.backend.numpy import BLOCKED
from core.shapes import Window
from tests.support.gradients import error

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

WINDOWS = {
    "5x5": Window((5, 5)),
    "ring": Window((5, 5), padding=(2, 2, 2, 2)),
    "uneven ring": Window((3, 4), padding=(0, 2, 3, 1)),
    "stride": Window((3, 3), (2, 2), padding=(1, 1, 1, 1)),
    "rows apart": Window((3, 3), padding=(2, 2, 0, 0), dilation=(2, 1)),
    "columns apart": Window((3, 3), dilation=(1, 2)),
    "tall": Window((ROWS + 2, 2), padding=(6, 6, 0, 0)),
    "one cell": Window((1, 1)),
}
POOLS = [(2, 2), (3, 3), (1, 2), (3, 1)]
FILTERS = sorted({1, 3, 5, 6, LANES, LANES + 1, PANEL + 1})


def numbers(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def wanted(x: Any, w: Any, b: Any, dy: Any, window: Window, groups: int, pool: Any) -> Any:
    """y, dw, db, dx in float64."""
    tensors = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in (x, w, b)]
    top, bottom, left, right = window.padding
    ringed = torch.nn.functional.pad(tensors[0], (left, right, top, bottom))
    maps = torch.nn.functional.conv2d(
        ringed, *tensors[1:], stride=window.stride, dilation=window.dilation, groups=groups
    )
    y = torch.nn.functional.max_pool2d(torch.relu(maps), pool)
    y.backward(torch.tensor(dy, dtype=torch.float64))
    return (y.detach().numpy(), *(part.grad.numpy() for part in (*tensors[1:], tensors[0])))


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("name", WINDOWS)
def test_block_and_gradients(name: str, filters: int) -> None:
    for number, (channels, groups) in enumerate(((1, 1), (3, 1), (2 * filters, filters))):
        pool = POOLS[(number + filters) % len(POOLS)]
        check(WINDOWS[name], filters, channels, groups, pool)


def check(window: Window, filters: int, channels: int, groups: int, pool: Any) -> None:
    """One block forwards and backwards, three images and one."""
    on = CompiledBackend()
    p, q = window.output((17, 19))
    size = (p // pool[0], q // pool[1])
    w = numbers(filters, channels // groups, *window.kernel, seed=1)
    b, how = numbers(filters), {"window": window, "groups": groups, "pool": pool}
    for count in (3, 1):
        x, dy = numbers(count, channels, 17, 19), numbers(count, filters, *size, seed=7)
        y, dw, db, dx = (np.full_like(like, np.nan) for like in (dy, w, b, x))
        index = on.conv_block(x, w, b, out=y, **how)
        on.conv_block_filter(x, dy, index, out=dw, bias=db, **how)
        on.conv_block_data(dy, index, w, out=dx, **how)
        truth = wanted(x, w, b, dy, window, groups, pool)
        for got, want in zip((y, dw, db, dx), truth, strict=True):
            assert error(got, want) <= 5e-6


def test_both_ways_are_taken() -> None:
    ways = {lies_along_rows(numbers(f, 1, 5, 5), WINDOWS["5x5"], 1, 15) for f in FILTERS}
    assert ways == {True, False}


def pooled(x: Any, filters: int) -> tuple[Any, Any]:
    """2×2 pools of a picture (H, W), which every filter passes on as it is, and who won."""
    w = np.zeros((filters, 1, 1, 2), np.float32)
    w[:, :, :, 0] = 1
    y = np.empty((1, filters, len(x) // 2, x.shape[1] // 2), np.float32)
    index = CompiledBackend().conv_block(
        x[None, None], w, None, window=Window((1, 2), padding=(0, 0, 0, 1)), groups=1,
        pool=(2, 2), out=y,
    )  # fmt: skip
    return y[0], index[0]


@pytest.mark.parametrize("filters", [3, LANES])
def test_of_equals_the_first_wins_row_by_row(filters: int) -> None:
    x = np.array([[1, 1, 0, 2], [1, 1, 2, 2], [0, 3, 5, 4], [3, 3, 5, -1]], np.float32)
    y, index = pooled(x, filters)
    for channel in range(filters):
        assert y[channel].tolist() == [[1, 2], [3, 5]]
        assert index[:, :, channel].tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("filters", [3, LANES])
@pytest.mark.parametrize("cell", range(4))
def test_what_is_no_number_wins_wherever_it_lies(filters: int, cell: int) -> None:
    x = numbers(8, 8)
    x[2 + cell // 2, 2 + cell % 2] = np.nan
    y, index = pooled(x, filters)
    assert np.isnan(y[:, 1, 1]).all()
    assert (index[1, 1] != BLOCKED).all()
    assert np.isfinite(y[:, 3]).all()
