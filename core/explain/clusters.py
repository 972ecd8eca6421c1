"""What cells that learned without a teacher have sorted: which plane answers to what.

Letters: N pictures, K planes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def winning_planes(u: NDArray[Any]) -> NDArray[np.int64]:
    """The plane with the strongest cell for each picture, from N K P Q; −1 where none answers."""
    strongest = u.reshape(*u.shape[:2], -1).max(axis=2)
    return np.where(strongest.max(axis=1) > 0, strongest.argmax(axis=1), -1)


def clusters(
    winners: NDArray[np.int64], labels: NDArray[np.int64], *, planes: int, classes: int
) -> NDArray[np.int64]:
    """How many pictures of each class each plane won: (planes + 1, classes), silence last."""
    table = np.zeros((planes + 1, classes), np.int64)
    np.add.at(table, (winners, labels), 1)
    return table


def purity(table: NDArray[np.int64]) -> float:
    """The share of all pictures that are of the class that their plane wins most; 0 for none."""
    return float(table[:-1].max(axis=1, initial=0).sum() / max(1, table.sum()))


def told_apart(table: NDArray[np.int64]) -> int:
    """How many planes are the one that wins most of some class."""
    seen = table[:-1][:, table[:-1].any(axis=0)]
    return len(set(seen.argmax(axis=0).tolist()))
