"""How arrays lie in memory: maps N H W C, and room that is used again at every call."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from core.backend.compiled import pooling
from core.backend.compiled.arrays import as_maps, fits
from core.backend.numpy import Array, Backend


class Memory(Backend):
    """The reference, with its arrays where the kernels like them."""

    def __init__(self) -> None:
        super().__init__()
        self.threads = numba.get_num_threads()
        self._scratch: dict[str, Array] = {}

    def asarray(self, values: Any, dtype: Any = None) -> Array:
        """The values here; maps in the layout that the kernels like."""
        array = np.asarray(values, dtype=dtype)
        if array.ndim != 4 or not fits(array):
            return array
        if not array.flags.c_contiguous:
            return as_maps(array).transpose(0, 3, 1, 2)
        n, c, h, w = array.shape
        maps = np.empty((n, h, w, c), np.float32)
        pooling.turn(array, maps)
        return maps.transpose(0, 3, 1, 2)

    def shaped(self, block: Array, shape: tuple[int, ...]) -> Array:
        """Maps lie N H W C, everything else as it is named."""
        if len(shape) != 4:
            return super().shaped(block, shape)
        n, c, h, w = shape
        return block[: math.prod(shape)].reshape(n, h, w, c).transpose(0, 3, 1, 2)

    def _room(self, name: str, *shape: int) -> Array:
        """Uninitialised memory, the same at every call; only one network computes at a time."""
        size, block = math.prod(shape), self._scratch.get(name)
        if block is None or block.size < size:
            block = self._scratch[name] = np.empty(size, np.float32)
        return block[:size].reshape(shape)
