"""The gradient check finds what is wrong, forgives kinks, and passes every template we train."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import cli
from core.design import Design
from core.explain.gradient_check import GradientCheck, check_gradients
from core.graph import Graph, chain
from core.initializers import Zeros
from core.layers import (
    Add,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
    Tanh,
)
from core.losses import LOSSES, Loss
from core.network import Network
from core.network_errors import NetworkError
from core.project import Project, save
from core.zoo import BY_ID


def small() -> Graph:
    layers = Conv2d(3, 3), BatchNorm2d(), Tanh(), MaxPool2d(), Dropout(0.3), Flatten(), Linear(4)
    return chain(Input((2, 7, 7)), *layers, Output())


def by_node(graph: Graph, **more: Any) -> dict[str, GradientCheck]:
    return {check.node: check for check in check_gradients(graph, **more)}


@pytest.mark.parametrize("template", ["lenet5", "resnet-small"])
def test_templates_pass(template: str) -> None:
    graph = BY_ID[template].build()
    found = by_node(graph, samples=3)
    assert set(found) == {*graph.nodes, ""} - {"input", "input1"}
    assert all(check.passed for check in found.values())
    assert all(check.checked >= 3 for check in found.values())
    assert max(check.error for check in found.values()) < 1e-7


@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.__name__)
def test_every_loss_passes(kind: type[Loss]) -> None:
    graph = chain(Input((5,)), Linear(3), Output(kind(), 0.5))
    assert all(check.passed for check in check_gradients(graph))


def test_a_wrong_layer_is_found_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Tanh.backward

    def wrong(self: Tanh, run: Any, w: Any, saved: Any, dy: Any, dw: Any) -> Any:
        (dx,) = right(self, run, w, saved, dy, dw)
        return (1.01 * dx,)

    monkeypatch.setattr(Tanh, "backward", wrong)
    found = by_node(small())
    assert [check.node for check in found.values() if not check.passed] == ["tanh1", ""]
    assert 0.001 < found["tanh1"].error < 0.0101
    assert found["tanh1"].worst == "x"


def test_a_wrong_weight_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Linear.backward

    def wrong(self: Linear, run: Any, w: Any, saved: Any, dy: Any, dw: Any) -> Any:
        found = right(self, run, w, saved, dy, dw)
        dw["bias"][...] = 0
        return found

    monkeypatch.setattr(Linear, "backward", wrong)
    check = by_node(small())["linear1"]
    assert (check.passed, check.worst) == (False, "bias")


def test_kinks_are_left_out() -> None:
    """With weights of 0 every value that meets ReLU lies on its kink."""
    graph = chain(Input((4,)), Linear(6, weight_init=Zeros()), ReLU(), Linear(3), Output())
    check = by_node(graph)["relu1"]
    assert (check.checked, check.skipped, check.passed) == (0, 24, True)


def test_it_leaves_the_random_state_alone_and_repeats() -> None:
    assert list(check_gradients(small())) == list(check_gradients(small()))
    assert list(check_gradients(small())) != list(check_gradients(small(), seed=1))


def test_every_slot_is_checked() -> None:
    graph = Graph().with_node(Input((4,)), id="x").with_node(Add(), id="sum")
    for name in ("a", "b"):
        graph = graph.with_node(Linear(3), id=name).with_wire("x", name).with_wire(name, "sum")
    graph = graph.with_node(Output(), id="out").with_wire("sum", "out")
    assert by_node(graph, samples=5)["sum"].checked == 10


def test_a_broken_graph_is_refused() -> None:
    with pytest.raises(NetworkError, match="empty"):
        list(check_gradients(Graph()))


def test_running_averages_are_put_back() -> None:
    """The check builds its own network, so none that is in use can be changed by it."""
    network = Network(small(), dtype=np.float64)
    before = network.kept.copy()
    list(check_gradients(network.graph))
    assert np.array_equal(network.kept, before)


# ---- the command ------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "small.striate"
    save(path, Project(Design(small())))
    return path


def test_the_command_tells_layer_by_layer(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", str(project), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["node"] for line in lines][:2] == ["conv1", "batchnorm1"]
    assert lines[-1]["title"] == "whole network"
    assert all(line["passed"] and line["error"] < 1e-6 for line in lines)
    assert cli.main(["check", str(project)]) == 0
    assert "conv1                ok" in capsys.readouterr().out


def test_the_command_fails_where_a_gradient_is_wrong(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tanh, "backward", lambda self, run, w, saved, dy, dw: (dy,))
    assert cli.main(["check", str(project)]) == 1
    said = capsys.readouterr()
    assert "tanh1                WRONG" in said.out
    assert said.err == "The gradients differ by more than 1e-06: tanh1, whole network.\n"


def test_the_command_refuses_a_broken_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "empty.striate", Project(Design()))
    assert cli.main(["check", str(tmp_path / "empty.striate")]) == 1
    assert "empty" in capsys.readouterr().err
