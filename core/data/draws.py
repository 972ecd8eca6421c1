"""Random numbers that need no memory: each follows from a seed, an item and a few words alone.

Items may be asked for in any order, in any company and again after years: item 7 of epoch 3 always
draws the same. That makes a resumed run exact, and a synthetic item the same whatever the count.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_WORD = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_STEPS = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10


class Draws:
    """A stream of random numbers for each of several items.

    Every call gives (N,) numbers, one for each item, and moves all streams on. `name` tells apart
    what draws (two names, two independent streams); `part` is an epoch or the number of a split.
    """

    def __init__(self, seed: int, items: ArrayLike, *, name: str, part: int = 0) -> None:
        self.items = np.atleast_1d(np.asarray(items, dtype=np.uint64))
        self._seed, self._part, self._name = seed, part, zlib.crc32(name.encode())
        self._call = 0
        self._block: tuple[NDArray[np.uint64], ...] = ()

    def __len__(self) -> int:
        return len(self.items)

    def unit(self) -> Floats:
        """Even numbers between 0 and 1, neither included."""
        place = self._call % 4
        if place == 0:
            counter = (self.items, self._part, self._name, self._call // 4)
            self._block = philox(counter, (self._seed & 0xFFFFFFFF, self._seed >> 32))
        self._call += 1
        return (self._block[place].astype(np.float64) + 0.5) / 2.0**32

    def uniform(self, low: float, high: float) -> Floats:
        """Even numbers from `low` to `high`."""
        return low + (high - low) * self.unit()

    def log_uniform(self, low: float, high: float) -> Floats:
        """Numbers whose logarithm is even: halving is as likely as doubling."""
        return np.clip(np.exp(self.uniform(np.log(low), np.log(high))), low, high)

    def whole(self, low: int, high: int) -> NDArray[np.int64]:
        """Whole numbers from `low` to `high`, both included."""
        return low + np.floor(self.unit() * (high - low + 1)).astype(np.int64)

    def chance(self, share: float) -> NDArray[np.bool_]:
        """Yes for this share of the items."""
        return self.unit() < share

    def normal(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Normal numbers of mean 0 and deviation 1 for each item: float32 (N, *shape)."""
        result = np.empty((len(self.items), *shape), np.float32)
        key = np.array([self._seed, self._name], np.uint64)
        for row, item in zip(result, self.items, strict=True):
            counter = np.array([0, self._call, item, self._part], np.uint64)
            random = np.random.Generator(np.random.Philox(key=key, counter=counter))
            random.standard_normal(dtype=np.float32, out=row)
        self._call += 4 - self._call % 4
        return result


def philox(
    counter: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], key: tuple[int, int]
) -> tuple[NDArray[np.uint64], ...]:
    """Four words of 32 random bits for each counter: Philox4x32-10.

    Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011).
    """
    c0, c1, c2, c3 = np.broadcast_arrays(*(np.asarray(word, np.uint64) for word in counter))
    k0, k1 = key
    for _ in range(_ROUNDS):
        p0, p1 = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c2 = (p1 >> _SHIFT) ^ c1 ^ np.uint64(k0), (p0 >> _SHIFT) ^ c3 ^ np.uint64(k1)
        c1, c3 = p1 & _WORD, p0 & _WORD
        k0, k1 = (k0 + _STEPS[0]) & 0xFFFFFFFF, (k1 + _STEPS[1]) & 0xFFFFFFFF
    return c0, c1, c2, c3
