"""How sure against how right: counted by hand, and with a network that knows its own doubts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.explain.calibration import calibration
from core.explain.mistakes import Answered


def test_bins_by_hand() -> None:
    sure = np.array([0.95, 0.95, 0.91, 0.55, 0.52, 0.25, 1.0], np.float32)
    said = np.array([1, 1, 2, 0, 0, 3, 1])
    labels = np.array([1, 2, 2, 0, 1, 0, 1])  # right: 1 0 1 1 0 0 1
    found = calibration(Answered(labels, said, sure))
    assert found.counts.tolist() == [1, 2, 4]
    np.testing.assert_allclose(found.sure, [0.25, 0.535, 0.9525], atol=1e-6)
    np.testing.assert_allclose(found.right, [0, 0.5, 0.75])
    assert found.error == pytest.approx((0.25 + 2 * 0.035 + 4 * 0.2025) / 7, abs=1e-6)


def test_a_network_that_is_as_right_as_sure_has_no_error() -> None:
    random = np.random.default_rng(0)
    sure = random.uniform(0.1, 1.0, 200_000).astype(np.float32)
    labels = (random.random(200_000) >= sure).astype(np.int64)  # said is 0: right with `sure`
    found = calibration(Answered(labels, np.zeros_like(labels), sure))
    assert found.error < 0.01
    assert found.counts.sum() == 200_000


def test_nothing_has_no_error() -> None:
    nothing = np.zeros(0, np.int64)
    assert math.isnan(calibration(Answered(nothing, nothing, np.zeros(0, np.float32))).error)
