"""A picture to try kernels on: a still life that is rendered by formula, so it belongs to nobody.

Three balls on a board of stripes and squares before a wall that fades: sharp and soft edges in
every direction, even surfaces, fine texture, shadow.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

SIZE = 144  # pixels, high and wide
_LIGHT = np.array([-0.55, 0.75, -0.45]) / np.sqrt(0.55**2 + 0.75**2 + 0.45**2)
_EYE = np.array([0.0, 1.15, -3.6])
_BALLS = (  # center, radius, color, stripes around it
    ((-0.85, 0.62, 0.35), 0.62, (0.85, 0.25, 0.2), 0.0),
    ((0.55, 0.8, 0.75), 0.8, (0.2, 0.45, 0.8), 9.0),
    ((0.25, 0.3, -0.75), 0.3, (0.95, 0.8, 0.25), 0.0),
)
_FAR = 1e9
Floats = NDArray[np.float64]


@cache
def still_life() -> NDArray[np.uint8]:
    """The picture, uint8 (3, SIZE, SIZE); the same at every call, and not to be changed."""
    at = (np.arange(2 * SIZE) + 0.5) / SIZE - 1
    across, down = np.meshgrid(at, -at)
    rays = np.stack([across * 0.62, down * 0.62 - 0.12, np.ones_like(across)], axis=-1)
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    start = np.broadcast_to(_EYE, rays.shape)
    away, which = _first_hit(start, rays)
    color = _wall(down)
    for number, (center, radius, paint, stripes) in enumerate(_BALLS):
        point = start + away[..., None] * rays
        normal = (point - np.array(center)) / radius
        color[which == number] = _lit(point, normal, paint, stripes)[which == number]
    floor = start + (_EYE[1] / np.maximum(-rays[..., 1], 1e-9))[..., None] * rays
    is_floor = (which < 0) & (rays[..., 1] < 0) & (floor[..., 2] < 3.5)
    color[is_floor] = _floor(floor)[is_floor]
    whole = np.clip(color, 0, 1).reshape(SIZE, 2, SIZE, 2, 3).mean(axis=(1, 3))  # edges are soft
    picture: NDArray[np.uint8] = (
        np.rint(whole ** (1 / 2.2) * 255).astype(np.uint8).transpose(2, 0, 1)
    )
    picture.setflags(write=False)
    return picture


def _first_hit(start: Floats, rays: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """How far it is to the first ball along each ray, and which ball that is, −1 for none."""
    nearest = np.full(rays.shape[:2], _FAR)
    which = np.full(rays.shape[:2], -1)
    for number, (center, radius, _, _) in enumerate(_BALLS):
        offset = start - np.array(center)
        half = (offset * rays).sum(axis=-1)
        root = half**2 - (offset**2).sum(axis=-1) + radius**2
        away = -half - np.sqrt(np.maximum(root, 0))
        closer = (root > 0) & (away > 1e-4) & (away < nearest)
        nearest[closer], which[closer] = away[closer], number
    return nearest, which


def _in_light(point: Floats, normal: Floats) -> Floats:
    """1 where light reaches a point, a part where a ball stands in its way."""
    toward = np.broadcast_to(_LIGHT, point.shape)
    _, which = _first_hit(point + 1e-3 * normal, toward)
    lit: Floats = np.where(which < 0, 1.0, 0.25)
    return lit


def _lit(point: Floats, normal: Floats, paint: tuple[float, ...], stripes: float) -> Floats:
    """A ball's color: paint, light from the side, a gleam."""
    diffuse = np.maximum((normal * _LIGHT).sum(axis=-1), 0) * _in_light(point, normal)
    halfway = _LIGHT + np.array([0, 0.2, -1.0])
    gleam = np.maximum((normal * halfway).sum(axis=-1) / np.linalg.norm(halfway), 0) ** 60
    band = 1 - 0.6 * (np.sin(stripes * (point[..., 1] + 0.4 * point[..., 0]) * 3) > 0.3)
    shade = (0.12 + 0.88 * diffuse) * (band if stripes else 1.0)
    color: Floats = shade[..., None] * np.array(paint) + 0.6 * gleam[..., None]
    return color


def _floor(point: Floats) -> Floats:
    """Squares at the left, stripes at the right, in light and shadow."""
    x, z = point[..., 0], point[..., 2]
    squares = (np.floor(x * 3) + np.floor(z * 3)) % 2
    lines = np.floor((x + z) * 6) % 2
    tone = 0.25 + 0.5 * np.where(x < 0.4, squares, lines)
    light = _in_light(point, np.broadcast_to([0.0, 1.0, 0.0], point.shape))
    color: Floats = (tone * light)[..., None] * np.array([0.95, 0.9, 0.8])
    return color


def _wall(height: Floats) -> Floats:
    """An even slope from dark to light."""
    tone = 0.22 + 0.25 * (height + 1) / 2
    color: Floats = tone[..., None] * np.array([0.75, 0.85, 1.0])
    return color
