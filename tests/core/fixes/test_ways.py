"""Every kind of problem has ways out; each removes it, and the network then really runs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from core.advice import too_few_classes
from core.fixes import Fix, TakeOut, WayOut, repaired, ways_out
from core.graph import Graph, GraphError, chain
from core.infer import infer
from core.layers import (
    AdaptiveAvgPool1d,
    Add,
    BatchNorm2d,
    Concat,
    Conv1d,
    Conv2d,
    Crop2d,
    Flatten,
    GlobalAvgPool2d,
    Input,
    InstanceNorm2d,
    Layer,
    Linear,
    MaxPool2d,
    Multiply,
    Output,
    Pad2d,
    ReLU,
    Reshape,
    Softmax,
    ZeroInsert2d,
)
from core.losses import CrossEntropy, SquaredError
from core.network import Network

END = (Flatten(), Linear(3), Output())


def ways(graph: Graph, node: str = "") -> tuple[WayOut, ...]:
    """The ways out of the first problem of a node, or of the whole network."""
    problem = next(one for one in infer(graph).problems if one.node == node)
    return ways_out(graph, problem)


def way(found: Iterable[WayOut], text: str) -> WayOut:
    return next(one for one in found if one.fix.text == text)


def texts(found: Iterable[WayOut]) -> list[str]:
    return [one.fix.text for one in found]


def runs(graph: Graph) -> tuple[int, ...]:
    """The shape of what a network gives for two random items."""
    (source,) = graph.of_type(Input)
    network = Network(graph, seed=0)
    x = np.random.default_rng(0).random((2, *source.layer.infer()), np.float32)
    return tuple(network.predict(x).shape)


def forked(trunk: Layer, left: tuple[Layer, ...], right: tuple[Layer, ...], merge: Layer) -> Graph:
    """Two ways from one Input into a merging layer called "join", and an end behind it."""
    graph = Graph().with_node(trunk, id="in")
    ends = []
    for name, layers in (("left", left), ("right", right)):
        last = "in"
        for number, layer in enumerate(layers, start=1):
            graph = graph.with_node(layer, id=f"{name}{number}").with_wire(last, f"{name}{number}")
            last = f"{name}{number}"
        ends.append(last)
    graph = graph.with_node(merge, id="join").with_wire(ends[0], "join").with_wire(ends[1], "join")
    last = "join"
    vector = len(trunk.infer()) == 1
    for layer in END[1:] if vector else END:
        name = f"end_{type(layer).__name__.lower()}"
        graph = graph.with_node(layer, id=name).with_wire(last, name)
        last = name
    return graph


# ---- one input that does not fit --------------------------------------------------------

BROKEN = {
    "kernel too large": (chain(Input((1, 4, 5)), Conv2d(2, 9), *END), "conv1"),
    "maps shrank on the way": (
        chain(Input((1, 12, 12)), Conv2d(2, 5), MaxPool2d(), Conv2d(2, 5), *END),
        "conv2",
    ),
    "pool too large": (chain(Input((1, 3, 3)), MaxPool2d(5), *END), "maxpool1"),
    "maps into dense": (chain(Input((2, 3, 3)), Linear(4), Output()), "linear1"),
    "a signal into dense": (chain(Input((2, 9)), Linear(4), Output()), "linear1"),
    "a vector into conv": (chain(Input((784,)), Conv2d(2, 3), *END), "conv1"),
    "flattened before conv": (
        chain(Input((1, 9, 9)), Flatten(), Conv2d(2, 3), *END),
        "conv1",
    ),
    "pooled before conv": (
        chain(Input((4, 9, 9)), GlobalAvgPool2d(), Conv2d(2, 3, padding=1), *END),
        "conv1",
    ),
    "a signal into conv2d": (chain(Input((2, 30)), Conv2d(2, (3, 5), (2, 1)), *END), "conv1"),
    "maps into conv1d": (chain(Input((2, 8, 8)), Conv1d(2, 5, padding=2), *END), "conv1"),
    "a vector into conv1d": (chain(Input((40,)), Conv1d(2, 5), *END), "conv1"),
    "groups and channels": (chain(Input((3, 5, 5)), Conv2d(4, 3, groups=2), *END), "conv1"),
    "groups and filters": (chain(Input((6, 5, 5)), Conv2d(5, 3, groups=3), *END), "conv1"),
    "class weights": (
        chain(Input((4,)), Linear(3), Output(CrossEntropy(class_weights=(1.0, 2.0)))),
        "output1",
    ),
    "one cell": (chain(Input((2, 1, 1)), InstanceNorm2d(), *END), "instancenorm1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_layer_that_cannot_take_its_input(name: str) -> None:
    graph, node = BROKEN[name]
    found = ways(graph, node)
    assert found
    assert found[0].solved
    for one in found:
        after = repaired(graph, one.fix)
        assert not any(p.node == node and p.severity == "error" for p in infer(after).problems)
        if one.solved:
            assert runs(after) == (2, infer(after).nodes[after.of_type(Output)[0].id].output[0])


def test_too_many_values_for_any_computer() -> None:
    graph = chain(Input((1000, 100_000, 100_000)), *END)
    (found,) = ways(graph, "input1")
    assert infer(repaired(graph, found.fix)).ok


def test_maps_can_stay_larger_before_the_layer_that_needs_them() -> None:
    graph, node = BROKEN["maps shrank on the way"]  # 12 → 8 → 4, and the kernel needs 5
    found = ways(graph, node)
    assert {"Pad conv1 to keep its size", "Make the input 14 × 14 × 1"} <= set(texts(found))
    padded = way(found, "Pad conv1 to keep its size")
    told = {size.node: (size.before, size.after) for size in padded.sizes}
    assert told["conv1"] == ((2, 8, 8), (2, 12, 12))
    assert told["conv2"] == (None, (2, 2, 2))


def test_the_input_grows_no_more_than_it_must() -> None:
    graph = chain(Input((1, 12, 9)), Conv2d(2, 5), MaxPool2d(), Conv2d(2, 5), *END)
    fix = next(one.fix for one in ways(graph, "conv2") if one.fix.text.startswith("Make the input"))
    (height, width) = infer(repaired(graph, fix)).nodes["input1"].output[1:]
    assert (height, width) == (17, 14)  # 14 − 4 = 10, halved is 5
    smaller = graph.with_layer("input1", Input((1, 16, 13)))
    assert not infer(smaller).ok


def test_layers_of_another_dimension_keep_their_settings() -> None:
    graph, _ = BROKEN["a signal into conv2d"]
    after = repaired(graph, way(ways(graph, "conv1"), "Use Conv1d instead").fix)
    assert after["conv1"].layer == Conv1d(2, 5, 1)
    graph, _ = BROKEN["maps into conv1d"]
    after = repaired(graph, way(ways(graph, "conv1"), "Use Conv2d instead").fix)
    assert after["conv1"].layer == Conv2d(2, 5, padding=2)


def test_a_vector_becomes_the_squarest_maps() -> None:
    graph, _ = BROKEN["a vector into conv"]
    after = repaired(graph, way(ways(graph, "conv1"), "Reshape to 28 × 28 × 1").fix)
    assert infer(after).nodes["conv1"].inputs == ((1, 28, 28),)


def test_only_the_last_resort_takes_a_layer_out() -> None:
    graph = chain(Input((2,)), Reshape((2, 1, 1)), InstanceNorm2d(), *END)
    assert texts(ways(graph, "instancenorm1")) == ["Take out instancenorm1"]
    graph, node = BROKEN["kernel too large"]
    assert not any(text.startswith("Take out") for text in texts(ways(graph, node)))


# ---- inputs that do not meet ------------------------------------------------------------

MAIN = (Conv2d(32, 3, 2, 1), BatchNorm2d(), ReLU(), Conv2d(32, 3, 1, 1))


@pytest.mark.parametrize("merge", [Add(), Multiply()])
def test_a_skip_gets_a_projection_with_the_stride_of_the_block(merge: Layer) -> None:
    graph = forked(Input((16, 28, 28)), MAIN, (), merge)
    found = ways(graph, "join")
    assert texts(found)[:2] == [
        "Insert a 1×1 projection with stride 2 behind in",
        "Insert a shortcut without weights behind in",
    ]
    projected = repaired(graph, found[0].fix)
    (new,) = projected.nodes.keys() - graph.nodes.keys()
    assert projected[new].layer == Conv2d(32, 1, 2)
    assert projected.inputs_of("join") == ("left4", new)
    assert found[0].parameters is None  # of a broken network nobody knows them all
    assert runs(projected) == (2, 3)
    assert runs(repaired(graph, found[1].fix)) == (2, 3)


def test_a_stride_of_each_axis() -> None:
    graph = forked(Input((4, 12, 30)), (Conv2d(4, 3, (2, 3), 1),), (), Add())
    assert texts(ways(graph, "join"))[0] == "Insert a 1×1 projection with stride 2×3 behind in"


def test_channels_alone_are_matched_where_they_are_made() -> None:
    left, right = (Conv2d(8, 3, 1, 1), BatchNorm2d(), ReLU()), (Conv2d(6, 1),)
    found = ways(forked(Input((3, 9, 9)), left, right, Add()), "join")
    assert {"Insert a 1×1 projection behind right1", "Give right1 8 filters"} <= set(texts(found))


def test_maps_that_lost_their_border_are_padded_or_the_others_cropped() -> None:
    graph = forked(Input((4, 10, 10)), (Conv2d(4, 3), ReLU()), (), Add())
    found = ways(graph, "join")
    assert "Insert Crop2d behind in" in texts(found)
    assert "Pad left1 to keep its size" in texts(found)
    assert all(one.solved for one in found)


@pytest.mark.parametrize(
    ("left", "text", "cropping"),
    [
        ((Conv2d(4, 3), ReLU(), Conv2d(4, 3)), "Insert Crop2d behind in", (2, 2, 2, 2)),
        # A stride of 2 and a lost border: 28 → 12. Every other cell is 14, and 1 more on each side.
        (
            (Conv2d(4, 5, 2),),
            "Insert a 1×1 projection with stride 2 and Crop2d behind in",
            (1, 1, 1, 1),
        ),
        ((Conv2d(4, 5), MaxPool2d(2)), "Insert a 1×1 projection with stride 2 and Crop2d behind in",
         (1, 1, 1, 1)),
        # 28 → 11 = ⌊(28 − 7) / 2⌋ + 1; of 14 the odd column goes at the bottom and at the right.
        (
            (Conv2d(4, 7, 2),),
            "Insert a 1×1 projection with stride 2 and Crop2d behind in",
            (1, 2, 1, 2),
        ),
    ],
)  # fmt: skip
def test_what_is_cropped_covers_the_same_part_of_the_picture(
    left: tuple[Layer, ...], text: str, cropping: tuple[int, ...]
) -> None:
    graph = forked(Input((4, 28, 28)), left, (), Add())
    found = ways(graph, "join")
    after = repaired(graph, way(found, text).fix)
    (crop,) = after.of_type(Crop2d)
    assert crop.layer.cropping == cropping
    assert runs(after)
    assert not any("Pad2d" in one for one in texts(found) if "stride" in text)


def test_all_convolutions_that_lose_their_border_are_padded_together() -> None:
    left = (Conv2d(4, 3), ReLU(), Conv2d(4, 5))
    found = ways(forked(Input((4, 12, 12)), left, (), Add()), "join")
    fix = way(found, "Pad left1 and left3 to keep their size")
    assert fix.solved
    assert [one.after for one in fix.sizes][:3] == [(4, 12, 12)] * 3


def test_branches_that_join_need_the_same_height_and_width_only() -> None:
    graph = forked(Input((4, 12, 12)), (Conv2d(6, 3, 1, 1), MaxPool2d()), (Conv2d(2, 1),), Concat())
    found = ways(graph, "join")
    assert found[0].solved
    for one in found:
        after = infer(repaired(graph, one.fix))
        assert after.nodes["join"].output is not None
        assert after.nodes["join"].output[0] == 8


def test_a_decoder_that_came_out_smaller_grows() -> None:
    graph = forked(Input((4, 12, 12)), (Conv2d(4, 3, 4, 1), ReLU()), (Conv2d(4, 1),), Add())
    assert "Insert Upsample behind left2" in texts(ways(graph, "join"))


def test_vectors_meet_by_a_linear_layer() -> None:
    graph = forked(Input((20,)), (Linear(8), ReLU(), Linear(8)), (Linear(5),), Add())
    found = ways(graph, "join")
    assert {"Insert Linear with 8 units behind right1", "Give right1 8 units"} <= set(texts(found))


def test_three_inputs_of_which_two_differ() -> None:
    graph = forked(Input((4, 8, 8)), (Conv2d(6, 3, 1, 1), ReLU()), (), Add())
    graph = graph.with_node(Conv2d(5, 1), id="more")
    graph = graph.with_wire("in", "more").with_wire("more", "join")
    found = ways(graph, "join")
    assert found[0].solved
    assert len(found[0].fix.changes) == 2


# ---- wires and whole nodes --------------------------------------------------------------


def test_an_empty_network_gets_an_input() -> None:
    found = ways(Graph())
    assert repaired(Graph(), found[0].fix).of_type(Input)


def test_an_input_that_the_first_layer_can_take() -> None:
    (found, *_) = ways(chain(Linear(4), Output()))
    assert found.fix.text == "Add an Input of 784"
    assert runs(repaired(chain(Linear(4), Output()), found.fix)) == (2, 4)


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ((Input((3,)), Linear(5)), "Add an Output behind linear1"),
        ((Input((3, 8, 8)), Conv2d(4, 3)), "Add global average pooling, Linear and Output"),
        ((Input((3, 8, 8)), Conv2d(4, 3)), "Add Flatten, Linear and Output"),
        ((Input((3, 8)), Conv1d(4, 3)), "Add Flatten, Linear and Output"),
        ((Input((3, 8, 8)), Flatten()), "Add Linear and Output behind flatten1"),
    ],
)
def test_an_output_behind_the_last_layer(layers: tuple[Layer, ...], text: str) -> None:
    graph = chain(*layers)
    after = repaired(graph, way(ways(graph), text).fix)
    assert infer(after).problems == ()
    assert len(runs(after)) == 2


def test_a_second_input_gives_way() -> None:
    graph = chain(Input((4,)), Linear(3), Output()).with_node(Input((4,)), id="other")
    graph = graph.with_node(Linear(3), id="more").with_wire("other", "more")
    graph = graph.with_node(Output(), id="out2").with_wire("more", "out2")
    found = ways(graph, "other")
    after = repaired(graph, way(found, "Take input1 instead").fix)
    assert after.inputs_of("more") == ("input1",)
    assert infer(after).ok


def test_a_node_without_a_wire_takes_from_a_loose_end_that_fits() -> None:
    graph = chain(Input((1, 8, 8)), Conv2d(2, 3), Flatten())
    graph = graph.with_node(Linear(3), id="lin").with_node(Output(), id="out")
    graph = graph.with_wire("lin", "out")
    (first, *_) = ways(graph, "lin")
    assert (first.fix.text, first.solved) == ("Wire flatten1 to lin", True)
    assert runs(repaired(graph, first.fix)) == (2, 3)


def test_a_merging_layer_gets_a_second_wire_of_the_same_shape() -> None:
    graph = chain(Input((2, 6, 6)), Conv2d(2, 3, 1, 1), ReLU(), Add(), *END)
    found = ways(graph, "add1")
    assert set(texts(found)) >= {"Wire conv1 to add1, too", "Wire input1 to add1, too"}
    assert not any("flatten" in text for text in texts(found))


def test_what_leads_nowhere_goes_on_or_goes() -> None:
    graph = chain(Input((2,)), Output()).with_node(ReLU(), id="loose").with_wire("input1", "loose")
    (only,) = ways(graph, "loose")
    assert only.fix.text == "Take out loose"
    assert infer(repaired(graph, only.fix)).problems == ()


def test_one_softmax_too_many_goes() -> None:
    graph = chain(Input((4,)), Linear(3), Softmax(), Output())
    (only,) = ways(graph, "softmax1")
    after = repaired(graph, only.fix)
    assert after.inputs_of("output1") == ("linear1",)
    assert infer(after).problems == ()


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ((Linear(10), Output()), "Give linear1 26 units"),
        ((Linear(10), ReLU(), Output()), "Give linear1 26 units"),
        ((Conv2d(10, 3), GlobalAvgPool2d(), Output()), "Give conv1 26 filters"),
    ],
)
def test_as_many_units_as_the_data_have_classes(layers: tuple[Layer, ...], text: str) -> None:
    shape = (40,) if isinstance(layers[0], Linear) else (1, 8, 8)
    graph = chain(Input(shape), *layers)
    (problem,) = too_few_classes(graph, infer(graph), 26)
    assert problem.sentence == "output1 tells 10 classes apart, the data have 26."
    after = repaired(graph, way(ways_out(graph, problem), text).fix)
    assert runs(after) == (2, 26)
    assert too_few_classes(after, infer(after), 26) == ()
    assert too_few_classes(graph, infer(graph), 10) == ()


def test_values_have_no_classes() -> None:
    graph = chain(Input((4,)), Linear(1), Output(SquaredError()))
    assert too_few_classes(graph, infer(graph), 26) == ()


# ---- what is offered --------------------------------------------------------------------


def test_a_fix_that_breaks_something_else_is_not_offered() -> None:
    graph = forked(Input((4, 6, 6)), (Conv2d(8, 3, 1, 1),), (Conv2d(8, 3, 1, 1),), Add())
    graph = graph.with_layer("left1", Conv2d(8, 9))
    for one in ways(graph, "left1"):
        assert one.solved or infer(repaired(graph, one.fix)).nodes["left1"].output


def test_no_two_buttons_do_the_same() -> None:
    for graph, node in BROKEN.values():
        after = [repaired(graph, one.fix) for one in ways(graph, node)]
        assert len(after) == len(set(after))


def test_a_fix_for_another_graph_is_refused_and_changes_nothing() -> None:
    with pytest.raises(GraphError):
        repaired(chain(Input((2,)), Output()), Fix("x", (TakeOut("gone"),)))


LONG = (7, 1000, 999)  # 6,993,000 values: more than any setting takes


@pytest.mark.parametrize(
    ("graph", "never"),
    [
        (chain(Input(LONG), Conv1d(8, 3), *END), "Reshape"),
        (forked(Input(LONG), (Flatten(),), (Flatten(), Linear(4)), Add()), "Linear with 6"),
        (forked(Input((1, 100_000)), (), (AdaptiveAvgPool1d(7),), Add()), "stride 14286"),
        (forked(Input((70_000, 1, 1)), (), (Conv2d(8, 1), Pad2d((0, 1, 0, 1))), Add()), "70000"),
        (forked(Input((1, 50_000, 2)), (), (ZeroInsert2d(),), Concat()), "Pad2d"),
    ],
    ids=["sides", "units", "stride", "filters", "padding"],
)
def test_what_no_setting_can_hold_is_not_offered(graph: Graph, never: str) -> None:
    problems = [one for one in infer(graph).problems if one.severity == "error"]
    assert problems
    for problem in problems:
        assert not [text for text in texts(ways_out(graph, problem)) if never in text]
