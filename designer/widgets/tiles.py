"""Many equal pictures as numbers: their limits, their colors, and where each of them lies.

Nothing here needs Qt. Letters: n tiles, h rows, w columns, 3 colors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from designer.colormaps import packed, packed_table, signed_indices, unsigned_indices

Limits = Literal["tile", "all"] | tuple[float, float]

# Shrink to a third, a half; grow by whole factors, so that every pixel is as large as the next.
FACTORS = (1 / 4, 1 / 3, 1 / 2, *(float(k) for k in range(1, 49)))
_FROM_AFAR = 24  # no tile is made smaller than this to fit all of them


@dataclass(frozen=True)
class Tiles:
    """Tiles with the limits of their colors.

    `values` is (n, h, w), or (n, h, w, 3) for tiles that are colors already: bytes, or 0 … 1.
    `low` and `high` are the limits of each tile, (n,); symmetric about zero if `signed`. `gamma`
    bends the colors between zero, or `low`, and the limits: below 1 small values are seen better.
    """

    values: NDArray[np.generic]
    signed: bool
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    gamma: float = 1.0

    @property
    def is_color(self) -> bool:
        """Are the tiles colors, not numbers?"""
        return self.values.ndim == 4

    @property
    def shared(self) -> tuple[float, float] | None:
        """The limits if all tiles have the same, else None."""
        if self.is_color or not len(self.values):
            return None
        low, high = float(self.low[0]), float(self.high[0])
        same = bool((self.low == low).all() and (self.high == high).all())
        return (low, high) if same else None

    def rgb(self, theme: str, *, missing: str) -> NDArray[np.uint8]:
        """The colors (n, h, w, 3) in this theme; what is not a number gets the color `missing`."""
        pixels = self.pixels(theme, missing=missing)
        return np.stack([pixels >> 16, pixels >> 8, pixels], axis=-1).astype(np.uint8)

    def pixels(self, theme: str, *, missing: str) -> NDArray[np.uint32]:
        """The same as pixels 0xFFRRGGBB (n, h, w)."""
        hole = np.uint32(0xFF000000 | int(missing[1:], 16))
        if self.is_color:
            return self._own_pixels(hole)
        floats = self.values.astype(np.float32, copy=False)
        low, high = (side.astype(np.float32)[:, None, None] for side in (self.low, self.high))
        if self.gamma != 1:
            floats = _bent(floats, np.zeros_like(low) if self.signed else low, high, self.gamma)
        if self.signed:
            indices = signed_indices(floats, high)
        else:
            indices = unsigned_indices(floats, low, high)
        colors = packed_table(theme, signed=self.signed).take(indices)
        absent = np.isnan(floats)
        if absent.any():
            colors[absent] = hole
        return colors

    def _own_pixels(self, hole: np.uint32) -> NDArray[np.uint32]:
        """Of tiles that are colors already."""
        if self.values.dtype == np.uint8:
            return packed(self.values.astype(np.uint8, copy=False))
        floats = self.values.astype(np.float32, copy=False)
        bytes_ = np.rint(np.clip(np.nan_to_num(floats), 0, 1) * 255).astype(np.uint8)
        return np.where(np.isnan(floats).any(axis=3), hole, packed(bytes_))


def _bent(
    values: NDArray[np.float32], low: NDArray[np.float32], high: NDArray[np.float32], gamma: float
) -> NDArray[np.float32]:
    """low + (high − low)·t^γ for values low + (high − low)·t, with the sign of t."""
    span = np.where(high > low, high - low, np.float32(1))
    part = (values - low) / span
    return np.asarray(low + span * np.sign(part) * np.abs(part) ** np.float32(gamma), np.float32)


def make_tiles(
    array: NDArray[np.generic], *, signed: bool, limits: Limits = "tile", gamma: float = 1.0
) -> Tiles:
    """Tiles from (n, h, w) or (n, h, w, 3), limited each by itself, all together or as given.

    ValueError for any other shape. Infinite values and holes do not count for the limits.
    """
    if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[3] != 3):
        raise ValueError(f"Tiles are (n, h, w) or (n, h, w, 3); {array.shape} came.")
    n = len(array)
    if array.ndim == 4:
        return Tiles(array, False, np.zeros(n), np.ones(n))
    low, high = _extremes(array)
    if limits == "all" and n:
        low, high = np.full(n, low.min()), np.full(n, high.max())
    elif isinstance(limits, tuple):
        low, high = np.full(n, float(limits[0])), np.full(n, float(limits[1]))
    if signed:
        high = np.maximum(np.abs(low), np.abs(high))
        low = -high
    return Tiles(array, signed, low, high, gamma)


def extent(array: NDArray[np.generic]) -> tuple[float, float]:
    """The smallest and largest finite value of an array; 0 and 0 where there is none."""
    low, high = _extremes(array.reshape(1, 1, -1))
    return float(low[0]), float(high[0])


def _extremes(array: NDArray[np.generic]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The smallest and largest finite value of each tile; 0 and 0 where there is none."""
    axes = (1, 2)
    floats = array.astype(np.float64 if array.dtype.kind in "iub" else array.dtype, copy=False)
    low, high = floats.min(axis=axes), floats.max(axis=axes)
    if np.isfinite(low).all() and np.isfinite(high).all():  # the usual case, and the quick one
        return low.astype(np.float64), high.astype(np.float64)
    finite = np.isfinite(floats)
    low = np.where(finite, floats, np.inf).min(axis=axes, initial=np.inf)
    high = np.where(finite, floats, -np.inf).max(axis=axes, initial=-np.inf)
    none = low > high
    return (
        np.where(none, 0, low).astype(np.float64),
        np.where(none, 0, high).astype(np.float64),
    )


