"""Ways of wires: straight where they can be, around nodes, over and up going back."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core.flow import Direction
from designer.canvas.geometry import Box, Point, node_box, output_at
from designer.canvas.routing import flat, route


def misses(way: tuple[Point, ...], box: Box) -> bool:
    for (ax, ay), (bx, by) in pairwise(flat(way)):
        across = min(ax, bx) < box.right and max(ax, bx) > box.left
        if across and min(ay, by) < box.bottom and max(ay, by) > box.top:
            return False
    return True


def test_free_way_is_direct() -> None:
    assert route((0, 0), (100, 90), []) == ((0, 0), (100, 90))


@pytest.mark.parametrize("x", [-96, -40, 0, 60])
def test_node_in_between_is_gone_around(x: int) -> None:
    box = node_box((x, 100))
    way = route((0, 0), (0, 300), [box])
    assert misses(way, box)
    assert way[0] == (0, 0)
    assert way[-1] == (0, 300)


def test_hint_is_taken_where_it_is_free() -> None:
    hint = ((50.0, 40.0), (50.0, 200.0))
    assert route((0, 0), (0, 300), [], hint=hint)[1:-1] == hint
    blocked = route((0, 0), (0, 300), [Box(40, 100, 60, 120)], hint=hint)
    assert blocked[1:-1] != hint


@pytest.mark.parametrize("place", [(0, -300), (300, -200), (-300, 0), (0, 20), (220, 40)])
def test_way_back_up_leaves_and_arrives_downwards_off_its_own_nodes(place: Point) -> None:
    own = (node_box((0, 0)), node_box(place))
    start, end = output_at((0, 0), Direction.DOWN), (place[0] + 96, place[1])
    way = route(start, end, [], own=own)
    pieces = flat(way)
    assert pieces[1][1] > pieces[0][1]
    assert pieces[-2][1] < pieces[-1][1]
    if not own[0].grown(20).meets(own[1]):  # nodes this close leave no room between them
        assert all(misses(way, box) for box in own)


def test_flat_pieces_follow_the_curve() -> None:
    pieces = flat(((0, 0), (100, 100)))
    assert pieces[0] == (0, 0)
    assert pieces[-1] == (100, 100)
    assert pieces[len(pieces) // 2] == pytest.approx((50, 50))
    assert all(b[1] > a[1] for a, b in pairwise(pieces))
