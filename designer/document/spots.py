"""Where new nodes go: behind, beside and clear of others, whichever way the network grows. No Qt.

Places are the top left corners of nodes in canvas units, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.design import Design, Position
from core.flow import Direction
from core.graph import Graph, Wire
from designer.document.clip import Clip

# From one node's corner to the next one's: across the flow beside it, along the flow behind it.
STEPS: Mapping[Direction, tuple[int, int]] = {
    Direction.DOWN: (224, 104),
    Direction.RIGHT: (104, 272),
}
NUDGE = 24  # a paste lies so far right of and below what was copied


def behind(design: Design, nodes: Iterable[str]) -> Position:
    """The place behind the one of these nodes that lies farthest along the flow."""
    turned = design.flow.turned
    across, along = max((turned(design.positions[node]) for node in nodes), key=lambda at: at[1])
    return turned((across, along + STEPS[design.flow][1]))


def clear_of(design: Design, at: Position, canvas: str = "") -> Position:
    """The first place from `at` on, going across the flow, where a node covers no other.

    `canvas` is the collapsed group in whose inside it is to lie.
    """
    shift = 0
    while _covered(design, _beside(design, at, shift), canvas):
        shift += 1
    return _beside(design, at, shift)


def beside(design: Design, clip: Clip, canvas: str = "") -> Position:
    """The first place beside a clip's own where it covers no node."""
    spots, shift = clip.spots or [(0, 0)], 1
    while any(_covered(design, _beside(design, at, shift), canvas) for at in spots):
        shift += 1
    return _beside(design, corner_of(spots), shift)


def nudged(design: Design, clip: Clip) -> Position:
    """A place a little right of and below a clip's own where nothing lies exactly yet."""
    spots = clip.spots or [(0, 0)]
    taken = {*design.positions.values(), *(one.at for one in design.comments.values())}
    shift = 0
    while any((x + shift, y + shift) in taken for x, y in spots):
        shift += NUDGE
    left, top = corner_of(spots)
    return left + shift, top + shift


def corner_of(spots: Iterable[Position]) -> Position:
    """The top left corner of all these places, (0, 0) where there are none."""
    known = tuple(spots)
    return min((x for x, _ in known), default=0), min((y for _, y in known), default=0)


def with_room(design: Design, node: str, wire: Wire) -> Design:
    """`node`, new between a wire's two ends, placed behind the source; what follows makes room."""
    canvas, turned = design.groups.canvas(node), design.flow.turned
    step = STEPS[design.flow][1]
    places = {item: turned(at) for item, at in _places_on(design, canvas).items()}
    source, target = (design.groups.standing(end, canvas) for end in (wire.source, wire.target))
    if source not in places:
        return design
    across, along = places[source]
    place = turned((across, along + step))
    if target in places and places[target][1] >= along + 2 * step:
        return design.placed({node: place})
    follows = {design.groups.standing(id, canvas) for id in _after(design.graph, node)}
    shifted = {
        item: turned((one, other + step))
        for item, (one, other) in places.items()
        if other > along and item in follows
    }
    return design.placed({**shifted, node: place})


def _beside(design: Design, at: Position, steps: int) -> Position:
    """The place so many steps across the flow."""
    across, along = design.flow.turned(at)
    return design.flow.turned((across + steps * STEPS[design.flow][0], along))


def _covered(design: Design, at: Position, canvas: str) -> bool:
    """Whether a node at this place would lie on another one, or touch it."""
    wide, high = design.flow.turned(STEPS[design.flow])
    return any(
        abs(at[0] - x) < wide and abs(at[1] - y) < high
        for x, y in _places_on(design, canvas).values()
    )


def _places_on(design: Design, canvas: str) -> dict[str, Position]:
    """The places of nodes and collapsed groups that lie together on a canvas."""
    groups = design.groups
    return {
        item: at
        for item, at in design.positions.items()
        if groups.canvas(item) == canvas
        and (item not in groups.by_id or groups.by_id[item].collapsed)
    }


def _after(graph: Graph, node: str) -> set[str]:
    """The nodes that data reach from a node, itself included."""
    found, todo = {node}, [node]
    while todo:
        fresh = {wire.target for wire in graph.outgoing(todo.pop())} - found
        found |= fresh
        todo += fresh
    return found
