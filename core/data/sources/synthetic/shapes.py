"""Colored shapes: one on each picture, with its class, and with its box where that is asked for."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Field
from core.data.draws import Draws
from core.data.sources.synthetic.base import Scene, Synthetic
from core.data.sources.synthetic.ink import FIGURES, column, covered, pixels, printed, turned
from core.kinds import Float, Ints, Pair
from core.settings import setting
from core.tongue import tr

CORNERS = ("top left", "top right", "bottom right", "bottom left")

_EDGE = 1.0  # pixels between a shape and the edge of the picture
_DARKEST, _BACKGROUND = 0.25, 0.3  # least of a color's parts, greatest of the background's


@dataclass(frozen=True)
class _Plan:
    """Where shapes are and how they look: all (N,), colors (N, 3) from 0 to 1."""

    radius: NDArray[np.float64]
    angle: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ink: NDArray[np.float32]
    paper: NDArray[np.float32]


@dataclass(frozen=True)
class ShapeSource(Synthetic, ABC):
    """Base of the sources that draw one shape on a picture; `radii` are shares of its side."""

    radii: ClassVar[tuple[float, float]]

    size: Pair = setting((32, 32), Ints(2, 8, 1024), help="Height and width of the pictures.")
    noise: float = setting(
        0.03, Float(0.0, 1.0), help="Deviation of the noise; 1 is from black to white."
    )

    @property
    def fields(self) -> Mapping[str, Field]:
        names = tuple(figure.name for figure in FIGURES)
        return {
            "image": Field("image", channels=3, smallest=self.size, largest=self.size),
            "label": Field("label", classes=names),
        }

    def _planned(self, random: Draws) -> _Plan:
        """Sizes, places and colors; every shape lies inside its picture."""
        height, width = self.size
        side = min(self.size)
        radius = np.minimum(random.uniform(*self.radii) * side, side / 2 - _EDGE)
        angle = random.uniform(0, 2 * np.pi)
        x, y = (
            radius + _EDGE + random.unit() * (length - 2 * (radius + _EDGE))
            for length in (width, height)
        )
        ink = np.stack([random.uniform(_DARKEST, 1) for _ in range(3)], axis=1)
        ink /= ink.max(axis=1, keepdims=True)  # one part is full, so that ink outshines paper
        paper = np.stack([random.uniform(0, _BACKGROUND) for _ in range(3)], axis=1)
        return _Plan(radius, angle, x, y, ink.astype(np.float32), paper.astype(np.float32))

    def _painted(self, plan: _Plan, labels: NDArray[np.int64], random: Draws) -> NDArray[np.uint8]:
        """The pictures, uint8 (N, 3, H, W)."""
        cover = self._covered(plan, labels)[:, None]
        ink, paper = plan.ink[:, :, None, None], plan.paper[:, :, None, None]
        return printed(paper + (ink - paper) * cover, self.noise, random)

    def _covered(self, plan: _Plan, labels: NDArray[np.int64]) -> NDArray[np.float32]:
        """How much of each pixel belongs to the shape, (N, H, W)."""
        cover = np.empty((len(labels), *self.size), np.float32)
        for number, figure in enumerate(FIGURES):
            here = labels == number
            if here.any():
                x, y = _turned_back(plan, here, self.size)
                radius = column(plan.radius[here])
                cover[here] = covered(figure.distance(x / radius, y / radius) * radius)
        return cover


@dataclass(frozen=True)
class Shapes(ShapeSource):
    """Colored shapes of ten classes, at any place and angle: circle, ring, square, star …"""

    id = "shapes"
    title = tr("Colored shapes")
    radii = (0.28, 0.42)

    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        plan = self._planned(random)
        return Scene(lambda: self._painted(plan, labels, random))


@dataclass(frozen=True)
class ShapesWithBoxes(ShapeSource):
    """Colored shapes, small and large, each with its box: four corners, eight numbers.

    Source: lecture 004, bounding boxes by two outputs.
    """

    id = "boxes"
    title = tr("Shapes with boxes")
    radii = (0.14, 0.32)

    @property
    def fields(self) -> Mapping[str, Field]:
        return {**super().fields, "box": Field("box", names=CORNERS)}

    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        plan = self._planned(random)
        boxes = _boxes(plan, labels, self.size)
        return Scene(lambda: self._painted(plan, labels, random), {"box": boxes})


@dataclass(frozen=True)
class ShapesWithMasks(ShapeSource):
    """Colored shapes, each with its mask: whether a pixel belongs to the shape, for all of them."""

    id = "masks"
    title = tr("Shapes with masks")
    radii = (0.18, 0.4)

    @property
    def fields(self) -> Mapping[str, Field]:
        return {**super().fields, "mask": Field("mask", size=self.size)}

    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        plan = self._planned(random)
        inside = self._covered(plan, labels) >= 0.5
        masks = inside.reshape(len(labels), -1).astype(np.float32)
        return Scene(lambda: self._painted(plan, labels, random), {"mask": masks})


def _turned_back(
    plan: _Plan, here: NDArray[np.bool_], size: Pair
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """x and y of the pixels as seen from a shape that stands upright, (N, H, W), in pixels."""
    x, y = pixels(size)
    x, y = x - column(plan.x[here]), y - column(plan.y[here])
    cosine, sine = column(np.cos(plan.angle[here])), column(np.sin(plan.angle[here]))
    return cosine * x - sine * y, sine * x + cosine * y


def _boxes(plan: _Plan, labels: NDArray[np.int64], size: Pair) -> NDArray[np.float32]:
    """The upright box around each shape: corners clockwise in shares of the picture, (N, 8)."""
    least, most = np.empty((len(labels), 2)), np.empty((len(labels), 2))
    middle = np.stack([plan.x, plan.y], axis=1)
    for number, figure in enumerate(FIGURES):
        here = labels == number
        points = turned(figure.outline, plan.angle[here]) * plan.radius[here, None, None]
        least[here] = middle[here] + points.min(axis=1, initial=np.inf)
        most[here] = middle[here] + points.max(axis=1, initial=-np.inf)
    share = np.array([size[1], size[0]])
    (left, top), (right, bottom) = (least / share).T, (most / share).T
    corners = (left, top, right, top, right, bottom, left, bottom)
    return np.stack(corners, axis=1).astype(np.float32)
