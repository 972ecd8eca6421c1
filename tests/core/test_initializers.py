"""How weights start: their spread by the formulas, PyTorch's identity, filters made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.filterbank import TITLES, hand_made
from core.graph import chain
from core.initializers import (
    INITIALIZERS,
    Constant,
    GlorotNormal,
    GlorotUniform,
    Glyphs,
    HandMade,
    HeNormal,
    HeUniform,
    Identity,
    Initializer,
    LeCunNormal,
    Listed,
    Normal,
    Uniform,
    Zeros,
)
from core.layers import Conv2d, Flatten, Input, Layer, Linear, Output
from core.network import Network
from core.settings import SettingError, from_json, to_json

SPREAD: list[tuple[Initializer, float]] = [  # σ for fans (200, 300)
    (HeNormal(), math.sqrt(2 / 200)),
    (HeUniform(), math.sqrt(2 / 200)),
    (GlorotNormal(), math.sqrt(2 / 500)),
    (GlorotUniform(), math.sqrt(2 / 500)),
    (LeCunNormal(), math.sqrt(1 / 200)),
    (Normal(0.3), 0.3),
    (Uniform(-1.0, 1.0), math.sqrt(1 / 3)),
]


def stream() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize(("start", "deviation"), SPREAD, ids=lambda value: str(value)[:20])
def test_spread_is_the_formula(start: Initializer, deviation: float) -> None:
    values = start.draw(stream(), (300, 200), (200, 300))
    assert values.std() == pytest.approx(deviation, rel=0.01)
    assert abs(values.mean()) < 0.02 * deviation


@pytest.mark.parametrize("start", [HeUniform(), GlorotUniform(), Uniform(-0.5, 0.25)])
def test_uniform_values_keep_their_limits(start: Initializer) -> None:
    values = start.draw(stream(), (300, 200), (200, 300))
    low, high = {
        HeUniform: (-math.sqrt(6 / 200), math.sqrt(6 / 200)),
        GlorotUniform: (-math.sqrt(6 / 500), math.sqrt(6 / 500)),
        Uniform: (-0.5, 0.25),
    }[type(start)]
    assert low <= values.min() < low + 0.01
    assert high - 0.01 < values.max() <= high


@pytest.mark.parametrize(("start", "value"), [(Zeros(), 0.0), (Constant(), 0.0), (Constant(2), 2)])
def test_even_values(start: Initializer, value: float) -> None:
    assert_array_equal(start.draw(stream(), (2, 3), (3, 2)), np.full((2, 3), value))


def test_limits_in_the_wrong_order_are_named() -> None:
    with pytest.raises(SettingError) as illegal:
        Uniform(0.5, 0.1)
    assert illegal.value.setting == "high"


@pytest.mark.parametrize("kind", INITIALIZERS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("shape", [(4, 3, 3, 3), (4, 3, 5), (4, 9), (4, 10), (4,), (4, 3, 2, 2)])
def test_every_initializer_takes_every_weight(
    kind: type[Initializer], shape: tuple[int, ...]
) -> None:
    assert from_json(to_json(kind()), INITIALIZERS) == kind()
    values = kind().draw(stream(), shape, (9, 4))
    assert values.shape == shape
    assert np.isfinite(values).all()


# ---- identity ---------------------------------------------------------------------------


def through(layer: Layer, x: np.ndarray) -> np.ndarray:
    """What a network of one layer makes of a batch."""
    head = () if x.ndim == 2 else (Flatten(),)
    graph = chain(Input(x.shape[1:]), layer, *head, Output())
    network = Network(graph, dtype=np.float64)
    (node,) = (id for id, one in graph.nodes.items() if one.layer is layer)
    return network.activations(x, [node])[node]


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d(3, 3, padding="same", weight_init=Identity()),
        Conv2d(3, (5, 1), padding="same", weight_init=Identity()),
        Conv2d(3, 3, padding="same", groups=3, weight_init=Identity()),
    ],
)
def test_identity_hands_maps_on(layer: Conv2d) -> None:
    x = stream().normal(size=(2, 3, 6, 7))
    assert_array_equal(through(layer, x), x)


def test_identity_hands_vectors_on_and_cuts() -> None:
    x = stream().normal(size=(2, 5))
    assert_array_equal(through(Linear(5, weight_init=Identity()), x), x)
    assert_array_equal(through(Linear(3, weight_init=Identity()), x), x[:, :3])
    wider = through(Linear(7, weight_init=Identity()), x)
    assert_array_equal(wider, np.pad(x, ((0, 0), (0, 2))))


@pytest.mark.oracle
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("kernel", [(3, 3), (2, 4), (1, 1)])
def test_identity_is_dirac(groups: int, kernel: tuple[int, int]) -> None:
    import torch

    layer = Conv2d(8, kernel, groups=groups, weight_init=Identity())
    spec = layer.weights((4, 9, 9))["weight"]
    wanted = torch.nn.init.dirac_(torch.empty(spec.shape), groups)
    assert_array_equal(Identity().draw(stream(), spec.shape, spec.fan), wanted.numpy())


# ---- filters made by hand ---------------------------------------------------------------


def test_a_filter_looks_at_the_mean_of_its_maps() -> None:
    values = HandMade("sobel_vertical").draw(stream(), (2, 3, 3, 3), (27, 18))
    assert_allclose(values.sum(axis=1), [hand_made("sobel_vertical")] * 2, rtol=1e-12)
    assert_array_equal(values[0, 0], values[0, 2])


def test_all_in_turn_begins_again_after_the_last() -> None:
    values = HandMade().draw(stream(), (len(TITLES) + 1, 1, 9, 9), (81, 81))
    assert_array_equal(values[0], values[-1])
    assert_array_equal(values[list(TITLES).index("blob"), 0], hand_made("blob"))


def test_a_linear_unit_sees_a_square_picture() -> None:
    values = HandMade("blur").draw(stream(), (1, 25), (25, 1)).reshape(5, 5)
    assert_allclose(values, np.pad(np.full((3, 3), 1 / 9), 1))


def test_a_blurring_network_blurs() -> None:
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 2, 2] = 9
    blurred = through(Conv2d(1, 3, padding="same", weight_init=HandMade("blur")), x)
    assert_allclose(blurred[0, 0], np.pad(np.ones((3, 3)), 1), atol=1e-12)


# ---- written down -----------------------------------------------------------------------


def test_listed_numbers_fill_in_order_and_begin_again() -> None:
    values = Listed((1, 2, 3)).draw(stream(), (2, 1, 2, 2), (4, 8))
    assert_array_equal(values.ravel(), [1, 2, 3, 1, 2, 3, 1, 2])
    assert_array_equal(Listed((1, 2, 3)).draw(stream(), (2,), (4, 2)), [1, 2])
    with pytest.raises(SettingError, match="one number or more"):
        Listed(())


def test_listed_weights_and_biases_are_where_every_run_starts() -> None:
    layer = Linear(2, weight_init=Listed((1, 2, 3, 4)), bias_init=Listed((5, 6)))
    for seed in (1, 2):
        network = Network(chain(Input((2,)), layer, Output()), seed=seed)
        assert_array_equal(network.forward(np.ones((1, 2), np.float32)), [[1 + 2 + 5, 3 + 4 + 6]])


def test_biases_of_filters_may_start_anywhere() -> None:
    layer = Conv2d(3, 1, bias_init=Constant(2.0))
    network = Network(chain(Input((1, 4, 4)), layer, Flatten(), Linear(2), Output()))
    assert_array_equal(network.weight("conv1.bias"), [2, 2, 2])


def test_glyphs_are_ten_different_digits() -> None:
    values = Glyphs().draw(stream(), (12, 84), (84, 12))
    assert set(np.unique(values)) == {-1.0, 1.0}
    one = values[1].reshape(12, 7)
    assert_array_equal(one[9], [-1, 1, 1, 1, 1, 1, 1])  # the foot of the 1
    apart = (values[:10, None] != values[None, :10]).sum(axis=2) + 84 * np.eye(10, dtype=int)
    assert apart.min() >= 4
    assert_array_equal(values[:10], Glyphs().draw(np.random.default_rng(8), (10, 84), (84, 10)))
