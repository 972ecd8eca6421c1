"""What is under a point."""

from __future__ import annotations

import pytest

from core.graph import Wire, chain
from core.groups import Groups
from core.layers import Add, Conv2d, Input, Output
from designer.canvas.geometry import Box
from designer.canvas.hit import GroundHit, NodeHit, Picture, SlotHit, WireHit, hit, inside
from designer.document.shown import shown

GRAPH = chain(Input((1, 8, 8)), Conv2d(), Output()).with_node(Add())
PLACES = {"input1": (0, 0), "conv1": (0, 104), "output1": (0, 208), "add1": (400, 0)}
FIRST, SECOND = Wire("input1", "conv1"), Wire("conv1", "output1")
WIRES = {FIRST: ((96.0, 56.0), (96.0, 104.0)), SECOND: ((96.0, 160.0), (96.0, 208.0))}
SEEN = shown(GRAPH, Groups())
PICTURE = Picture(SEEN, PLACES, WIRES)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((20, 20), NodeHit("input1")),
        ((96, 56), SlotHit("input1", None, (96, 56))),
        ((99, 62), SlotHit("input1", None, (96, 56))),
        ((96, 104), SlotHit("conv1", 0, (96, 104))),
        ((98, 80), WireHit(FIRST, True)),
        ((300, 300), GroundHit()),
        ((110, 80), GroundHit()),
        ((496, 0), SlotHit("add1", 0, (496, 0))),
        ((96, 264), NodeHit("output1")),  # the flow ends there: no output slot
        ((96, 0), NodeHit("input1")),  # and begins here: no input slot
    ],
)
def test_what_is_under_a_point(at: tuple[float, float], expected: object) -> None:
    assert hit(PICTURE, at) == expected


def test_reaches_are_pixels_on_the_screen() -> None:
    assert hit(PICTURE, (108, 80)) == GroundHit()
    assert isinstance(hit(PICTURE, (108, 80), zoom=0.4), WireHit | SlotHit)


def test_far_out_there_are_no_slots() -> None:
    assert hit(PICTURE, (96, 104), zoom=0.2) == NodeHit("conv1")


def test_later_nodes_lie_on_top() -> None:
    over = Picture(SEEN, {**PLACES, "add1": (10, 10)}, {})
    assert hit(over, (60, 30)) == NodeHit("add1")


def test_area_takes_touched_nodes_and_whole_wires() -> None:
    nodes, wires = inside(PICTURE, Box(80, 40, 120, 110))
    assert nodes == {"input1", "conv1"}
    assert wires == {FIRST}
