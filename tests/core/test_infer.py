"""What follows from a graph: sizes, costs, fields, and problems with fixes that work."""

from __future__ import annotations

import pytest

from core.fixes import repaired, ways_out
from core.graph import Graph, chain
from core.infer import Field, Problem, infer, misfit
from core.layers import (
    Add,
    AvgPool2d,
    Concat,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Softmax,
)
from core.zoo import TEMPLATES


def only_problem(graph: Graph) -> Problem:
    """The one problem of a graph."""
    (problem,) = infer(graph).problems
    return problem


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_templates_have_no_problem(template: object) -> None:
    assert infer(template.build()).problems == ()  # type: ignore[attr-defined]


def test_sizes_and_steps() -> None:
    graph = chain(Input((3, 32, 32)), Conv2d(8, 5, 2, (1, 2, 0, 0)), Flatten(), Output())
    info = infer(graph).nodes["conv1"]
    assert (info.inputs, info.output) == (((3, 32, 32),), (8, 16, 14))
    assert [step.text for step in info.steps] == [
        "⌊(32 + 1 + 2 − 5)/2⌋ + 1 = 16",
        "⌊(32 − 5)/2⌋ + 1 = 14",
    ]
    assert [step.axis for step in info.steps] == ["height", "width"]


def test_dilated_and_padded_steps() -> None:
    layer = Conv2d(1, 3, padding=2, dilation=2)
    graph = chain(Input((1, 9, 9)), layer, Flatten(), Output())
    (height, _) = infer(graph).nodes["conv1"].steps
    assert height.text == "⌊(9 + 2·2 − 2·(3 − 1) − 1)/1⌋ + 1 = 9"


def test_costs_add_up() -> None:
    found = infer(chain(Input((3, 8, 8)), Conv2d(4, 3), Flatten(), Linear(2), Output()))
    assert found.nodes["conv1"].cost.macs == 4 * 36 * 27
    assert found.macs == 4 * 36 * 27 + 144 * 2
    assert found.parameters == 4 * 27 + 4 + 144 * 2 + 2
    values = 3 * 64 + 4 * 36 + 144 + 2 + 2
    assert found.memory(5, training=False) == 4 * (5 * values + found.parameters)
    assert found.memory(5, training=True) == 4 * (10 * values + 3 * found.parameters)


# ---- receptive fields ----------------------------------------------------------------


def test_fields_grow_by_kernel_and_step() -> None:
    graph = chain(Input((1, 40, 40)), Conv2d(1, (5, 3), 2), MaxPool2d(2), Conv2d(1, 3), ReLU())
    nodes = infer(graph).nodes
    assert nodes["input1"].receptive == Field((1, 1), (1, 1), (0, 0))
    assert nodes["conv1"].receptive == Field((5, 3), (2, 2), (2, 1))
    assert nodes["maxpool1"].receptive == Field((7, 5), (4, 4), (3, 2))
    assert nodes["conv2"].receptive == Field((15, 13), (4, 4), (7, 6))
    assert nodes["relu1"].receptive == nodes["conv2"].receptive


def test_fields_start_outside_where_there_is_padding() -> None:
    graph = chain(Input((1, 9, 9)), Conv2d(1, 3, padding=(1, 1, 0, 0)), Conv2d(1, 3, dilation=2))
    nodes = infer(graph).nodes
    assert nodes["conv1"].receptive == Field((3, 3), (1, 1), (0, 1))
    assert nodes["conv2"].receptive == Field((7, 7), (1, 1), (2, 3))


def test_where_paths_meet_the_widest_counts() -> None:
    graph = chain(Input((1, 9, 9)), Conv2d(2, 3, padding=1)).with_node(Concat(), id="all")
    graph = graph.with_wire("input1", "all").with_wire("conv1", "all")
    assert infer(graph).nodes["all"].receptive == infer(graph).nodes["conv1"].receptive


def test_vectors_have_no_field() -> None:
    nodes = infer(chain(Input((1, 4, 4)), Flatten(), Linear(2), Output())).nodes
    assert nodes["flatten1"].receptive is None
    assert nodes["linear1"].receptive is None
    pooled = infer(chain(Input((1, 4, 4)), GlobalAvgPool2d(), Output())).nodes
    assert pooled["globalavgpool1"].receptive == Field((4, 4), (1, 1), (1.5, 1.5))


# ---- problems ------------------------------------------------------------------------


def test_an_empty_graph() -> None:
    problem = only_problem(Graph())
    assert problem.sentence == "The network is empty: add an Input to start."
    assert (problem.node, problem.severity) == ("", "error")


def test_input_and_output_are_needed() -> None:
    sentences = [problem.sentence for problem in infer(chain(ReLU(), ReLU())).problems]
    assert "The network has no Input: add one to say what comes in." in sentences
    assert "The network has no Output: add one to train it." in sentences
    assert "relu1 has no input yet: draw a wire to it." in sentences


def test_a_second_input() -> None:
    graph = chain(Input((2,)), Output()).with_node(Input((2,)), id="other")
    errors = [problem for problem in infer(graph).problems if problem.severity == "error"]
    assert [problem.node for problem in errors] == ["other"]
    assert errors[0].sentence == "other is a second Input: a network takes one."


