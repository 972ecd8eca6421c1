"""What is under a point of the canvas: a slot, a node, a wire or the ground. No Qt.

Slots win over nodes, nodes over wires. Reaches are given on screen, so that small things stay
easy to hit when the canvas is zoomed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from core.graph import Node, Wire
from designer.canvas.geometry import (
    SLOT_RADIUS,
    Box,
    Point,
    gives_output,
    input_at,
    inputs_shown,
    node_box,
    output_at,
)

SLOT_REACH = 9.0  # pixels on screen from a slot's center
WIRE_REACH = 5.0  # pixels on screen to either side of a wire
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
class WireHit:
    """A wire; `at_end` close to where it arrives."""

    wire: Wire
    at_end: bool = False


@dataclass(frozen=True)
class GroundHit:
    """Nothing but the ground."""


Hit = SlotHit | NodeHit | WireHit | GroundHit


@dataclass(frozen=True)
class Picture:
    """What lies where: nodes and their places (later ones on top), and wires as short pieces."""

    nodes: Mapping[str, Node]
    places: Mapping[str, Point]
    wires: Mapping[Wire, tuple[Point, ...]]


def hit(picture: Picture, at: Point, *, zoom: float = 1.0) -> Hit:
    """What is under a point."""
    slot = slot_at(picture, at, zoom=zoom)
    if slot:
        return slot
    node = node_at(picture, at)
    if node is not None:
        return NodeHit(node)
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
        for found in slots_of(picture.nodes[node], place):
            distance = hypot(at[0] - found.at[0], at[1] - found.at[1])
            if distance <= reach and (best is None or distance < best[0]):
                best = distance, found
    return best[1] if best else None


def slots_of(node: Node, place: Point) -> Iterable[SlotHit]:
    """Every slot a node shows."""
    for slot in range(inputs_shown(node.layer)):
        yield SlotHit(node.id, slot, input_at(place, node.layer, slot))
    if gives_output(node.layer):
        yield SlotHit(node.id, None, output_at(place))


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
