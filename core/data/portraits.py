"""Signals, spectrograms, maps and vectors drawn as small pictures, for people to recognize.

N items, uint8 pictures (N, 1, H, W) in gray on black.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HEIGHT = 28  # pixels of a drawing; spectrograms keep their own
WIDTH = 84
_AXIS, _INK = 70, 255
_EDGE = 1.25  # the coordinate at the edge of a plane of points, so that noise stays inside


def portraits(values: NDArray[np.float32], *, in_time: bool = True) -> NDArray[np.uint8]:
    """Items (N, 2), (N, K), (N, C, T) or (N, C, F, T), of values about −1…1 or 0…1.

    Where the last axis is not time (N, C, H, W) are maps, of any values.
    """
    if values.ndim == 4:
        return _spectrograms(values) if in_time else _maps(values)
    if values.shape[1:] == (2,):
        return _points(values)
    return _curves(values if values.ndim == 3 else values[:, None])


def _spectrograms(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Strength as brightness, low frequencies at the bottom; the first channel."""
    upright = values[:, :1, ::-1]
    return np.ascontiguousarray((upright.clip(0, 1) * 255).astype(np.uint8))


def _maps(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The first channel, rows from the top, from the least to the greatest value of the item."""
    first = np.nan_to_num(values[:, :1])
    low = first.min(axis=(2, 3), keepdims=True)
    span = first.max(axis=(2, 3), keepdims=True) - low
    shares = np.divide(first - low, span, out=np.zeros_like(first), where=span > 0)
    return np.ascontiguousarray(np.rint(shares * _INK).astype(np.uint8))


def _points(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A dot in the plane, with its two axes."""
    pictures = np.zeros((len(values), 1, HEIGHT, HEIGHT), np.uint8)
    middle = HEIGHT // 2
    pictures[:, :, middle, :] = pictures[:, :, :, middle] = _AXIS
    x, y = _cells(values[:, 0]), _cells(-values[:, 1])
    items = np.arange(len(values))
    for down in (0, 1):
        for right in (0, 1):
            pictures[items, 0, y + down, x + right] = _INK
    return pictures


def _cells(coordinate: NDArray[np.float32]) -> NDArray[np.intp]:
    """The cell of a coordinate, with room for a dot of two."""
    share = (np.nan_to_num(coordinate) / _EDGE + 1) / 2
    return (share * (HEIGHT - 1)).clip(0, HEIGHT - 2).astype(np.intp)


def _curves(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The first channel over time: from its least to its greatest value in each column."""
    length = values.shape[2]
    first = np.linspace(0, length, min(WIDTH, length), endpoint=False).astype(np.intp)
    wave = np.nan_to_num(values[:, 0]).clip(-1, 1)
    low = np.minimum.reduceat(wave, first, axis=1)
    high = np.maximum.reduceat(wave, first, axis=1)
    top, bottom = (np.rint((1 - y) / 2 * (HEIGHT - 1)) for y in (high, low))
    rows = np.arange(HEIGHT)[:, None]
    inked = (rows >= top[:, None]) & (rows <= bottom[:, None])
    pictures = np.where(inked, _INK, 0).astype(np.uint8)
    pictures[:, HEIGHT // 2][pictures[:, HEIGHT // 2] == 0] = _AXIS
    across = np.repeat(pictures, -(-WIDTH // len(first)), axis=2)  # short signals are widened
    return np.ascontiguousarray(across[:, None])
