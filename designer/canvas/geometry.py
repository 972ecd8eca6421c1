"""The measures of the canvas: how large a node is and where its slots lie. No Qt.

Everything is in canvas units, which are pixels at 100 %; y grows downwards. Data flow down or to
the right: layout and ways of wires are reckoned across and along the flow, and turned by
`Direction.turned`, `Box.turned` and `turned_way` into x and y.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.flow import Direction
from core.layers import Layer

WIDTH, HEIGHT = 192, 56
GRID = 8
SLOT_RADIUS = 5
SLOT_PITCH = 28
SLOT_MARGIN = 8  # between the outermost slot and the corner of its node
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

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    def moved(self, dx: float, dy: float) -> Box:
        """The box elsewhere."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def grown(self, by: float) -> Box:
        """The box with a margin on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def contains(self, at: Point) -> bool:
        """Whether a point lies in the box, its edge included."""
        return self.left <= at[0] <= self.right and self.top <= at[1] <= self.bottom

    def turned(self, flow: Direction) -> Box:
        """The box as the flow has it, or such a one back."""
        if flow is Direction.DOWN:
            return self
        return Box(self.top, self.left, self.bottom, self.right)

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


def output_at(place: Point, flow: Direction) -> Point:
    """The center of a node's output slot: in the middle of the side where data leave."""
    return port_at(place, 0, 1, flow, output=True)


def input_at(place: Point, layer: Layer, slot: int, flow: Direction) -> Point:
    """The center of an input slot where data come in; several named slots stand side by side.

    All wires of a merging layer enter through one slot, so that the main flow stays straight.
    """
    index = 0 if layer.many_slots else slot
    return port_at(place, index, inputs_shown(layer), flow, output=False)


def port_at(place: Point, index: int, count: int, flow: Direction, *, output: bool) -> Point:
    """The center of one of `count` slots, side by side where data come in or leave."""
    across, along = flow.turned((WIDTH, HEIGHT))
    pitch = min(SLOT_PITCH, (across - 2 * SLOT_MARGIN) / max(1, count - 1))
    middle = across / 2 + (index - (count - 1) / 2) * pitch
    x, y = flow.turned((middle, float(along * output)))
    return place[0] + x, place[1] + y


def fed_at(spot: Point, flow: Direction) -> tuple[int, int]:
    """The place of a node whose input slot is at a point."""
    x, y = flow.turned((flow.turned((WIDTH, HEIGHT))[0] / 2, 0.0))
    return round(spot[0] - x), round(spot[1] - y)


def turned_way(way: Iterable[Point], flow: Direction) -> tuple[Point, ...]:
    """The points of a way as the flow has them, or such ones back."""
    return tuple(way) if flow is Direction.DOWN else tuple(flow.turned(at) for at in way)


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


def unframed(frame: Box) -> Box:
    """What a frame has room for: the way back of `framed`."""
    shrunk = frame.grown(-FRAME_PAD)
    return Box(shrunk.left, frame.top + FRAME_HEAD, shrunk.right, shrunk.bottom)


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
