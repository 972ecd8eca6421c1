"""Nodes and comments lined up: in a row, in a column, at equal distances, on the grid. No Qt.

Places are top left corners, sizes are width and height.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median_low

from core.design import Position

Places = Mapping[str, Position]
Sizes = Mapping[str, Position]
ACROSS, DOWN = 0, 1
APART = 24  # at least, from one's edge to the next one's


def in_column(places: Places, sizes: Sizes) -> dict[str, Position]:
    """All below each other, where the middle one stands; none covers another."""
    return _aligned(places, sizes, ACROSS)


def in_row(places: Places, sizes: Sizes) -> dict[str, Position]:
    """All beside each other, at the height of the middle one; none covers another."""
    return _aligned(places, sizes, DOWN)


def spread(places: Places, sizes: Sizes, axis: int) -> dict[str, Position]:
    """At equal distances along an axis, the outermost where they are; 0 is across, 1 is down."""
    order = sorted(places, key=lambda node: (places[node][axis], places[node][1 - axis], node))
    if len(order) < 3:
        return dict(places)
    first, last = places[order[0]][axis], places[order[-1]][axis]
    lengths = [sizes[one][axis] for one in order[:-1]]
    apart = (last - first - sum(lengths)) / len(lengths)
    return {
        one: _with(places[one], axis, first + sum(lengths[:number]) + round(number * apart))
        for number, one in enumerate(order)
    }


def on_grid(places: Places, grid: int) -> dict[str, Position]:
    """Each at the nearest point of the grid."""
    return {node: ((x + grid // 2) // grid * grid, (y + grid // 2) // grid * grid)
            for node, (x, y) in places.items()}  # fmt: skip


def _aligned(places: Places, sizes: Sizes, axis: int) -> dict[str, Position]:
    if not places:
        return {}
    line = median_low(place[axis] for place in places.values())
    along, free = 1 - axis, None
    found = {}
    for node in sorted(places, key=lambda node: (places[node][along], node)):
        place = places[node]
        start = place[along] if free is None else max(place[along], free)
        found[node] = _with(_with(place, axis, line), along, start)
        free = start + sizes[node][along] + APART
    return found


def _with(place: Position, axis: int, value: int) -> Position:
    return (value, place[1]) if axis == ACROSS else (place[0], value)
