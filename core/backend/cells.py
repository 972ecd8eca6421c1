"""Which cells of the maps a window meets, and which lie in its padding ring.

Letters: N batch, C channels, P Q output size; `kh kw` kernel, `sh sw` stride, `dh dw` dilation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.kinds import Pair
from core.shapes import Window

Array = Any


def cells_under(x: Array, window: Window, outputs: Pair) -> Iterator[tuple[int, int, Array]]:
    """For each kernel cell (i, j) the view of padded x that it meets: (N, C, P, Q)."""
    (kh, kw), (sh, sw), (dh, dw) = window.kernel, window.stride, window.dilation
    p, q = outputs
    for i in range(kh):
        for j in range(kw):
            rows = slice(i * dh, i * dh + sh * (p - 1) + 1, sh)
            cols = slice(j * dw, j * dw + sw * (q - 1) + 1, sw)
            yield i, j, x[:, :, rows, cols]


def inside(window: Window, size: Pair) -> tuple[slice, slice]:
    """Rows and columns of padded maps that are the maps themselves."""
    top, _, left, _ = window.padding
    return slice(top, top + size[0]), slice(left, left + size[1])


def crop(x: Array, window: Window, size: Pair) -> Array:
    """Padded maps without their padding: the maps of this size."""
    rows, cols = inside(window, size)
    return x[:, :, rows, cols]


def ring(sides: Pair, size: int, fill: str) -> Iterator[tuple[int, int]]:
    """On one axis: each cell of the ring and the cell inside that it copies, in padded counting."""
    before, after = sides
    first, last = before, before + size - 1
    for far in range(1, before + 1):
        yield first - far, first + far if fill == "reflect" else first
    for far in range(1, after + 1):
        yield last + far, last - far if fill == "reflect" else last
