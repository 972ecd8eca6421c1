"""A drawing moved to the middle, as the digits of MNIST were before anybody learned from them.

Source: LeCun, Bottou, Bengio and Haffner 1998: digits centered by their center of mass.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.explain.invariance import shifted


def centered(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture (C, H, W) shifted by whole pixels: its brightness has its middle in the middle."""
    light = picture.sum(axis=0, dtype=np.float64)
    total = light.sum()
    if total <= 0:
        return picture
    by = []
    for axis in (1, 0):  # sums over columns give rows
        profile = light.sum(axis=axis)
        middle = float((profile * np.arange(len(profile))).sum() / total)
        by.append(round((len(profile) - 1) / 2 - middle))
    found: NDArray[np.uint8] = shifted(picture[None], *by)[0]
    return found
