"""Where every wire in sight runs, and what it says. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.design import Position
from core.flow import Direction
from core.graph import Wire
from designer.canvas import rooms
from designer.canvas.arrange import Layout
from designer.canvas.geometry import (
    HEIGHT,
    WIDTH,
    Box,
    Point,
    input_at,
    node_box,
    output_at,
    port_at,
    turned_way,
)
from designer.canvas.routing import Way, flat, route
from designer.document.shown import Shown

NEAR = 60.0  # how far before and behind a wire's ends nodes may stand in its way


class Leads:
    """Leads wires around what lies between their ends: nodes, and open groups as a whole.

    Attributes: `ways` (each wire in sight as short straight pieces, for hit tests), `layout` (its
    bends are used wherever its nodes lie as it says), `flow` (which way data run).
    """

    def __init__(self, flow: Direction) -> None:
        self.flow = flow
        self.ways: dict[Wire, tuple[Point, ...]] = {}
        self.layout: Layout | None = None

    def lead(
        self, seen: Shown, places: Mapping[str, Position], wires: Iterable[Wire]
    ) -> dict[Wire, Way]:
        """The ways of some wires, across and along the flow."""
        boxes = {item: node_box(place).turned(self.flow) for item, place in places.items()}
        around = {}
        if seen.frames:
            frames = rooms.frame_boxes(seen, places)
            boxes |= {frame: box.turned(self.flow) for frame, box in frames.items()}
            around = {one: [f for f in seen.groups.path(one) if f in frames] for one in boxes}
        ways = {wire: self._way(seen, places, boxes, around, wire) for wire in wires}
        for wire, way in ways.items():
            self.ways[wire] = turned_way(flat(way), self.flow)
        return ways

    def side(self, seen: Shown, wire: Wire) -> int:
        """On which side no other wire runs beside this one, as `_leaning` has it; 0 nowhere."""
        source, target = seen.ends(wire)
        mine = self.ways[wire]
        leaving = [w for w in seen.outgoing(source) if w != wire and w in self.ways]
        coming = [w for w in seen.incoming(target) if w != wire and w in self.ways]
        turns = {self._leaning(mine)} if len(mine) > 2 else set()
        turns |= {self._leaning(self.ways[w]) for w in leaving}
        turns |= {self._leaning(self.ways[w][::-1]) for w in coming}
        return next((side for side in self.flow.turned((1, -1)) if side not in turns), 0)

    def tells(self, seen: Shown, wire: Wire) -> bool:
        """Whether it says the shape it carries: of those with the same source, the shortest."""
        alike = [w for w in seen.outgoing(seen.ends(wire)[0]) if w.source == wire.source]
        return wire == min(alike, key=lambda one: (len(self.ways.get(one, ())), one))

    def _way(
        self,
        seen: Shown,
        places: Mapping[str, Position],
        boxes: Mapping[str, Box],
        around: Mapping[str, Sequence[str]],
        wire: Wire,
    ) -> Way:
        """One way; `boxes` are those of items and frames, `around` the frames around each."""
        flow = self.flow
        source, target = seen.ends(wire)
        passed = {source, target, *around.get(source, ()), *around.get(target, ())}
        start = flow.turned(output_spot(seen, places[source], wire.source, flow))
        end = flow.turned(input_spot(seen, places[target], wire.target, wire.slot, flow))
        first, last = min(start[1], end[1]) - NEAR, max(start[1], end[1]) + NEAR
        foreign = [
            box
            for item, box in boxes.items()
            if box.bottom > first
            and box.top < last
            and item not in passed
            and passed.issuperset(around.get(item, ()))
        ]
        own = (boxes[source], boxes[target])
        hint = turned_way(self._hint(places, source, target), flow)
        half = flow.turned((WIDTH, HEIGHT))[0] / 2
        return route(start, end, foreign, own=own, hint=hint, half=half)

    def _hint(self, places: Mapping[str, Position], source: str, target: str) -> Way:
        """The bends of the last tidy layout, where both ends still lie to each other as there."""
        layout, pair = self.layout, (source, target)
        if layout is None or pair not in layout.bends or target not in layout.places:
            return ()
        (ax, ay), (bx, by) = layout.places[source], layout.places[target]
        (cx, cy), (ex, ey) = places[source], places[target]
        dx, dy = cx - ax, cy - ay
        if (ex - bx, ey - by) != (dx, dy):
            return ()
        return tuple((x + dx, y + dy) for x, y in layout.bends[pair])

    def _leaning(self, way: tuple[Point, ...]) -> int:
        """To which side of the flow a way leaves its start: 1 or -1 across, 0 straight on."""
        across = self.flow.turned((0, 1))[0]  # which coordinate that is
        start = way[0][across]
        for point in way[1:]:
            aside = point[across] - start
            if abs(aside) > 6:
                return 1 if aside > 0 else -1
        return 0


def output_spot(seen: Shown, place: Position, node: str, flow: Direction) -> Point:
    """Where the output of a node is, on it or on the collapsed group that stands for it."""
    item = seen.item_of[node]
    if item == node:
        return output_at(place, flow)
    outputs = seen.ports[item].outputs
    return port_at(place, outputs.index(node), len(outputs), flow, output=True)


def input_spot(seen: Shown, place: Position, node: str, slot: int, flow: Direction) -> Point:
    """Where an input slot of a node is, on it or on the collapsed group that stands for it."""
    item = seen.item_of[node]
    if item == node:
        return input_at(place, seen.graph[node].layer, slot, flow)
    count = len(seen.ports[item].inputs)
    return port_at(place, input_port(seen, node, slot), count, flow, output=False)


def input_port(seen: Shown, node: str, slot: int) -> int:
    """Which input of a collapsed group leads to this slot."""
    inputs = seen.ports[seen.item_of[node]].inputs
    return next(at for at, port in enumerate(inputs) if (node, slot) in port.slots)
