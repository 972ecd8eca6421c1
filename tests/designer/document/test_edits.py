"""Edits are pure: a new design or a reason, and the old design is untouched either way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.design import Design
from core.fixes import ways_out
from core.graph import Graph, GraphError, Wire, chain
from core.infer import infer
from core.layers import Add, BatchNorm2d, Conv2d, Flatten, Input, Linear, Output, ReLU
from core.settings import SettingError
from designer.document import edits
from designer.document.clip import clip_of, from_text, to_text
from designer.document.edits import EditError

ROW = 104  # canvas units from a node to the one behind it


def line() -> Design:
    """input → conv → relu → flatten → linear → output, one below the other."""
    graph = chain(Input(), Conv2d(4), ReLU(), Flatten(), Linear(10), Output())
    return Design(graph, {id: (0, n * ROW) for n, id in enumerate(graph.order)})


def test_add_behind_a_node_draws_the_wire() -> None:
    design, node = edits.add(line(), ReLU(), (300, 0), after="conv1")
    assert Wire("conv1", node) in design.graph.wires
    assert design.positions[node] == (300, 0)


def test_add_behind_the_output_draws_no_wire() -> None:
    design, node = edits.add(line(), ReLU(), (0, 900), after="output1")
    assert design.graph.incoming(node) == ()


def test_insert_on_wire_keeps_the_chain_and_makes_room() -> None:
    design, node = edits.insert_on_wire(line(), Wire("conv1", "relu1"), BatchNorm2d())
    assert design.graph.inputs_of("relu1") == (node,)
    assert design.graph.inputs_of(node) == ("conv1",)
    heights = [design.positions[id][1] for id in design.graph.order]
    assert heights == [n * ROW for n in range(7)]


def test_insert_keeps_the_slot_of_a_merging_layer() -> None:
    design, _ = edits.join(line(), Add(), ("conv1", "relu1"), (0, 0))
    design, node = edits.insert_on_wire(design, Wire("conv1", "add1", 0), BatchNorm2d(), (9, 9))
    assert design.graph.inputs_of("add1") == (node, "relu1")


def test_delete_heals_the_chain_over_several_nodes() -> None:
    design = edits.delete(line(), ["conv1", "relu1"])
    assert design.graph.inputs_of("flatten1") == ("input1",)
    assert set(design.positions) == set(design.graph.nodes)


def test_delete_of_a_wire_heals_nothing_across_it() -> None:
    design = edits.delete(line(), ["relu1"], [Wire("conv1", "relu1")])
    assert design.graph.incoming("flatten1") == ()


def test_delete_does_not_feed_the_same_array_twice_into_an_add() -> None:
    design, node = edits.join(line(), Add(), ("conv1", "relu1"), (0, 0))
    design = edits.delete(design, ["relu1"])
    assert design.graph.inputs_of(node) == ("conv1",)


def test_delete_of_an_unknown_node_is_refused() -> None:
    with pytest.raises(GraphError, match="no node"):
        edits.delete(line(), ["ghost"])


def test_settings_change_every_size_downstream() -> None:
    design = edits.set_settings(line(), ["conv1"], {"out_channels": 8, "padding": "same"})
    assert infer(design.graph).nodes["flatten1"].output == (8 * 28 * 28,)


def test_an_illegal_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingError) as caught:
        edits.set_settings(line(), ["conv1"], {"stride": (0, 1)})
    assert caught.value.setting == "stride"


def test_rename_tidies_spaces_and_refuses_novels() -> None:
    assert edits.rename(line(), "conv1", "  first  layer ").graph["conv1"].title == "first layer"
    assert edits.rename(line(), "conv1", "").graph["conv1"].title == "conv1"
    with pytest.raises(EditError, match="at most 60"):
        edits.rename(line(), "conv1", "x" * 61)


def test_paste_brings_nodes_wires_and_places() -> None:
    clip = clip_of(line(), ["conv1", "relu1"])
    design, fresh = edits.paste(line(), clip, (500, 40))
    conv, relu = fresh
    assert design.graph.inputs_of(relu) == (conv,)
    assert design.graph.incoming(conv) == ()
    assert design.positions[conv] == (500, 40)
    assert design.positions[relu] == (500, 40 + ROW)


def test_paste_can_keep_the_wires_that_led_in() -> None:
    clip = clip_of(line(), ["conv1"])
    design, (conv,) = edits.paste(line(), clip, (500, 0), keep_wires=True)
    assert design.graph.inputs_of(conv) == ("input1",)


def test_duplicate_finds_a_free_place() -> None:
    design, (first,) = edits.duplicate(line(), ["conv1"])
    design, (second,) = edits.duplicate(design, ["conv1"])
    places = {design.positions[id] for id in ("conv1", first, second)}
    assert len(places) == 3


def test_repair_inserts_the_missing_layer_in_its_own_row() -> None:
    graph = chain(Input(), Conv2d(4), Linear(10), Output())
    design = Design(graph, {id: (0, n * ROW) for n, id in enumerate(graph.order)})
    (problem,) = infer(graph).problems
    mended = edits.repair(design, ways_out(graph, problem)[0].fix)
    assert infer(mended.graph).ok
    assert len(set(mended.positions.values())) == 5


def test_clip_survives_text_and_foreign_text_is_ignored() -> None:
    clip = clip_of(line(), ["conv1", "relu1"])
    assert from_text(to_text(clip)) == clip
    for foreign in ("", "hello", "{}", '{"format": "striate.clip"}', "[" * 100_000):
        assert from_text(foreign) is None


def _legal_or_refused(design: Design, number: int) -> Design:
    ids = sorted(design.graph.nodes)
    a, b = ids[number % len(ids)], ids[number // 7 % len(ids)]
    wires = sorted(design.graph.wires)
    acts = [
        lambda: edits.add(design, ReLU(), (number, 0), after=a)[0],
        lambda: edits.add(design, Add(), (0, number))[0],
        lambda: edits.connect(design, a, b),
        lambda: edits.delete(design, {a, b} if len(ids) > 3 else {a}),
        lambda: edits.duplicate(design, [a, b])[0],
        lambda: edits.insert_on_wire(design, wires[number % len(wires)], ReLU())[0],
        lambda: edits.disconnect(design, wires[number % len(wires)]),
        lambda: edits.move(design, {a: (number, number)}),
    ]
    try:
        return acts[number // 49 % len(acts)]()
    except (EditError, GraphError, SettingError, ZeroDivisionError):
        return design


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=25))
def test_any_row_of_edits_leaves_a_sound_graph(numbers: list[int]) -> None:
    design = line()
    for number in numbers:
        if design.graph.nodes:
            before = design.graph
            design = _legal_or_refused(design, number)
            assert Graph(dict(before.nodes), before.wires) == before
    graph = design.graph
    assert set(graph.order) == set(graph.nodes)  # no circle
    assert set(design.positions) <= set(graph.nodes)
    for node in graph.nodes.values():
        slots = [wire.slot for wire in graph.incoming(node.id)]
        assert slots == list(range(len(slots)))
