"""Places for nodes that have none."""

from __future__ import annotations

from itertools import combinations

from core.design import Design
from core.flow import Direction
from core.graph import chain
from core.layers import Conv2d, Input, Output, ReLU
from designer.canvas.geometry import node_box, snapped
from designer.canvas.places import free_place, with_places

GRAPH = chain(Input(), Conv2d(), ReLU(), Output())


def test_design_without_places_is_laid_out_whole() -> None:
    places = with_places(Design(GRAPH)).positions
    assert list(places.values()) == [(0, 0), (0, 104), (0, 208), (0, 312)]


def test_design_with_all_places_stays_the_same_value() -> None:
    design = with_places(Design(GRAPH))
    assert with_places(design) is design


def test_missing_nodes_go_below_what_they_take_from_and_known_ones_stay() -> None:
    places = with_places(Design(GRAPH, {"input1": (40, 80), "output1": (40, 400)})).positions
    assert places["input1"] == (40, 80)
    assert places["output1"] == (40, 400)
    assert places["conv1"] == (40, 184)
    assert places["relu1"] == (40, 288)


def test_missing_nodes_never_overlap() -> None:
    places = with_places(Design(GRAPH, {"relu1": (0, 0), "output1": (0, 30)})).positions
    boxes = [node_box(places[node]) for node in ("input1", "conv1")]
    others = [node_box(place) for place in places.values()]
    assert not any(a.meets(b) for a, b in combinations(boxes, 2))
    assert sum(a.meets(b) for a in boxes for b in others) == len(boxes)  # each only itself


def test_free_place_goes_right() -> None:
    assert free_place([], (0, 0), Direction.DOWN) == (0, 0)
    assert free_place([(0, 0)], (10, 10), Direction.DOWN) == (10 + 216, 10)


def test_grid() -> None:
    assert snapped((3.9, 4.0)) == (0, 8)
    assert snapped((-4.1, -3.9)) == (-8, 0)
