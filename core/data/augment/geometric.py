"""Augmentations that move points: each gives a map of every picture, for one resampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.data.augment.base import Drawn, Geometric, Maps
from core.data.draws import Draws
from core.kinds import Float, Int, Pair
from core.settings import SettingError, setting
from core.tongue import tr


@dataclass(frozen=True)
class Rotate(Geometric):
    """Turn about the middle, by an even angle; counterclockwise above 0."""

    title = tr("Rotate")
    verb = tr("rotated")

    low: float = setting(-15.0, Float(-360.0, 360.0), label="From", help="Least angle in degrees.")
    high: float = setting(15.0, Float(-360.0, 360.0), label="To", help="Greatest angle in degrees.")

    def check(self) -> None:
        if self.low > self.high:
            raise SettingError(
                "high",
                tr("{low:g} or more is expected, {high:g} came", low=self.low, high=self.high),
            )

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {"degrees": random.uniform(self.low, self.high)}

    def maps(self, drawn: Drawn) -> Maps:
        angle = np.deg2rad(drawn["degrees"])
        cosine, sine = np.cos(angle), np.sin(angle)
        return _maps([[cosine, sine], [-sine, cosine]])


@dataclass(frozen=True)
class Shift(Geometric):
    """Move sideways and up or down, by even parts of pixels."""

    title = tr("Shift")
    verb = tr("shifted")

    horizontal: float = setting(
        2.0, Float(0.0, 1000.0), help="Greatest shift to the left or right, in pixels."
    )
    vertical: float = setting(2.0, Float(0.0, 1000.0), help="Greatest shift up or down, in pixels.")

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {
            "right": random.uniform(-self.horizontal, self.horizontal),
            "down": random.uniform(-self.vertical, self.vertical),
        }

    def maps(self, drawn: Drawn) -> Maps:
        return _maps([[1, 0], [0, 1]], (drawn["right"], drawn["down"]))


@dataclass(frozen=True)
class ScaleBy(Geometric):
    """Enlarge or shrink, by a factor whose logarithm is even."""

    title = tr("Scale")
    verb = tr("scaled")

    factor: float = setting(
        1.25, Float(1.0, 10.0), help="Pictures become between 1/factor and factor times as large."
    )

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {"factor": random.log_uniform(1 / self.factor, self.factor)}

    def maps(self, drawn: Drawn) -> Maps:
        return _maps([[drawn["factor"], 0], [0, drawn["factor"]]])


@dataclass(frozen=True)
class Flip(Geometric):
    """Mirror left to right, top to bottom, or both."""

    title = tr("Flip")
    verb = tr("flipped")

    horizontal: float = setting(
        0.5, Float(0.0, 1.0), help="Share of the pictures that is mirrored left to right."
    )
    vertical: float = setting(
        0.0, Float(0.0, 1.0), help="Share of the pictures that is turned upside down."
    )

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {
            "left to right": random.chance(self.horizontal),
            "upside down": random.chance(self.vertical),
        }

    def maps(self, drawn: Drawn) -> Maps:
        x, y = (1.0 - 2.0 * drawn[name] for name in ("left to right", "upside down"))
        return _maps([[x, 0], [0, y]])


@dataclass(frozen=True)
class Shear(Geometric):
    """Slant like italics, by an even angle: x moves by tan(angle) · y."""

    title = tr("Shear")
    verb = tr("sheared")

    degrees: float = setting(
        10.0, Float(0.0, 60.0), help="Greatest slant to the left or right, in degrees."
    )

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {"degrees": random.uniform(-self.degrees, self.degrees)}

    def maps(self, drawn: Drawn) -> Maps:
        return _maps([[1, np.tan(np.deg2rad(drawn["degrees"]))], [0, 1]])


@dataclass(frozen=True)
class Stretch(Geometric):
    """Widen and flatten, or the reverse: width times f, height divided by f, log f even."""

    title = tr("Stretch")
    verb = tr("stretched")

    factor: float = setting(
        1.2, Float(1.0, 10.0), help="The width is multiplied by 1/factor to factor."
    )

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {"factor": random.log_uniform(1 / self.factor, self.factor)}

    def maps(self, drawn: Drawn) -> Maps:
        return _maps([[drawn["factor"], 0], [0, 1 / drawn["factor"]]])


@dataclass(frozen=True)
class Crop(Geometric):
    """Pad with black on every side, then cut out a window of the same size anywhere."""

    title = tr("Crop")
    verb = tr("cropped at random")

    padding: int = setting(4, Int(0, 1000), help="Pixels of black on every side before the cut.")

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {
            "right": random.whole(-self.padding, self.padding),
            "down": random.whole(-self.padding, self.padding),
        }

    def maps(self, drawn: Drawn) -> Maps:
        return _maps([[1, 0], [0, 1]], (drawn["right"], drawn["down"]))


def _maps(turn: list[list[ArrayLike]], move: tuple[ArrayLike, ArrayLike] = (0, 0)) -> Maps:
    """Maps (N, 3, 3) from their upper rows, the entries of which are numbers or (N,)."""
    (a, b), (c, d) = turn
    entries = np.broadcast_arrays(a, b, move[0], c, d, move[1])
    maps = np.zeros((*entries[0].shape, 3, 3))
    maps[..., :2, :] = np.stack(entries, axis=-1).reshape(*entries[0].shape, 2, 3)
    maps[..., 2, 2] = 1
    return maps
