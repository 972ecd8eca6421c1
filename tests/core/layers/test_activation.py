"""Activations where the table of cases does not look: the normal distribution, far and near."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.layers import GELU, HardSigmoid, SiLU, Softplus
from core.layers.activation_smooth import normal_share

FAR = np.linspace(-38.0, 38.0, 20_001)
SHARE = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in FAR])


def test_normal_share_in_double_precision() -> None:
    got = normal_share(np, FAR)
    assert np.abs(got - SHARE).max() <= 4e-16
    below = (FAR < 0) & (SHARE > 1e-300)
    assert (np.abs(got - SHARE)[below] / SHARE[below]).max() <= 1e-12


def test_normal_share_in_single_precision() -> None:
    got = normal_share(np, FAR.astype(np.float32))
    assert got.dtype == np.float32
    assert np.abs(got - SHARE).max() <= 3e-7


def test_normal_share_is_symmetric_and_grows() -> None:
    got = normal_share(np, FAR)
    np.testing.assert_allclose(got + normal_share(np, -FAR), 1.0, rtol=1e-15)
    assert (np.diff(got) >= -2e-16).all()


@pytest.mark.parametrize("layer", [GELU(), GELU("tanh"), SiLU(), Softplus(), HardSigmoid()])
def test_curves_stay_finite_far_out(layer: GELU) -> None:
    x = np.array([-1e30, -1e4, -90.0, 0.0, 90.0, 1e4, 1e30], np.float32)
    with np.errstate(over="ignore", invalid="raise"):
        assert np.isfinite(layer.value(np, x)).all()
