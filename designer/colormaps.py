"""Colors for numbers: one map for signed values, one for values that are never negative.

Each map is a table of 256 colors, a uint8 array (256, 3), and a function turns values into indices
of such a table. Nothing here needs Qt.

Letters: v values, n tiles, h rows, w columns.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Pixels = NDArray[np.uint32]
Floats = NDArray[np.floating]

NEUTRAL = 128  # the index of zero in a signed table

# Stops from the most negative to the most positive value: blue, neutral, orange.
_SIGNED = {
    "light": ("#0B3C8C", "#2F6FDE", "#9DBEF2", "#FBFBF9", "#F5BE85", "#D9730D", "#7F3A00"),
    "dark": ("#B9D2FF", "#6C9DF8", "#2C4A83", "#101114", "#7F4A14", "#F0983F", "#FFD9AE"),
}
# Nine stops of viridis (van der Walt and Smith, 2015, CC0), even steps of lightness.
_UNSIGNED = (
    "#440154", "#472D7B", "#3B528B", "#2C728E", "#21918C", "#28AE80", "#5EC962", "#ADDC30",
    "#FDE725",
)  # fmt: skip


@cache
def signed_table(theme: str) -> Bytes:
    """Blue for negative, orange for positive, index `NEUTRAL` for zero; (256, 3).

    `theme` is "light" (zero is white) or "dark" (zero is nearly black).
    """
    stops = np.array([_rgb(stop) for stop in _SIGNED[theme]])
    # 255 even steps centered on NEUTRAL; index 0 repeats the most negative color.
    even = _blend(stops, 255)
    return _frozen(np.concatenate([even[:1], even]))


@cache
def unsigned_table() -> Bytes:
    """Dark violet for the smallest over green to yellow for the largest value; (256, 3)."""
    return _frozen(_blend(np.array([_rgb(stop) for stop in _UNSIGNED]), 256))


def table(theme: str, *, signed: bool) -> Bytes:
    """The table for signed or unsigned values in this theme; (256, 3)."""
    return signed_table(theme) if signed else unsigned_table()


def packed(colors: Bytes) -> Pixels:
    """Colors (…, 3) as pixels 0xFFRRGGBB (…), which is what Qt draws fastest."""
    red, green, blue = (colors[..., at].astype(np.uint32) for at in range(3))
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)


@cache
def packed_table(theme: str, *, signed: bool) -> Pixels:
    """The same table as pixels; (256,)."""
    pixels = packed(table(theme, signed=signed))
    pixels.setflags(write=False)
    return pixels


def signed_indices(v: Floats, limit: Floats | float) -> Bytes:
    """Where −limit … +limit falls in a signed table: 1 … 255, zero at `NEUTRAL`.

    What is not a number goes to `NEUTRAL`; `limit` may broadcast, as one per tile (n, 1, 1).
    """
    scale = np.where(np.asarray(limit) > 0, limit, 1.0)
    return _whole(np.clip(v * _factor(127, scale, v), -127, 127), NEUTRAL)


def unsigned_indices(v: Floats, low: Floats | float, high: Floats | float) -> Bytes:
    """Where low … high falls in an unsigned table: 0 … 255. What is not a number goes to 0."""
    span = np.asarray(high) - np.asarray(low)
    return _whole(np.clip((v - low) * _factor(255, np.where(span > 0, span, 1.0), v), 0, 255))


def _whole(steps: Floats, first: int = 0) -> Bytes:
    """Steps as indices that begin at `first`, rounded in place; no number is step 0."""
    np.copyto(steps, 0, where=np.isnan(steps))
    np.rint(steps, out=steps)
    steps += first
    return steps.astype(np.uint8)


def _factor(steps: int, span: Floats, v: Floats) -> Floats:
    """Steps for one unit of value, in the type of `v`; finite even where the span is tiny."""
    most = float(np.finfo(v.dtype).max)
    with np.errstate(over="ignore"):
        return np.minimum(steps / span.astype(np.float64), most).astype(v.dtype)


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _blend(stops: NDArray[np.int_], count: int) -> NDArray[np.float64]:
    """`count` colors at even steps between the stops."""
    at = np.linspace(0, len(stops) - 1, count)
    return np.stack([np.interp(at, range(len(stops)), stops[:, c]) for c in range(3)], axis=1)


def _frozen(colors: NDArray[np.float64]) -> Bytes:
    """As bytes that nobody can change: the tables are shared."""
    done = np.rint(colors).astype(np.uint8)
    done.setflags(write=False)
    return done
