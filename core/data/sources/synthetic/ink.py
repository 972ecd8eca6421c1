"""Drawing by distance: how far a pixel is from a figure decides how much of it is covered.

N pictures of H × W pixels; distances are in pixels, negative inside; x to the right, y downward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.draws import Draws
from core.kinds import Pair

Plane = NDArray[np.float32]
"""(N, H, W), a value for each pixel of each picture."""

Column = NDArray[np.float32]
"""(N,), a value for each picture."""

_INNER = 0.42  # of a star: from the middle to its inner corners


@dataclass(frozen=True)
class Figure:
    """A shape in the unit circle: its name, its distance from (x, y), and points that span it.

    `outline` (P, 2) are points of its edge, close enough together to measure its extent.
    """

    name: str
    distance: Callable[[Plane, Plane], Plane]
    outline: NDArray[np.float64]


def pixels(size: Pair) -> tuple[Plane, Plane]:
    """x and y of the middle of each pixel of one picture: (1, 1, W) and (1, H, 1)."""
    height, width = size
    x = np.arange(width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(height, dtype=np.float32) + np.float32(0.5)
    return x[None, None, :], y[None, :, None]


def column(values: NDArray[np.float64]) -> Plane:
    """Values (N,) beside planes: (N, 1, 1)."""
    return values.astype(np.float32)[:, None, None]


def covered(distance: Plane) -> Plane:
    """The share of each pixel that a figure covers, 0 to 1: a soft edge one pixel wide."""
    share: Plane = np.clip(np.float32(0.5) - distance, 0, 1)
    return share


def printed(picture: NDArray[np.float32], noise: float, random: Draws) -> NDArray[np.uint8]:
    """Pictures (N, C, H, W) of 0 to 1 with noise of this deviation, as uint8."""
    if noise:
        picture = picture + np.float32(noise) * random.normal(picture.shape[1:])
    whole: NDArray[np.uint8] = np.rint(picture.clip(0, 1) * 255).astype(np.uint8)
    return whole


def segment(x: Plane, y: Plane, start: tuple[Plane, Plane], end: tuple[Plane, Plane]) -> Plane:
    """The distance to a line between two points, each (N, 1, 1)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    px, py = x - start[0], y - start[1]
    along = (px * dx + py * dy) / np.maximum(dx * dx + dy * dy, np.float32(1e-6))
    np.clip(along, 0, 1, out=along)
    nearest: Plane = np.hypot(px - along * dx, py - along * dy)
    return nearest


def turned(points: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (P, 2) turned counterclockwise by each angle in radians: (N, P, 2)."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.stack([cosine, sine, -sine, cosine], axis=-1).reshape(-1, 2, 2)
    result: NDArray[np.float64] = np.einsum("nij,pj->npi", turn, points)
    return result


def _circle(x: Plane, y: Plane) -> Plane:
    distance: Plane = np.hypot(x, y) - 1
    return distance


def _ring(x: Plane, y: Plane) -> Plane:
    distance: Plane = np.abs(np.hypot(x, y) - np.float32(0.76)) - np.float32(0.24)
    return distance


def _half_circle(x: Plane, y: Plane) -> Plane:
    distance: Plane = np.maximum(_circle(x, y), y)
    return distance


def _moon(x: Plane, y: Plane) -> Plane:
    bite = np.float32(0.85) - np.hypot(x - np.float32(0.5), y)
    distance: Plane = np.maximum(_circle(x, y), bite)
    return distance


def _box(x: Plane, y: Plane, half_width: float, half_height: float) -> Plane:
    return np.maximum(np.abs(x) - np.float32(half_width), np.abs(y) - np.float32(half_height))


def _square(x: Plane, y: Plane) -> Plane:
    return _box(x, y, 0.7, 0.7)


def _frame(x: Plane, y: Plane) -> Plane:
    return np.maximum(_box(x, y, 0.7, 0.7), -_box(x, y, 0.38, 0.38))


def _bar(x: Plane, y: Plane) -> Plane:
    return _box(x, y, 0.97, 0.22)


def _cross(x: Plane, y: Plane) -> Plane:
    return np.minimum(_box(x, y, 0.95, 0.27), _box(x, y, 0.27, 0.95))


def _sector(x: Plane, y: Plane, count: int) -> tuple[Plane, Plane]:
    """All corners of a regular figure folded onto one: along its axis, and away from it."""
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    step = np.float32(2 * np.pi / count)
    folded = np.abs(angle - np.rint(angle / step) * step)
    return radius * np.cos(folded), radius * np.sin(folded)


def _triangle(x: Plane, y: Plane) -> Plane:
    along, away = _sector(x, y, 3)
    return _beyond(along, away, (1.0, 0.0), (0.5 * np.cos(np.pi / 3), 0.5 * np.sin(np.pi / 3)))


def _star(x: Plane, y: Plane) -> Plane:
    along, away = _sector(x, y, 5)
    corner = (_INNER * np.cos(np.pi / 5), _INNER * np.sin(np.pi / 5))
    return _beyond(along, away, (1.0, 0.0), corner)


def _beyond(x: Plane, y: Plane, start: tuple[float, float], end: tuple[float, float]) -> Plane:
    """The distance beyond the line through two points; the origin is on its inner side."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = float(np.hypot(dx, dy))
    nx, ny = np.float32(dy / length), np.float32(-dx / length)
    return (x - np.float32(start[0])) * nx + (y - np.float32(start[1])) * ny


def _arc(first: float, last: float, count: int = 96) -> NDArray[np.float64]:
    angle = np.linspace(first, last, count)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _corners(half_width: float, half_height: float) -> NDArray[np.float64]:
    signs = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
    return signs * (half_width, half_height)


def _tips(count: int) -> NDArray[np.float64]:
    return _arc(0, 2 * np.pi, count + 1)[:-1]


_MOON_TIP = float(np.arccos((1 + 0.5**2 - 0.85**2) / (2 * 0.5)))  # where its two circles meet

FIGURES: tuple[Figure, ...] = (
    Figure("circle", _circle, _arc(0, 2 * np.pi)),
    Figure("ring", _ring, _arc(0, 2 * np.pi)),
    Figure("half circle", _half_circle, _arc(np.pi, 2 * np.pi)),
    Figure("moon", _moon, _arc(_MOON_TIP, 2 * np.pi - _MOON_TIP)),
    Figure("square", _square, _corners(0.7, 0.7)),
    Figure("frame", _frame, _corners(0.7, 0.7)),
    Figure("bar", _bar, _corners(0.97, 0.22)),
    Figure("cross", _cross, np.concatenate([_corners(0.95, 0.27), _corners(0.27, 0.95)])),
    Figure("triangle", _triangle, _tips(3)),
    Figure("star", _star, _tips(5)),
)
