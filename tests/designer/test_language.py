"""The language is chosen in the window and spoken from the next start on, in the engine too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QMenu
from pytestqt.qtbot import QtBot

from core import languages
from core.backend.probe import probe
from designer import __main__
from designer.dialogs.language import LanguageDialog, own_name
from designer.preferences import Preferences
from designer.window import Window
from tests.house.tree import ROOT
from tests.support.messages import catalog, written_in
from tests.support.pseudo import LANGUAGE, pseudo, write_catalog
from tests.support.windows import Open, rest

# Opens the window, chooses another language there, and only then starts the engine.
NEXT_START = """
import json, os
from PySide6.QtCore import QTimer
from designer.application import Application

def tell(answer):
    print(json.dumps({"file": file, "engine": answer.sentence}), flush=True)
    os._exit(0)

application = Application([])
window = application.open_window()
file = window.menuBar().actions()[0].text()
application.preferences.language = "en"
window.engine.devices_received.connect(tell)
QTimer.singleShot(0, window.engine.request_devices)
application.exec()
"""


@pytest.fixture
def esperanto(own_state: Path) -> Path:
    """A state folder with a catalogue of what menus and the search for devices say."""
    files = (ROOT / "designer" / "menus.py", ROOT / "core" / "backend" / "probe.py")
    write_catalog(catalog(chain.from_iterable(map(written_in, files))), own_state)
    return own_state


def ask(window: Window, qtbot: QtBot) -> LanguageDialog:
    """What the menu View opens."""
    (view,) = (one for one in window.menuBar().findChildren(QMenu) if one.title() == "&View")
    view.popup(window.mapToGlobal(window.rect().center()))
    qtbot.mouseClick(
        view, Qt.MouseButton.LeftButton,
        pos=view.actionGeometry(window.actions_by_id["language"]).center(),
    )  # fmt: skip
    dialog = window.findChild(LanguageDialog)
    assert dialog is not None
    return dialog


def answer(dialog: LanguageDialog, qtbot: QtBot, button: QDialogButtonBox.StandardButton) -> None:
    qtbot.mouseClick(dialog.buttons.button(button), Qt.MouseButton.LeftButton)


def environment(**more: str) -> dict[str, str]:
    """What a new process is told, where nothing names a language but `more`."""
    unsaid = (languages.VARIABLE, *languages.SYSTEM)
    kept = {name: value for name, value in os.environ.items() if name not in unsaid}
    return {**kept, "PYTHONIOENCODING": "utf-8", **more}


def test_what_is_chosen_is_spoken_after_the_next_start(
    esperanto: Path, open_window: Open, qtbot: QtBot
) -> None:
    window = open_window()
    dialog = ask(window, qtbot)
    words = [dialog.choice.itemText(index) for index in range(dialog.choice.count())]
    assert words == ["System language", "English", "Esperanto"]
    assert dialog.choice.currentText() == "System language"
    qtbot.keyClick(dialog.choice, Qt.Key.Key_End)
    answer(dialog, qtbot, QDialogButtonBox.StandardButton.Ok)
    assert Preferences().language == LANGUAGE

    done = subprocess.run(
        [sys.executable, "-c", NEXT_START], env=environment(), cwd=ROOT, capture_output=True,
        encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said["file"] == pseudo("&File")
    assert said["engine"] != probe().sentence
    assert Preferences().language == "en"  # which that process chose for the start after it


def test_escape_and_cancel_change_nothing(esperanto: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    for leave in (
        lambda one: qtbot.keyClick(one, Qt.Key.Key_Escape),
        lambda one: answer(one, qtbot, QDialogButtonBox.StandardButton.Cancel),
    ):
        dialog = ask(window, qtbot)
        qtbot.keyClick(dialog.choice, Qt.Key.Key_End)
        leave(dialog)
        rest()
    assert Preferences().language == ""


def test_the_environment_comes_first_and_the_dialog_says_so(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "TOLD", "de:fr")
    dialog = ask(open_window(), qtbot)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "at the next start" in said
    assert "STRIATE_LANGUAGE is set to de:fr in the environment" in said


def test_what_cannot_be_kept_is_said(esperanto: Path, open_window: Open, qtbot: QtBot) -> None:
    (esperanto / "language").mkdir()
    window = open_window()
    dialog = ask(window, qtbot)
    answer(dialog, qtbot, QDialogButtonBox.StandardButton.Ok)
    assert "a folder has this name" in window.status.notice.text()


@pytest.mark.parametrize(
    ("name", "own"),
    [("de", "Deutsch"), ("pt_BR", "Português (Brasil)"), ("en_GB", "English"), ("xx", "xx")],
)
def test_a_language_is_called_what_its_speakers_call_it(name: str, own: str) -> None:
    assert own_name(name) == own


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_qt_names_the_languages_of_windows_and_macos(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("LANGUAGE", "")
    __main__.name_languages()
    assert os.environ["LANGUAGE"].split(":") == QLocale.system().uiLanguages()
    monkeypatch.setenv("LANGUAGE", "fr")
    __main__.name_languages()
    assert os.environ["LANGUAGE"] == "fr"
