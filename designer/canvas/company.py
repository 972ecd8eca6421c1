"""Where comments go as nodes move: each keeps its place beside the node it is nearest to. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from core.design import Position
from core.flow import Direction
from designer.canvas.geometry import Box, node_box

Places = Mapping[str, Position]
Span = tuple[float, float]
STEP, REACH = 24, 20  # canvas units and steps of the search for a place that is free
APART = 8.0  # between a comment and what lies beside it


def kept_beside(
    comments: Mapping[str, Box],
    before: Places,
    after: Places,
    *,
    flow: Direction,
    then: Direction,
) -> dict[str, Position]:
    """New places of comments, as nodes go from one place to another and the flow may turn.

    What lay beside a node, before or behind it as the flow had it, does so afterwards, as far away,
    or at the nearest place where it covers nothing.
    """
    nodes = {node: node_box(place) for node, place in before.items() if node in after}
    taken = [node_box(place).grown(APART) for place in after.values()]
    found = {}
    for id, box in comments.items():
        node = min(nodes, key=lambda one: _distance(box, nodes[one]), default=None)
        if node is None:
            continue
        here, there = nodes[node].turned(flow), node_box(after[node]).turned(then)
        size = then.turned((box.right - box.left, box.bottom - box.top))
        note = box.turned(flow)
        across = _beside(
            (note.left, note.right), (here.left, here.right), (there.left, there.right), size[0]
        )
        along = _beside(
            (note.top, note.bottom), (here.top, here.bottom), (there.top, there.bottom), size[1]
        )
        x, y = then.turned((round(across), round(along)))
        place = _free(box.moved(x - box.left, y - box.top), taken)
        taken.append(place)
        found[id] = (round(place.left), round(place.top))
    return found


def _free(box: Box, taken: Sequence[Box]) -> Box:
    """The nearest place where a box covers nothing; where it is, if there is none in reach."""
    far = float(STEP * REACH)
    near = [other for other in taken if box.grown(far).meets(other)]
    places = (box.moved(dx, dy) for dx, dy in ((0, 0), *_around()))
    return next((one for one in places if not any(one.meets(other) for other in near)), box)


@cache
def _around() -> tuple[Position, ...]:
    """Steps away from a place, the shortest first."""
    return tuple(sorted(_steps(), key=lambda at: (at[0] ** 2 + at[1] ** 2, at)))


def _steps() -> Iterator[Position]:
    for across in range(-REACH, REACH + 1):
        for down in range(-REACH, REACH + 1):
            yield across * STEP, down * STEP


def _beside(note: Span, here: Span, there: Span, size: float) -> float:
    """Where a note of a size begins along one axis, beside `there` as it lay beside `here`."""
    if note[0] >= here[1]:
        return there[1] + note[0] - here[1]
    if note[1] <= here[0]:
        return there[0] - (here[0] - note[1]) - size
    return there[0] + note[0] - here[0]


def _distance(a: Box, b: Box) -> tuple[float, float]:
    """How far two boxes are apart, and where that is equal, their middles."""
    across = max(a.left - b.right, b.left - a.right, 0.0)
    down = max(a.top - b.bottom, b.top - a.bottom, 0.0)
    middle = abs(a.left + a.right - b.left - b.right) + abs(a.top + a.bottom - b.top - b.bottom)
    return across + down, middle
