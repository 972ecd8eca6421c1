"""Where every wire in sight runs, and what it says. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.design import Position
from core.graph import Wire
from designer.canvas.arrange import Layout
from designer.canvas.geometry import Box, Point, input_at, node_box, output_at, port_at
from designer.canvas.routing import Way, flat, route
from designer.document.shown import Shown

NEAR = 60.0  # how far above and below a wire's ends nodes may stand in its way


class Leads:
    """Leads wires around what lies between their ends.

    Attributes: `ways` (each wire in sight as short straight pieces, for hit tests), `layout` (its
    bends are used wherever its nodes lie as it says).
    """

    def __init__(self) -> None:
        self.ways: dict[Wire, tuple[Point, ...]] = {}
        self.layout: Layout | None = None

    def lead(
        self, seen: Shown, places: Mapping[str, Position], wires: Iterable[Wire]
    ) -> dict[Wire, Way]:
        """The ways of some wires."""
        boxes = {item: node_box(place) for item, place in places.items()}
        ways = {wire: self._way(seen, places, boxes, wire) for wire in wires}
        self.ways.update((wire, tuple(flat(way))) for wire, way in ways.items())
        return ways

    def side(self, seen: Shown, wire: Wire) -> int:
        """Where no other wire runs beside this one: 1 right, -1 left, 0 nowhere."""
        source, target = seen.ends(wire)
        mine = self.ways[wire]
        leaving = [w for w in seen.outgoing(source) if w != wire and w in self.ways]
        coming = [w for w in seen.incoming(target) if w != wire and w in self.ways]
        turns = {_leaning(mine)} if len(mine) > 2 else set()
        turns |= {_leaning(self.ways[w]) for w in leaving}
        turns |= {_leaning(self.ways[w][::-1]) for w in coming}
        return next((side for side in (1, -1) if side not in turns), 0)

    def tells(self, seen: Shown, wire: Wire) -> bool:
        """Whether it says the shape it carries: of those with the same source, the shortest."""
        alike = [w for w in seen.outgoing(seen.ends(wire)[0]) if w.source == wire.source]
        return wire == min(alike, key=lambda one: (len(self.ways.get(one, ())), one))

    def _way(
        self, seen: Shown, places: Mapping[str, Position], boxes: Mapping[str, Box], wire: Wire
    ) -> Way:
        source, target = seen.ends(wire)
        start = output_spot(seen, places[source], wire.source)
        end = input_spot(seen, places[target], wire.target, wire.slot)
        top, bottom = min(start[1], end[1]) - NEAR, max(start[1], end[1]) + NEAR
        foreign = [
            box
            for item, box in boxes.items()
            if box.bottom > top and box.top < bottom and item not in (source, target)
        ]
        own = (boxes[source], boxes[target])
        return route(start, end, foreign, own=own, hint=self._hint(places, source, target))

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


def output_spot(seen: Shown, place: Position, node: str) -> Point:
    """Where the output of a node is, on it or on the collapsed group that stands for it."""
    item = seen.item_of[node]
    if item == node:
        return output_at(place)
    outputs = seen.ports[item].outputs
    return port_at(place, outputs.index(node), len(outputs), output=True)


def input_spot(seen: Shown, place: Position, node: str, slot: int) -> Point:
    """Where an input slot of a node is, on it or on the collapsed group that stands for it."""
    item = seen.item_of[node]
    if item == node:
        return input_at(place, seen.graph[node].layer, slot)
    return port_at(place, input_port(seen, node, slot), len(seen.ports[item].inputs), output=False)


def input_port(seen: Shown, node: str, slot: int) -> int:
    """Which input of a collapsed group leads to this slot."""
    inputs = seen.ports[seen.item_of[node]].inputs
    return next(at for at, port in enumerate(inputs) if (node, slot) in port.slots)


def _leaning(way: tuple[Point, ...]) -> int:
    """To which side a way leaves its start: 1 right, -1 left, 0 straight down."""
    for point in way[1:]:
        if abs(point[0] - way[0][0]) > 6:
            return 1 if point[0] > way[0][0] else -1
    return 0
