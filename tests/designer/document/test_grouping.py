"""Groups and bypass as edits: made, nested, taken apart, copied, deleted, undone; and in sight."""

from __future__ import annotations

import json
import random

import pytest

from core.design import Design
from core.graph import Graph, GraphError, Wire, chain
from core.groups import Group, Groups
from core.layers import Add, BatchNorm2d, Conv2d, Dropout, Flatten, Input, Linear, Output, ReLU
from core.project import design_from_json, design_to_json
from core.repeats import times
from designer.document import edits, grouping
from designer.document.clip import clip_of, from_text, to_text
from designer.document.document import Document
from designer.document.edits import EditError
from designer.document.rework import repeat
from designer.document.shown import InPort, Ports, shown

ROW = 104  # canvas units from a node to the one behind it

# input1 → conv1 → batchnorm1 → relu1 → conv2 → add1 → relu2 → flatten1 → linear1 → output1, with a
# skip from relu1 to add1.
GRAPH = chain(
    Input((1, 8, 8)), Conv2d(4, padding="same"), BatchNorm2d(), ReLU(), Conv2d(4, padding="same"),
    Add(), ReLU(), Flatten(), Linear(3), Output(),
).with_wire("relu1", "add1")  # fmt: skip
PLAIN = Design(GRAPH, {node: (0, 104 * row) for row, node in enumerate(GRAPH.order)})
STEM, BLOCK = ("conv1", "batchnorm1", "relu1"), ("conv2", "add1", "relu2")


def grouped() -> Design:
    """The design with #group1 around the block."""
    return grouping.group(PLAIN, BLOCK)[0]


# ---- making and taking apart ------------------------------------------------------------


def test_a_group_holds_what_was_selected_and_nothing_else_changes() -> None:
    design, id = grouping.group(PLAIN, BLOCK, name="  my   block ")
    assert id == "#group1"
    assert design.groups.by_id == {id: Group(id, "my block")}
    assert design.groups.members[id] == set(BLOCK)
    assert design.graph is PLAIN.graph
    assert grouping.ungroup(design, [id]) == PLAIN


def test_groups_lie_in_groups() -> None:
    design, outer = grouping.group(grouped(), (*STEM, *BLOCK))
    assert design.groups.path("conv2") == (outer, "#group1")
    assert design.groups.path("conv1") == (outer,)
    design, inner = grouping.group(design, ("conv1", "batchnorm1"))
    assert design.groups.path("conv1") == (outer, inner)
    assert grouping.ungroup(design, [outer]).groups.path("conv1") == (inner,)


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        ((), "Select what to group first."),
        (BLOCK, "These layers are group1 already."),
        (("relu1", "conv2"), "group1 is selected in part: select all of it, or layers of it only."),
    ],
)
def test_groups_that_cannot_be_made(nodes: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(EditError) as told:
        grouping.group(grouped(), nodes)
    assert told.value.sentence == sentence


def test_a_group_that_would_be_left_and_entered_again_is_refused() -> None:
    with pytest.raises(GraphError, match="what it gives would come back into it through conv2"):
        grouping.group(PLAIN, ("relu1", "add1"))


def test_names() -> None:
    design = grouping.rename_group(grouped(), "#group1", " the  end ")
    assert design.groups["#group1"].title == "the end"
    assert grouping.rename_group(design, "#group1", "").groups["#group1"].title == "group1"
    with pytest.raises(EditError, match="at most 60"):
        grouping.rename_group(design, "#group1", "x" * 61)


# ---- what other edits do to groups ------------------------------------------------------


def test_deleting_its_layers_deletes_a_group_and_joins_what_it_joined() -> None:
    design = edits.delete(grouped(), BLOCK)
    assert not design.groups
    assert design.graph.inputs_of("flatten1") == ("relu1",)


def test_deleting_some_leaves_the_rest_grouped() -> None:
    design = edits.delete(grouped(), ("relu2",))
    assert design.groups.members["#group1"] == {"conv2", "add1"}


def test_inserting_on_a_wire_inside_joins_the_group() -> None:
    design, node = edits.insert_on_wire(grouped(), Wire("conv2", "add1"), Dropout())
    assert design.groups.homes[node] == "#group1"
    design, node = edits.insert_on_wire(grouped(), Wire("relu2", "flatten1"), Dropout())
    assert node not in design.groups.homes


def test_inserting_where_several_wires_show_as_one_takes_them_all() -> None:
    wires = (Wire("relu1", "conv2"), Wire("relu1", "add1", 1))
    design, node = edits.insert_on_wire(grouped(), wires[0], Dropout(), also=wires)
    assert design.graph.inputs_of("conv2") == (node,)
    assert design.graph.inputs_of("add1") == ("conv2", node)
    assert [w.target for w in design.graph.outgoing("relu1")] == [node]
    assert node not in design.groups.homes


def test_copies_bring_their_groups_along() -> None:
    design, outer = grouping.group(grouped(), (*STEM, *BLOCK), name="both")
    design, fresh = edits.duplicate(design, (*STEM, *BLOCK))
    copies = [g for g in design.groups.by_id.values() if g.id not in ("#group1", outer)]
    assert sorted(g.title for g in copies) == ["both", "group3"]
    (made,) = [g for g in copies if g.title == "both"]
    assert design.groups.members[made.id] == set(fresh)
    (inner,) = [g for g in copies if g.title != "both"]
    assert inner.parent == made.id
    assert len(design.groups.members[inner.id]) == 3


def test_a_copy_of_a_part_lies_where_the_part_lies() -> None:
    design, (copy,) = edits.duplicate(grouped(), ("conv2",))
    assert design.groups.homes[copy] == "#group1"
    assert set(design.groups.by_id) == {"#group1"}


def test_a_clip_goes_through_text_with_groups_and_bypass() -> None:
    design = grouping.bypass(grouped(), ("conv2",))
    clip = clip_of(design, (*STEM, *BLOCK))
    assert from_text(to_text(clip)) == clip
    pasted, fresh = edits.paste(Design(), clip, (0, 0))
    assert len(pasted.groups.by_id) == 1
    assert [pasted.graph[node].bypassed for node in fresh].count(True) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"homes": {"nobody": "#group1"}},
        {"homes": {"conv2": "#other"}},
        {"groups": [["#group1", "", "#group1", True]]},
        {"groups": [["#group1"]]},
        {"groups": None},
    ],
)
def test_a_clip_with_broken_groups_is_nobodys(change: dict[str, object]) -> None:
    data = {**json.loads(to_text(clip_of(grouped(), BLOCK))), **change}
    assert from_text(json.dumps(data)) is None


