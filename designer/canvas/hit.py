"""What is under a point of the canvas: a slot, a node, a wire or the ground. No Qt.

Slots win over nodes, nodes over wires. Reaches are given on screen, so that small things stay
easy to hit when the canvas is zoomed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot

from core.flow import Direction
from core.graph import Wire
from designer.canvas.geometry import (
    SLOT_RADIUS,
    TITLE_HEIGHT,
    Box,
    Point,
    gives_output,
    input_at,
    inputs_shown,
    node_box,
    output_at,
    port_at,
    switch_at,
)
from designer.document.shown import Ports, Shown

SLOT_REACH = 9.0  # pixels on screen from a slot's center
WIRE_REACH = 5.0  # pixels on screen to either side of a wire
DROP_REACH = 20.0  # the same for a whole node that is dropped on one
END_REACH = 26.0  # a wire's last stretch, by which its end can be picked up


@dataclass(frozen=True)
class SlotHit:
    """A slot of a node: `slot` is the input's number, None for the output."""

    node: str
    slot: int | None
    at: Point


@dataclass(frozen=True)
class NodeHit:
    """The body of a node."""

    node: str


@dataclass(frozen=True)
class FrameHit:
    """The title of an open group's frame."""

    group: str


@dataclass(frozen=True)
class SwitchHit:
    """What opens a collapsed group or closes an open one."""

    group: str


@dataclass(frozen=True)
class WireHit:
    """A wire; `at_end` close to where it arrives."""

    wire: Wire
    at_end: bool = False


@dataclass(frozen=True)
class CommentHit:
    """A comment, where nothing of the network lies on it."""

    comment: str


@dataclass(frozen=True)
class GroundHit:
    """Nothing but the ground."""


Hit = SlotHit | NodeHit | WireHit | FrameHit | SwitchHit | CommentHit | GroundHit


@dataclass(frozen=True)
class Picture:
    """What lies where.

    Attributes: what is `seen`, `places` of nodes and collapsed groups (later ones on top), `wires`
    as short pieces, the `frames` of open groups (outer ones first), which way data `flow`.
    """

    seen: Shown
    places: Mapping[str, Point]
    wires: Mapping[Wire, tuple[Point, ...]]
    frames: Mapping[str, Box] = field(default_factory=dict)
    flow: Direction = Direction.DOWN


def hit(picture: Picture, at: Point, *, zoom: float = 1.0) -> Hit:
    """What is under a point."""
    node = node_at(picture, at)
    group = node is not None and picture.seen.is_group(node)
    if node is not None and group and switch_at(picture.places[node], frame=False).contains(at):
        return SwitchHit(node)  # it may lie within the reach of a slot beside it
    slot = slot_at(picture, at, zoom=zoom)
    if slot:
        return slot
    if node is not None:
        return NodeHit(node)
    title = _title_at(picture, at)
    if title:
        return title
    wire = wire_at(picture, at, zoom=zoom)
    if wire is not None:
        end = picture.wires[wire][-1]
        return WireHit(wire, hypot(at[0] - end[0], at[1] - end[1]) <= END_REACH)
    return GroundHit()


def node_at(picture: Picture, at: Point) -> str | None:
    """The topmost node whose box holds a point."""
    for node in reversed(list(picture.places)):
        if node_box(picture.places[node]).contains(at):
            return node
    return None


def slot_at(picture: Picture, at: Point, *, zoom: float = 1.0) -> SlotHit | None:
    """The nearest slot in reach; far out, where slots are not drawn, there is none."""
    if zoom < 0.35:
        return None
    reach = max(SLOT_RADIUS + 2.0, SLOT_REACH / zoom)
    best: tuple[float, SlotHit] | None = None
    for node, place in picture.places.items():
        if not node_box(place).grown(reach).contains(at):
            continue
        for found in slots_of(picture.seen, node, place, picture.flow):
            distance = hypot(at[0] - found.at[0], at[1] - found.at[1])
            if distance <= reach and (best is None or distance < best[0]):
                best = distance, found
    return best[1] if best else None


