"""Compile the kernels before they are needed, so that nobody waits without knowing why.

Numba keeps what it compiled; a stamp in the cache folder says that it has, for this processor and
these sources. Reading the kernels back takes about a second, compiling them about half a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.registry import cpu_target

from core.backend.compiled.keeping import folder
from core.backend.numpy import Array, Backend
from core.shapes import Window

WINDOW = Window((3, 3), padding=(1, 1, 1, 1))
POOL = Window((2, 2), (2, 2))


def is_rehearsed() -> bool:
    """Whether the kernels have been compiled here before."""
    return _stamp().exists()


def rehearse(backend: Backend) -> Iterator[tuple[int, int]]:
    """Use every kernel once; gives how many are done, and of how many, before each."""
    scenes = _scenes(backend)
    for number, scene in enumerate(scenes):
        yield number, len(scenes)
        scene()
    stamp = _stamp()
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    except OSError:  # then it is said again next time
        return


def _stamp() -> Path:
    """The file that stands for: compiled for this processor."""
    processor = repr((numba.__version__, cpu_target.target_context.codegen().magic_tuple()))
    return folder() / f"{hashlib.sha256(processor.encode()).hexdigest()[:16]}.done"


def _scenes(backend: Backend) -> list[Callable[[], object]]:
    """One call for each kernel, on arrays as small as can be."""

    def maps(n: int, c: int, size: int) -> Array:
        return backend.shaped(np.ones(n * c * size * size, np.float32), (n, c, size, size))

    x, y, half, few = maps(1, 16, 4), maps(1, 16, 4), maps(1, 16, 2), maps(1, 1, 4)
    w, w_few = np.ones((16, 16, 3, 3), np.float32), np.ones((16, 1, 3, 3), np.float32)
    rows, units, dense = (np.ones(shape, np.float32) for shape in ((16, 4), (16, 8), (8, 4)))
    one = np.ones(16, np.float32)
    how: dict[str, Any] = {"window": WINDOW, "groups": 1}
    index = backend.max_pool2d(x, window=POOL, out=half)[1]
    three, w_three, block = maps(1, 3, 2), w[:3].copy(), {**how, "pool": (2, 2)}
    return [
        lambda: backend.conv2d(x, w, one, out=y, **how),
        lambda: backend.conv2d_data(y, w, out=x, **how),
        lambda: backend.conv2d_data(y, w_few, out=few, **how),
        lambda: backend.conv2d_filter(x, y, out=w, **how),
        lambda: backend.conv_block(x, w, one, out=half, **block),
        lambda: backend.conv_block(x, w_three, one[:3], out=three, **block),
        lambda: backend.conv_block_filter(x, half, index, out=w, bias=one, **block),
        lambda: backend.conv_block_data(half, index, w, out=x, **block),
        lambda: backend.bias_gradient(y),
        lambda: backend.max_pool2d_data(half, index, window=POOL, out=x),
        lambda: backend.avg_pool2d(x, window=POOL, divisor=4, out=half),
        lambda: backend.avg_pool2d_data(half, window=POOL, divisor=4, out=x),
        lambda: backend.linear(rows, dense, None, out=units),
        lambda: backend.linear(rows[:1], dense, None, out=units[:1]),
        lambda: backend.linear_data(units, dense, out=rows),
        lambda: backend.linear_filter(rows, units, out=dense),
        lambda: backend.moments(x),
        lambda: backend.normalize(x, one, one, one, out=y),
        lambda: backend.normalize_sums(x, y, one),
        lambda: backend.normalize_data(x, y, one, (one, one, one), out=x),
        lambda: backend.relu(x, out=y),
        lambda: backend.relu_data(y, x, out=y),
        lambda: backend.add(x, y, out=y),
    ]
