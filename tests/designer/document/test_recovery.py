"""What a crash leaves behind is found again, by a real killed process too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.design import Design
from core.layers import ReLU
from core.zoo import BY_ID
from designer.document import edits, recovery
from designer.document.document import Document
from designer.document.recovery import Recovery

EDIT_AND_WAIT = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from core.layers import ReLU
from designer.document import edits
from designer.document.document import Document
from designer.document.recovery import Recovery
app = QApplication([])
document = Document()
keeper = Recovery(document)
document.attempt("Add", lambda design: edits.add(design, ReLU(), (3, 4)))
app.exec()
"""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIATE_STATE", str(tmp_path))


def changed_document() -> Document:
    document = Document(Design(BY_ID["lenet5"].build()))
    document.attempt("Add", lambda design: edits.add(design, ReLU(), (3, 4)))
    return document


def test_an_open_document_is_not_offered_to_others(qtbot: QtBot) -> None:
    document = changed_document()
    keeper = Recovery(document)
    keeper.write()
    assert list(recovery.folder().glob("*.json"))
    assert recovery.find() == []
    keeper.close()
    assert not list(recovery.folder().glob("*.json"))


def test_saving_removes_the_file(qtbot: QtBot, tmp_path: Path) -> None:
    document = changed_document()
    keeper = Recovery(document)
    keeper.write()
    document.save(tmp_path / "net.striate")
    keeper.write()
    assert not list(recovery.folder().glob("*.json"))


def test_a_killed_process_leaves_its_unsaved_network(qtbot: QtBot) -> None:
    child = subprocess.Popen([sys.executable, "-c", EDIT_AND_WAIT])
    try:
        deadline = time.monotonic() + 20
        while not list(recovery.folder().glob("*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    (found,) = recovery.find()
    assert found.path is None
    assert found.design.positions["relu1"] == (3, 4)
    recovery.discard(found)
    assert recovery.find() == []


def test_a_broken_file_is_skipped_and_stays(qtbot: QtBot) -> None:
    recovery.folder().mkdir(parents=True)
    broken = recovery.folder() / "x.json"
    broken.write_text('{"format": "striate.recovery"')
    assert recovery.find() == []
    assert broken.exists()
