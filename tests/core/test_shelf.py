"""Runs read from disk: what is compared of them, what is damaged, and only what has changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.files import FileError
from core.shelf import Shelf, home_near, read_run
from core.training.events import EpochDone
from tests.support.made_runs import made_run
from tests.support.training import small_design


def test_a_run_is_read_whole(tmp_path: Path) -> None:
    found = read_run(made_run(tmp_path, "20260101-000000", (0.5, 0.75), seed=3).path)
    assert found.design == small_design(seed=3)
    assert found.course.curve("accuracy", "seconds")[0].tolist() == [2.0, 4.0]
    assert (found.seed, found.score, found.data, found.origin) == (3, 0.75, "abc", "")
    assert found.course.parameters == 100
    assert found.is_whole


def test_the_newest_run_comes_first_also_from_several_homes(tmp_path: Path) -> None:
    for home, name in (("a", "20260101"), ("b", "20260103"), ("a", "20260102")):
        made_run(tmp_path / home, name, (0.5,))
    shelf = Shelf()
    shelf.look([tmp_path / "a", tmp_path / "b", tmp_path / "none"])
    assert [Path(one.path).name for one in shelf.runs] == ["20260103", "20260102", "20260101"]
    assert shelf.get(str(tmp_path / "b" / "20260103")) is shelf.runs[0]
    assert shelf.get("elsewhere") is None


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", '{"format": "striate.run", "version": 1}',
        '{"format": "striate.run", "version": 1, "design": 5}',
        '{"format": "striate.run", "version": 9, "design": {}}',
        '{"format": "striate.run", "version": 1, "design": {"graph": {"nodes": 7}}}',
    ],
)  # fmt: skip
def test_a_damaged_run_is_one_sentence_and_the_others_stay(tmp_path: Path, text: str) -> None:
    made_run(tmp_path, "20260101-000000", (0.5,))
    damaged = made_run(tmp_path, "20260102-000000", (0.5,))
    (damaged.path / "run.json").write_text(text)
    shelf = Shelf()
    shelf.look([tmp_path])
    assert [Path(one.path).name for one in shelf.runs] == ["20260101-000000"]
    (trouble,) = shelf.troubles
    assert trouble.endswith(".")
    assert "Traceback" not in trouble


def test_odd_facts_are_let_go(tmp_path: Path) -> None:
    run = made_run(tmp_path, "20260101", (0.5,))
    about = json.loads((run.path / "run.json").read_text())
    (run.path / "run.json").write_text(json.dumps({**about, "data": 5, "origin": [1]}))
    found = read_run(run.path)
    assert (found.data, found.origin) == ("", "")


def test_only_what_has_changed_is_read_anew(tmp_path: Path) -> None:
    one, other = made_run(tmp_path, "1", (0.5,)), made_run(tmp_path, "2", (0.5,))
    shelf = Shelf()
    shelf.look([tmp_path])
    before = {ran.path: ran for ran in shelf.runs}
    one.record(EpochDone(2, 1.0, 0.5, 0.1, 0.9, 0.05, 2.0, True))
    os.utime(one.path / "metrics.jsonl", ns=(1, 1))
    shelf.look([tmp_path])
    after = {ran.path: ran for ran in shelf.runs}
    assert after[str(other.path)] is before[str(other.path)]
    assert after[str(one.path)].score == 0.9


def test_a_folder_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    run = made_run(tmp_path, "1", (0.5,))
    shelf = Shelf()
    shelf.look([tmp_path])
    (run.path / "run.json").unlink()
    shelf.look([tmp_path])
    assert shelf.runs == ()


def test_what_a_person_points_at(tmp_path: Path) -> None:
    home = tmp_path / "net.runs"
    run = made_run(home, "20260101", (0.5,))
    (tmp_path / "net.striate").write_text("{}")
    for pointed in (home, run.path, tmp_path / "net.striate"):
        assert home_near(pointed) == home
    with pytest.raises(FileError, match=r"has no runs\. Choose"):
        home_near(tmp_path)
