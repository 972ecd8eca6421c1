"""Advice: told where a teacher would, silent where a network is meant so, and never in the way."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from core.advice import RULES, advice
from core.design import Design
from core.files import FileError
from core.fixes import repaired, ways_out
from core.graph import Graph, chain
from core.infer import Problem, infer
from core.layers import (
    BatchNorm1d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Input,
    Linear,
    MaxPool1d,
    MaxPool2d,
    Output,
    ReLU,
    Sigmoid,
)
from core.losses import SquaredError
from core.project import Project, load, save
from core.zoo import TEMPLATES

END = (Flatten(), Linear(3), Output())


def told(graph: Graph) -> list[Problem]:
    found = infer(graph)
    assert found.ok  # advice is for networks that run
    return list(advice(graph, found))


# The advice that each network gets: node, kind, and the sentence behind the node's name.
GIVEN = {
    "stride beyond kernel": (
        chain(Input((1, 30, 30)), Conv2d(4, 3, 5), ReLU(), *END),
        ("conv1", "stride-beyond-kernel", "jumps 5 cells and looks at 3: some cells are never "
         "seen."),
    ),
    "rows and columns left out": (  # 28 − 5 = 23 = 3·7 + 2 = 2·11 + 1
        chain(Input((1, 28, 28)), Conv2d(4, 5, (3, 2)), ReLU(), *END),
        ("conv1", "dropped-cells", "never looks at the last 2 rows and the last column: the stride "
         "does not divide."),
    ),
    "values of a signal left out": (
        chain(Input((1, 31)), Conv1d(2, 4), ReLU(), MaxPool1d(3, 3), *END),
        ("maxpool1", "dropped-cells", "never looks at the last value: the stride does not divide."),
    ),
    "an even kernel": (
        chain(Input((1, 8, 8)), Conv2d(4, 4, padding="same"), ReLU(), *END),
        ("conv1", "even-kernel", "pads 1 before and 2 after: the maps shift by half a cell. An odd "
         "kernel has a middle."),
    ),
    "an even kernel padded by half": (
        chain(Input((1, 8, 8)), Conv2d(4, 4, padding="half"), ReLU(), *END),
        ("conv1", "even-kernel", "grows the maps by one cell: 2 on each side are too many. An odd "
         "kernel has a middle."),
    ),
    "relu before the loss": (
        chain(Input((4,)), Linear(3), ReLU(), Output()),
        ("output1", "relu-before-loss", "gets scores that relu1 keeps above 0: none can vote "
         "against a class."),
    ),
    "one heavy dense layer": (  # 9,408·128 + 128 of 1,206,226
        chain(Input((1, 28, 28)), Conv2d(12, 3, 1, 1), ReLU(), Flatten(), Linear(128), ReLU(),
              Linear(10), Output()),
        ("linear1", "one-dense-layer", "holds 99 % of all parameters: smaller maps make it "
         "lighter."),
    ),
    "cells that see too little": (
        chain(Input((1, 28, 28)), Conv2d(8, 5), ReLU(), Conv2d(8, 3), ReLU(), GlobalAvgPool2d(),
              Linear(3), Output()),
        ("globalavgpool1", "narrow-view", "pools cells that see 7 × 7 of 28 × 28: none sees a "
         "whole object."),
    ),
    "a bias before batch norm": (
        chain(Input((1, 8, 8)), Conv2d(4, 3), BatchNorm2d(), ReLU(), *END),
        ("conv1", "bias-before-norm", "adds a bias that batchnorm1 takes away again with the "
         "mean."),
    ),
    "two linear layers": (
        chain(Input((9,)), Linear(8), Dropout(), Linear(3), Output()),
        ("linear2", "linear-on-linear", "follows linear1 with nothing between: two linear layers "
         "are one."),
    ),
    "a convolution into a dense layer": (
        chain(Input((1, 8, 8)), Conv2d(4, 3), Flatten(), Linear(3), Output()),
        ("linear1", "linear-on-linear", "follows conv1 with nothing between: two linear layers "
         "are one."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_what_a_teacher_says(name: str) -> None:
    graph, (node, kind, sentence) = GIVEN[name]
    (found,) = told(graph)
    assert (found.node, found.kind, found.severity) == (node, kind, "advice")
    assert found.sentence == f"{node} {sentence}"


def test_every_rule_has_an_example() -> None:
    assert {kind for _, (_, kind, _) in GIVEN.values()} == set(RULES)


@pytest.mark.parametrize("name", GIVEN)
def test_every_piece_of_advice_comes_with_a_way_to_follow_it(name: str) -> None:
    graph, (node, kind, _) = GIVEN[name]
    (problem,) = told(graph)
    found = ways_out(graph, problem)
    assert found
    for way in found:
        after = repaired(graph, way.fix)
        assert way.solved
        assert not any((one.node, one.kind) == (node, kind) for one in told(after)), way.fix.text


SILENT = {
    "a shortcut of single cells": chain(Input((4, 9, 9)), Conv2d(8, 1, 2), ReLU(), *END),
    "padding that takes what is over": chain(Input((1, 28, 28)), Conv2d(4, 3, 2, 1), ReLU(), *END),
    "pooling that rounds up": chain(Input((1, 9, 9)), MaxPool2d(2, 2, ceil_mode=True), *END),
    "one row of a large picture": chain(
        Input((1, 200, 200)), Conv2d(2, 7, 2), ReLU(), MaxPool2d(97), *END
    ),
    "an even kernel with a stride": chain(
        Input((1, 8, 8)), Conv2d(4, 4, 2, "same"), ReLU(), *END
    ),
    "a relu before values": chain(Input((4,)), Linear(1), ReLU(), Output(SquaredError())),
    "a dense network": chain(Input((784,)), Linear(128), ReLU(), Linear(10), Output()),
    "a dense layer that sees everything": chain(Input((1, 28, 28)), Conv2d(4, 3), ReLU(), *END),
    "no bias": chain(Input((9,)), Linear(4, bias=False), BatchNorm1d(), ReLU(), Linear(3),
                     Output()),
    "depthwise and pointwise": chain(
        Input((4, 8, 8)), DepthwiseConv2d(3), Conv2d(8, 1), ReLU(), *END
    ),
    "a narrow place": chain(Input((90,)), Linear(4), Linear(30), Sigmoid(), Linear(3), Output()),
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_is_meant_so_is_left_alone(name: str) -> None:
    assert told(SILENT[name]) == []


def test_a_bypassed_layer_is_not_spoken_of() -> None:
    graph, (node, *_) = GIVEN["an even kernel"]
    assert told(graph.with_bypass([node], True)) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_published_networks_are_almost_never_lectured(template: object) -> None:
    graph = template.build()  # type: ignore[attr-defined]
    assert len(advice(graph, infer(graph))) <= 3


def test_names_that_people_gave_are_used() -> None:
    graph, _ = GIVEN["an even kernel"]
    (problem,) = told(graph.renamed("conv1", "Edges"))
    assert problem.sentence.startswith("Edges pads 1 before")


# ---- waved away -------------------------------------------------------------------------


def test_what_was_waved_away_is_kept_in_the_file_beside_its_node(tmp_path: Path) -> None:
    graph, _ = GIVEN["an even kernel"]
    design = replace(Design(graph), dismissed=frozenset({("conv1", "even-kernel")}))
    save(tmp_path / "a.striate", Project(design))
    assert '"dismissed": ["even-kernel"]' in (tmp_path / "a.striate").read_text("utf-8")
    assert load(tmp_path / "a.striate").design.dismissed == design.dismissed
    save(tmp_path / "b.striate", Project(Design(graph)))
    assert "dismissed" not in (tmp_path / "b.striate").read_text("utf-8")


def test_it_goes_with_its_node_and_travels_to_another_process() -> None:
    graph, _ = GIVEN["an even kernel"]
    design = replace(Design(graph), dismissed=frozenset({("conv1", "x"), ("relu1", "y")}))
    assert design.with_graph(graph.without(["conv1"])).dismissed == {("relu1", "y")}
    assert pickle.loads(pickle.dumps(design)) == design  # noqa: S301 - our own


@pytest.mark.parametrize("wrong", ['"even-kernel"', "[3]", "{}"])
def test_a_file_with_other_things_there_is_refused(tmp_path: Path, wrong: str) -> None:
    graph, _ = GIVEN["an even kernel"]
    design = replace(Design(graph), dismissed=frozenset({("conv1", "even-kernel")}))
    path = tmp_path / "a.striate"
    save(path, Project(design))
    text = path.read_text("utf-8")
    path.write_text(text.replace('["even-kernel"]', wrong), "utf-8")
    with pytest.raises(FileError, match="conv1: dismissed"):
        load(path)
