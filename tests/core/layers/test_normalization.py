"""Normalization: what the layers promise, and how they follow from each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.backend import Backend
from core.layers import GroupNorm, InstanceNorm2d, Layer, LayerNorm, LocalResponseNorm
from tests.support.layer_run import LayerRun

X = np.random.default_rng(5).normal(3.0, 2.0, (4, 6, 5, 3))


def output(layer: Layer, x: np.ndarray, **weights: Any) -> np.ndarray:
    """What a layer gives in float64."""
    return layer.forward(LayerRun(Backend(), np.float64), weights, x)[0].copy()


@pytest.mark.parametrize(
    ("layer", "axes"),
    [
        (LayerNorm(eps=1e-12, affine=False), (1, 2, 3)),
        (LayerNorm(eps=1e-12, affine=False, last_axes=2), (2, 3)),
        (LayerNorm(eps=1e-12, affine=False, last_axes=1), (3,)),
        (InstanceNorm2d(eps=1e-12), (2, 3)),
    ],
)
def test_mean_is_0_and_variance_1(layer: Layer, axes: tuple[int, ...]) -> None:
    y = output(layer, X)
    assert_allclose(y.mean(axis=axes), 0.0, atol=1e-12)
    assert_allclose(y.var(axis=axes), 1.0, rtol=1e-8)


def test_group_norm_lies_between_layer_and_instance_norm() -> None:
    bare = {"affine": False}
    assert_allclose(output(GroupNorm(num_groups=1, **bare), X), output(LayerNorm(**bare), X))
    assert_allclose(output(GroupNorm(num_groups=6, **bare), X), output(InstanceNorm2d(), X))


def test_items_do_not_see_each_other() -> None:
    for layer in (LayerNorm(affine=False), GroupNorm(num_groups=3, affine=False)):
        assert_allclose(output(layer, X)[1:2], output(layer, X[1:2]))


def test_response_norm_is_alexnets() -> None:
    """Krizhevsky et al. 2012: b = a / (2 + 1e-4 · Σ a²)^0.75 over c − 2 … c + 2."""
    wanted = np.empty_like(X)
    for c in range(6):
        near = X[:, max(0, c - 2) : c + 3]
        wanted[:, c] = X[:, c] / (2 + 1e-4 * (near**2).sum(axis=1)) ** 0.75
    assert_allclose(output(LocalResponseNorm(), X), wanted, rtol=1e-13)
