"""The graph: what it refuses and why, and that an edit changes nothing but its result."""

from __future__ import annotations

import sys
from collections.abc import Callable
from multiprocessing import Pipe
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.graph import Graph, GraphError, Node, Wire, chain
from core.infer import infer
from core.layers import Add, Concat, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from tests.support.random_graphs import graphs


def block() -> Graph:
    """An input that goes into a sum directly and through two ReLUs."""
    graph = chain(Input((2, 4, 4)), ReLU(), ReLU()).with_node(Add(), id="add")
    for source in ("input1", "relu1", "relu2"):
        graph = graph.with_wire(source, "add")
    return graph


def wire(source: str, target: str, slot: int | None = None) -> Callable[[Graph], Graph]:
    """An edit that lays a wire."""
    return lambda graph: graph.with_wire(source, target, slot)


def node(id: str) -> Callable[[Graph], Graph]:
    """An edit that adds a node of this id."""
    return lambda graph: graph.with_node(ReLU(), id=id)


# ---- refusals ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "reason", "sentence"),
    [
        (wire("relu2", "relu1"), "cycle", "relu2 → relu1 would close a circle."),
        (wire("add", "add"), "cycle", "add → add would close a circle."),
        (wire("input1", "relu2"), "slot taken", "relu2 already has its input."),
        (wire("input1", "relu2", 0), "slot taken", "relu2 already has a wire in this slot."),
        (wire("relu1", "add", 1), "slot taken", "add already has a wire in this slot."),
        (wire("input1", "relu2", 1), "no slot", "relu2 has no input slot 2."),
        (wire("relu1", "add", -1), "no slot", "add has no input slot 0."),
        (wire("relu1", "input1"), "no slot", "input1 takes no input."),
        (wire("relu9", "add"), "no node", "there is no node 'relu9' in this network."),
        (wire("relu1", "sum"), "no node", "there is no node 'sum' in this network."),
        (node("add"), "duplicate", "there is already a node 'add'."),
        (node("a.b"), "name", "a node id is letters, digits, _ and -"),
        (node("1st"), "name", "a node id is letters, digits, _ and -"),
        (node("x" * 65), "name", "a node id is letters, digits, _ and -"),
        (lambda g: g.without(["none"]), "no node", "there is no node 'none' in this network."),
        (lambda g: g.with_layer("none", ReLU()), "no node", "there is no node 'none'"),
        (lambda g: g.without_wire(Wire("a", "b")), "no node", "this wire is no longer there."),
    ],
)
def test_refusals_say_why(edit: Callable[[Graph], Graph], reason: str, sentence: str) -> None:
    with pytest.raises(GraphError) as refused:
        edit(block())
    assert refused.value.reason == reason
    assert refused.value.sentence.startswith(sentence)


def test_an_output_gives_nothing_on() -> None:
    graph = chain(Input((4,)), Output()).with_node(ReLU(), id="relu")
    with pytest.raises(GraphError, match="output1 gives nothing on"):
        graph.with_wire("output1", "relu")


def test_a_longer_circle_is_found() -> None:
    graph = chain(Input((2, 4, 4)), ReLU()).with_node(Add(), id="add").with_wire("relu1", "add")
    graph = graph.with_node(ReLU(), id="back").with_wire("add", "back")
    assert graph.refusal("back", "add")
    assert graph.refusal("input1", "add") is None


def test_refusal_in_words_of_people() -> None:
    graph = block().renamed("add", "Meeting point")
    with pytest.raises(GraphError, match=r"^Meeting point → relu1 would close a circle"):
        graph.with_wire("add", "relu1")


def test_parts_from_a_file_are_held_to_the_same_rules() -> None:
    good = block()
    assert Graph.assembled(good.nodes.values(), good.wires) == good
    nodes = [Node("a", ReLU()), Node("b", ReLU())]
    for wires, reason in (
        ([Wire("a", "b"), Wire("b", "a")], "cycle"),
        ([Wire("a", "b"), Wire("a", "b", 1)], "no slot"),
        ([Wire("a", "c")], "no node"),
    ):
        with pytest.raises(GraphError) as refused:
            Graph.assembled(nodes, wires)
        assert refused.value.reason == reason


# ---- edits ---------------------------------------------------------------------------


def test_wires_take_the_first_free_slot_in_order() -> None:
    graph = block()
    assert graph.inputs_of("add") == ("input1", "relu1", "relu2")
    assert graph.free_slot("add") == 3
    assert graph.free_slot("relu1") is None
    assert graph.outgoing("input1") == (Wire("input1", "add", 0), Wire("input1", "relu1", 0))


def test_taking_a_wire_or_a_node_closes_the_slots() -> None:
    graph = block()
    fewer = graph.without_wire(Wire("input1", "add", 0))
    assert fewer.incoming("add") == (Wire("relu1", "add", 0), Wire("relu2", "add", 1))
    gone = graph.without(["relu1"])
    assert gone.incoming("add") == (Wire("input1", "add", 0), Wire("relu2", "add", 1))
    assert gone.incoming("relu2") == ()


def test_two_wires_between_the_same_nodes() -> None:
    graph = block().with_wire("relu1", "add")
    assert graph.inputs_of("add") == ("input1", "relu1", "relu2", "relu1")
    assert len(graph.without(["relu1"]).incoming("add")) == 2


