"""The parts of a map add up to it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.explain.sources import sources
from core.graph import chain
from core.layers import (
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    Flatten,
    Input,
    Layer,
    Output,
    ReLU,
    SeparableConv2d,
)
from core.network import Network


@pytest.mark.parametrize(
    ("layer", "count"),
    [
        (Conv2d(4, (3, 3), (2, 2), "same"), 6),
        (Conv2d(4, (3, 3), groups=2), 3),
        (DepthwiseConv2d((3, 3)), 1),
        (ConvTranspose2d(4, (3, 3), (2, 2), (1, 1, 1, 1)), 6),
        (SeparableConv2d(4, (3, 3)), 6),
    ],
    ids=lambda one: type(one).__name__,
)
def test_the_parts_add_up(layer: Layer, count: int) -> None:
    network = Network(chain(Input((6, 7, 8)), layer, Flatten(), Output()), seed=2, dtype=np.float64)
    (node,) = (one.id for one in network.graph.of_type(type(layer)))
    network.set_weights({f"{node}.bias": np.arange(network.weight(f"{node}.bias").size) + 1.0})
    x = np.random.default_rng(1).normal(size=(6, 7, 8))
    found = sources(network, x, node, 2)
    assert found is not None
    assert found.count == len(found.maps) == count
    y = network.activations(x[None], [node])[node][0, 2]
    assert_allclose(found.parts.sum(axis=0) + 3.0, y, rtol=1e-5, atol=1e-5)
    assert_allclose(found.shares.sum(), 1, rtol=1e-6)
    assert (np.diff(found.shares) <= 0).all()


def test_what_is_no_sum_of_maps_has_no_sources() -> None:
    network = Network(chain(Input((2, 4, 4)), ReLU(), Flatten(), Output()))
    x = np.ones((2, 4, 4), np.float32)
    assert sources(network, x, "relu1", 0) is None
