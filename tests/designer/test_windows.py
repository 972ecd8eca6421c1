"""Several windows: each with its own network and engine, listed in the Window menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core import project
from core.project import Project
from designer.application import Application
from designer.document import edits
from designer.preferences import Preferences
from designer.window import Window
from tests.support.windows import Open


@pytest.fixture
def windows(open_window: Open) -> list[Window]:
    """Those that the application's own method for one more window opens."""
    found: list[Window] = []

    class Few:
        windows = found

        def open_window(self) -> Window:
            window = open_window()
            found.append(window)
            window.files.window_wanted.connect(
                lambda path: Application._open_another(self, path)  # type: ignore[arg-type]
            )
            return window

    Few().open_window().files.start("lenet5")
    return found


def entries(window: Window) -> list[str]:
    menu = next(one for one in window.menuBar().findChildren(QMenu) if one.title() == "&Window")
    menu.aboutToShow.emit()
    return [one.text() for one in menu.actions()[3:]]


def test_a_new_window_has_its_own_network(windows: list[Window], qtbot: QtBot) -> None:
    first = windows[0]
    first.actions_by_id["new_window"].trigger()
    second = windows[1]
    second.files.start("largenet")
    second.document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    assert len(first.document.design.graph.nodes) == 14
    assert not first.isWindowModified()
    assert first.engine is not second.engine
    assert entries(first) == ["&1  LargeNet* – Striate", "&2  LeNet-5 – Striate"]


def test_a_project_opens_in_a_window_of_its_own(
    windows: list[Window], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = windows[0].document.design
    path = tmp_path / "other.striate"
    project.save(path, Project(design))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    windows[0].actions_by_id["open_beside"].trigger()
    assert windows[1].document.path == path
    assert windows[0].document.path is None
    assert "share this computer" in windows[1].status.notice.text()


def test_the_menu_brings_a_window_to_the_front(windows: list[Window], qtbot: QtBot) -> None:
    first = windows[0]
    first.actions_by_id["new_window"].trigger()
    second = windows[1]
    second.activateWindow()
    qtbot.waitUntil(second.isActiveWindow)
    entries(second)
    menu = next(one for one in second.menuBar().findChildren(QMenu) if one.title() == "&Window")
    next(one for one in menu.actions() if "LeNet-5" in one.text()).trigger()
    qtbot.waitUntil(first.isActiveWindow)


def test_a_closed_window_is_no_longer_listed(windows: list[Window]) -> None:
    windows[0].actions_by_id["new_window"].trigger()
    assert len(entries(windows[0])) == 2
    windows[1].close()
    assert len(entries(windows[0])) == 1


def test_a_closed_window_is_gone_for_good(qtbot: QtBot, own_state: Path) -> None:
    """Its widgets would be drawn anew with every change of the look, for nobody."""

    class Few:
        open_window, _open_another = Application.open_window, Application._open_another
        _let_go = Application._let_go

        def __init__(self) -> None:
            self.windows: list[Window] = []
            self.preferences = Preferences()

    few = Few()
    window = few.open_window()  # type: ignore[misc]
    window.files.start("lenet5")
    assert few.windows == [window]
    window.close()
    qtbot.waitUntil(lambda: not isValid(window))
    assert not few.windows
