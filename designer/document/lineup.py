"""Nodes lined up: in a row, in a column, at equal distances, on the grid. No Qt.

Places are the top left corners of nodes, which all have the same size.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median_low

from core.design import Position

Places = Mapping[str, Position]
ACROSS, DOWN = 0, 1
APART = (216, 80)  # at least, from one node's corner to the next one's, across and down


def in_column(places: Places) -> dict[str, Position]:
    """All below each other, where the middle one stands; none covers another."""
    return _aligned(places, ACROSS)


def in_row(places: Places) -> dict[str, Position]:
    """All beside each other, at the height of the middle one; none covers another."""
    return _aligned(places, DOWN)


def spread(places: Places, axis: int) -> dict[str, Position]:
    """At equal distances along an axis, the outermost where they are; 0 is across, 1 is down."""
    order = sorted(places, key=lambda node: (places[node][axis], places[node][1 - axis], node))
    if len(order) < 3:
        return dict(places)
    first, last = places[order[0]][axis], places[order[-1]][axis]
    step = (last - first) / (len(order) - 1)
    return {
        node: _with(places[node], axis, first + round(number * step))
        for number, node in enumerate(order)
    }


def on_grid(places: Places, grid: int) -> dict[str, Position]:
    """Each at the nearest point of the grid."""
    return {node: ((x + grid // 2) // grid * grid, (y + grid // 2) // grid * grid)
            for node, (x, y) in places.items()}  # fmt: skip


def _aligned(places: Places, axis: int) -> dict[str, Position]:
    if not places:
        return {}
    line = median_low(place[axis] for place in places.values())
    along, free = 1 - axis, None
    found = {}
    for node in sorted(places, key=lambda node: (places[node][along], node)):
        place = places[node]
        start = place[along] if free is None else max(place[along], free)
        found[node] = _with(_with(place, axis, line), along, start)
        free = start + APART[along]
    return found


def _with(place: Position, axis: int, value: int) -> Position:
    return (value, place[1]) if axis == ACROSS else (place[0], value)
