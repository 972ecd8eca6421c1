"""Before Qt: every reason for which no window can open is a sentence, not an abort."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import system
from designer import preflight

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="display and libraries of Linux")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No display and no chosen platform, whatever this computer has."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def trouble(platform: str | None = None) -> preflight.Trouble:
    """The trouble that must be there."""
    found = preflight.check(platform)
    assert found is not None
    return found


def test_no_display_names_what_works_without_one() -> None:
    found = trouble()
    assert found.sentence.startswith("There is no screen here")
    for command in ("striate train lenet5", "striate demo --out demo", "striate summary lenet5"):
        assert command in found.cure


def test_offscreen_needs_no_display() -> None:
    assert preflight.check("offscreen") is None


def test_platform_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen:size=800x600")
    assert preflight.check() is None


def test_unknown_platform_names_the_known_ones() -> None:
    found = trouble("cocoa")
    assert found.sentence.startswith('Qt has no platform "cocoa"')
    assert "xcb" in found.sentence


def test_one_working_platform_of_a_list_is_enough() -> None:
    assert preflight.check("cocoa;offscreen") is None


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ({"ID": "debian", "VERSION_ID": "12"}, "apt-get install libglib2.0-0 libxcb-cursor0"),
        ({"ID": "debian", "VERSION_ID": "13"}, "apt-get install libglib2.0-0t64 libxcb-cursor0"),
        ({"ID": "ubuntu", "VERSION_ID": "22.04"}, "apt-get install libglib2.0-0 libxcb-cursor0"),
        ({"ID": "ubuntu", "VERSION_ID": "24.04"}, "apt-get install libglib2.0-0t64 libxcb-cursor0"),
        ({"ID": "fedora", "VERSION_ID": "42"}, "dnf install glib2 xcb-util-cursor"),
        ({"ID": "arch"}, "install what your system calls libglib2.0-0, libxcb-cursor0"),
    ],
)
def test_missing_libraries_come_with_the_line_for_this_linux(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str], line: str
) -> None:
    absent = {"libglib-2.0.so.0", "libxcb-cursor.so.0"}
    monkeypatch.setattr(system, "opens", lambda name: "no" if name in absent else "")
    monkeypatch.setattr(system, "_release", lambda: release)
    found = trouble("xcb")
    assert all(name in found.sentence for name in absent)
    assert found.cure.endswith(line)


def test_library_outside_the_table_is_named_by_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "libodd.so.7: cannot open shared object file: No such file or directory"
    monkeypatch.setattr(system, "opens", lambda name: message if "libqxcb" in name else "")
    found = trouble("xcb")
    assert found.sentence == "Qt cannot open a window: libodd.so.7 is missing on this computer."
    assert "libodd.so.7" in found.cure


def test_library_that_is_broken_keeps_the_loader_s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "version `GLIBC_2.34' not found"
    monkeypatch.setattr(system, "opens", lambda name: message if "Qt6Gui" in name else "")
    assert message in trouble("offscreen").sentence


def test_absent_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "qt_version", lambda: None)
    assert trouble().sentence == "PySide6 is not installed."


@pytest.mark.parametrize(
    ("version", "python", "clashes"),
    [
        ("6.12.0", (3, 11), True),
        ("6.12.0", (3, 12), False),
        ("6.11.3", (3, 11), False),
    ],
)
def test_qt_that_ends_an_old_python_is_refused(
    monkeypatch: pytest.MonkeyPatch, version: str, python: tuple[int, int], clashes: bool
) -> None:
    class Version(tuple[int, ...]):
        """As sys.version_info, with names."""

        major, minor = python

    monkeypatch.setattr(sys, "version_info", Version(python))
    assert bool(system.qt_clash(version)) is clashes


def test_no_font_is_said_before_boxes_are_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(system, "_FONT_FOLDERS", (str(tmp_path),))
    assert trouble("offscreen").sentence == "No font is installed, so no text can be drawn."
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "letters.ttf").touch()
    assert preflight.check("offscreen") is None


def test_display_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setattr(system, "opens", lambda _: "")
    assert trouble().sentence == "The screen named in DISPLAY (:4711) does not answer."


def test_wayland_without_a_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(system, "opens", lambda _: "")
    assert "WAYLAND_DISPLAY (wayland-0) does not answer" in trouble().sentence
    (tmp_path / "wayland-0").touch()
    assert preflight.check() is None


def run_window(environment: dict[str, str], *launcher: str) -> subprocess.CompletedProcess[str]:
    """A process that asks `check` and, if it finds no trouble, opens a window."""
    program = (
        "import sys; from designer import preflight; trouble = preflight.check();"
        "sys.exit(str(trouble)) if trouble else None;"
        "assert 'PySide6' not in sys.modules;"
        "from PySide6.QtWidgets import QApplication, QWidget;"
        "app = QApplication([]); w = QWidget(); w.show(); app.processEvents();"
        "print(app.platformName())"
    )
    clean = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"}
    return subprocess.run(
        [*launcher, sys.executable, "-c", program],
        env={**clean, **environment}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_a_window_opens_after_the_check() -> None:
    assert run_window({"QT_QPA_PLATFORM": "offscreen"}).stdout.strip() == "offscreen"


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="xvfb is not installed")
def test_a_window_opens_on_an_x_server() -> None:
    done = run_window({}, "xvfb-run", "-a")
    assert done.stdout.strip() == "xcb", done.stderr


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_installed_qt_gives_no_reference_of_none_away() -> None:
    from PySide6.QtCore import QObject

    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("name")
    assert sys.getrefcount(None) > before - 500
