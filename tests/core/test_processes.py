"""One command in several processes: the same run, stopped and ended together, with one voice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psutil
import pytest

from core import cli
from core.backend.communicator import ALONE, Communicator
from core.cli import processes
from core.cores import THREAD_LIMITS
from core.design import Design
from core.graph import chain
from core.layers import Conv2d, Flatten, GlobalAvgPool2d, Input, Linear, Output
from core.plan import Plan
from core.project import Project, save
from core.training.events import EpochDone, Event, Failed, Finished, Progress, event_from_json
from tests.support.ranks import ROOT, needs_mpi
from tests.support.together import in_threads

TINY = chain(Input((1, 28, 28)), Conv2d(2, (5, 5), (3, 3)), GlobalAvgPool2d(), Linear(10), Output())
LINEAR = chain(Input((1, 28, 28)), Flatten(), Linear(20), Linear(20), Linear(10), Output())
UNEQUAL = ("event", "seconds", "waited")
SECONDS = 120.0  # after which a test gives up waiting


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A project that trains an epoch in a moment."""
    path = tmp_path / "tiny.striate"
    plan = Plan(epochs=2, batch_size=300, seed=4, device="cpu")  # the last batch has 100 items
    save(path, Project(Design(TINY, plan=plan)))
    return path


@contextlib.contextmanager
def started(folder: Path, *words: str, path: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """`striate train` with these words in a process of its own, ended with the test."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(path), str(ROOT)))}
    command = [sys.executable, "-m", "designer", "train", *words, "--json"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def finished(folder: Path, *words: str, **options: Any) -> tuple[int, list[dict[str, Any]], str]:
    """What becomes of the same: exit status, events, complaints."""
    with started(folder, *words, **options) as process:
        out, complaints = process.communicate(timeout=SECONDS)
    return process.returncode, [json.loads(line) for line in out.splitlines()], complaints


def wait_for_epoch(process: subprocess.Popen[str]) -> None:
    """Read its events until an epoch is done."""
    assert process.stdout
    for line in process.stdout:
        if '"event": "epoch"' in line:
            return
    raise AssertionError(process.stderr.read() if process.stderr else "")


def ranks(process: subprocess.Popen[str]) -> dict[int, psutil.Process]:
    """The processes that mpiexec started, by rank."""
    everybody = psutil.Process(process.pid).children(recursive=True)
    return {int(one.environ()["PMI_RANK"]): one for one in everybody if "PMI_RANK" in one.environ()}


def curve(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the finished epochs say, without their times."""
    return [
        {name: value for name, value in event.items() if name not in UNEQUAL}
        for event in events
        if event["event"] == "epoch"
    ]


@needs_mpi
def test_two_processes_make_the_run_of_one(tiny: Path) -> None:

    status, events, complaints = finished(tiny.parent, "tiny.striate", "--processes", "2")
    assert (status, complaints) == (0, "")
    _, wanted, _ = finished(tiny.parent, "tiny.striate")
    assert len(curve(wanted)) == 2
    for found, one in zip(curve(events), curve(wanted), strict=True):
        assert found == pytest.approx(one, rel=1e-5)
    assert len(list((tiny.parent / "tiny.runs").iterdir())) == 2
    assert Path(tiny.parent / events[-1]["weights"]).is_file()


@needs_mpi
def test_control_c_stops_all_and_resume_goes_on_exactly(tiny: Path) -> None:
    with started(tiny.parent, "tiny.striate", "--processes", "2", "--epochs", "9999") as process:
        wait_for_epoch(process)
        process.send_signal(signal.SIGINT)
        out, complaints = process.communicate(timeout=SECONDS)
    last = json.loads(out.splitlines()[-1])
    assert (process.returncode, complaints) == (0, "")
    assert (last["event"], last["reason"]) == ("finished", "stopped")
    words = ("tiny.striate", "--processes", "2", "--epochs", str(last["epoch"] + 1))
    _, resumed, _ = finished(tiny.parent, *words, "--resume")
    _, wanted, _ = finished(tiny.parent, *words, "--out", "whole")
    assert curve(resumed)[-1] == curve(wanted)[-1]


@needs_mpi
def test_a_killed_process_ends_all(tiny: Path) -> None:
    with started(tiny.parent, "tiny.striate", "--processes", "2", "--epochs", "9999") as process:
        wait_for_epoch(process)
        both = ranks(process)
        both[1].kill()
        _, complaints = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert complaints.splitlines() == [
        "A process was ended by signal 9, and all others with it. Go on with --resume."
    ]
    assert not [one for one in both.values() if one.is_running()]


@needs_mpi
def test_nothing_is_left_of_a_killed_command(tiny: Path) -> None:
    with started(tiny.parent, "tiny.striate", "--processes", "2", "--epochs", "9999") as process:
        wait_for_epoch(process)
        both = ranks(process)
    assert len(both) == 2
    _, left = psutil.wait_procs(both.values(), timeout=30)
    assert not left


FAILURES = {
    "MemoryError()": "Process 2 of 2: The memory ran out",
    "ZeroDivisionError()": "Process 2 of 2: Something went wrong that Striate did not foresee",
}


@needs_mpi
@pytest.mark.parametrize("error", FAILURES)
def test_a_failing_process_ends_all_with_its_message(tiny: Path, error: str) -> None:
    (tiny.parent / "sitecustomize.py").write_text(
        "import os\n"
        "if os.environ.get('PMI_RANK') == '1':\n"
        "    from core.training.parallel import SharedLearner\n"
        "    def step(*_, **__):\n"
        f"        raise {error}\n"
        "    SharedLearner.step = step\n"
    )
    words = ("tiny.striate", "--processes", "2")
    status, _, complaints = finished(tiny.parent, *words, path=tiny.parent)
    assert status == 1
    assert len(complaints.splitlines()) == 1
    assert complaints.startswith(FAILURES[error])


@needs_mpi
def test_what_fails_in_all_is_told_once(tmp_path: Path) -> None:
    plan = Plan(epochs=9, batch_size=300, device="cpu")
    save(tmp_path / "wild.striate", Project(Design(LINEAR, plan=plan)))
    words = ("wild.striate", "--processes", "2", "--lr", "1000")
    status, events, complaints = finished(tmp_path, *words)
    assert status == 1
    assert events[-1]["cause"] == "rate"
    assert complaints.splitlines() == [events[-1]["sentence"]]


@needs_mpi
@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("nothing.striate", "--processes", "2"), 1, "nothing.striate: there is no such project"),
        (("tiny.striate", "--processes", "2", "--epochs", "0"), 2, "--epochs: 1 or more"),
        (("tiny.striate", "--processes", "2", "--device", "gpu:99"), 1, "from gpu:99 on"),
    ],
)
def test_refusals_of_the_first_process(
    tiny: Path, words: tuple[str, ...], status: int, sentence: str
) -> None:
    found, events, complaints = finished(tiny.parent, *words)
    assert found == status
    assert not [event for event in events if event["event"] != "failed"]
    assert sentence in complaints
    assert "Process" not in complaints
    assert not (tiny.parent / "tiny.runs").exists() or not any(
        (tiny.parent / "tiny.runs").iterdir()
    )


