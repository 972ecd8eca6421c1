"""Several designs side by side: a row for what differs, with what each of them has."""

from __future__ import annotations

from dataclasses import replace

from core.design import Design
from core.graph import Graph, Wire, chain
from core.layers import Add, Conv2d, Flatten, Input, Linear, Output, ReLU
from core.optimizers import SGD, Adam
from designer.document.differing import Difference, differences


def design(channels: int = 4, *, kernel: int = 3, **plan: object) -> Design:
    graph = chain(
        Input((1, 8, 8)),
        Conv2d(channels, (kernel, kernel)),
        ReLU(),
        Flatten(),
        Linear(10),
        Output(),
    )
    made = Design(graph)
    return replace(made, plan=made.plan.replace(**plan))


def rows(*designs: Design) -> dict[str, tuple[str, ...]]:
    return {row.label: row.values for row in differences(designs)}


def test_the_same_designs_differ_in_nothing() -> None:
    assert differences([design(), design(), design()]) == ()
    assert differences([design()]) == ()
    assert differences([]) == ()


def test_a_row_has_a_word_for_each_design() -> None:
    found = differences([design(4), design(8, kernel=5), design(4, seed=7)])
    assert found == (
        Difference("conv1: filters", ("4", "8", "4"), "conv1"),
        Difference("conv1: kernel size", ("3×3", "5×5", "3×3"), "conv1"),
        Difference("Training: seed", ("0", "0", "7")),
    )


def test_settings_of_an_optimizer_all_have_stand_alone() -> None:
    found = rows(design(optimizer=SGD(0.1)), design(optimizer=SGD(0.2)))
    assert found == {"Training: optimizer: learning rate": ("0.1", "0.2")}


def test_several_optimizers_are_told_by_name_and_by_what_equal_ones_differ_in() -> None:
    assert rows(design(optimizer=SGD(0.1)), design(optimizer=Adam())) == {
        "Training: optimizer": ("SGD", "Adam")
    }
    found = rows(design(optimizer=SGD(0.1)), design(optimizer=Adam()), design(optimizer=SGD(0.2)))
    assert found == {
        "Training: optimizer": ("SGD", "Adam", "SGD"),
        "Training: optimizer: learning rate": ("0.1", "–", "0.2"),
    }


def test_a_layer_that_some_do_not_have() -> None:
    shorter = replace(design(), graph=design().graph.without(["relu1"]))
    found = differences([design(), shorter, design()])
    assert found[0] == Difference("relu1", ("ReLU", "–", "ReLU"), "relu1")


def test_a_wire_that_some_do_not_have() -> None:
    def merged(*wires: Wire) -> Design:
        graph = Graph()
        for id, layer in (("input", Input((1, 4, 4))), ("relu1", ReLU()), ("add1", Add())):
            graph = graph.with_node(layer, id=id)
        known = {Wire("input", "relu1"), Wire("relu1", "add1", 0)}
        return Design(replace(graph, wires=frozenset({*known, *wires})))

    assert rows(merged(Wire("input", "add1", 1)), merged()) == {"input → add1": ("yes", "–")}
