"""The numbers of the lectures, and what convolutions must do beyond the table of cases."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from core.backend import Backend
from core.fixes import repaired, ways_out
from core.graph import Graph, chain
from core.infer import Field, infer
from core.layers import (
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    Flatten,
    Input,
    Layer,
    LocallyConnected2d,
    MaskedConv2d,
    Output,
    SeparableConv2d,
    TiedConv2d,
)
from core.settings import SettingError
from core.shapes import Shape
from tests.support.layer_run import LayerRun

IMAGE = [[2, 0, 3, 1], [1, 1, 0, 0], [1, 0, 2, 0], [1, 0, 1, 2]]
SOBEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]


def forward(layer: Layer, x: Any, **weights: Any) -> Any:
    """What a layer gives for one item and these weights, in float64."""
    run = LayerRun(Backend(), np.float64)
    w = {name: np.array(values, np.float64) for name, values in weights.items()}
    y, _ = layer.forward(run, w, np.array(x, np.float64)[None])
    return y[0]


def slid(image: Any, kernel: Any, **more: Any) -> Any:
    """One filter over one map."""
    size = np.shape(kernel)
    layer = Conv2d(1, size, bias=False, **more)
    return forward(layer, [image], weight=np.reshape(kernel, (1, 1, *size)))[0].tolist()


def parameters(layer: Layer, shape: Shape) -> int:
    return layer.cost(shape).parameters


# ---- padding --------------------------------------------------------------------------


def test_valid_and_same_of_lecture_002() -> None:
    assert slid(IMAGE, SOBEL, padding="valid") == [[0, 1], [-1, -1]]
    same = [[-1, -1, -1, 6], [-2, 0, 1, 5], [-1, -1, -1, 5], [0, -1, -4, 4]]
    assert slid(IMAGE, SOBEL, padding="same") == same
    assert slid(IMAGE, SOBEL, padding="half") == same
    assert slid(IMAGE, SOBEL, padding="ceil") == same


def test_fills_differ_at_the_border_alone() -> None:
    results = [
        np.array(slid(IMAGE, SOBEL, padding=1, padding_mode=fill))
        for fill in ("zeros", "replicate", "reflect")
    ]
    for one in results:
        assert one[1:-1, 1:-1].tolist() == [[0, 1], [-1, -1]]
    assert not np.array_equal(results[1], results[2])


@pytest.mark.parametrize(("fill", "mode"), [("replicate", "edge"), ("reflect", "reflect")])
def test_fills_are_those_of_numpy(fill: str, mode: Any) -> None:
    ringed = np.pad(np.array(IMAGE), ((2, 1), (3, 0)), mode)
    got = slid(IMAGE, [[1]], padding=(2, 1, 3, 0), padding_mode=fill)
    assert got == ringed.tolist()


@pytest.mark.parametrize("fill", ["replicate", "reflect"])
def test_a_ring_and_its_gradient_are_adjoint(fill: str) -> None:
    """⟨extend x, t⟩ = ⟨x, extend_data t⟩ for every ring."""
    backend, random = Backend(), np.random.default_rng(0)
    for top, bottom, left, right in product((0, 1, 3), repeat=4):
        window = Conv2d(1, 1, padding=(top, bottom, left, right)).window((1, 4, 5))
        x = random.normal(size=(2, 1, 4, 5))
        t = random.normal(size=(2, 1, 4 + top + bottom, 5 + left + right))
        there = backend.extend(x, window=window, fill=fill, out=np.empty_like(t))
        meets = (there * t).sum()
        back = backend.extend_data(t, window=window, fill=fill, out=np.empty_like(x))
        assert_allclose((x * back).sum(), meets, rtol=1e-12)


# ---- worked numbers -------------------------------------------------------------------


def test_binary_image_of_lecture_004() -> None:
    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    kernel = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert slid(image, kernel, stride=2) == [[4, 4], [2, 4]]
    assert slid(image, kernel) == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_a_filter_is_the_inner_product_of_tensors() -> None:
    """z(s, i, j) = Σ_p Σ_l Σ_k w(s, p, k, l)·Y(p, i + l − 1, j + k − 1) + b(s), counted from 1."""
    random = np.random.default_rng(1)
    x, w, b = random.normal(size=(3, 5, 6)), random.normal(size=(2, 3, 3, 2)), [0.5, -1.0]
    got = forward(Conv2d(2, (3, 2)), x, weight=w, bias=b)
    for s, i, j in np.ndindex(got.shape):
        assert_allclose(got[s, i, j], (w[s] * x[:, i : i + 3, j : j + 2]).sum() + b[s])


def test_non_square_convolution_of_lecture_001() -> None:
    layer = Conv2d(33, (3, 5), (2, 1), (4, 2))
    assert layer.infer((16, 50, 100)) == (33, 28, 100)
    assert parameters(layer, (16, 50, 100)) == 7953


def test_first_layers_of_lecture_004() -> None:
    """K·(3·L² + 1) parameters."""
    assert parameters(Conv2d(96, 11), (3, 227, 227)) == 34_944
    assert parameters(Conv2d(16, 5), (3, 32, 32)) == 1_216


def test_strided_same_of_lecture_002() -> None:
    layer = Conv2d(16, 5, 2, "same", bias=False)
    assert layer.infer((1, 28, 28)) == (16, 14, 14)
    assert layer.infer((3, 32, 32)) == (16, 16, 16)
    assert parameters(layer, (1, 28, 28)) == 400
    assert parameters(layer, (3, 32, 32)) == 1_200


@pytest.mark.parametrize(
    ("m", "n", "full", "separable"), [(3, 64, 1_728, 219), (256, 256, 589_824, 67_840)]
)
def test_separable_counts_of_lecture_004(m: int, n: int, full: int, separable: int) -> None:
    shape = (m, 12, 12)
    dense, cheap = Conv2d(n, 3, bias=False), SeparableConv2d(n, 3, bias=False)
    assert parameters(dense, shape) == full
    assert parameters(cheap, shape) == separable
    assert cheap.macs(shape) / dense.macs(shape) == pytest.approx(1 / 9 + 1 / n)


def test_a_shared_network_along_time_is_a_convolution() -> None:
    """A time-delay network: the same units look at every stretch of 4 moments."""
    random = np.random.default_rng(2)
    x, w, b = random.normal(size=(3, 10)), random.normal(size=(5, 3, 4)), random.normal(size=5)
    got = forward(Conv1d(5, 4, 2), x, weight=w, bias=b)
    want = [w.reshape(5, -1) @ x[:, t : t + 4].reshape(-1) + b for t in range(0, 7, 2)]
    assert_allclose(got, np.array(want).T)


# ---- relatives of Conv2d --------------------------------------------------------------


def test_equal_filters_everywhere_make_a_convolution() -> None:
    random = np.random.default_rng(3)
    x, w = random.normal(size=(2, 5, 6)), random.normal(size=(3, 2, 2, 3))
    everywhere = np.broadcast_to(w, (4, 4, *w.shape))
    local = forward(LocallyConnected2d(3, (2, 3), bias=False), x, weight=everywhere)
    assert_allclose(local, forward(Conv2d(3, (2, 3), bias=False), x, weight=w))


def test_depthwise_is_a_convolution_in_groups() -> None:
    random = np.random.default_rng(4)
    x, w = random.normal(size=(3, 5, 5)), random.normal(size=(6, 1, 3, 3))
    got = forward(DepthwiseConv2d(depth_multiplier=2, bias=False), x, weight=w)
    assert_allclose(got, forward(Conv2d(6, 3, groups=3, bias=False), x, weight=w))


def test_connection_table_of_lenet5() -> None:
    layer = MaskedConv2d(kernel_size=5)
    assert [len(read) for read in layer.table] == [3] * 6 + [4] * 9 + [6]
    assert layer.table[5] == (0, 1, 5)
    assert layer.table[9] == (0, 3, 4, 5)
    cost = layer.cost((6, 14, 14))
    assert layer.infer((6, 14, 14)) == (16, 10, 10)
    assert (cost.parameters, cost.macs + cost.outputs) == (1_516, 151_600)
    assert layer.brief() == "16 filters · 5×5"
    # Each map is read by ten filters: the table is balanced.
    assert [sum(c in read for read in layer.table) for c in range(6)] == [10] * 6


def test_a_full_table_is_a_convolution() -> None:
    random = np.random.default_rng(5)
    x, w = random.normal(size=(3, 5, 5)), random.normal(size=(2, 3, 3, 3))
    got = forward(MaskedConv2d("0-2 0-2", bias=False), x, weight=w.reshape(6, 1, 3, 3))
    assert_allclose(got, forward(Conv2d(2, bias=False), x, weight=w))


# ---- receptive fields -----------------------------------------------------------------


def test_receptive_fields_of_signals() -> None:
    graph = chain(Input((2, 40)), Conv1d(4, 5, 2, padding=2), Conv1d(4, 3), Flatten(), Output())
    nodes = infer(graph).nodes
    assert nodes["conv1"].receptive == Field((1, 5), (1, 2), (0.0, 0.0))
    assert nodes["conv2"].receptive == Field((1, 9), (1, 2), (0.0, 2.0))
    assert nodes["flatten1"].receptive is None


# ---- remedies -------------------------------------------------------------------------

SLIDES = st.fixed_dictionaries(
    {
        "stride": st.tuples(*[st.integers(1, 4)] * 2),
        "dilation": st.tuples(*[st.integers(1, 3)] * 2),
        "padding": st.one_of(
            st.sampled_from(["valid", "half", "full", "same", "ceil"]),
            st.tuples(*[st.integers(0, 5)] * 4),
        ),
        "padding_mode": st.sampled_from(["zeros", "replicate", "reflect"]),
    }
)
LAYERS = [Conv2d, DepthwiseConv2d, LocallyConnected2d, TiedConv2d]


@settings(max_examples=150, deadline=None)
@drawn(st.sampled_from(LAYERS), SLIDES, st.tuples(*[st.integers(1, 9)] * 2), st.data())
def test_every_remedy_works(
    layer: type[Layer], slide: dict[str, Any], kernel: tuple[int, int], data: st.DataObject
) -> None:
    made = layer(kernel_size=kernel[0] if layer is TiedConv2d else kernel, **slide)
    check_remedies(made, (2, *data.draw(st.tuples(*[st.integers(1, 6)] * 2))))


@settings(max_examples=100, deadline=None)
@drawn(SLIDES, st.integers(1, 5), st.integers(0, 3), st.data())
def test_every_remedy_of_a_transposed_convolution_works(
    slide: dict[str, Any], kernel: int, extra: int, data: st.DataObject
) -> None:
    how = {name: slide[name] for name in ("stride", "dilation", "padding")}
    try:
        made = ConvTranspose2d(2, kernel, output_padding=extra, **how)
    except SettingError:
        return
    check_remedies(made, (2, *data.draw(st.tuples(*[st.integers(1, 4)] * 2))))


def check_remedies(layer: Layer, shape: Shape) -> None:
    """A layer that cannot take this shape is offered something, and all of it helps."""
    graph = Graph().with_node(Input(shape), id="input").with_node(layer, id="it")
    graph = graph.with_wire("input", "it")
    for problem in infer(graph).problems_of("it"):
        if problem.severity == "error":
            ways = ways_out(graph, problem)
            assert ways
            for way in ways:
                left = infer(repaired(graph, way.fix)).problems_of("it")
                assert all(one.severity == "warning" for one in left), way.fix.text
