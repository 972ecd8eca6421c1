"""Places for what has none: a fresh template, an import, a hand-written file. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.design import Design, Position
from core.flow import Direction
from core.graph import Graph
from core.groups import Groups
from designer.canvas import rooms
from designer.canvas.arrange import Layout
from designer.canvas.geometry import GRID, HEIGHT, WIDTH, node_box
from designer.document.shown import Shown, shown
from designer.document.spots import STEPS


def layout_of(graph: Graph, flow: Direction = Direction.DOWN) -> Layout:
    """The tidy layout of a whole network, node by node."""
    return rooms.tidy(shown(graph, Groups()), flow)


def with_places(design: Design) -> Design:
    """The design with a place for everything in sight: laid out, or what is missing put in."""
    seen = shown(design.graph, design.groups)
    if all(item in design.positions for item in seen.items):
        return design
    return design.placed(places_of(seen, design.positions, design.flow))


def places_of(seen: Shown, known: Mapping[str, Position], flow: Direction) -> dict[str, Position]:
    """A place for every item in sight; those that are known stay."""
    found = {item: known[item] for item in seen.items if item in known}
    if not found:
        return dict(rooms.tidy(seen, flow).places)
    for item in seen.items:
        if item not in found:
            found[item] = free_place(found.values(), _wanted(seen, item, found, flow), flow)
    return found


def free_place(taken: Iterable[Position], wanted: Position, flow: Direction) -> Position:
    """The first free place for a node from `wanted` on, going across the flow."""
    boxes = [node_box(place).grown(GRID) for place in taken]
    place, (dx, dy) = wanted, flow.turned((_beside(flow), 0))
    while any(node_box(place).meets(box) for box in boxes):
        place = (place[0] + dx, place[1] + dy)
    return place


def _wanted(seen: Shown, item: str, found: Mapping[str, Position], flow: Direction) -> Position:
    """Behind what it takes from, before what it feeds, or beside everything."""
    dx, dy = flow.turned((0, STEPS[flow][1]))
    sources = [seen.ends(wire)[0] for wire in seen.incoming(item)]
    for x, y in (found[one] for one in sources if one in found):
        return x + dx, y + dy
    targets = [seen.ends(wire)[1] for wire in seen.outgoing(item)]
    for x, y in (found[one] for one in targets if one in found):
        return x - dx, y - dy
    turned = [flow.turned(place) for place in found.values()]
    farthest = max((across for across, _ in turned), default=-_beside(flow))
    return flow.turned((farthest + _beside(flow), min((along for _, along in turned), default=0)))


def _beside(flow: Direction) -> int:
    """From a node to the next one across the flow."""
    return flow.turned((WIDTH, HEIGHT))[0] + 3 * GRID