def test_room_is_made_on_the_same_canvas_only() -> None:
    places = {**PLAIN.positions, "#group1": (0, 416)}
    design = Design(GRAPH, places, groups=grouped().groups)
    below, node = edits.insert_on_wire(design, Wire("relu1", "conv2"), Dropout())
    assert below.positions[node] == (0, 416)
    assert below.positions["#group1"] == (0, 416 + ROW)
    assert below.positions["flatten1"] == (0, 104 * 7 + ROW)
    assert below.positions["conv2"] == design.positions["conv2"]  # it lies on a canvas of its own


# ---- bypass -----------------------------------------------------------------------------


def test_bypass_turns_on_and_off() -> None:
    design = grouping.bypass(PLAIN, ("conv1", "relu1"))
    assert {n.id for n in design.graph.nodes.values() if n.bypassed} == {"conv1", "relu1"}
    mixed = grouping.bypass(design, ("relu1", "relu2"))
    assert mixed.graph["relu1"].bypassed
    assert mixed.graph["relu2"].bypassed
    assert grouping.bypass(design, ("conv1", "relu1")) == PLAIN


def test_an_end_cannot_be_bypassed_by_itself_and_is_left_out_of_many() -> None:
    with pytest.raises(GraphError, match="where the loss is"):
        grouping.bypass(PLAIN, ("output1",))
    some = grouping.bypass(PLAIN, ("linear1", "output1"))
    assert [n.id for n in some.graph.nodes.values() if n.bypassed] == ["linear1"]
    assert grouping.bypass(some, ("linear1", "output1")) == PLAIN
    with pytest.raises(EditError, match="Select what to bypass"):
        grouping.bypass(PLAIN, ())


# ---- what is in sight -------------------------------------------------------------------


def test_a_collapsed_group_stands_for_its_layers() -> None:
    design = grouped()
    seen = shown(design.graph, design.groups)
    rest = ("flatten1", "linear1", "output1")
    assert seen.items == ("input1", "conv1", "batchnorm1", "relu1", "#group1", *rest)
    assert seen.frames == ()
    both = (Wire("relu1", "add1", 1), Wire("relu1", "conv2"))
    assert seen.wires[both[0]] == both
    assert len(seen.wires) == 7
    assert seen.ports["#group1"] == Ports(
        (InPort((("conv2", 0), ("add1", 1)), "relu1"),), ("relu2",)
    )
    assert seen.ends(both[0]) == ("relu1", "#group1")
    assert seen.nodes_of("#group1") == BLOCK
    assert seen.items_of(("conv2", "add1", "conv1")) == ("#group1", "conv1")


def test_an_open_group_is_a_frame() -> None:
    design = grouping.set_collapsed(grouped(), "#group1", False)
    seen = shown(design.graph, design.groups)
    assert seen.items == GRAPH.order
    assert seen.frames == ("#group1",)
    assert seen.items_in("#group1") == BLOCK
    assert seen.wires.keys() == GRAPH.wires


def test_inside_a_group_is_all_that_is_seen() -> None:
    design = grouped()
    seen = shown(design.graph, design.groups, "#group1")
    assert seen.items == BLOCK
    assert set(seen.wires) == {Wire("conv2", "add1"), Wire("add1", "relu2")}
    assert {(w.source, w.target) for w in seen.crossing} == {
        ("relu1", "conv2"), ("relu1", "add1"), ("relu2", "flatten1"),
    }  # fmt: skip


