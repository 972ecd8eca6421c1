"""One affine map for each picture, and one resampling: bilinear, black outside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.augment.base import Maps

_TOGETHER = 30_000  # pixels worked on at once: what is made on the way stays in a cache


def resampled(pictures: NDArray[np.uint8], maps: Maps) -> NDArray[np.float32]:
    """Pictures (N, C, H, W) with every point moved as its picture's map says; float32.

    A pixel of the result takes what lies where it came from, between four pixels in proportion.
    """
    n, _, h, w = pictures.shape
    back = np.linalg.inv(maps).astype(np.float32)
    result = np.empty(pictures.shape, np.float32)
    step = max(1, _TOGETHER // (h * w))
    for first in range(0, n, step):
        some = slice(first, first + step)
        result[some] = _resampled(pictures[some], back[some])
    return result


def _resampled(pictures: NDArray[np.uint8], back: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pictures by maps that lead back to where each pixel comes from."""
    n, c, h, w = pictures.shape
    x, y = (_origins(back[:, axis], axis, (w, h)) for axis in (0, 1))
    left, top = np.floor(x), np.floor(y)
    x -= left  # from here on the share of the pixel to the right, and of the one below
    y -= top
    # A ring of black, two wide to the right and below, so that every neighbor exists.
    wide, high = w + 3, h + 3
    ringed = np.zeros((n, high, wide, c), np.float32)
    ringed[:, 1 : h + 1, 1 : w + 1] = pictures.transpose(0, 2, 3, 1)
    flat = ringed.reshape(-1, c) if c > 1 else ringed.reshape(-1)
    corner = ((top + 1) * wide + (left + 1)).astype(np.intp)
    corner += (np.arange(n) * (high * wide))[:, None, None]
    right, down = (x[..., None], y[..., None]) if c > 1 else (x, y)
    result = _between(flat, corner, right)
    lower = _between(flat, corner + wide, right)
    lower -= result
    lower *= down
    result += lower
    return result.transpose(0, 3, 1, 2) if c > 1 else result.reshape(n, 1, h, w)


def moved(points: NDArray[np.float32], maps: Maps, size: tuple[int, int]) -> NDArray[np.float32]:
    """Points (N, K, 2), x and y in shares of a picture of (height, width), as the maps say."""
    half = np.array([size[1], size[0]]) / 2
    pixels = (points * 2 - 1) * half
    there = np.einsum("nij,nkj->nki", maps[:, :2, :2], pixels) + maps[:, None, :2, 2]
    result: NDArray[np.float32] = ((there / half + 1) / 2).astype(np.float32)
    return result


def _origins(row: NDArray[np.float32], axis: int, size: tuple[int, int]) -> NDArray[np.float32]:
    """The column (axis 0) or row (axis 1) from which each pixel comes: (N, H, W).

    `row` is that of the maps, (N, 3); places outside are all one pixel outside.
    """
    middles = [np.float32(length - 1) / 2 for length in size]
    x, y = (np.arange(size[i], dtype=np.float32) - middles[i] for i in (0, 1))
    across, down, move = (row[:, i, None, None] for i in range(3))
    origins: NDArray[np.float32] = across * x + (down * y[:, None] + (move + middles[axis]))
    return origins.clip(-1, size[axis], out=origins)


def _between(
    flat: NDArray[np.float32], corner: NDArray[np.intp], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A value and its right neighbor, mixed by the neighbor's share."""
    here: NDArray[np.float32] = flat.take(corner, axis=0)
    there: NDArray[np.float32] = flat.take(corner + 1, axis=0)
    there -= here
    there *= share
    there += here
    return there
