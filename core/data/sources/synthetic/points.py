"""Points in the plane: two classes that a straight line cannot part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Field
from core.data.draws import Draws
from core.data.sources.synthetic.base import Scene, Synthetic
from core.kinds import Choice, Float
from core.settings import setting
from core.tongue import tr

CLASSES = {
    "circles": ("inner", "outer"),
    "spirals": ("first arm", "second arm"),
    "xor": ("same sign", "opposite signs"),
    "moons": ("upper", "lower"),
}

_TURNS = 1.5  # of each arm of the spirals

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Points(Synthetic):
    """Points x, y between −1 and 1 in two classes: circles, spirals, xor or moons."""

    id = "points"
    title = tr("Points in the plane")

    pattern: str = setting(
        "circles",
        Choice(tuple(CLASSES), ("Circles", "Spirals", "Exclusive or", "Moons")),
        help="How the two classes lie.",
    )
    noise: float = setting(0.05, Float(0.0, 1.0), help="Deviation of each point from its place.")

    @property
    def fields(self) -> Mapping[str, Field]:
        return {
            "point": Field("values", size=(2,)),
            "label": Field("label", classes=CLASSES[self.pattern]),
        }

    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        return Scene(lambda: self._placed(random, labels))

    def _placed(self, random: Draws, labels: NDArray[np.int64]) -> NDArray[np.float32]:
        """The points, float32 (N, 2)."""
        place = {"circles": _circles, "spirals": _spirals, "xor": _xor, "moons": _moons}
        x, y = place[self.pattern](random, labels)
        points = np.stack([x, y], axis=1).astype(np.float32)
        points += np.float32(self.noise) * random.normal((2,))
        return points


def _circles(random: Draws, labels: NDArray[np.int64]) -> tuple[Floats, Floats]:
    radius, angle = np.where(labels == 0, 0.4, 0.9), random.uniform(0, 2 * np.pi)
    return radius * np.cos(angle), radius * np.sin(angle)


def _spirals(random: Draws, labels: NDArray[np.int64]) -> tuple[Floats, Floats]:
    along = np.sqrt(random.unit())  # as many points on each piece of the same length
    angle = along * (2 * np.pi * _TURNS) + np.pi * labels
    return 0.95 * along * np.cos(angle), 0.95 * along * np.sin(angle)


def _xor(random: Draws, labels: NDArray[np.int64]) -> tuple[Floats, Floats]:
    x, size = random.uniform(-1, 1), random.unit()
    return x, size * np.sign(x) * np.where(labels == 0, 1, -1)


def _moons(random: Draws, labels: NDArray[np.int64]) -> tuple[Floats, Floats]:
    angle = random.uniform(0, np.pi)
    side = np.where(labels == 0, 1, -1)
    return side * (0.6 * np.cos(angle) - 0.3), side * (0.6 * np.sin(angle) - 0.15)
