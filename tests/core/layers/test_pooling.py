"""Pooling held against loops and against its own limits."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.backend import Backend
from core.graph import chain
from core.infer import infer
from core.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv2d,
    Flatten,
    Input,
    Layer,
    LearnedPool2d,
    LpPool2d,
    MaxPool1d,
    MaxPool2d,
    Output,
    ScaledPool2d,
)
from tests.support.layer_run import LayerRun


def given_maps(shape: tuple[int, ...], seed: int = 3) -> np.ndarray:
    """Maps of values between 0 and 1, as after a ReLU."""
    return np.random.default_rng(seed).random(shape)


def output(layer: Layer, x: np.ndarray, **weights: Any) -> np.ndarray:
    """What a layer gives in float64."""
    run = LayerRun(Backend(), np.float64)
    return layer.forward(run, weights, x)[0].copy()


def blocks(x: np.ndarray, kernel: int, stride: int) -> np.ndarray:
    """The cells of every window: (N, C, P, Q, k²), cut out one by one."""
    n, c, h, w = x.shape
    rows, columns = range(0, h - kernel + 1, stride), range(0, w - kernel + 1, stride)
    cut = np.empty((n, c, len(rows), len(columns), kernel * kernel))
    for (p, top), (q, left) in itertools.product(enumerate(rows), enumerate(columns)):
        cut[:, :, p, q] = x[:, :, top : top + kernel, left : left + kernel].reshape(n, c, -1)
    return cut


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (3, 1), (4, 3)])
def test_every_pool_is_its_formula(kernel: int, stride: int) -> None:
    x = given_maps((2, 3, 8, 7))
    cells = blocks(x, kernel, stride)
    size = {"kernel_size": kernel, "stride": stride}
    assert_allclose(output(MaxPool2d(**size), x), cells.max(axis=-1))
    assert_allclose(output(AvgPool2d(**size), x), cells.mean(axis=-1))
    for p in (1.0, 2.0, 5.0):
        wanted = (cells**p).mean(axis=-1) ** (1 / p)
        assert_allclose(output(LpPool2d(norm_type=p, **size), x), wanted, rtol=1e-13)
    weight, bias = np.array([1.0, -2.0, 0.5]), np.array([0.0, 1.0, -1.0])
    wanted = cells.sum(axis=-1) * weight[:, None, None] + bias[:, None, None]
    assert_allclose(output(ScaledPool2d(**size), x, weight=weight, bias=bias), wanted)


def test_learned_pool_applies_one_filter_to_every_block() -> None:
    x, weight = given_maps((2, 3, 6, 7)), np.array([[1.0, -2.0], [0.5, 3.0]])
    wanted = (blocks(x, 2, 2) * weight.reshape(-1)).sum(axis=-1) + 0.25
    got = output(LearnedPool2d(2), x, weight=weight, bias=np.array([0.25]))
    assert_allclose(got, wanted)


def test_p_norm_goes_from_mean_to_maximum() -> None:
    x = given_maps((1, 2, 6, 6))
    assert_allclose(output(LpPool2d(norm_type=1.0), x), output(AvgPool2d(), x))
    largest = output(MaxPool2d(), x)
    norms = [output(LpPool2d(norm_type=p), x) for p in (1.0, 2.0, 5.0, 50.0, 1000.0)]
    for smaller, larger in itertools.pairwise(norms):
        assert (smaller < larger).all()
    assert_allclose(norms[-1], largest, rtol=2e-3)


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_p_norm_neither_overflows_nor_vanishes(size: float) -> None:
    x = given_maps((1, 1, 4, 4))
    run = LayerRun(Backend(), np.float32)
    y, _ = LpPool2d(norm_type=300.0).forward(run, {}, (x * size).astype("float32"))
    assert_allclose(y, output(LpPool2d(norm_type=300.0), x) * size, rtol=1e-5)


def test_p_norm_of_nothing_has_no_slope() -> None:
    x, run = np.zeros((1, 1, 2, 2)), LayerRun(Backend(), np.float64)
    for p in (1.0, 3.0):
        layer = LpPool2d(norm_type=p)
        y, saved = layer.forward(run, {}, x)
        (dx,) = layer.backward(run, {}, saved, np.ones_like(y), {})
        assert y.item() == 0
        assert not dx.any()


def starts(size: int, kernel: int, stride: int, padding: int, *, up: bool) -> list[int]:
    """Where windows start, counted one by one; padding cells have numbers outside 0 … size − 1."""
    found, at = [], -padding
    while at + kernel <= size + padding:
        found.append(at)
        at += stride
    covered = found[-1] + kernel if found else -padding
    if up and covered < size + padding and at < size:
        found.append(at)
    return found


@pytest.mark.parametrize("up", [False, True])
def test_sizes_are_those_of_windows_counted_one_by_one(up: bool) -> None:
    checked = 0
    for size, kernel, stride in itertools.product(range(1, 12), range(1, 6), range(1, 6)):
        for padding in range(kernel // 2 + 1):
            found = starts(size, kernel, stride, padding, up=up)
            if kernel > size + 2 * padding:
                continue
            layer = MaxPool2d(kernel, stride, padding, ceil_mode=up)
            assert layer.infer((1, size, size)) == (1, len(found), len(found))
            signal = MaxPool1d(kernel, stride, padding, ceil_mode=up)
            assert signal.infer((1, size)) == (1, len(found))
            assert [step.value for step in layer.explain((1, size, size))] == [len(found)] * 2
            checked += 1
    assert checked > 400


def test_sub_sampling_of_the_first_lenet() -> None:
    s2, s4 = ScaledPool2d(), ScaledPool2d()
    assert s2.infer((6, 28, 28)) == (6, 14, 14)
    assert s2.cost((6, 28, 28)).parameters == 12
    assert s4.infer((16, 10, 10)) == (16, 5, 5)
    assert s4.cost((16, 10, 10)).parameters == 32
    x = given_maps((1, 6, 4, 4))
    for layer in (s2, ScaledPool2d(mode="mean")):
        start = layer.weights((6, 4, 4))
        drawn = {
            name: weight.initializer.draw(np.random.default_rng(0), weight.shape, weight.fan)
            for name, weight in start.items()
        }
        assert_allclose(output(layer, x, **drawn), output(AvgPool2d(), x))


def test_adaptive_is_average_pooling_where_sizes_divide() -> None:
    x = given_maps((2, 3, 12, 6))
    assert_allclose(output(AdaptiveAvgPool2d((4, 3)), x), output(AvgPool2d((3, 2), (3, 2)), x))
    assert AdaptiveAvgPool2d((4, 3)).window((3, 12, 6)) == AvgPool2d((3, 2), (3, 2)).window(
        (3, 12, 6)
    )


def test_learned_pool_counts_like_a_convolution_of_each_map() -> None:
    layer, shape = LearnedPool2d(2), (6, 28, 28)
    alone = Conv2d(6, 2, 2, groups=6, bias=False)
    assert layer.cost(shape).macs == alone.cost(shape).macs == 6 * 14 * 14 * 4
    assert layer.cost(shape).parameters == 5
    found = infer(chain(Input(shape), layer, Flatten(), Output()))
    assert (
        found.nodes["learnedpool1"].receptive
        == infer(chain(Input(shape), alone, Flatten(), Output())).nodes["conv1"].receptive
    )


@pytest.mark.parametrize("size", range(1, 15))
@pytest.mark.parametrize("outputs", range(1, 15))
def test_adaptive_window_covers_every_bin(size: int, outputs: int) -> None:
    x = np.eye(size).reshape(size, 1, 1, size)  # one picture for each cell
    seen = output(AdaptiveAvgPool2d((1, outputs)), x)[:, 0, 0] > 0  # (cell, bin)
    window = AdaptiveAvgPool2d((1, outputs)).window((1, 1, size))
    first, last = seen.argmax(axis=0), size - 1 - seen[::-1].argmax(axis=0)
    assert (last - first < window.kernel[1]).all()
    if outputs <= size:
        assert window.output((1, size)) == (1, outputs)
        assert (first >= np.arange(outputs) * window.stride[1]).all()
