"""The commands speak another language where one is told or was chosen in the window."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import chain

import pytest

from core import doctor, languages
from tests.house.tree import ROOT, sources
from tests.support.messages import catalog, of_commands, written_in
from tests.support.pseudo import LANGUAGE, pseudo, write_catalog

Run = Callable[..., tuple[str, str]]
TOPICS = [finding.topic for finding in doctor.report()]
FILES = (
    "core/doctor.py", "core/system.py", "core/project.py", "core/backend/probe.py",
    "designer/preflight.py",
)  # fmt: skip
PLAIN = re.compile(r"[a-z]{4,}")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a module in a new process whose settings choose a language; gives both its answers."""
    state = tmp_path_factory.mktemp("state")
    files = [*sources("core/cli"), *(ROOT / name for name in FILES)]
    write_catalog(catalog([*chain.from_iterable(map(written_in, files)), *of_commands()]), state)
    (state / "language").write_text(LANGUAGE, encoding="utf-8")
    unsaid = {languages.VARIABLE, *languages.SYSTEM, "DISPLAY", "WAYLAND_DISPLAY"}
    kept = {k: v for k, v in os.environ.items() if k not in {*unsaid, "QT_QPA_PLATFORM"}}
    environment = {**kept, "STRIATE_STATE": str(state), "PYTHONIOENCODING": "utf-8"}

    def run(*words: str) -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-m", *words], env=environment, cwd=ROOT, capture_output=True,
            encoding="utf-8", timeout=120,
        )  # fmt: skip
        return done.stdout, done.stderr

    return run


def test_doctor(run: Run) -> None:
    said, _ = run("core.cli", "doctor")
    lines = [line for line in said.splitlines() if not line.startswith(" ")]
    rows = [re.split(r"\s{2,}", line, maxsplit=2) for line in lines]
    assert [topic for _, topic, _ in rows] == [pseudo(topic) for topic in TOPICS]
    assert {state for state, _, _ in rows} <= {pseudo(word) for word in doctor.STATES}
    texts = {topic: text for _, topic, text in rows}
    for topic in ("display", "fonts", "device"):
        assert not PLAIN.search(texts[pseudo(topic)]), texts


def test_what_programs_read_stays(run: Run) -> None:
    said, _ = run("core.cli", "doctor", "--json")
    found = json.loads(said)
    assert [one["topic"] for one in found] == TOPICS
    assert {one["state"] for one in found} <= set(doctor.STATES)


def test_help_and_complaints(run: Run) -> None:
    said, _ = run("core.cli", "train", "--help")
    assert pseudo("Train a project or a template.") in said
    assert pseudo("Learning rate.") in said
    assert "--batch-size" in said
    _, complaint = run("core.cli", "summary", "nosuchnet")
    assert not PLAIN.search(complaint.replace("nosuchnet", "").replace("templates", "")), complaint


@pytest.mark.skipif(sys.platform != "linux", reason="a display can be missing on Linux")
def test_why_no_window_opens(run: Run) -> None:
    _, complaint = run("designer")
    where = "neither DISPLAY nor WAYLAND_DISPLAY is set."
    assert pseudo(f"There is no screen here: {where}") in complaint
