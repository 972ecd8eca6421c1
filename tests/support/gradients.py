"""Central differences: the gradient that needs no rule, to hold every rule against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 1e-5
Array = NDArray[Any]


def numeric_gradient(value: Callable[[], float], at: Array, *, step: float = STEP) -> Array:
    """(L(a + h) − L(a − h)) / 2h for every element a of `at`, which `value` reads; in float64."""
    assert at.dtype == np.float64
    flat, slope = at.reshape(-1), np.empty(at.size)
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + step
        above = value()
        flat[i] = kept - step
        slope[i] = (above - value()) / (2 * step)
        flat[i] = kept
    return slope.reshape(at.shape)


def error(got: Any, want: Any) -> float:
    """The largest difference relative to the largest wanted value; 0 where both are all 0."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"{got.shape} came, {want.shape} was expected"
    if not want.size:
        return 0.0
    largest = np.abs(want).max()
    worst = np.abs(got - want).max()
    return float(worst / largest) if largest else float(worst)


def slope_along(
    value: Callable[[], float], at: Array, direction: Array, *, step: float = 1e-4
) -> float | None:
    """The slope of `value` where `at` moves along `direction`; None beside a kink.

    Two widths of central differences are compared: what is smooth agrees, and together they leave
    an error of the fourth power of the step.
    """
    start = at.copy()

    def difference(width: float) -> float:
        at[...] = start + width * direction
        above = value()
        at[...] = start - width * direction
        return (above - value()) / (2 * width)

    wide, narrow = difference(step), difference(step / 2)
    at[...] = start
    if abs(wide - narrow) > 1e-5 * max(abs(wide), abs(narrow), 1e-3):
        return None
    return (4 * narrow - wide) / 3
