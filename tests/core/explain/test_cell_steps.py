"""Steps of what is no plain sum of products: cells, patterns, uneven bins, trained pooling.

Every number is the engine's in 64 bits, and one of each was worked out by hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.explain.frames import Target
from core.explain.probe import probe
from core.explain.stepping import Steps
from core.explain.steps import Mode, parts, steps
from core.graph import chain
from core.layers import (
    RBF,
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    Flatten,
    Input,
    Layer,
    NeoC,
    NeoS,
    Output,
    ScaledPool2d,
)
from core.losses import SquaredError
from core.network import Network

WANTS = ("x", "y", "dx", "dy", "v", "weight", "inhibition", "bias", "dweight")
CASES: list[tuple[Layer, tuple[int, ...]]] = [
    (AdaptiveAvgPool2d((3, 2)), (2, 7, 5)),  # bins overlap
    (AdaptiveAvgPool2d((5, 4)), (3, 3, 3)),  # more bins than cells
    (AdaptiveAvgPool2d((2, 3)), (2, 6, 9)),  # bins side by side
    (AdaptiveAvgPool1d(3), (2, 7)),
    (NeoS(3, (3, 3), padding=1), (2, 5, 4)),
    (NeoS(2, (2, 3), stride=2), (1, 6, 7)),
    (NeoS(4, (3, 3), backprop=False), (2, 5, 5)),
    (NeoC((2, 2), (1, 1)), (3, 4, 5)),
    (NeoC((3, 2), (2, 2), alpha=2.0), (2, 6, 6)),
    (RBF(4), (6,)),
    (RBF(3, trained=True), (7,)),
    (ScaledPool2d(), (2, 6, 4)),
    (ScaledPool2d(3, 2, mode="mean", padding=1), (3, 5, 5)),
]


def modes_of(layer: Layer, shape: tuple[int, ...], *, part: str = "") -> dict[Mode, Steps]:
    """The steps of a layer on the engine's own tensors, of an item without negative values."""
    end = (Flatten(),) if len(shape) > 1 else ()
    network = Network(chain(Input(shape), layer, *end, Output(SquaredError())), dtype=np.float64)
    random = np.random.default_rng(7)
    network.parameters[...] = random.normal(size=network.parameters.size)
    (id,) = (node.id for node in network.graph.of_type(type(layer)))
    x = np.abs(random.normal(size=shape))
    labels = {
        "label": random.normal(
            size=(1, *(network.inference.nodes[network.outputs[0]].output or ()))
        )
    }
    return steps(layer, probe(network, x, labels, node=id, wants=WANTS), part=part)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=lambda one: str(one)[:40])
def test_every_sum_is_the_engines(layer: Layer, shape: tuple[int, ...]) -> None:
    for part in parts(layer) or ("",):
        modes = modes_of(layer, shape, part=part)
        wanted = {"forward"} if part == "inhibition" else {"forward", "data"}
        assert wanted <= set(modes)
        for one in modes.values():
            compared = 0.0
            for target in np.ndindex(one.maps, *one.size):
                for plane in one.planes(target[0])[:1]:
                    frame = one.frame(Target(*target), int(plane))
                    assert frame.engine is not None
                    assert_allclose(frame.total, frame.engine, rtol=1e-9, atol=1e-12)
                    compared += abs(frame.engine)
            assert compared > 0
            for channel in range(one.maps):  # what is worked out anew is what was added up
                sheet, right = one.computed(channel).values, one.right(channel).values
                assert_allclose(sheet, right, rtol=1e-9, atol=1e-12)


def test_what_learns_has_a_filter_gradient() -> None:
    learning = {
        type(layer).__name__ for layer, shape in CASES if "filter" in modes_of(layer, shape)
    }
    assert learning == {"NeoS", "RBF", "ScaledPool2d"}
    assert "filter" not in modes_of(RBF(4), (6,))
    assert "filter" not in modes_of(NeoS(4, (3, 3), backprop=False), (2, 5, 5))


def values(one: Steps) -> list[Any]:
    """Every value of the first map."""
    return [
        [one.frame(Target(0, p, q), int(one.planes(0)[0])).total for q in range(one.size[1])]
        for p in range(one.size[0])
    ]


def test_bins_by_hand() -> None:
    """Five cells in three bins: 0–1, 1–3, 3–4."""
    x, dy = np.array([[[1.0, 2, 3, 4, 10]]]), np.array([[[6.0, 3, 2]]])
    modes = steps(AdaptiveAvgPool2d((1, 3)), {"x": x, "dy": dy})
    assert_allclose(values(modes["forward"]), [[1.5, 3, 7]])
    assert_allclose(values(modes["data"]), [[3, 4, 1, 2, 1]])


@pytest.mark.parametrize(("inhibition", "fired"), [(0.0, 8.0), (1.0, 0.615384615), (2.0, 0.0)])
def test_an_s_cell_by_hand(inhibition: float, fired: float) -> None:
    """Lecture 004: r = 4 and e = 2 give 8, 0.615 and 0 for b·v = 0, 1 and 2."""
    x, a = np.ones((1, 1, 1)), np.full((1, 1, 1, 1), 2.0)
    tensors = {"x": x, "weight": a, "inhibition": np.array([inhibition])}
    layer = NeoS(1, 1)
    assert_allclose(values(steps(layer, tensors, part="cell")["forward"]), [[fired]])
    assert_allclose(values(steps(layer, tensors, part="inhibition")["forward"]), [[1]])


def test_a_c_cell_by_hand() -> None:
    """m = 3 beside 0: v = 1.5, t = 4/2.5 − 1 = 0.6, ψ(t) = 0.6/(0.5 + 0.6)."""
    tensors = {"x": np.array([[[3.0]], [[0.0]]])}
    assert_allclose(values(steps(NeoC(1, 1), tensors, part="cell")["forward"]), [[6 / 11]])
    assert_allclose(values(steps(NeoC(1, 1), tensors, part="inhibition")["forward"]), [[1.5]])


def test_a_pattern_by_hand() -> None:
    """−((1 − 1)² + (2 − 0)² + (3 + 1)²) = −20, and its slope −2(x − w)."""
    x, w = np.array([1.0, 2, 3]), np.array([[1.0, 0, -1]])
    modes = steps(RBF(1, trained=True), {"x": x, "weight": w, "dy": np.array([0.5])})
    assert values(modes["forward"]) == [[-20]]
    data = modes["data"]
    got = [data.frame(Target(unit, 0, 0), int(data.planes(unit)[0])).total for unit in range(3)]
    assert_allclose(got, [0, -2, -4])
    assert_allclose(values(modes["filter"]), [[0, 2, 4]])


def test_a_trained_pool_by_hand() -> None:
    """Windows that add up to 10 and 26, with gradients of 1 and 2: 10 + 52."""
    x = np.array([[[1.0, 2, 5, 6], [3, 4, 7, 8]]])
    tensors = {"x": x, "weight": np.array([0.5]), "bias": np.array([1.0])}
    modes = steps(ScaledPool2d(), {**tensors, "dy": np.array([[[1.0, 2]]])})
    assert_allclose(values(modes["forward"]), [[6, 14]])
    assert_allclose(values(modes["filter"]), [[62]])
