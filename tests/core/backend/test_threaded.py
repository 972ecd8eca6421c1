"""The reference on several threads gives what the reference gives, and leaves BLAS one thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from core.backend import merged, threaded
from core.backend.numpy import Backend
from core.backend.threaded import ThreadedBackend
from core.shapes import Window
from tests.support.gradients import error

IMAGES = 7  # not a multiple of the threads
CONVOLUTIONS: dict[str, tuple[int, int, int, Window]] = {  # channels, filters, groups, window
    "same": (3, 4, 1, Window((3, 3), padding=(1, 1, 1, 1))),
    "valid": (3, 4, 1, Window((5, 3))),
    "stride": (4, 6, 1, Window((5, 5), (2, 3), (2, 2, 1, 0))),
    "apart": (4, 4, 1, Window((3, 3), padding=(2, 2, 2, 2), dilation=(2, 2))),
    "lopsided": (2, 3, 1, Window((2, 2), padding=(1, 0, 0, 1))),
    "larger than needed": (2, 3, 1, Window((1, 1), padding=(1, 1, 1, 1))),
    "one cell": (5, 7, 1, Window((1, 1))),
    "groups": (4, 6, 2, Window((3, 3), padding=(1, 1, 1, 1))),
    "depthwise": (4, 4, 4, Window((3, 3), padding=(1, 1, 1, 1))),
}


def numbers(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.fixture(params=[1, 3, 16])
def shared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    """A backend that hands over however little there is."""
    monkeypatch.setattr(threaded, "SMALL", 0)
    monkeypatch.setattr(merged, "COLUMN_BYTES", 20_000)
    with threadpool_limits(1):
        backend = ThreadedBackend()
        backend.threads = request.param
        yield backend


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions(shared: Backend, name: str) -> None:
    channels, filters, groups, window = CONVOLUTIONS[name]
    x, w = numbers(IMAGES, channels, 13, 12), numbers(filters, channels // groups, *window.kernel)
    dy = numbers(IMAGES, filters, *window.output((13, 12)), seed=1)
    how: dict[str, Any] = {"window": window, "groups": groups}
    b = numbers(filters)
    for one, arguments, out in (
        ("conv2d", (x, w, b), dy),
        ("conv2d", (x, w, None), dy),
        ("conv2d_data", (dy, w), x),
        ("conv2d_filter", (x, dy), w),
    ):
        exact = getattr(Backend(), one)(*arguments, out=np.empty_like(out), **how)
        found = getattr(shared, one)(*arguments, out=np.full_like(out, np.nan), **how)
        assert error(found, exact) <= 1e-14, one


@pytest.mark.parametrize(
    "window", [Window((2, 2), (2, 2)), Window((3, 3), (2, 2), (1, 1, 1, 1)), Window((3, 2))]
)
def test_pooling(shared: Backend, window: Window) -> None:
    x = numbers(IMAGES, 3, 9, 8)
    dy = numbers(IMAGES, 3, *window.output((9, 8)), seed=1)
    plain, out = Backend(), np.empty_like(dy)
    exact, index = plain.max_pool2d(x, window=window, out=np.empty_like(dy))
    found, chosen = shared.max_pool2d(x, window=window, out=out)
    assert (found == exact).all()
    assert (chosen == index).all()
    for name, arguments in (
        ("max_pool2d_data", {"index": index}),
        ("avg_pool2d_data", {"divisor": 4.0}),
    ):
        wanted = getattr(plain, name)(dy, window=window, out=np.empty_like(x), **arguments)
        given = getattr(shared, name)(dy, window=window, out=np.empty_like(x), **arguments)
        assert (given == wanted).all(), name
    exact = plain.avg_pool2d(x, window=window, divisor=4.0, out=np.empty_like(dy))
    assert (shared.avg_pool2d(x, window=window, divisor=4.0, out=out) == exact).all()


@pytest.mark.parametrize("shape", [(IMAGES, 3, 5, 4), (IMAGES, 3, 6), (IMAGES, 3)])
def test_value_by_value_and_normalization(shared: Backend, shape: tuple[int, ...]) -> None:
    x, dy, y = (numbers(*shape, seed=seed) + 2 for seed in range(3))
    mean, factor, shift = (numbers(3, seed=seed) for seed in range(3, 6))
    plain = Backend()
    assert (shared.relu(x - 2, out=x.copy()) == plain.relu(x - 2, out=x.copy())).all()
    assert (shared.relu_data(dy, y, out=x.copy()) == plain.relu_data(dy, y, out=x.copy())).all()
    for found, exact in zip(shared.moments(x), plain.moments(x), strict=True):
        assert error(found, exact) <= 1e-14
    if len(shape) < 4:
        return
    for kept in (None, y):
        sums = shared.normalize_sums(x, dy, mean, y=kept)
        for found, exact in zip(sums, plain.normalize_sums(x, dy, mean, y=kept), strict=True):
            assert error(found, exact) <= 1e-14
        for other in (None, y):
            how: dict[str, Any] = {"other": other, "relu": kept is not None}
            given, wanted = (
                one.normalize(x, mean, factor, shift, out=np.empty_like(x), **how)
                for one in (shared, plain)
            )
            assert (given == wanted).all()
        parts, added = (factor, shift, mean), (np.empty_like(x), np.empty_like(x))
        given, wanted = (
            one.normalize_data(x, dy, mean, parts, y=kept, other=own, out=np.empty_like(x))
            for one, own in zip((shared, plain), added, strict=True)
        )
        assert (given == wanted).all()
        assert (added[0] == added[1]).all()


def test_float32_keeps_its_digits(shared: Backend) -> None:
    x = (numbers(IMAGES, 3, 40, 40) + 100).astype(np.float32)
    mean, variance = shared.moments(x)
    exact = x.astype(np.float64)
    assert error(mean, exact.mean(axis=(0, 2, 3))) <= 1e-7
    assert error(variance, exact.var(axis=(0, 2, 3))) <= 1e-5


def test_threads_are_those_of_blas_which_keeps_one() -> None:
    with threadpool_limits(2):
        assert ThreadedBackend().threads == 2
        pools = ThreadpoolController().select(user_api="blas").info()
        assert [pool["num_threads"] for pool in pools] == [1] * len(pools)
