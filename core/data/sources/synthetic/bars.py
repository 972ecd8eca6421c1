"""Oriented bars: what Hubel and Wiesel showed, and the neocognitron learned first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Field
from core.data.draws import Draws
from core.data.sources.synthetic.base import Scene, Synthetic
from core.data.sources.synthetic.ink import column, covered, pixels, printed, segment
from core.kinds import Float, Int, Ints, Pair
from core.settings import setting
from core.tongue import tr


@dataclass(frozen=True)
class Bars(Synthetic):
    """A bright bar anywhere on the picture; its class is its orientation.

    0° lies flat and angles grow counterclockwise. Source: lecture 004, Hubel and Wiesel.
    """

    id = "bars"
    title = tr("Oriented bars")

    size: Pair = setting((28, 28), Ints(2, 8, 1024), help="Height and width of the pictures.")
    orientations: int = setting(
        4, Int(2, 36), help="Number of classes: angles evenly spread over 180°."
    )
    length: float = setting(
        0.6, Float(0.2, 1.0), help="Length of a bar as a share of the smaller side."
    )
    thickness: float = setting(2.0, Float(0.5, 50.0), help="Thickness of a bar in pixels.")
    jitter: float = setting(
        0.0, Float(0.0, 45.0), help="Greatest deviation from the class's angle, in degrees."
    )
    noise: float = setting(
        0.1, Float(0.0, 1.0), help="Deviation of the noise; 1 is from black to white."
    )

    @property
    def fields(self) -> Mapping[str, Field]:
        names = tuple(f"{180 * number / self.orientations:g}°" for number in self._numbers)
        return {
            "image": Field("image", channels=1, smallest=self.size, largest=self.size),
            "label": Field("label", classes=names),
        }

    @property
    def _numbers(self) -> range:
        return range(self.orientations)

    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        return Scene(lambda: self._painted(random, labels))

    def _painted(self, random: Draws, labels: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The pictures, uint8 (N, 1, H, W)."""
        jitter = random.uniform(-self.jitter, self.jitter)
        angle = np.deg2rad(180 * labels / self.orientations + jitter)
        half = self.length * min(self.size) / 2
        reach = np.stack([np.cos(angle), -np.sin(angle)], axis=1) * half
        ends = []
        for axis, length in ((0, self.size[1]), (1, self.size[0])):
            room = np.maximum(length / 2 - np.abs(reach[:, axis]) - self.thickness, 0)
            middle = length / 2 + random.uniform(-1, 1) * room
            ends.append((column(middle - reach[:, axis]), column(middle + reach[:, axis])))
        (x0, x1), (y0, y1) = ends
        distance = segment(*pixels(self.size), (x0, y0), (x1, y1))
        picture = covered(distance - np.float32(self.thickness / 2))[:, None]
        return printed(picture, self.noise, random)
