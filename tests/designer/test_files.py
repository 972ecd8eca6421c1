"""One file, two windows; the version before the saved one; and what a crash leaves of a claim."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from core import project
from core.design import Design
from core.files import FileError
from core.project import Project
from core.zoo import BY_ID
from designer.dialogs import questions
from designer.document import edits
from designer.document.claim import Claim
from designer.document.document import Document
from tests.support.windows import Open


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A project on the disk."""
    path = tmp_path / "net.striate"
    project.save(path, Project(Design(BY_ID["lenet5"].build())))
    return path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a window said in a box."""
    found: list[str] = []
    monkeypatch.setattr(questions, "tell", lambda _, *words: found.append(": ".join(words)))
    return found


def answer(monkeypatch: pytest.MonkeyPatch, button: str) -> list[str]:
    """Press this button in the next boxes; gives their sentences."""
    asked: list[str] = []

    def press(box: QMessageBox) -> int:
        asked.append(f"{box.text()} {box.informativeText()}")
        next(one for one in box.buttons() if one.text() == button).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    return asked


def save_to(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


# ---- one file, two windows --------------------------------------------------------------


def test_the_second_window_asks_and_opens_a_copy(
    open_window: Open, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_window(), open_window()
    assert first.files.load(file)
    asked = answer(monkeypatch, "Open a copy")
    assert second.files.load(file)
    assert asked == ["<b>net is already open</b> It is open in another window, which may save it."]
    assert second.document.design == first.document.design
    assert second.document.path is None
    assert second.document.uuid != first.document.uuid
    assert second.isWindowModified()


def test_read_only_is_said_and_saves_only_elsewhere(
    open_window: Open, file: Path, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    first, second = open_window(), open_window()
    first.files.load(file)
    answer(monkeypatch, "Open read-only")
    second.files.load(file)
    assert second.windowTitle() == "net (read-only)[*] – Striate"
    second.document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    before = file.read_bytes()
    save_to(monkeypatch, file)
    second.actions_by_id["save"].trigger()
    assert "choose another name" in told[0]
    assert file.read_bytes() == before
    other = file.with_name("other.striate")
    save_to(monkeypatch, other)
    second.actions_by_id["save"].trigger()
    assert second.document.path == other
    assert second.windowTitle() == "other[*] – Striate"
    assert "pool1" not in project.load(other).design.graph.nodes


def test_cancel_leaves_everything(
    open_window: Open, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_window(), open_window()
    first.files.load(file)
    second.files.start("largenet")
    design = second.document.design
    answer(monkeypatch, "Cancel")
    assert not second.files.load(file)
    assert second.document.design == design


@pytest.mark.parametrize("way", ["close", "new", "other"])
def test_a_window_that_goes_elsewhere_leaves_the_file_free(
    open_window: Open, file: Path, way: str
) -> None:
    first, second = open_window(), open_window()
    first.files.load(file)
    if way == "close":
        first.close()
    elif way == "new":
        first.actions_by_id["new"].trigger()
    else:
        first.files.start("lenet5")
    assert second.files.load(file)
    assert not second.document.read_only


def test_another_name_of_the_same_file_is_the_same_file(file: Path, own_state: Path) -> None:
    link = file.with_name("link.striate")
    link.symlink_to(file)
    first, second = Claim(file), Claim(link)
    assert first.take()
    assert not second.take()
    first.let_go()
    assert second.take()


def test_a_process_that_was_killed_holds_nothing(file: Path, own_state: Path) -> None:
    """The other process says when it holds the claim, and is killed only then."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        held = Claim(file)
        os.write(writer, b"1" if held.take() else b"0")
        signal.pause()
    assert os.read(reader, 1) == b"1"
    mine = Claim(file)
    assert not mine.take()
    assert f"process {child} on " in mine.holder
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert mine.take()


def test_revert_does_not_ask_whether_this_window_has_it_open(
    open_window: Open, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    window.files.load(file)
    design = window.document.design
    window.document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    asked = answer(monkeypatch, "Revert")
    window.actions_by_id["revert"].trigger()
    assert window.document.design == design
    assert len(asked) == 1


# ---- the version before -----------------------------------------------------------------


def test_the_version_before_comes_back_and_can_be_undone(open_window: Open, file: Path) -> None:
    window = open_window()
    window.files.load(file)
    old = window.document.design
    window.document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    window.actions_by_id["save"].trigger()
    new = window.document.design
    window.actions_by_id["version_before"].trigger()
    assert window.document.design == old
    assert window.isWindowModified()
    window.actions_by_id["undo"].trigger()
    assert window.document.design == new
    assert not window.isWindowModified()


def test_without_a_version_before_that_is_said(open_window: Open, file: Path) -> None:
    window = open_window()
    window.files.load(file)
    window.actions_by_id["version_before"].trigger()
    assert "no version before" in window.status.notice.text()


def test_a_damaged_version_before_is_told_and_nothing_changes(
    open_window: Open, file: Path, told: list[str]
) -> None:
    window = open_window()
    window.files.load(file)
    file.with_name("net.striate~").write_bytes(b"{")
    design = window.document.design
    window.actions_by_id["version_before"].trigger()
    assert window.document.design == design
    assert "not a Striate project" in told[0]


def test_a_read_only_document_never_writes_its_file(file: Path) -> None:
    document = Document()
    document.open(file, read_only=True)
    with pytest.raises(FileError, match="another name"):
        document.save()
