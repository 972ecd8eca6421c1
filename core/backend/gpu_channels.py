"""Sums over the channels of maps and what is done with a value of each, by our own kernels.

Letters as in cuda/channels.cu: arrays are (n, c, inner), `inner` being the cells of a map.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.backend.kernels import BLOCK, Kernels

Array = Any

BLOCKS = 1024  # about as many blocks keep a large GPU busy
SHARE = 4096  # values of a channel that a block adds up, at least
MOST_PARTS = 65_535  # of a grid


class Channels:
    """Kernels of channels.cu; every array is contiguous."""

    def __init__(self, kernels: Kernels, cupy: Any) -> None:
        self._kernels, self._cupy = kernels, cupy

    def moments(self, x: Array) -> tuple[Array, Array]:
        """Mean and variance of every channel, float64."""
        c, sizes = x.shape[1], _sizes(x)
        parts = self._parts("moment_parts", (x,), x)
        mean, variance = (self._cupy.empty(c, np.float64) for _ in range(2))
        count = np.int32(parts.shape[1])
        arguments = (parts, x, mean, variance, np.int64(c), count, *sizes)
        self._kernels.start("channels", "moments", arguments, dtype=x.dtype, grid=_blocks(c))
        return mean, variance

    def products(self, x: Array, dy: Array, mean: Array, y: Array | None) -> tuple[Array, Array]:
        """Σ dy and Σ dy · (x − mean) of every channel, float64; dy where y > 0, if y is given."""
        c = x.shape[1]
        parts = self._parts("product_parts", (x, dy, mean, _or(y, dy)), x, _flag(y))
        totals = self._cupy.empty((2, c), np.float64)
        count = np.int32(parts.shape[1])
        arguments = (parts, totals, np.int64(2 * c), count, np.int32(c))
        grid = _blocks(2 * c)
        self._kernels.start("channels", "add_parts", arguments, dtype=x.dtype, grid=grid)
        return totals[0], totals[1]

    def normalize(
        self, x: Array, values: tuple[Array, ...], other: Array | None, *, relu: bool, out: Array
    ) -> None:
        """out = (x − mean) · factor + shift + other, or max(…, 0) of it."""
        flags = (_flag(other), np.int32(relu))
        self._map("normalize", (x, *values, _or(other, x), out), flags)

    def normalize_data(
        self, x: Array, dy: Array, values: tuple[Array, ...],
        *, y: Array | None, other: Array | None, out: Array,
    ) -> None:  # fmt: skip
        """out = dy · factor − (x − mean) · slope − offset, dy also into `other`."""
        flags = (_flag(y), _flag(other))
        self._map("normalize_data", (x, dy, *values, _or(y, dy), _or(other, out), out), flags)

    def _map(self, name: str, arrays: tuple[Array, ...], flags: tuple[np.int32, ...]) -> None:
        """A kernel that makes each value of the last array by itself."""
        out = arrays[-1]
        _, c, inner = _sizes(out)
        arguments = (*arrays, np.int64(out.size), *flags, c, inner)
        self._kernels.map("channels", name, arguments, out)

    def relu_data(self, dy: Array, y: Array, out: Array) -> None:
        """out = dy where y is above 0."""
        arguments = (dy, y, out, np.int64(out.size))
        self._kernels.map("channels", "relu_data", arguments, out)

    def _parts(self, name: str, arrays: tuple[Array, ...], x: Array, *flags: np.int32) -> Array:
        """Both sums of every part of every channel: (2, parts, C)."""
        c, values = x.shape[1], x.size // x.shape[1]
        wanted = min(-(-BLOCKS // c), -(-values // SHARE), MOST_PARTS)
        share = -(-values // wanted)
        count = -(-values // share)
        parts = self._cupy.empty((2, count, c), np.float64)
        arguments = (*arrays, parts, *flags, np.int32(share), *_sizes(x))
        self._kernels.start("channels", name, arguments, dtype=x.dtype, grid=(c, count))
        return parts


def _flag(array: Array | None) -> np.int32:
    return np.int32(array is not None)


def _or(array: Array | None, some: Array) -> Array:
    """An array for a kernel that wants a pointer, though nobody looks."""
    return some if array is None else array


def _blocks(threads: int) -> tuple[int]:
    """A grid with at least so many threads."""
    return (-(-threads // BLOCK),)


def _sizes(x: Array) -> tuple[np.int32, np.int32, np.int32]:
    """n, c and inner of an array (N, C, …)."""
    n, c = x.shape[:2]
    return np.int32(n), np.int32(c), np.int32(x.size // (n * c))