# ---- in this process --------------------------------------------------------------------


def test_hosts_need_processes(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["train", str(tiny), "--hosts", "a,b"]) == 2
    assert "--processes" in capsys.readouterr().err


def test_without_mpiexec_it_says_what_to_install(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.executable", str(tiny.parent / "python"))
    monkeypatch.setenv("PATH", str(tiny.parent))
    assert cli.main(["train", str(tiny), "--processes", "2"]) == 1
    assert 'pip install ".[mpi]"' in capsys.readouterr().err


def test_mpiexec_and_processes_must_say_the_same(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PMI_SIZE", "3")
    assert cli.main(["train", str(tiny), "--processes", "2"]) == 2
    assert "mpiexec started 3" in capsys.readouterr().err


@pytest.fixture
def restarts(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have taken this process's place."""
    found: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, words: found.append(words))
    for name in THREAD_LIMITS:
        monkeypatch.setenv(name, "")  # put back as they were afterwards
        monkeypatch.delenv(name)
    return found


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no process")
def test_threads_that_were_chosen_stay(
    restarts: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    processes.limit_threads(3, always=False)
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert os.environ["NUMBA_NUM_THREADS"] == "3"
    assert restarts == [[sys.executable, *sys.orig_argv[1:]]]
    processes.limit_threads(3, always=False)  # as it begins again
    assert len(restarts) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no process")
def test_threads_that_are_asked_for_win(
    restarts: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    processes.limit_threads(3, always=True)
    assert [os.environ[name] for name in THREAD_LIMITS] == ["3"] * len(THREAD_LIMITS)
    assert len(restarts) == 1


def test_a_text_comes_from_the_first_process() -> None:
    def told(together: Communicator) -> str:
        return processes.from_first(together, "" if together.rank else "größer als ASCII")

    assert in_threads(3, told) == ["größer als ASCII"] * 3


def test_alone_a_failure_is_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise click.ClickException("it cannot be done")

    assert processes.as_one(ALONE, work) == 1
    assert capsys.readouterr().err == "it cannot be done.\n"


def test_only_the_last_words_that_say_something_are_told() -> None:
    failed = Failed("The disk is full.", "disk")
    noise = "Abort(1) on node 0 (rank 0 in comm 0): application called MPI_Abort\n"
    banner = "=== BAD TERMINATION\nEXIT STRING: Killed (signal 9)\n"
    left = processes._left_to_say
    assert left(f"The disk is full.\n{noise}", failed, "") == []
    assert left(f"Process 2 of 2: gone.\n{noise}", None, banner) == ["Process 2 of 2: gone."]
    assert "signal 9" in left("", None, banner)[0]
    assert left("", None, "") == []


@pytest.mark.parametrize(
    "event",
    [
        Progress(1, 2, 3, 0.5, 100.0, 9.0, 0.05),
        EpochDone(1, 0.5, None, 0.4, 0.9, 0.1, 2.0, True, {"top5": 0.99, "a.loss": 1.0}),
        Failed("No.", "data", "conv1", 1, 2),
        Finished("done", 1, 2, 0.5, None, 1, None, 3.0, "best"),
    ],
    ids=lambda event: event.name,
)
def test_events_come_back_from_json(event: Event) -> None:
    assert event_from_json(json.loads(json.dumps(event.to_json()))) == event


@pytest.mark.parametrize("data", [{}, {"event": "unheard of"}, {"event": "progress", "epoch": 1}])
def test_what_is_no_event_is_none(data: dict[str, Any]) -> None:
    assert event_from_json(data) is None