def test_a_merging_layer_waits_for_two() -> None:
    graph = chain(Input((2,)), Add(), Output())
    assert (
        infer(graph).problems_of("add1")[0].sentence == "add1 needs two or more inputs, it has 1."
    )


def test_a_problem_is_told_once_where_it_starts() -> None:
    graph = chain(Input((1, 4, 4)), Conv2d(1, 9), ReLU(), Flatten(), Linear(3), Output())
    found = infer(graph)
    assert [problem.node for problem in found.problems] == ["conv1"]
    assert found.nodes["relu1"].output is None
    assert not found.ok


def test_a_kernel_too_large_offers_what_helps() -> None:
    graph = chain(Input((1, 4, 5)), Conv2d(1, 9, padding=1), Flatten(), Output())
    problem = only_problem(graph)
    assert (problem.node, problem.setting) == ("conv1", "kernel_size")
    assert problem.sentence == (
        "conv1 needs an input of 9×9 or larger, padding included, for its kernel size of 9×9: it"
        " gets 6×7."
    )
    smaller, padded, *_ = (way.fix for way in ways_out(graph, problem))
    assert (smaller.text, padded.text) == ("Make the kernel 6×7", "Pad to keep the size")
    assert infer(repaired(graph, smaller)).nodes["conv1"].output == (1, 1, 1)
    assert infer(repaired(graph, padded)).nodes["conv1"].output == (1, 4, 5)


def test_maps_into_a_dense_layer_offer_to_flatten() -> None:
    graph = chain(Input((2, 3, 3)), Linear(4), Output())
    problem = only_problem(graph)
    assert problem.setting == ""
    assert problem.sentence == "linear1 needs a vector, it gets 3 × 3 × 2 maps."
    outputs = []
    for way in ways_out(graph, problem):
        better = repaired(graph, way.fix)
        assert infer(better).problems == ()
        outputs.append(infer(better).nodes["linear1"].inputs)
        assert better.inputs_of("linear1") != graph.inputs_of("linear1")
    assert outputs == [((18,),), ((2,),)]


def test_groups_that_do_not_divide() -> None:
    graph = chain(Input((3, 5, 5)), Conv2d(4, 3, groups=2), Flatten(), Output())
    problem = only_problem(graph)
    assert problem.sentence == "conv1 cannot split 3 input channels into 2 equal groups."
    assert problem.setting == "groups"
    (way,) = ways_out(graph, problem)
    assert infer(repaired(graph, way.fix)).problems == ()


def test_a_fix_that_would_break_another_rule_is_not_offered() -> None:
    pool = MaxPool2d(7, padding=(3, 0, 3, 0))
    graph = chain(Input((1, 1, 1)), pool, Flatten(), Output())
    texts = [way.fix.text for way in ways_out(graph, only_problem(graph))]
    assert texts[0] == "Pad to keep the size"
    assert not any(text.startswith("Make the kernel") for text in texts)


def test_shapes_that_cannot_meet_are_both_named() -> None:
    graph = chain(Input((2, 6, 6)), AvgPool2d()).with_node(Add(), id="add")
    graph = graph.with_wire("input1", "add").with_wire("avgpool1", "add")
    assert infer(graph).problems_of("add")[0].sentence == (
        "add can only add inputs of the same shape, it gets 6 × 6 × 2 and 3 × 3 × 2."
    )


def test_more_values_than_a_computer_holds() -> None:
    graph = chain(Input((1000, 100_000, 100_000)), Flatten(), Output())
    assert "more values than any computer holds" in infer(graph).problems[0].sentence


def test_loose_ends_are_advice_not_errors() -> None:
    graph = chain(Input((2,)), Output()).with_node(ReLU(), id="loose").with_wire("input1", "loose")
    problem = only_problem(graph)
    assert (problem.node, problem.severity) == ("loose", "warning")
    assert problem.sentence == "loose leads nowhere: nothing uses what it gives."
    assert infer(graph).ok


def test_one_softmax_too_many() -> None:
    graph = chain(Input((4,)), Softmax(), Output())
    problem = only_problem(graph)
    assert (problem.node, problem.severity) == ("softmax1", "warning")
    assert problem.sentence == "softmax1 is one softmax too many: output1 applies it itself."


def test_sentences_use_the_names_that_people_gave() -> None:
    graph = chain(Input((1, 4, 4)), Conv2d(1, 9), Flatten(), Output()).renamed("conv1", "Edges")
    assert only_problem(graph).sentence.startswith("Edges needs an input of 9×9")


def test_what_a_wire_would_bring_is_judged_before_it_is_laid() -> None:
    graph = chain(Input((3, 8, 8)), Conv2d(4, 3, padding=1), Flatten())
    graph = graph.with_node(Add(), id="sum").with_wire("conv1", "sum").with_node(Linear(5), id="fc")
    known = infer(graph)
    assert misfit(graph, known, "conv1", "sum", None) == ""
    assert "8 × 8 × 3" in misfit(graph, known, "input1", "sum", None)
    assert misfit(graph, known, "flatten1", "fc", 0) == ""
    assert misfit(graph, known, "conv1", "fc", 0).startswith("fc needs")
    assert misfit(graph, known, "sum", "fc", 0) == ""  # what the sum gives is not known yet