def test_another_layer_keeps_the_wires_that_fit() -> None:
    graph = block()
    assert graph.with_layer("add", Concat()).wires == graph.wires
    assert graph.with_layer("add", ReLU()).inputs_of("add") == ("input1",)
    assert graph.with_layer("relu2", Input()).inputs_of("relu2") == ()
    ends = graph.with_layer("relu1", Output())
    assert ends.inputs_of("relu1") == ("input1",)
    assert ends.outgoing("relu1") == ()


def test_an_edit_leaves_the_old_graph_alone() -> None:
    graph = block()
    before = (dict(graph.nodes), graph.wires, graph.order)
    graph.with_node(ReLU()).with_wire("add", "relu3")
    graph.without(["relu1"])
    graph.with_layer("relu1", Linear(3))
    graph.renamed("relu1", "First")
    assert (dict(graph.nodes), graph.wires, graph.order) == before
    with pytest.raises(TypeError):
        graph.nodes["x"] = Node("x", ReLU())  # type: ignore[index]
    with pytest.raises(AttributeError):
        graph.wires = frozenset()  # type: ignore[misc]


def test_the_given_nodes_are_not_kept_open() -> None:
    nodes = {"a": Node("a", ReLU())}
    graph = Graph(nodes)
    nodes.clear()
    assert list(graph.nodes) == ["a"]


def test_fresh_ids_and_titles() -> None:
    graph = chain(Conv2d(4), Conv2d(4), MaxPool2d())
    assert list(graph.nodes) == ["conv1", "conv2", "maxpool1"]
    assert graph.without(["conv1"]).new_id("conv") == "conv1"
    assert graph["conv1"].title == "conv1"
    assert graph.renamed("conv1", "Edges")["conv1"].title == "Edges"
    assert graph.new_id("Ünï 7!") == "n71"


# ---- order, equality, sending --------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_equal_graphs_have_equal_orders(graph: Graph, random: Any) -> None:
    nodes = list(graph.nodes.items())
    random.shuffle(nodes)
    other = Graph(dict(nodes), frozenset(graph.wires))
    assert other == graph
    assert hash(other) == hash(graph)
    assert other.order == graph.order
    place = {node: number for number, node in enumerate(graph.order)}
    assert all(place[wire.source] < place[wire.target] for wire in graph.wires)
    assert sorted(place) == sorted(graph.nodes)


@settings(max_examples=30, deadline=None)
@given(graphs())
def test_a_graph_can_be_sent_to_another_process(graph: Graph) -> None:
    here, there = Pipe()
    with here, there:
        here.send(graph)
        received = there.recv()
    assert received == graph
    assert received.order == graph.order


def test_reaching() -> None:
    graph = block()
    assert graph.reaches("input1", "add")
    assert graph.reaches("add", "add")
    assert not graph.reaches("add", "input1")


def effort(nodes: int) -> int:
    """How many functions are called to infer a chain of so many nodes, edited in its middle."""
    half = (nodes - 3) // 2
    layers = [ReLU()] * half + [Conv2d(1, 1)] * (nodes - 3 - half)
    graph = chain(Input((1, 8, 8)), *layers, Flatten(), Output())
    assert len(graph.nodes) == nodes
    assert infer(graph).ok
    edited = graph.with_layer("conv100", Conv2d(2, 1))
    calls = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event.endswith("call")

    sys.setprofile(called)
    try:
        infer(edited)
    finally:
        sys.setprofile(None)
    return calls


def test_the_effort_grows_with_the_nodes_and_not_with_their_square() -> None:
    assert effort(1000) < 2.2 * effort(500)


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_what_is_known_of_wires_stays_right_after_edits_of_nodes(graph: Graph, random: Any) -> None:
    for _ in range(4):
        assert graph.order  # so that there is something known to hand on
        node = random.choice(sorted(graph.nodes))
        passes = bool(graph[node].layer.slots or graph[node].layer.many_slots)
        edits: list[Callable[[Graph], Graph]] = [
            lambda old, node=node: old.renamed(node, "other"),
            lambda old, node=node: old.with_layer(node, old[node].layer.replace()),
            lambda old, node=node: old.with_layer(node, ReLU()),
            lambda old, node=node: old.with_layer(node, Output()),
        ]
        if passes and not isinstance(graph[node].layer, Output):
            edits.append(lambda old, node=node: old.with_bypass([node], not old[node].bypassed))
        graph = random.choice(edits)(graph)
        fresh = Graph(dict(graph.nodes), graph.wires)
        assert graph.order == fresh.order
        for id in graph.nodes:
            assert graph.incoming(id) == fresh.incoming(id)
            assert graph.outgoing(id) == fresh.outgoing(id)


def test_a_graph_is_like_another_whatever_its_names() -> None:
    graph = block()
    assert graph.renamed("add", "Sum").is_like(graph)
    assert not graph.with_bypass(["relu1"], on=True).is_like(graph)
    assert not graph.with_layer("relu1", Conv2d(2, 1)).is_like(graph)
    assert not graph.without(["relu2"]).is_like(graph)
    assert not graph.without_wire(graph.outgoing("relu2")[0]).is_like(graph)
