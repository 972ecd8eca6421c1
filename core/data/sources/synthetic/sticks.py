"""Stick figures with their joints: a network learns where hands and feet are.

Left and right are those of the picture, so a mirrored figure has its left where its right was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Field
from core.data.draws import Draws
from core.data.sources.synthetic.base import Scene, Synthetic
from core.data.sources.synthetic.ink import column, covered, pixels, printed, segment
from core.kinds import Float, Ints, Pair
from core.settings import setting
from core.tongue import tr

JOINTS = (
    "head", "neck", "hip",
    "left elbow", "left hand", "right elbow", "right hand",
    "left knee", "left foot", "right knee", "right foot",
)  # fmt: skip
MIRROR = (0, 1, 2, 5, 6, 3, 4, 9, 10, 7, 8)
BONES = ((0, 1), (1, 2), (1, 3), (3, 4), (1, 5), (5, 6), (2, 7), (7, 8), (2, 9), (9, 10))
POSES = ("arms down", "one arm up", "arms up")

# Lengths as shares of the figure's height.
_NECK, _TORSO, _ARM, _LEG, _HEAD, _LINE = 0.16, 0.3, 0.17, 0.24, 0.09, 0.022
_MARGIN = 2.0  # pixels between a joint and the edge, for the thickness of the line

Angles = NDArray[np.float64]
"""(N,), in degrees from straight down, outward."""


@dataclass(frozen=True)
class Sticks(Synthetic):
    """Stick figures in three poses, each with eleven joints: x and y of head, hands, feet …

    Source: lecture 004, joints of a stick model.
    """

    id = "sticks"
    title = tr("Stick figures")

    size: Pair = setting((48, 48), Ints(2, 16, 1024), help="Height and width of the pictures.")
    noise: float = setting(
        0.03, Float(0.0, 1.0), help="Deviation of the noise; 1 is from black to white."
    )

    @property
    def fields(self) -> Mapping[str, Field]:
        return {
            "image": Field("image", channels=1, smallest=self.size, largest=self.size),
            "label": Field("label", classes=POSES),
            "joints": Field("points", names=JOINTS, mirror=MIRROR, bones=BONES),
        }

    def draw(self, random: Draws, labels: NDArray[np.int64]) -> Scene:
        height, width = self.size
        tall = random.uniform(0.6, 0.8) * min(self.size)
        joints = _posed(random, labels) * tall[:, None, None]
        joints = joints + _put(random, joints, tall, (width, height))[:, None]
        places = (joints / (width, height)).reshape(len(joints), -1).astype(np.float32)
        return Scene(lambda: self._painted(joints, tall, random), {"joints": places})

    def _painted(
        self, joints: NDArray[np.float64], tall: NDArray[np.float64], random: Draws
    ) -> NDArray[np.uint8]:
        """The pictures, uint8 (N, 1, H, W): white lines on black, with noise."""
        x, y = pixels(self.size)
        ends = [(column(joints[:, j, 0]), column(joints[:, j, 1])) for j in range(len(JOINTS))]
        thick = np.maximum(column(tall * _LINE), np.float32(0.7))
        distance = np.hypot(x - ends[0][0], y - ends[0][1]) - column(tall * _HEAD)
        for start, end in BONES:
            np.minimum(distance, segment(x, y, ends[start], ends[end]) - thick, out=distance)
        return printed(covered(distance)[:, None], self.noise, random)


def _posed(random: Draws, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The joints of figures of height 1 about their necks: (N, 11, 2)."""
    first_is_left = random.chance(0.5)
    raised = labels >= 1, labels >= 2  # the first arm to be raised, and the other
    lean = random.uniform(-12, 12)
    joints = np.zeros((len(labels), len(JOINTS), 2))
    joints[:, 0, 1] = -_NECK
    joints[:, 2, 1] = _TORSO
    for side, elbow, knee in ((-1, 3, 7), (1, 5, 9)):
        up = np.where(first_is_left == (side < 0), *raised)
        arm = np.where(up, random.uniform(115, 160), random.uniform(15, 70))
        fore = arm + random.uniform(-30, 30)
        fore = np.where(up, fore.clip(95, 172), fore.clip(8, 85))  # a raised arm stays raised
        joints[:, elbow] = joints[:, 1] + _limb(side, arm, _ARM)
        joints[:, elbow + 1] = joints[:, elbow] + _limb(side, fore, _ARM)
        leg = random.uniform(6, 38)
        shin = (leg + random.uniform(-25, 15)).clip(0, 60)
        joints[:, knee] = joints[:, 2] + _limb(side, leg, _LEG)
        joints[:, knee + 1] = joints[:, knee] + _limb(side, shin, _LEG)
    return _leaning(joints, lean)


def _limb(side: int, angle: Angles, length: float) -> NDArray[np.float64]:
    """From its upper end to its lower one, to the left (−1) or right (1): (N, 2)."""
    turn = np.deg2rad(angle)
    return np.stack([side * np.sin(turn), np.cos(turn)], axis=1) * length


def _leaning(joints: NDArray[np.float64], lean: Angles) -> NDArray[np.float64]:
    turn = np.deg2rad(lean)
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x, y = joints[..., 0], joints[..., 1]
    return np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=-1)


def _put(
    random: Draws, joints: NDArray[np.float64], tall: NDArray[np.float64], size: Pair
) -> NDArray[np.float64]:
    """Where necks go so that figures lie inside a picture of (width, height): (N, 2)."""
    margin = np.stack([np.full(len(tall), _MARGIN), tall * _HEAD], axis=1)
    low = margin - joints.min(axis=1)
    high = size - margin - joints.max(axis=1)
    share = np.stack([random.unit(), random.unit()], axis=1)
    # A figure too large for a narrow picture stands in its middle.
    necks: NDArray[np.float64] = np.where(high > low, low + share * (high - low), (low + high) / 2)
    return necks
