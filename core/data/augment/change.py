"""Augmentations that change values where they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.augment.base import Change, Drawn
from core.data.draws import Draws
from core.kinds import Float, Int, Pair
from core.settings import setting
from core.tongue import tr


@dataclass(frozen=True)
class Brightness(Change):
    """Multiply all values by an even factor; black stays black."""

    title = tr("Brightness")
    verb = tr("made brighter or darker")

    amount: float = setting(
        0.2, Float(0.0, 1.0), help="Values are multiplied by 1 − amount to 1 + amount."
    )

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {"factor": random.uniform(1 - self.amount, 1 + self.amount)}

    def apply(self, x: NDArray[np.float32], drawn: Drawn, random: Draws, full: float) -> None:
        x *= _column(drawn["factor"].astype(np.float32), x)


@dataclass(frozen=True)
class Noise(Change):
    """Add to each value a normal number of its own."""

    title = tr("Noise")
    verb = tr("given noise")
    takes_values = True

    std: float = setting(
        0.05,
        Float(0.0, 1.0),
        label="Strength",
        help="Deviation of the noise, as a share of the full range: 1 is from black to white.",
    )

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {}

    def apply(self, x: NDArray[np.float32], drawn: Drawn, random: Draws, full: float) -> None:
        noise = random.normal(x.shape[1:])
        noise *= np.float32(self.std * full)
        x += noise


@dataclass(frozen=True)
class Cutout(Change):
    """Black out a square around a random pixel, so that no single part is relied upon.

    Source: DeVries and Taylor, Improved regularization with Cutout (2017).
    """

    title = tr("Cutout")
    verb = tr("blacked out in one place")

    side: int = setting(8, Int(1, 1000), help="Height and width of the square, in pixels.")

    def draw(self, random: Draws, size: Pair) -> Drawn:
        return {"row": random.whole(0, size[0] - 1), "column": random.whole(0, size[1] - 1)}

    def apply(self, x: NDArray[np.float32], drawn: Drawn, random: Draws, full: float) -> None:
        rows, columns = (
            _is_near(drawn[name], length, self.side)
            for name, length in (("row", x.shape[2]), ("column", x.shape[3]))
        )
        hidden = rows[:, :, None] & columns[:, None, :]  # (N, H, W)
        np.copyto(x, 0, where=hidden[:, None])


def _column(values: NDArray[np.float32], x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Numbers (N,) in a shape that multiplies items (N, ...)."""
    return values.reshape(-1, *(1,) * (x.ndim - 1))


def _is_near(middle: NDArray[np.int64], length: int, side: int) -> NDArray[np.bool_]:
    """Which places of an axis lie in a span of `side` around each middle: (N, length)."""
    first = middle[:, None] - side // 2
    place = np.arange(length)
    near: NDArray[np.bool_] = (first <= place) & (place < first + side)
    return near
