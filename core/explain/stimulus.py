"""What a cell of the visual cortex is shown: a bar, an edge, a spot, or light everywhere.

Pictures hold light above or below an even gray: 0 is gray, 1 white, −1 black. Angles are degrees
counterclockwise from level, places are cells from the middle, y upward.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["bar", "edge", "spot", "light"]
KINDS: tuple[Kind, ...] = ("bar", "edge", "spot", "light")
Floats = NDArray[np.float64]

LENGTH = 15.0  # cells of a bar


@dataclass(frozen=True)
class Stimulus:
    """One stimulus on gray.

    Attributes:
        kind: "bar", "edge" (bright above, dark below), "spot", or "light" everywhere.
        angle: how bar and edge lie.
        x, y: where the middle is.
        width: cells across a bar, or from side to side of a spot.
        contrast: light of the bright part, −1 to 1.
        noise: standard deviation of what is added to every cell; the same `seed` repeats it.
    """

    kind: Kind = "bar"
    angle: float = 0.0
    x: float = 0.0
    y: float = 0.0
    width: float = 3.0
    contrast: float = 1.0
    noise: float = 0.0
    seed: int = 0

    @property
    def across(self) -> float:
        """How far it lies from the middle, at right angles to its own direction."""
        sine, cosine = _turn(self.angle)
        return self.y * cosine - self.x * sine

    def moved(self, across: float) -> Stimulus:
        """The same, moved at right angles to its own direction until it lies there."""
        sine, cosine = _turn(self.angle)
        step = across - self.across
        return replace(self, x=self.x - step * sine, y=self.y + step * cosine)


def pictures(stimuli: Sequence[Stimulus], size: tuple[int, int]) -> Floats:
    """What is seen, (N, H, W), on (H, W) cells; cells at the rim of a form have their share."""
    found = np.stack([_light(one, size) for one in stimuli])
    for picture, one in zip(found, stimuli, strict=True):
        if one.noise:
            random = np.random.default_rng(one.seed)
            picture += one.noise * random.standard_normal(size)
    return found


def _light(one: Stimulus, size: tuple[int, int]) -> Floats:
    """A stimulus without its noise."""
    if one.kind == "light":
        return np.full(size, one.contrast)
    (h, w), (sine, cosine) = size, _turn(one.angle)
    y = ((h - 1) / 2 - np.arange(h) - one.y)[:, None]
    x = (np.arange(w) - (w - 1) / 2 - one.x)[None, :]
    if one.kind == "spot":
        light: Floats = np.clip(one.width / 2 - np.hypot(x, y) + 0.5, 0, 1)
        return one.contrast * light
    across = y * cosine - x * sine
    if one.kind == "edge":
        return np.asarray(one.contrast * np.clip(2 * across, -1, 1))
    along = x * cosine + y * sine
    return one.contrast * _share(across, one.width) * _share(along, LENGTH)


def _share(at: Floats, width: float) -> Floats:
    """How much of a cell at a distance lies inside a strip of this width about 0."""
    low, high = np.maximum(at - 0.5, -width / 2), np.minimum(at + 0.5, width / 2)
    return np.asarray(np.clip(high - low, 0, 1))


def _turn(angle: float) -> tuple[float, float]:
    radians = math.radians(angle)
    return math.sin(radians), math.cos(radians)
