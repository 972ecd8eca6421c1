"""The commands: what they answer, what they refuse, and how they stop."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.design import Design
from core.graph import chain
from core.layers import Conv2d, Flatten, GlobalAvgPool2d, Input, Linear, Output
from core.plan import Plan
from core.project import Project, load, save
from tests.support.command import Command

ROOT = Path(__file__).parents[2]
TINY = chain(Input((1, 28, 28)), Conv2d(2, (5, 5), (3, 3)), GlobalAvgPool2d(), Linear(10), Output())


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A project that trains an epoch in a fraction of a second."""
    path = tmp_path / "tiny.striate"
    save(path, Project(Design(TINY, plan=Plan(epochs=2, batch_size=200, seed=4))))
    return path


def events(text: str) -> list[dict[str, Any]]:
    """The events that `--json` told."""
    return [json.loads(line) for line in text.splitlines()]


def start(*words: str, folder: Path, **options: Any) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "designer", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, **pipes)


def read_all(terminal: int) -> Iterator[bytes]:
    """What appears on a pseudo-terminal until its other end is closed."""
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 65536):
            yield piece


# ---- summary and templates --------------------------------------------------------------


def test_summary_in_json(striate: Command) -> None:
    status, out, err = striate("summary", "lenet5", "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert set(found) == {"layers", "parameters", "macs", "memory"}
    assert (found["parameters"], found["macs"]) == (61706, 416520)
    assert len(found["layers"]) == 14
    assert found["layers"][0] == {
        "name": "input", "type": "Input", "output": [1, 28, 28], "parameters": 0, "macs": 0
    }  # fmt: skip
    assert found["layers"][1] == {
        "name": "conv1", "type": "Conv2d", "output": [6, 28, 28], "parameters": 156, "macs": 117600
    }  # fmt: skip
    assert found["layers"][-1]["type"] == "Output"
    assert found["layers"][-1]["output"] == [10]
    assert found["memory"]["training"] > found["memory"]["prediction"] > 4 * 61706


def test_summary_as_a_table(striate: Command, tiny: Path) -> None:
    status, out, _ = striate("summary", str(tiny))
    lines = out.splitlines()
    assert status == 0
    assert lines[0].split() == ["layer", "type", "output", "parameters", "MACs"]
    assert "8 × 8 × 2" in lines[3]
    assert lines[-2].split() == ["total", "82", "3220"]
    assert lines[-1].startswith("Training takes about ")


def test_summary_calls_nodes_by_their_names(striate: Command, tiny: Path) -> None:
    made = load(tiny)
    graph = made.design.graph.renamed("conv1", "Edges")
    save(tiny, replace(made, design=made.design.with_graph(graph)))
    assert '"name": "Edges"' in striate("summary", str(tiny), "--json")[1]


def test_a_project_of_a_newer_version_is_used_with_a_warning(striate: Command, tiny: Path) -> None:
    tiny.write_text(tiny.read_text().replace('"version": [1, 2]', '"version": [1, 4]'))
    status, _, err = striate("summary", str(tiny))
    assert status == 0
    assert "A newer Striate wrote this project (format 1.4, this one knows 1.3)." in err


def test_summary_tells_what_is_broken(striate: Command, tmp_path: Path) -> None:
    broken = chain(Input((1, 28, 28)), Conv2d(3, (40, 40)), Flatten(), Output())
    save(tmp_path / "broken.striate", Project(Design(broken)))
    status, out, err = striate("summary", "broken.striate", "--json")
    assert status == 1
    assert json.loads(out)["layers"][1]["output"] is None
    assert err == (
        "conv1 needs an input of 40×40 or larger, padding included, for its kernel size of 40×40:"
        " it gets 28×28.\n"
    )


def test_templates(striate: Command) -> None:
    status, out, _ = striate("templates")
    assert status == 0
    assert "\n  lenet5                   61706  The classic" in out
    assert out.splitlines()[-1].startswith("vgg-d/8 ")
    listed = json.loads(striate("templates", "--json")[1])
    assert [one["id"] for one in listed][:2] == ["lenet5", "largenet"]
    assert set(listed[0]) == {
        "id", "title", "sentence", "group", "source", "parameters", "small",
    }  # fmt: skip


def test_doctor_in_json(striate: Command) -> None:
    status, out, _ = striate("doctor", "--json")
    findings = json.loads(out)
    assert {finding["topic"] for finding in findings} >= {"Python", "device", "memory"}
    assert status == int(any(finding["state"] == "problem" for finding in findings))


# ---- train ------------------------------------------------------------------------------


def test_training_tells_events(striate: Command, tiny: Path) -> None:
    status, out, err = striate("train", str(tiny), "--json")
    told = events(out)
    assert (status, err) == (0, "")
    assert told[0]["event"] == "started"
    assert [event["epoch"] for event in told if event["event"] == "epoch"] == [1, 2]
    last = told[-1]
    assert last["event"] == "finished"
    assert 0.1 < last["accuracy"] <= 1
    assert last["loss"] > 0
    assert last["seconds"] > 0
    assert Path(last["weights"]).is_file()
    assert Path(last["weights"]).resolve().is_relative_to(tiny.with_name("tiny.runs"))


def test_training_in_words(striate: Command, tiny: Path) -> None:
    status, out, _ = striate("train", str(tiny), "--epochs", "1")
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "82 parameters on cpu; 4000 items train, 1000 validate."
    assert any(line.startswith("epoch   1  loss ") for line in lines)
    assert lines[-2].startswith("Done after ")
    assert lines[-1].startswith("Weights: ")


def test_options_take_the_place_of_the_plan(striate: Command, tiny: Path) -> None:
    words = "--epochs 1 --batch-size 500 --lr 0.25 --seed 9 --device cpu --data fashion"
    before = tiny.read_bytes()
    _, out, _ = striate("train", str(tiny), *words.split(), "--out", "run", "--json")
    epoch = next(event for event in events(out) if event["event"] == "epoch")
    assert epoch["lr"] == 0.25
    about = json.loads(Path("run/run.json").read_text())["design"]
    assert about["plan"]["batch_size"] == 500
    assert about["plan"]["optimizer"]["lr"] == 0.25
    assert about["plan"]["seed"] == 9
    assert about["data"]["source"] == {"type": "Fashion"}
    assert tiny.read_bytes() == before


def test_a_template_leaves_its_runs_here(striate: Command, tmp_path: Path) -> None:
    status, _, _ = striate("train", "lenet5", "--epochs", "1", "--batch-size", "500", "--json")
    assert status == 0
    assert len(list((tmp_path / "runs").glob("*/best.safetensors"))) == 1


def test_stopped_and_resumed_is_the_same_as_never_stopped(striate: Command, tiny: Path) -> None:
    whole = events(striate("train", str(tiny), "--out", "whole", "--json")[1])
    striate("train", str(tiny), "--out", "parts", "--epochs", "1", "--json")
    resume = ["--out", "parts", "--resume", "--epochs", "2", "--json"]
    parts = events(striate("train", str(tiny), *resume)[1])
    assert parts[0]["epoch"] == 2
    assert (parts[-1]["loss"], parts[-1]["accuracy"]) == (whole[-1]["loss"], whole[-1]["accuracy"])


def test_resume_goes_on_with_the_runs_own_plan(striate: Command, tiny: Path) -> None:
    striate("train", str(tiny), "--lr", "0.125", "--epochs", "1", "--json")
    out = striate("train", str(tiny), "--resume", "--epochs", "2", "--json")[1]
    epoch = next(event for event in events(out) if event["event"] == "epoch")
    assert (epoch["epoch"], epoch["lr"]) == (2, 0.125)
    assert len(list(tiny.with_name("tiny.runs").iterdir())) == 1


def test_resume_starts_where_nothing_is_to_be_resumed(striate: Command, tiny: Path) -> None:
    status, out, _ = striate("train", str(tiny), "--resume", "--out", "new", "--json")
    assert status == 0
    told = {"started", "progress", "measured", "epoch", "finished"}
    assert {event["event"] for event in events(out)} <= told


def test_resume_refuses_another_network(striate: Command, tiny: Path) -> None:
    striate("train", str(tiny), "--out", "run", "--epochs", "1", "--json")
    status, _, err = striate("train", "lenet5", "--out", "run", "--resume")
    assert (status, err) == (1, "run holds a run of another network, so it cannot go on.\n")


def test_a_run_is_not_written_over(striate: Command, tiny: Path) -> None:
    striate("train", str(tiny), "--out", "run", "--epochs", "1", "--json")
    status, _, err = striate("train", str(tiny), "--out", "run")
    assert status == 1
    assert "already holds a run. Go on with it by --resume" in err


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ("train nothing", 1, "nothing: there is no such project file or template"),
        ("train lenet5 --data dogs", 1, "There is no data set or folder “dogs”."),
        ("train lenet5 --device gpu:99", 1, "99"),
        ("train lenet5 --device tpu", 2, "--device: auto, cpu or gpu:0 is expected"),
        ("train lenet5 --epochs 0", 2, "--epochs: 1 or more is expected, 0 came."),
        ("train lenet5 --epochs many", 2, "'many' is not a valid integer."),
        ("train lenet5 --lr -1", 2, "--lr: 0 or more is expected, -1 came."),
        ("train lenet5 --lr nan", 2, "--lr: a finite number is expected"),
        ("train", 2, "Missing argument 'PROJECT|TEMPLATE'."),
        ("trian lenet5", 2, "No such command 'trian'."),
        ("train lenet5 --fast", 2, "No such option"),
    ],
)
def test_refusals(striate: Command, words: str, status: int, sentence: str) -> None:
    found, _, err = striate(*words.split())
    assert found == status
    assert sentence in err
    assert "Error:" not in err
    assert "Traceback" not in err


