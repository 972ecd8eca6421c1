"""Replacing a layer, repeating a block, lining up, finding: values in, values out."""

from __future__ import annotations

import pytest

from core.design import Design
from core.graph import Graph, Wire, chain
from core.infer import infer
from core.layers import Add, Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.zoo import BY_ID
from designer.document import lineup
from designer.document.edits import EditError
from designer.document.finding import found
from designer.document.rework import repeat, replace_layer

ROW = 104  # canvas units from a node to the one behind it


def design_of(graph: Graph) -> Design:
    return Design(graph, {node: (0, ROW * row) for row, node in enumerate(graph.order)})


# ---- replace ----------------------------------------------------------------------------


def test_replaced_layer_keeps_its_wires_and_gets_an_id_of_its_type() -> None:
    before = design_of(chain(Input(), Conv2d(4), ReLU(), Output()))
    after, node = replace_layer(before, "conv1", MaxPool2d())
    assert node == "maxpool1"
    assert after.graph.wires == {
        Wire("input1", "maxpool1"), Wire("maxpool1", "relu1"), Wire("relu1", "output1")
    }  # fmt: skip
    assert after.positions["maxpool1"] == before.positions["conv1"]
    assert "conv1" not in after.positions


def test_replaced_by_the_same_type_keeps_its_id() -> None:
    before = design_of(chain(Input(), Conv2d(4), Output()))
    after, node = replace_layer(before, "conv1", Conv2d(9))
    assert node == "conv1"
    assert after.graph["conv1"].layer == Conv2d(9)


def test_replacing_cuts_what_the_new_layer_cannot_have() -> None:
    graph = chain(Input(), ReLU(), Add(), Output()).with_wire("input1", "add1")
    after, node = replace_layer(design_of(graph), "add1", Conv2d(4))
    assert after.graph.inputs_of(node) == ("relu1",)
    after, node = replace_layer(design_of(graph), "relu1", Output())
    assert after.graph.outgoing(node) == ()


# ---- repeat -----------------------------------------------------------------------------


def test_repeated_block_stands_in_a_row() -> None:
    before = design_of(chain(Input(), Conv2d(4), ReLU(), Flatten(), Output()))
    after, new = repeat(before, ["conv1", "relu1"], 3)
    kinds = [type(after.graph[node].layer).__name__ for node in after.graph.order]
    assert kinds == ["Input", *["Conv2d", "ReLU"] * 3, "Flatten", "Output"]
    assert len(new) == 4
    heights = [after.positions[node][1] for node in after.graph.order]
    assert heights == sorted(set(heights))  # each below the one before, none on another


def test_repeated_residual_block_feeds_both_branches() -> None:
    graph = chain(Input((4, 8, 8)), ReLU(), Conv2d(4, padding=1), Add(), Flatten(), Output())
    graph = graph.with_wire("relu1", "add1")
    after, _ = repeat(design_of(graph), ["conv1", "add1"], 2)
    copy = next(n for n in after.graph.nodes if n not in graph.nodes and n.startswith("add"))
    assert set(after.graph.inputs_of(copy)) == {"conv2", "add1"}
    assert after.graph.inputs_of("conv2") == ("add1",)
    assert after.graph.inputs_of("flatten1") == (copy,)
    assert infer(after.graph).nodes["flatten1"].output == (4 * 8 * 8,)


def test_a_block_at_the_end_of_a_chain_repeats_too() -> None:
    after, _ = repeat(design_of(chain(Input(), Conv2d(4), ReLU())), ["conv1", "relu1"], 2)
    assert after.graph.inputs_of("conv2") == ("relu1",)


@pytest.mark.parametrize(
    ("block", "times", "words"),
    [
        ([], 3, "Select the layers"),
        (["conv1"], 1, "2 to 100 times"),
        (["input", "conv1"], 3, "stands at an end"),
        (["conv1", "conv2"], 3, "takes from one layer, this one takes from"),
    ],
)
def test_blocks_that_cannot_be_repeated(block: list[str], times: int, words: str) -> None:
    with pytest.raises(EditError, match=words):
        repeat(design_of(BY_ID["lenet5"].build()), block, times)


def test_a_block_with_two_ends_cannot_be_repeated() -> None:
    graph = chain(Input(), ReLU(), Flatten(), Linear(3)).with_node(Conv2d(2))
    graph = graph.with_wire("relu1", "conv1").with_node(ReLU()).with_wire("conv1", "relu2")
    with pytest.raises(EditError, match="gives on from one layer"):
        repeat(design_of(graph), ["relu1", "conv1", "flatten1"], 2)


# ---- lining up --------------------------------------------------------------------------

PLACES = {"a": (0, 0), "b": (40, 300), "c": (16, 100)}
SIZES = dict.fromkeys(PLACES, (192, 56))


def test_in_a_column_at_the_middle_one() -> None:
    assert lineup.in_column(PLACES, SIZES) == {"a": (16, 0), "c": (16, 100), "b": (16, 300)}


def test_in_a_row_none_covers_another() -> None:
    assert lineup.in_row(PLACES, SIZES) == {"a": (0, 100), "c": (216, 100), "b": (432, 100)}


def test_at_equal_distances() -> None:
    assert lineup.spread(PLACES, SIZES, lineup.DOWN) == {
        "a": (0, 0),
        "c": (16, 150),
        "b": (40, 300),
    }
    assert lineup.spread(PLACES, SIZES, lineup.ACROSS) == {
        "a": (0, 0),
        "c": (20, 100),
        "b": (40, 300),
    }


def test_on_the_grid() -> None:
    assert lineup.on_grid({"a": (3, 5), "b": (-3, -5)}, 8) == {"a": (0, 8), "b": (0, -8)}


# ---- finding ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("Where is 14×14?", ["pool1"]),
        ("14x14", ["pool1"]),
        ("14 × 14 × 6", ["pool1"]),
        ("6x14x14", ["pool1"]),
        ("conv", ["conv1", "conv2"]),
        ("conv 5x5", ["conv1", "conv2"]),
        ("conv pad", ["conv1"]),
        ("dense", ["linear1", "linear2", "linear3"]),
        ("120", ["linear1", "relu3"]),
        ("999x999", []),
        ("", []),
        ("   ", []),
    ],
)
def test_found_by_name_type_setting_and_size(text: str, nodes: list[str]) -> None:
    graph = BY_ID["lenet5"].build()
    assert found(graph, infer(graph).nodes, text) == nodes
