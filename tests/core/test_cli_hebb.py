"""`striate train --by`: Hebb's rule on the command line, and gradient from what it has learned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.data.sources import Bars
from core.design import DataChoice, Design
from core.graph import chain
from core.hebb import Hebb, Plain
from core.layers import Flatten, Input, Linear, NeoS, Output
from core.plan import Plan
from core.project import Project, design_from_json, save
from core.training.runs import list_runs
from tests.support.command import Command

CELLS = chain(Input((1, 12, 12)), NeoS(3), Flatten(), Linear(4), Output())


@pytest.fixture
def cells(tmp_path: Path) -> str:
    """A project with S-cells and a few bars."""
    data = DataChoice(Bars(train=40, validation=8, size=(12, 12)))
    path = tmp_path / "cells.striate"
    save(path, Project(Design(CELLS, plan=Plan(epochs=1, device="cpu"), data=data)))
    return str(path)


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_rule_is_chosen_and_its_run_is_begun_from(
    striate: Command, cells: str, tmp_path: Path
) -> None:
    status, out, _ = striate("train", cells, "--by", "plain")
    assert status == 0
    assert "neos1  300 pictures" in out
    assert "Weights: " in out
    (hebb,) = list_runs(tmp_path / "cells.runs")
    assert design_from_json(hebb.about()["design"]).plan.method == Hebb(Plain())
    status, out, _ = striate("train", cells, "--inherit", str(hebb.path), "--json")
    assert status == 0
    told = events(out)
    assert told[0]["method"] == "gradient"
    assert told[1]["sentence"] == f"4 of 4 arrays of weights come from run {hebb.path.name}."


def test_a_project_that_learns_by_hebbs_rule_does_so_unless_told(
    striate: Command, tmp_path: Path
) -> None:
    data = DataChoice(Bars(train=40, validation=8, size=(12, 12)))
    plan = Plan(epochs=1, device="cpu", method=Hebb(presentations=5))
    save(tmp_path / "h.striate", Project(Design(CELLS, plan=plan, data=data)))
    for by, method in (((), "hebb"), (("--by", "gradient"), "gradient")):
        _, out, _ = striate("train", "h.striate", *by, "--json")
        assert events(out)[0]["method"] == method


def test_hebbs_rule_is_not_resumed(striate: Command, cells: str) -> None:
    striate("train", cells, "--by", "inhibitory")
    status, _, error = striate("train", cells, "--by", "inhibitory", "--resume")
    assert status == 2
    assert "leave --resume out" in error
    status, out, _ = striate("train", cells, "--resume", "--json")
    assert status == 0
    told = events(out)
    assert (told[0]["event"], told[0]["method"], told[0]["epoch"]) == ("started", "gradient", 1)


def test_what_cannot_be_is_refused_in_words(striate: Command, cells: str, tmp_path: Path) -> None:
    status, _, error = striate("train", "lenet5", "--by", "plain", "--device", "cpu")
    assert status == 1
    assert "add a NeoS layer" in error
    status, _, error = striate("train", cells, "--resume", "--inherit", str(tmp_path))
    assert status == 2
    assert "--inherit" in error
    status, _, error = striate("train", cells, "--inherit", str(tmp_path))
    assert status == 1
    assert "kept no weights" in error