def slots_of(seen: Shown, item: str, place: Point, flow: Direction) -> Iterable[SlotHit]:
    """Every slot a node shows; on a collapsed group, those in it that its ports lead to."""
    if seen.is_group(item):
        yield from _ports_of(seen.ports[item], place, flow)
        return
    layer = seen.graph[item].layer
    for slot in range(inputs_shown(layer)):
        yield SlotHit(item, slot, input_at(place, layer, slot, flow))
    if gives_output(layer):
        yield SlotHit(item, None, output_at(place, flow))


def _ports_of(ports: Ports, place: Point, flow: Direction) -> Iterable[SlotHit]:
    """A port that leads to several slots is no place to take a wire off, or to put one on."""
    for at, port in enumerate(ports.inputs):
        if len(port.slots) == 1:
            spot = port_at(place, at, len(ports.inputs), flow, output=False)
            yield SlotHit(*port.slots[0], spot)
    for at, node in enumerate(ports.outputs):
        yield SlotHit(node, None, port_at(place, at, len(ports.outputs), flow, output=True))


def _title_at(picture: Picture, at: Point) -> FrameHit | SwitchHit | None:
    """The title of the innermost frame under a point, or its switch."""
    for group, box in reversed(list(picture.frames.items())):
        if switch_at((box.left, box.top), frame=True).contains(at):
            return SwitchHit(group)
        if box.contains(at) and at[1] <= box.top + TITLE_HEIGHT:
            return FrameHit(group)
    return None


def wire_at(
    picture: Picture, at: Point, *, zoom: float = 1.0, reach: float = WIRE_REACH
) -> Wire | None:
    """The nearest wire in reach."""
    reach = max(reach, reach / zoom)
    best: tuple[float, Wire] | None = None
    for wire, pieces in picture.wires.items():
        for a, b in pairwise(pieces):
            distance = _distance(at, a, b, reach)
            if distance <= reach and (best is None or distance < best[0]):
                best = distance, wire
    return best[1] if best else None


def inside(picture: Picture, area: Box) -> tuple[set[str], set[Wire]]:
    """The nodes that an area touches, and the wires that lie wholly in it."""
    nodes = {node for node, place in picture.places.items() if node_box(place).meets(area)}
    wires = {
        wire
        for wire, pieces in picture.wires.items()
        if all(area.contains(point) for point in pieces)
    }
    return nodes, wires


def crossed(picture: Picture, a: Point, b: Point) -> set[Wire]:
    """The wires that the straight line from `a` to `b` crosses."""
    area = Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    return {
        wire
        for wire, pieces in picture.wires.items()
        if any(_near(c, d, area) and _cross(a, b, c, d) for c, d in pairwise(pieces))
    }


def _near(c: Point, d: Point, area: Box) -> bool:
    """Whether a piece may touch an area at all."""
    beside = max(c[0], d[0]) < area.left or min(c[0], d[0]) > area.right
    return not (beside or max(c[1], d[1]) < area.top or min(c[1], d[1]) > area.bottom)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two straight pieces meet: each has its ends on both sides of the other."""
    if a == b or c == d:
        return False
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def _side(a: Point, b: Point, at: Point) -> float:
    """Positive on one side of the line through a and b, negative on the other."""
    return (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0])


def _distance(at: Point, a: Point, b: Point, reach: float) -> float:
    """From a point to a straight piece; infinite where it is plainly out of reach."""
    if not (min(a[0], b[0]) - reach <= at[0] <= max(a[0], b[0]) + reach):
        return float("inf")
    if not (min(a[1], b[1]) - reach <= at[1] <= max(a[1], b[1]) + reach):
        return float("inf")
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if not length else ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / length
    t = min(1.0, max(0.0, t))
    return hypot(at[0] - a[0] - t * dx, at[1] - a[1] - t * dy)
