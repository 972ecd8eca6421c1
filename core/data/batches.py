"""The order in which a split is gone through, the same again for the same seed and epoch.

Nothing is remembered between epochs, so a run that was stopped in the middle goes on with exactly
the items that were still to come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.integer[Any]]

# The last word of the random counter keeps this stream apart from other uses of the same seed.
_STREAM = 0x6F72646572


@dataclass(frozen=True)
class Batches:
    """`count` items in a new random order each epoch, cut into batches; the last may be short.

    Counter-based randomness (Philox) keyed by seed and epoch: no state is kept or saved.
    """

    count: int
    batch_size: int
    seed: int = 0

    def __post_init__(self) -> None:
        if self.count < 0 or self.batch_size < 1 or self.seed < 0:
            raise ValueError(
                "count and seed of 0 or more and a batch size of 1 or more are expected, "
                f"{self.count}, {self.seed} and {self.batch_size} came"
            )

    @property
    def steps(self) -> int:
        """Batches in one epoch."""
        return -(-self.count // self.batch_size)

    def size(self, step: int) -> int:
        """Items in a batch, which is counted from 0 in its epoch."""
        return min(self.batch_size, self.count - step * self.batch_size)

    def order(self, epoch: int) -> Indices:
        """Every index from 0 to count − 1 once, in the order of this epoch: (count,).

        Four bytes for each item, eight from 2³¹ items on.
        """
        key = np.array([self.seed, epoch], dtype=np.uint64)
        counter = np.array([0, 0, 0, _STREAM], dtype=np.uint64)
        random = np.random.Generator(np.random.Philox(key=key, counter=counter))
        order: Indices = np.arange(self.count, dtype=np.int32 if self.count < 2**31 else np.int64)
        random.shuffle(order)
        return order

    def epoch(self, epoch: int, start_step: int = 0) -> Iterator[Indices]:
        """The indices of each batch of an epoch, from batch number `start_step` on."""
        order = self.order(epoch)
        for step in range(start_step, self.steps):
            yield order[step * self.batch_size : (step + 1) * self.batch_size]


def in_order(count: int, batch_size: int) -> Iterator[Indices]:
    """The indices 0 to count − 1 unshuffled, in batches, as evaluation goes through them."""
    for first in range(0, count, batch_size):
        yield np.arange(first, min(first + batch_size, count), dtype=np.int64)
