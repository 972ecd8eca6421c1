"""Lanes as colored pixels: waves, curves around zero, and heat. Nothing here needs Qt.

W columns of the item lie side by side over p pixels; q pixels are above each other. A picture is
uint8 (q, p, 4): red, green, blue, and how opaque.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.explain.signals import Lane
from designer.colormaps import signed_indices, table, unsigned_indices
from designer.viewers.timeline import Span

Picture = NDArray[np.uint8]
_OPAQUE = 255


def envelope(
    lane: Lane, columns: Span, pixels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the greatest of the values (1, T) in each pixel; nan where there are none."""
    values = np.asarray(lane.values[0], np.float64)
    edges = np.linspace(columns[0] - 0.5, columns[1] + 0.5, pixels + 1)
    at = np.floor((edges - lane.first[1]) / lane.step[1] + 0.5).astype(np.int64)
    start, end = at[:-1], np.maximum(at[1:], at[:-1] + 1)
    inside = (end > 0) & (start < len(values))
    first = start.clip(0, len(values) - 1)
    last = end.clip(first + 1, len(values))
    pairs = np.stack([first, last], axis=1).ravel()
    padded = np.append(values, values[-1])  # `reduceat` wants an index inside
    return tuple(  # type: ignore[return-value]
        np.where(inside, function.reduceat(padded, pairs)[::2], np.nan)
        for function in (np.minimum, np.maximum)
    )


def joined(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """The ends in each pixel, reaching to those of the pixels beside it: a line without gaps."""
    lows, highs = np.pad(low, 1, mode="edge"), np.pad(high, 1, mode="edge")
    return (
        np.fmin(low, np.fmin(highs[:-2], highs[2:])),
        np.fmax(high, np.fmax(lows[:-2], lows[2:])),
    )


def wave(lane: Lane, columns: Span, size: tuple[int, int], limit: float, color: str) -> Picture:
    """A line through the values of (1, T), ±limit from the top to the bottom of (q, p) pixels."""
    low, high = joined(*envelope(lane, columns, size[1]))
    return _filled(size, _between(low, high, size[0], limit), color)


def curve(
    lane: Lane, columns: Span, size: tuple[int, int], limit: float, colors: tuple[str, str]
) -> Picture:
    """The values of (1, T) as an area around zero, the colors of what is above and below it."""
    low, high = envelope(lane, columns, size[1])
    above = _between(np.zeros_like(high), np.where(high > 0, high, np.nan), size[0], limit)
    below = _between(np.where(low < 0, low, np.nan), np.zeros_like(low), size[0], limit)
    picture = _filled(size, above, colors[0])
    picture[below] = _bytes(colors[1])
    return picture


def heat(
    lane: Lane,
    spans: tuple[Span, Span],
    size: tuple[int, int],
    *,
    limits: tuple[float, float],
    look: str,
    signed: bool,
) -> Picture:
    """The values of (F, T) as colors, the first row at the bottom; nothing where there are none."""
    found = []
    for axis, (first, last) in enumerate(spans):
        pixels = size[axis]
        middles = (np.arange(pixels) + 0.5) / pixels * (last - first + 1) + first - 0.5
        at = np.floor((middles - lane.first[axis]) / lane.step[axis] + 0.5).astype(np.int64)
        found.append(at if axis else at[::-1])
    rows, columns = found
    inside = _is_in(rows, lane.values.shape[0])[:, None] & _is_in(columns, lane.values.shape[1])
    cells = np.ix_(
        rows.clip(0, lane.values.shape[0] - 1), columns.clip(0, lane.values.shape[1] - 1)
    )
    shown = np.asarray(lane.values[cells], np.float64)
    indices = (
        signed_indices(shown, max(map(abs, limits))) if signed else unsigned_indices(shown, *limits)
    )
    picture = np.zeros((*size, 4), np.uint8)
    picture[..., :3] = table(look, signed=signed)[indices]
    picture[..., 3] = np.where(inside, _OPAQUE, 0)
    return picture


def _between(
    low: NDArray[np.float64], high: NDArray[np.float64], pixels: int, limit: float
) -> NDArray[np.bool_]:
    """Which pixels (q, p) lie between two values; none where one of them is nan."""
    scale = (pixels - 1) / 2
    top, bottom = (scale * (1 - np.clip(end / (limit or 1.0), -1, 1)) for end in (high, low))
    at = np.arange(pixels)[:, None]
    return (at >= np.floor(top)) & (at <= np.ceil(bottom))


def _filled(size: tuple[int, int], where: NDArray[np.bool_], color: str) -> Picture:
    picture = np.zeros((*size, 4), np.uint8)
    picture[where] = _bytes(color)
    return picture


def _bytes(color: str) -> tuple[int, int, int, int]:
    """ "#rrggbb" as opaque bytes."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16), _OPAQUE


def _is_in(at: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    return (at >= 0) & (at < count)