def test_a_broken_design_is_refused(striate: Command, tmp_path: Path) -> None:
    save(tmp_path / "broken.striate", Project(Design(chain(Input(), Linear(3), Output()))))
    status, out, err = striate("train", "broken.striate", "--json")
    assert status == 1
    assert events(out)[-1]["event"] == "failed"
    assert "linear1 needs a vector" in err


def test_a_recipe_is_a_plan_that_options_may_change(striate: Command, tiny: Path) -> None:
    words = "--recipe alexnet --lr 0.02 --epochs 1 --out run --json"
    assert striate("train", str(tiny), *words.split())[0] == 0
    plan = json.loads((tiny.parent / "run" / "run.json").read_text())["design"]["plan"]
    assert plan["batch_size"] == 128
    assert (plan["optimizer"]["lr"], plan["optimizer"]["weight_decay"]) == (0.02, 5e-4)
    assert plan["schedule"]["type"] == "ReduceOnPlateau"
    status, _, err = striate("train", str(tiny), "--recipe", "pancakes")
    assert status == 2
    assert "alexnet" in err


def test_a_folder_of_pictures_trains(striate: Command, tmp_path: Path) -> None:
    from PIL import Image

    for name, gray in (("dark", 20), ("light", 230)):
        folder = tmp_path / "pictures" / name
        folder.mkdir(parents=True)
        for number in range(10):
            Image.new("L", (28, 28), gray + number).save(folder / f"{number}.png")
    layers = Conv2d(2, (5, 5)), GlobalAvgPool2d(), Linear(2)
    save(tmp_path / "two.striate", Project(Design(chain(Input((1, 28, 28)), *layers, Output()))))
    options = ["--data", "pictures", "--epochs", "3", "--out", "run", "--json"]
    status, out, _ = striate("train", "two.striate", *options)
    assert status == 0
    assert events(out)[0]["train_items"] == 16
    source = json.loads(Path("run/run.json").read_text())["design"]["data"]["source"]
    assert source == {"type": "Folder", "path": str(tmp_path / "pictures")}


