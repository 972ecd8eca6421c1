"""Places for what has none: a fresh template, an import, a hand-written file. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.design import Design, Position
from core.graph import Graph
from core.groups import Groups
from designer.canvas import rooms
from designer.canvas.arrange import Layout
from designer.canvas.geometry import GRID, HEIGHT, WIDTH, Box, node_box
from designer.document.shown import Shown, shown

ROW = HEIGHT + 48


def layout_of(graph: Graph) -> Layout:
    """The tidy layout of a whole network, node by node."""
    return rooms.tidy(shown(graph, Groups()))


def with_places(design: Design) -> Design:
    """The design with a place for everything in sight: laid out, or what is missing put in."""
    seen = shown(design.graph, design.groups)
    if all(item in design.positions for item in seen.items):
        return design
    return design.placed(places_of(seen, design.positions))


def places_of(seen: Shown, known: Mapping[str, Position]) -> dict[str, Position]:
    """A place for every item in sight; those that are known stay."""
    found = {item: known[item] for item in seen.items if item in known}
    if not found:
        return dict(rooms.tidy(seen).places)
    for item in seen.items:
        if item not in found:
            found[item] = free_place(found.values(), _wanted(seen, item, found))
    return found


def free_place(taken: Iterable[Position], wanted: Position) -> Position:
    """The first free place for a node from `wanted` on, going right."""
    boxes = [node_box(place).grown(GRID) for place in taken]
    x, y = wanted
    while any(_box(x, y).meets(box) for box in boxes):
        x += WIDTH + 3 * GRID
    return x, y


def _wanted(seen: Shown, item: str, found: Mapping[str, Position]) -> Position:
    """Below what it takes from, above what it feeds, or beside everything."""
    before = [seen.ends(wire)[0] for wire in seen.incoming(item)]
    above = next((found[one] for one in before if one in found), None)
    if above:
        return above[0], above[1] + ROW
    after = [seen.ends(wire)[1] for wire in seen.outgoing(item)]
    below = next((found[one] for one in after if one in found), None)
    if below:
        return below[0], below[1] - ROW
    right = max((x for x, _ in found.values()), default=-WIDTH - 3 * GRID)
    return right + WIDTH + 3 * GRID, min((y for _, y in found.values()), default=0)


def _box(x: int, y: int) -> Box:
    return node_box((x, y))
