"""Run folders: what is written can be read again, and damage costs no more than one checkpoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.files import FileError
from core.network import Network
from core.training.events import EpochDone, Finished, Progress, Started
from core.training.runs import KEPT, RunFolder, home_of, latest_run, list_runs
from tests.core.training.test_checkpoint import SLOTS, moment
from tests.support.training import small_graph


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "net.runs", {"plan": {"epochs": 3}})


def epoch(number: int, loss: float = 1.0) -> EpochDone:
    return EpochDone(number, loss, 0.5, loss, 0.5, 0.05, 1.0, True)


def started(at: int) -> Started:
    return Started(at, 1, 9, 6, "cpu", 100, 96, 40, "as they are")


def test_home_is_beside_the_project(tmp_path: Path) -> None:
    assert home_of(tmp_path / "net.striate") == tmp_path / "net.runs"
    assert home_of() == Path("runs")


def test_runs_are_listed_oldest_first(tmp_path: Path) -> None:
    made = [RunFolder.create(tmp_path, {}) for _ in range(3)]
    assert [one.path for one in list_runs(tmp_path)] == [one.path for one in made]
    newest = latest_run(tmp_path)
    assert newest
    assert newest.path == made[-1].path
    assert list_runs(tmp_path / "nowhere") == []


def test_about_keeps_the_design_and_later_facts(run: RunFolder) -> None:
    run.note(seed=7)
    about = RunFolder(run.path).about()
    assert (about["design"], about["seed"]) == ({"plan": {"epochs": 3}}, 7)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other"}', '{"a": NaN}'])
def test_a_damaged_run_is_one_sentence(run: RunFolder, text: str) -> None:
    (run.path / "run.json").write_text(text)
    with pytest.raises(FileError, match=r"run\.json"):
        run.about()


def test_only_what_lasts_is_recorded(run: RunFolder) -> None:
    run.record(Progress(1, 2, 6, 0.5, 100.0, 3.0))
    run.record(epoch(1, float("nan")))
    run.record(Finished("done", 1, 6, None, None, 1, None, 2.0))
    assert [event["event"] for event in run.events()] == ["epoch", "finished"]
    assert run.events()[0]["loss"] is None


def test_history_forgets_what_a_resume_took_back(run: RunFolder) -> None:
    events = [started(1), epoch(1), epoch(2), epoch(3), started(2), epoch(2, 0.25)]
    for event in events:
        run.record(event)
    assert [(one["epoch"], one["loss"]) for one in run.history()] == [(1, 1.0), (2, 0.25)]


def test_a_torn_last_line_is_left_out(run: RunFolder) -> None:
    run.record(epoch(1))
    with open(run.path / "metrics.jsonl", "ab") as file:
        file.write(b'{"event": "epoch", "epo')
    assert len(run.events()) == 1
    run.record(epoch(2))
    assert [one["epoch"] for one in run.history()] == [1, 2]


@pytest.mark.parametrize("odd", ['"two"', "null", "[2]", "2.5", "true"])
def test_an_epoch_without_its_number_is_left_out(run: RunFolder, odd: str) -> None:
    run.record(epoch(1))
    with open(run.path / "metrics.jsonl", "a") as file:
        file.write(
            f'{{"event": "epoch", "epoch": {odd}}}\n{{"event": "started", "epoch": {odd}}}\n'
        )
        file.write('{"event": "epoch"}\n')
    run.record(epoch(2))
    assert [one["epoch"] for one in run.history()] == [1, 2]


def test_the_last_three_checkpoints_are_kept(run: RunFolder) -> None:
    network = Network(small_graph())
    for _ in range(KEPT + 2):
        run.save(moment(network), network.graph)
    names = [path.name for path in run.checkpoints()]
    assert names == [f"ckpt-{number:06}.safetensors" for number in (3, 4, 5)]


def test_a_damaged_checkpoint_falls_back_and_says_so(run: RunFolder) -> None:
    first, second = Network(small_graph(), seed=1), Network(small_graph(), seed=2)
    run.save(moment(first), first.graph)
    last = run.save(moment(second), second.graph)
    last.write_bytes(last.read_bytes()[:-100])
    found, troubles = run.load(first, SLOTS)
    assert found
    assert np.array_equal(found.model["conv1.weight"], first.weight("conv1.weight"))
    (sentence,) = troubles
    assert "ckpt-000002.safetensors is damaged" in sentence
