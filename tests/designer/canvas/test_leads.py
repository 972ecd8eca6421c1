"""Where wires run: around nodes, and around open groups that they have nothing to do with."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from core.design import Design
from core.flow import Direction
from core.graph import Wire, chain
from core.layers import Conv2d, Input, Output
from core.zoo import BY_ID
from designer.canvas import rooms
from designer.canvas.geometry import Box, Point
from designer.canvas.leads import Leads
from designer.canvas.places import with_places
from designer.document import grouping
from designer.document.shown import Shown, shown
from tests.designer.canvas.conftest import Hands, MakeHands


def crosses(a: Point, b: Point, box: Box) -> bool:
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.right and right > box.left and top < box.bottom and bottom > box.top


def crossed(seen: Shown, ways: Leads, frames: dict[str, Box]) -> list[tuple[str, str, str]]:
    """Every wire, by its ends, with each frame it runs through that holds neither end."""
    found = []
    for wire, way in ways.ways.items():
        source, target = seen.ends(wire)
        own = {*seen.groups.path(source), *seen.groups.path(target)}
        for frame in frames.keys() - own:
            if any(crosses(a, b, frames[frame]) for a, b in pairwise(way)):
                found.append((source, target, frame))
    return found


def opened(design: Design, group: str) -> Design:
    seen = shown(design.graph, design.groups)
    here = {item: design.positions[item] for item in seen.items}
    places = rooms.opened(design, here, group)
    return grouping.set_collapsed(design.placed(places), group, False)


@pytest.mark.parametrize("flow", list(Direction))
@pytest.mark.parametrize("template", ["googlenet", "resnet18", "mobilenet-v1"])
def test_groups_opened_in_place_lie_in_no_way(template: str, flow: Direction) -> None:
    """One after the other, without tidying: the wires of all others lead around them."""
    design = with_places(replace(BY_ID[template].design(), flow=flow, positions={}))
    chance = random.Random(7)
    for _ in range(6):
        seen = shown(design.graph, design.groups)
        design = opened(design, chance.choice([i for i in seen.items if seen.is_group(i)]))
        seen = shown(design.graph, design.groups)
        places = {item: design.positions[item] for item in seen.items}
        leads = Leads(flow)
        leads.lead(seen, places, seen.wires)
        assert not crossed(seen, leads, rooms.frame_boxes(seen, places))


def test_a_wire_makes_way_for_a_group_that_grows(make_hands: MakeHands) -> None:
    """A node dragged sideways takes its frame along; a wire beside it that it grows over moves on.

    The node itself stays off the wire, which runs straight at x = 250.
    """
    graph = chain(Input((3, 8, 8)), *[Conv2d(3, (3, 3), padding="same")] * 3, Output())
    graph = graph.with_node(Input((3, 8, 8))).with_node(Output()).with_wire("input2", "output2")
    hands: Hands = make_hands(graph)
    hands.view.rearranging.group(("conv1", "conv2", "conv3"))
    (group,) = hands.document.design.groups.by_id
    hands.view.rearranging.switch(group)
    beside = {"input2": (154, -200), "output2": (154, 700)}
    hands.document.attempt("Place", lambda design: design.placed(beside))
    hands.view.outlook.fit_all()
    wire = Wire("input2", "output2")
    assert {x for x, _ in hands.scene.picture.wires[wire]} == {250}
    start = hands.node("conv2")
    hands.drag(start, start + (hands.at(48, 0) - hands.at(0, 0)))
    frame = hands.scene.picture.frames[group]
    assert frame.right > 250
    assert not [one for one in pairwise(hands.scene.picture.wires[wire]) if crosses(*one, frame)]