@dataclass(frozen=True)
class TileLayout:
    """Where `count` tiles of h × w values lie, in device pixels, row by row from the top left."""

    count: int
    h: int
    w: int
    columns: int
    factor: float
    gap: int
    caption: int = 0  # height of the words under a tile
    least: int = 0  # width that these words have at least

    @cached_property
    def tile(self) -> tuple[int, int]:
        """Width and height of a tile."""
        return max(1, round(self.w * self.factor)), max(1, round(self.h * self.factor))

    @cached_property
    def step(self) -> tuple[int, int]:
        """From one tile to the next, across and down."""
        width, height = self.tile
        return max(width, self.least) + self.gap, height + self.caption + self.gap

    @property
    def aside(self) -> int:
        """From the left of a step to its tile, which is above the middle of its words."""
        return (self.step[0] - self.gap - self.tile[0]) // 2

    @property
    def rows(self) -> int:
        """How many rows of tiles there are."""
        return -(-self.count // self.columns)

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height of all tiles, a gap around each of them."""
        across, down = self.step
        return self.columns * across + self.gap, self.rows * down + self.gap

    def place(self, tile: int) -> tuple[int, int]:
        """The top left corner of a tile."""
        row, column = divmod(tile, self.columns)
        across, down = self.step
        return self.gap + column * across + self.aside, self.gap + row * down

    def visible(self, top: int, bottom: int) -> range:
        """The tiles of which something lies between these heights."""
        down = self.step[1]
        first = max(0, (top - self.gap) // down) * self.columns
        last = max(0, -(-(bottom - self.gap) // down)) * self.columns
        return range(min(first, self.count), min(last, self.count))

    def hit(self, x: int, y: int) -> tuple[int, int, int] | None:
        """The tile, row and column of the value under a point, or None between tiles."""
        across, down = self.step
        column, right = divmod(x - self.gap, across)
        row, below = divmod(y - self.gap, down)
        width, height = self.tile
        right -= self.aside
        tile = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and tile < self.count
        if not inside or not 0 <= right < width or below >= height:
            return None
        return tile, below * self.h // height, right * self.w // width


def fitting(
    shape: Sequence[int],
    room: tuple[int, int],
    *,
    columns: int | None = None,
    gap: int,
    caption: int = 0,
    least: int = 0,
    largest: int,
) -> TileLayout:
    """The layout with the largest tiles of which all fit into `room`, else one that scrolls down.

    `shape` is (n, h, w), `room` width and height, `largest` the longest side a tile may have;
    `caption` and `least` are height and width of the words below each.
    """
    layouts = [
        _arranged(shape, factor, room[0], columns, gap, (caption, least))
        for factor in FACTORS
        if factor <= 1 or max(shape[1:]) * factor <= largest
    ]
    in_width = [one for one in layouts if one.extent[0] <= room[0]] or layouts[:1]
    whole = [one for one in in_width if one.extent[1] <= room[1]]
    if whole and (max(whole[-1].tile) >= _FROM_AFAR or whole[-1].factor >= 1):
        return whole[-1]
    return next((one for one in in_width if max(one.tile) >= _FROM_AFAR), in_width[-1])


def _arranged(
    shape: Sequence[int],
    factor: float,
    width: int,
    columns: int | None,
    gap: int,
    words: tuple[int, int],
) -> TileLayout:
    """These tiles at this size, in as many columns as `width` has room for if none are asked."""
    (n, h, w), (caption, least) = shape, words
    across = max(1, round(w * factor), least) + gap
    chosen = columns or max(1, (width - gap) // across)
    return TileLayout(n, h, w, max(1, min(chosen, n)), factor, gap, caption, least)
