"""`striate doctor`: every finding reads well, and a broken computer is named as broken."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from core import doctor, log, places, system
from core.backend.probe import Devices, Gpu
from core.doctor import Finding

TOPICS = [
    "Striate", "Python", "Qt", "libraries", "display", "fonts", "device", "BLAS", "kernels",
    "memory", "disk", "log",
]  # fmt: skip


def finding(topic: str) -> Finding:
    """What the report says about one topic."""
    return next(f for f in doctor.report() if f.topic == topic)


def test_report_names_every_topic_once() -> None:
    assert [f.topic for f in doctor.report()] == TOPICS


def test_text_puts_the_cure_below_its_finding() -> None:
    text = doctor.as_text([Finding("Qt", "problem", "not installed", "install it")])
    first, second = text.splitlines()
    assert first.split() == ["problem", "Qt", "not", "installed"]
    assert second.strip() == "To do: install it"


def test_json_gives_the_same_findings() -> None:
    findings = doctor.report()
    assert [Finding(**entry) for entry in json.loads(doctor.as_json(findings))] == findings


def test_notes_are_healthy_and_problems_are_not() -> None:
    assert doctor.healthy([Finding("a", "ok", ""), Finding("b", "note", "")])
    assert not doctor.healthy([Finding("a", "ok", ""), Finding("b", "problem", "")])


def test_report_loads_no_qt_and_no_compiler() -> None:
    program = (
        "import sys; from core import doctor; doctor.report();"
        "print(sorted({'PySide6', 'numba', 'shiboken6'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_absent_qt_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "qt_version", lambda: None)
    assert finding("Qt").state == "problem"
    assert "not installed" in finding("Qt").text


def test_qt_that_ends_this_python_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "qt_version", lambda: "6.12.0")
    monkeypatch.setattr(system, "qt_clash", lambda version: f"PySide6 {version} ends the program.")
    assert finding("Qt") == Finding(
        "Qt", "problem", "PySide6 6.12.0 ends the program.", 'pip install "PySide6-Essentials<6.12"'
    )


@pytest.mark.skipif(sys.platform != "linux", reason="shared libraries of Linux")
def test_missing_libraries_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = {"libxcb-cursor.so.0", "libxcb-icccm.so.4"}
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(system, "opens", lambda name: "no" if name in absent else "")
    monkeypatch.setattr(system, "_release", lambda: {"ID": "debian", "VERSION_ID": "12"})
    found = finding("libraries")
    assert found.state == "problem"
    assert all(name in found.text for name in absent)
    assert found.cure.endswith("apt-get install libxcb-cursor0 libxcb-icccm4")


@pytest.mark.skipif(sys.platform != "linux", reason="display variables of Linux")
def test_no_display_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert finding("display").state == "note"


@pytest.mark.parametrize(
    ("gpus", "usable", "state"),
    [((), False, "ok"), ((Gpu(0, "A", 1),), False, "note"), ((Gpu(0, "A", 1),), True, "ok")],
)
def test_device_is_a_note_only_where_a_gpu_lies_idle(
    monkeypatch: pytest.MonkeyPatch, gpus: tuple[Gpu, ...], usable: bool, state: str
) -> None:
    monkeypatch.setattr(doctor, "probe", lambda: Devices(gpus, usable, "A sentence.", "a cure"))
    assert finding("device").state == state


def test_log_and_disk_follow_the_state_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIATE_STATE", str(tmp_path / "deep" / "state"))
    assert finding("log").text.startswith(str(tmp_path / "deep" / "state"))
    assert finding("disk").state in {"ok", "note"}
    assert not (tmp_path / "deep").exists(), "looking must not create anything"


def test_little_disk_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LEAST_DISK", 2**70)
    assert finding("disk").state == "note"


def test_state_folder_ignores_a_relative_xdg_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("STRIATE_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert places.state_folder() == Path.home() / ".local/state/striate"
    monkeypatch.setenv("XDG_STATE_HOME", str(Path.home() / "elsewhere"))
    assert places.state_folder() == Path.home() / "elsewhere/striate"


def test_log_file_takes_records_and_rotates(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIATE_STATE", str(tmp_path))
    monkeypatch.setattr(log, "LARGEST", 2000)
    file = log.start("engine")
    try:
        for number in range(100):
            logging.getLogger("core.training").info("step %d", number)
    finally:
        log.stop()
    assert file == tmp_path / "log" / "engine.log"
    names = sorted(entry.name for entry in file.parent.iterdir())
    assert names == ["engine.log", "engine.log.1", "engine.log.2", "engine.log.3"]
    assert "core.training: step 99" in file.read_text(encoding="utf-8")


def test_log_does_without_a_folder_it_cannot_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STRIATE_STATE", str(tmp_path / "file"))
    assert log.start() is None