def test_loose_ends_are_ports() -> None:
    graph = Graph().with_node(Conv2d(4)).with_node(ReLU()).with_node(Output())
    graph = graph.with_wire("conv1", "relu1")
    groups = Groups({"#a": Group("#a")}, dict.fromkeys(graph.nodes, "#a"))
    found = shown(graph, groups).ports["#a"]
    assert found == Ports((InPort((("conv1", 0),)), InPort((("output1", 0),))), ("relu1",))


# ---- the document -----------------------------------------------------------------------


def test_a_group_is_selected_as_its_layers() -> None:
    document = Document(grouped())
    document.select(["#group1"])
    assert document.selection == BLOCK
    assert document.selected_groups == ("#group1",)
    document.select(["conv1"])
    assert document.selected_groups == ()
    document.select((), [Wire("relu1", "add1", 1)])
    assert set(document.selected_wires) == {Wire("relu1", "conv2"), Wire("relu1", "add1", 1)}
    document.history.clear()


def test_what_is_added_inside_a_group_stays_there() -> None:
    document = Document(grouped())
    document.open_group("#group1")
    document.attempt("Add", lambda d: edits.add(d, Dropout(), (900, 0)))
    (node,) = document.selection
    assert document.design.groups.homes[node] == "#group1"
    document.history.undo()
    assert document.design == grouped()
    document.history.clear()


def test_what_is_added_behind_a_closed_group_is_in_sight() -> None:
    design, _ = grouping.group(PLAIN, ("flatten1", "linear1", "output1"))
    loose = design.with_graph(design.graph.without(["output1"]))
    document = Document(loose)
    document.attempt("Add", lambda d: edits.add(d, ReLU(), (0, 900), after="linear1"))
    (node,) = document.selection
    assert node in document.shown.items
    assert document.design.graph.inputs_of(node) == ("linear1",)
    document.history.clear()


def test_one_leaves_a_group_that_is_gone() -> None:
    document = Document(PLAIN)
    document.attempt("Group", lambda d: grouping.group(d, BLOCK))
    document.open_group("#group1")
    left: list[str] = []
    document.inside_changed.connect(lambda: left.append(document.inside))
    document.history.undo()
    assert (document.inside, left) == ("", [""])
    document.open_group("#nobody")
    assert document.inside == ""
    document.history.clear()


def test_random_edits_of_groups_keep_them_sound_and_undo_exactly() -> None:
    chance = random.Random(4)
    document = Document(PLAIN)
    for _ in range(300):
        groups = list(document.design.groups.by_id)
        document.open_group(chance.choice(["", *groups]))
        document.attempt("act", lambda design: random_edit(design, chance))
        design = document.design
        groups_now = design.groups
        made = Groups.assembled(groups_now.by_id.values(), groups_now.homes, design.graph)
        assert made == groups_now
        assert design_from_json(design_to_json(design)) == design
        assert set(document.shown.item_of.values()) == set(document.shown.items)
    while document.history.canUndo():
        document.history.undo()
    assert document.design == PLAIN
    document.history.clear()


def random_edit(design: Design, chance: random.Random) -> Design | edits.Pasted:
    """A random edit of some nodes and of one group."""
    ids = list(design.graph.nodes)
    some = chance.sample(ids, min(len(ids), chance.randint(1, 5)))
    group = chance.choice([*design.groups.by_id, "#nobody"])
    if len(ids) > 40:
        return edits.delete(design, ids[20:])
    return chance.choice(
        [
            lambda: grouping.group(design, some),
            lambda: grouping.bypass(design, some),
            lambda: edits.duplicate(design, some),
            lambda: edits.add(design, Add(), (0, 0), after=some[0]),
            lambda: edits.connect(design, some[0], some[-1]),
            lambda: edits.paste(design, clip_of(design, some), (5, 5), keep_wires=True),
            lambda: edits.delete(design, some[:2]) if len(ids) > 6 else design,
            lambda: grouping.ungroup(design, [group]),
            lambda: grouping.set_collapsed(design, group, chance.random() < 0.5),
        ]
    )()


def test_a_group_repeats_with_its_layers() -> None:
    places = {**PLAIN.positions, "#group1": (0, 416)}
    design = Design(GRAPH, places, groups=grouped().groups)
    again, fresh = repeat(design, BLOCK, 3)
    groups = again.groups
    assert len(groups.by_id) == 3
    assert set(fresh) | set(BLOCK) == set(groups.homes)
    assert again.positions["flatten1"] == (0, 104 * 7 + 2 * ROW)
    tops = sorted(again.positions[group][1] for group in groups.by_id)
    assert tops == [416, 416 + ROW, 416 + 2 * ROW]
    around, outer = grouping.group(again, (*BLOCK, *fresh))
    assert times(around.groups, around.graph, outer) == 3


def test_what_a_group_gives() -> None:
    design = grouped()
    seen = shown(design.graph, design.groups)
    assert seen.giver("#group1") == "relu2"
    assert seen.giver("conv1") == "conv1"
    assert seen.is_one([Wire("relu1", "add1", 1), Wire("relu1", "conv2")])
    assert not seen.is_one([Wire("relu1", "conv2")])
