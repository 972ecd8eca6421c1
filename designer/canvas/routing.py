"""The way of a wire between two slots, around the nodes that are in between. No Qt.

A way is a list of points across and along the flow, here as if data flow down: across is x. Between
two points it runs straight where they are level or upright, else in an S with upright ends. Wires
leave downwards and arrive downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from designer.canvas.geometry import WIDTH, Box, Point

STUB = 24.0  # how far a wire runs straight on before it turns
CLEARANCE = 4.0  # between a wire and a foreign node
LANE = 20.0  # between a detour and the node it goes around
STEEPEST = 16.0  # below this drop a direct S would look like a level line
SAMPLES = 10
NEAREST_LANES = 12

Way = tuple[Point, ...]


def route(
    start: Point,
    end: Point,
    foreign: Sequence[Box],
    *,
    own: Sequence[Box] = (),
    hint: Way = (),
    half: float = WIDTH / 2,
) -> Way:
    """The way from an output slot at `start` to an input slot at `end`.

    `foreign` are the boxes to stay clear of, `own` those of the two ends, whose slots it touches.
    `hint` are the points of a tidy layout to prefer, `half` is half of what a node takes across.
    Where nothing is free, the plain way is given.
    """
    aside = half + LANE
    # A way may touch its own ends, so they lose the clearance that every box is given.
    foreign = [*foreign, *(box.grown(-CLEARANCE) for box in own)]
    if hint and _free((start, *hint, end), foreign):
        return (start, *hint, end)
    drop = end[1] - start[1]
    if drop >= STEEPEST and _free((start, end), foreign):
        return (start, end)
    lanes = list(_lanes(start, end, foreign, aside))
    for detour in (_detour, _corners):
        for lane in lanes:
            way = detour(start, end, lane)
            if _free(way, foreign):
                return way
    return (start, end) if drop >= STEEPEST else _detour(start, end, _side_lane(start, end, aside))


def flat(way: Way) -> list[Point]:
    """The way as short straight pieces, for hit tests."""
    found = [way[0]]
    for a, b in pairwise(way):
        if a[0] != b[0] and a[1] != b[1]:
            found += [_on_curve(a, b, i / SAMPLES) for i in range(1, SAMPLES)]
        found.append(b)
    return found


def _detour(start: Point, end: Point, lane: float) -> Way:
    """Down, over to an upright lane, along it, over to above the target, and in."""
    foot, head = start[1] + STUB, end[1] - STUB
    if head >= foot and end[1] - start[1] > 4 * STUB:  # room for smooth turns
        return (start, (lane, foot + STUB), (lane, head - STUB), end)
    return _corners(start, end, lane)


def _corners(start: Point, end: Point, lane: float) -> Way:
    """The same with level pieces, which take the least room along the flow."""
    foot, head = start[1] + STUB, end[1] - STUB
    return (start, (start[0], foot), (lane, foot), (lane, head), (end[0], head), end)


def _side_lane(start: Point, end: Point, aside: float) -> float:
    """Half way where the two stand apart, else beside them, `aside` from their slots."""
    if abs(start[0] - end[0]) > 2 * aside:
        return (start[0] + end[0]) / 2
    return max(start[0], end[0]) + aside


def _lanes(start: Point, end: Point, foreign: Sequence[Box], aside: float) -> Iterator[float]:
    """Places for an upright lane: beside what stands in between, the shortest detour first."""
    top, bottom = sorted((start[1], end[1]))
    between = [box for box in foreign if box.bottom > top - 2 * STUB and box.top < bottom + STUB]
    found = {side for box in between for side in (box.left - LANE, box.right + LANE)}
    found |= {_side_lane(start, end, aside), (start[0] + end[0]) / 2}
    found |= {min(start[0], end[0]) - aside}
    nearest = sorted(found, key=lambda x: (abs(x - start[0]) + abs(x - end[0]), x))
    yield from nearest[:NEAREST_LANES]


def _free(way: Way, foreign: Sequence[Box]) -> bool:
    """Whether a way stays off all boxes."""
    pieces = flat(way)
    left = min(x for x, _ in way) - CLEARANCE
    right = max(x for x, _ in way) + CLEARANCE
    top = min(y for _, y in way) - CLEARANCE
    bottom = max(y for _, y in way) + CLEARANCE
    for box in foreign:
        if box.left < right and box.right > left and box.top < bottom and box.bottom > top:
            grown = box.grown(CLEARANCE)
            if any(_hits(a, b, grown) for a, b in pairwise(pieces)):
                return False
    return True


def _hits(a: Point, b: Point, box: Box) -> bool:
    """Whether a short straight piece meets a box (exact for level and upright pieces)."""
    (ax, ay), (bx, by) = a, b
    across = (ax < box.right or bx < box.right) and (ax > box.left or bx > box.left)
    return across and (ay < box.bottom or by < box.bottom) and (ay > box.top or by > box.top)


def _on_curve(a: Point, b: Point, t: float) -> Point:
    """A point of the S from a to b: a cubic whose handles stand upright at half the drop."""
    drop = curve_handle(a, b)
    s = 1 - t
    x = (s * s * s + 3 * s * s * t) * a[0] + (3 * s * t * t + t * t * t) * b[0]
    y = s * s * s * a[1] + 3 * s * s * t * (a[1] + drop)
    return x, y + 3 * s * t * t * (b[1] - drop) + t * t * t * b[1]


def curve_handle(a: Point, b: Point) -> float:
    """The length of the upright handles of the S from a to b."""
    return max((b[1] - a[1]) / 2, STEEPEST / 2)
