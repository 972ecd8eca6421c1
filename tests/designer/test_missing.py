"""A project whose data were moved opens, says what is missing, and is led to where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.data.policy import DataPolicy
from core.data.sources import Digits, Folder
from core.data.whereabouts import missing, moved, nearest
from core.design import DataChoice, Design
from core.graph import Graph
from core.layers import Flatten, Input, Linear, Output
from core.project import Project, load, save
from designer.dialogs import questions
from designer.window import Window
from tests.support.windows import Open

LEFT = Qt.MouseButton.LeftButton
WAIT = 60_000  # milliseconds; a limit, never a delay


def pictures(folder: Path, classes: int) -> Path:
    """A folder with three gray pictures of 8 × 8 for each class."""
    random = np.random.default_rng(0)
    for number in range(classes):
        home = folder / f"class{number}"
        home.mkdir(parents=True)
        for item in range(3):
            pixels = random.integers(0, 255, (8, 8), np.uint8)
            Image.fromarray(pixels).save(home / f"{item}.png")
    return folder


def design(folder: Path, classes: int = 2) -> Design:
    graph = Graph()
    before = ""
    for layer in (Input((1, 8, 8)), Flatten(), Linear(classes), Output()):
        id = graph.new_id(type(layer).__name__.lower())
        graph = graph.with_node(layer, id=id)
        graph = graph.with_wire(before, id) if before else graph
        before = id
    return Design(graph, data=DataChoice(Folder(str(folder)), DataPolicy()))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose pictures have been moved from `old` to `new/pictures`."""
    path = tmp_path / "work" / "mine.striate"
    path.parent.mkdir()
    save(path, Project(design(tmp_path / "old" / "pictures")))
    pictures(tmp_path / "new" / "pictures", 2)
    return path


def choose(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[str]:
    """The file dialog gives this folder; what it began with is noted."""
    begun: list[str] = []

    def answer(parent: object, title: str, start: str) -> str:
        begun.append(start)
        return str(folder)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", answer)
    return begun


def test_only_paths_that_lead_nowhere_are_missing(tmp_path: Path) -> None:
    assert missing(Digits()) == ""
    assert missing(Folder("")) == ""
    assert missing(Folder(str(tmp_path))) == ""
    gone = Folder(str(tmp_path / "gone" / "pictures"))
    assert missing(gone) == gone.path
    assert moved(gone, str(tmp_path)) == Folder(str(tmp_path))
    assert nearest(gone.path, None) == tmp_path
    beside = tmp_path / "here" / "pictures"
    beside.mkdir(parents=True)
    assert nearest(gone.path, tmp_path / "here" / "mine.striate") == beside


def test_moved_data_are_said_to_be_missing_found_and_remembered(
    project: Path, tmp_path: Path, open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    assert window.files.load(project)
    bar, panel = window.missing_data.bar, window.data
    old, new = tmp_path / "old" / "pictures", tmp_path / "new" / "pictures"
    assert bar.isVisible()
    assert bar.about.text() == str(old)
    assert bar.about.width() > 200  # it can be read
    begun = choose(monkeypatch, new)
    with qtbot.waitSignal(panel.finder.ended, timeout=WAIT):
        qtbot.mouseClick(bar.button, LEFT)
    assert begun == [str(tmp_path)]  # what is left of the old path
    assert window.document.design.data.source == Folder(str(new))
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: "4 pictures train" in panel.sentence.text(), timeout=WAIT)
    assert not panel.find.isVisible()
    assert window.document.history.undoText() == "Find the data"
    assert window.files.save()
    assert load(project).design.data.source == Folder(str(new))
    window.editing.undo()
    assert window.document.design.data.source == Folder(str(old))
    qtbot.waitUntil(panel.find.isVisible, timeout=WAIT)  # and the panel says so again
    assert str(old) in panel.sentence.text()


@pytest.mark.parametrize(
    ("classes", "reason"),
    [(3, "This folder has 3 classes"), (1, "one class only"), (0, "no readable picture")],
)
def test_a_folder_that_does_not_fit_is_not_taken(
    project: Path,
    tmp_path: Path,
    open_window: Open,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    classes: int,
    reason: str,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(questions, "tell", lambda *words: told.append(words[2]))
    window = open_window()
    assert window.files.load(project)
    before = window.document.design
    other = tmp_path / "other"
    other.mkdir()
    choose(monkeypatch, pictures(other, classes))
    window.docks.show("data")
    qtbot.waitUntil(window.data.find.isVisible, timeout=WAIT)
    with qtbot.waitSignal(window.data.finder.ended, timeout=WAIT):
        qtbot.mouseClick(window.data.find, LEFT)
    assert reason in told[0]
    assert window.document.design is before
    assert window.missing_data.bar.isVisible()
    qtbot.waitUntil(window.data.find.isVisible, timeout=WAIT)


def test_the_notice_can_wait_and_does_not_follow_to_another_project(
    project: Path, window: Window, qtbot: QtBot
) -> None:
    assert not window.missing_data.bar.isVisible()
    window.files.load(project)
    qtbot.mouseClick(window.missing_data.bar.cross, LEFT)
    assert not window.missing_data.bar.isVisible()
    window.files.load(project)
    assert window.missing_data.bar.isVisible()
    window.files.start("lenet5")
    assert not window.missing_data.bar.isVisible()
