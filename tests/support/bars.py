"""Bars of light in four orientations, as shown to cells of the visual cortex."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ORIENTATIONS = ((0, 1), (1, 0), (1, 1), (1, -1))  # rows and columns from one cell to the next
REACH = 4  # cells from the middle of a bar to each end


def bar(orientation: int, shift: tuple[int, int] = (0, 0), size: int = 12) -> NDArray[np.float32]:
    """One picture (1, size, size): a bar of 1 on 0, its middle moved from the picture's."""
    picture = np.zeros((1, size, size), np.float32)
    down, right = ORIENTATIONS[orientation]
    for step in range(-REACH, REACH + 1):
        row, column = size // 2 + shift[0] + step * down, size // 2 + shift[1] + step * right
        if 0 <= row < size and 0 <= column < size:
            picture[0, row, column] = 1.0
    return picture


def bars(count: int, seed: int, size: int = 12) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Pictures (count, 1, size, size) moved by up to 2 cells, and their orientations (count,)."""
    random = np.random.default_rng(seed)
    labels = random.integers(len(ORIENTATIONS), size=count)
    shifts = random.integers(-2, 3, size=(count, 2)).tolist()
    pictures = [bar(int(o), (s[0], s[1]), size) for o, s in zip(labels, shifts, strict=True)]
    return np.stack(pictures), labels
