"""The measures of the canvas: how large a node is and where its slots lie. No Qt.

Everything is in canvas units, which are pixels at 100 %; y grows downwards, as data flows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.layers import Layer

WIDTH, HEIGHT = 192, 56
GRID = 8
SLOT_RADIUS = 5
SLOT_PITCH = 28
FRAME_PAD = 24  # between the edge of an open group and what is in it
FRAME_HEAD = 40  # and at its top, for its title
TITLE_HEIGHT = 28  # the strip of a frame by which it is held
SWITCH = 20  # the side of what opens and closes a group

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """An upright rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        """The box with a margin on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def contains(self, at: Point) -> bool:
        """Whether a point lies in the box, its edge included."""
        return self.left <= at[0] <= self.right and self.top <= at[1] <= self.bottom

    def meets(self, other: Box) -> bool:
        """Whether two boxes share any point inside."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@lru_cache(maxsize=8192)  # asked for every node at every step of the mouse
def node_box(place: Point) -> Box:
    """The box of a node whose top left corner is at `place`."""
    return Box(place[0], place[1], place[0] + WIDTH, place[1] + HEIGHT)


def output_at(place: Point) -> Point:
    """The center of a node's output slot: bottom center."""
    return place[0] + WIDTH / 2, place[1] + HEIGHT


def input_at(place: Point, layer: Layer, slot: int = 0) -> Point:
    """The center of an input slot: top center; several named slots stand side by side.

    All wires of a merging layer enter through one slot, so that the main flow stays straight.
    """
    count = inputs_shown(layer)
    index = 0 if layer.many_slots else slot
    return place[0] + WIDTH / 2 + (index - (count - 1) / 2) * SLOT_PITCH, place[1]


def port_at(place: Point, index: int, count: int, *, output: bool) -> Point:
    """The center of a collapsed group's port: side by side at the top or at the bottom."""
    pitch = min(SLOT_PITCH, (WIDTH - 24) / max(1, count - 1))
    x = place[0] + WIDTH / 2 + (index - (count - 1) / 2) * pitch
    return x, place[1] + HEIGHT * output


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around some boxes; ValueError where there are none."""
    found = tuple(boxes)
    return Box(
        min(box.left for box in found),
        min(box.top for box in found),
        max(box.right for box in found),
        max(box.bottom for box in found),
    )


def framed(content: Box) -> Box:
    """The frame of an open group around what is in it."""
    grown = content.grown(FRAME_PAD)
    return Box(grown.left, content.top - FRAME_HEAD, grown.right, grown.bottom)


def switch_at(corner: Point, *, frame: bool) -> Box:
    """What opens a collapsed group, in its glyph's place, or closes a frame at its title."""
    left = corner[0] + 8
    top = corner[1] + (TITLE_HEIGHT - SWITCH if frame else HEIGHT - SWITCH) / 2
    return Box(left, top, left + SWITCH, top + SWITCH)


def inputs_shown(layer: Layer) -> int:
    """How many input slots a node shows."""
    return 1 if layer.many_slots else len(layer.slots)


def gives_output(layer: Layer) -> bool:
    """Whether a node shows an output slot: all do, but the Output where the flow ends."""
    return type(layer).__name__ != "Output"


def snapped(at: Point) -> tuple[int, int]:
    """The nearest point of the grid."""
    return math.floor(at[0] / GRID + 0.5) * GRID, math.floor(at[1] / GRID + 0.5) * GRID