# ---- as a process -----------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_and_keeps(tiny: Path, number: int) -> None:
    process = start("train", str(tiny), "--epochs", "9999", "--json", folder=tiny.parent)
    assert process.stdout
    while '"epoch"' not in process.stdout.readline()[:20]:
        pass
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    last = events(out)[-1]
    assert (process.returncode, err) == (0, "")
    assert (last["event"], last["reason"]) == ("finished", "stopped")
    assert Path(last["weights"]).is_file()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_a_terminal_gets_a_bar(tiny: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with start("train", str(tiny), folder=tiny.parent, stdout=theirs) as process:
        os.close(theirs)
        shown = b"".join(read_all(ours))
    os.close(ours)
    assert process.returncode == 0
    text = shown.decode()
    assert "items/s" in text
    assert "━" in text
    assert "epoch   2  loss" in text
    assert "Done after" in text


def test_an_answer_that_nobody_reads_is_no_crash(tmp_path: Path) -> None:
    with start("summary", "lenet5", folder=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode in (0, 1)
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words",
    ["--version", "templates", "summary lenet5", "doctor", "train lenet5 --epochs 1", "trian"],
)
def test_commands_load_no_qt(words: str, tmp_path: Path) -> None:
    program = (
        "import sys; from designer.__main__ import main; status = main(sys.argv[1:])\n"
        "print([name for name in sys.modules if 'PySide6' in name or name == 'torch'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *words.split()]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version_is_told_before_anything_large_is_read(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPROFILEIMPORTTIME": "1"}
    command = [sys.executable, "-m", "designer", "--version"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.stdout.startswith("striate ")
    read = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "designer" in read
    assert not read & {"numpy", "PySide6", "PySide6.QtCore", "core.graph", "designer.window"}


def test_without_a_screen_the_window_says_why(tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "designer"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    if sys.platform != "linux":
        pytest.skip("elsewhere there always is a screen")
    assert done.returncode == 3
    assert "no screen" in done.stderr


def test_the_unforeseen_is_a_sentence_and_the_log_has_the_rest(
    striate: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIATE_STATE", str(tmp_path / "state"))

    def break_down(*_: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("core.cli.summary.opened", break_down)
    status, said, complaint = striate("summary", "lenet5")
    assert (status, said) == (1, "")
    assert len(complaint.splitlines()) == 1
    log = tmp_path / "state" / "log" / "command.log"
    assert str(log) in complaint
    assert "nobody foresaw this" in log.read_text("utf-8")
