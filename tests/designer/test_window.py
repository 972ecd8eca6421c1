"""The window: keys, files, layout, look, and what a crash or a close must not lose."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.design import Design
from core.zoo import BY_ID
from designer import actions
from designer.application import offer_recovery
from designer.dialogs import questions
from designer.dialogs.recover import RecoverDialog
from designer.document import edits, recovery
from designer.document.document import Document
from designer.document.recovery import Recovery
from designer.preferences import Preferences
from designer.theme import theme
from designer.window import Window
from tests.support.windows import Open

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def count(window: Window) -> int:
    return len(window.document.design.graph.nodes)


def press(
    window: Window,
    qtbot: QtBot,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, key, modifier)


# ---- keys -------------------------------------------------------------------------------


def test_no_key_is_given_twice() -> None:
    keys = [QKeySequence(key).toString() for row in actions.TABLE for key in row.keys]
    assert len(keys) == len(set(keys))
    assert len({row.id for row in actions.TABLE}) == len(actions.TABLE)


@pytest.mark.parametrize("redo", [(Qt.Key.Key_Y, CTRL), (Qt.Key.Key_Z, CTRL | SHIFT)])
def test_delete_undo_and_redo_by_keys(
    window: Window, qtbot: QtBot, redo: tuple[Qt.Key, Qt.KeyboardModifier]
) -> None:
    window.document.select(["pool1"])
    press(window, qtbot, Qt.Key.Key_Delete)
    assert count(window) == 13
    assert window.document.design.graph.inputs_of("conv2") == ("relu1",)
    press(window, qtbot, Qt.Key.Key_Z, CTRL)
    assert count(window) == 14
    press(window, qtbot, *redo)
    assert count(window) == 13


def test_cut_copy_paste_and_duplicate_by_keys(window: Window, qtbot: QtBot) -> None:
    window.document.select(["conv1", "relu1"])
    press(window, qtbot, Qt.Key.Key_C, CTRL)
    press(window, qtbot, Qt.Key.Key_V, CTRL)
    assert count(window) == 16
    conv, relu = window.document.selection
    assert window.document.design.graph.inputs_of(relu) == (conv,)
    press(window, qtbot, Qt.Key.Key_D, CTRL)
    assert count(window) == 18
    press(window, qtbot, Qt.Key.Key_X, CTRL)
    assert count(window) == 16
    press(window, qtbot, Qt.Key.Key_V, CTRL | SHIFT)
    assert count(window) == 18


def test_paste_keeps_incoming_wires_with_shift(window: Window, qtbot: QtBot) -> None:
    window.document.select(["relu1"])
    press(window, qtbot, Qt.Key.Key_C, CTRL)
    press(window, qtbot, Qt.Key.Key_V, CTRL | SHIFT)
    (new,) = window.document.selection
    assert window.document.design.graph.inputs_of(new) == ("conv1",)


def test_a_foreign_clipboard_is_refused_in_words(window: Window, qtbot: QtBot) -> None:
    from PySide6.QtGui import QGuiApplication

    QGuiApplication.clipboard().setText("a shopping list")
    press(window, qtbot, Qt.Key.Key_V, CTRL)
    assert "holds no layers" in window.status.notice.text()
    assert count(window) == 14


def test_every_command_is_found_by_name(window: Window, qtbot: QtBot) -> None:
    window.document.select(["conv1"])
    press(window, qtbot, Qt.Key.Key_K, CTRL)
    chooser = window.search.open_chooser
    assert chooser is not None
    qtbot.keyClicks(chooser.search, "duplicate")
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert count(window) == 15


# ---- pages, layout, look ----------------------------------------------------------------


def test_one_click_on_a_template_opens_a_working_network(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    assert not window.pages.working
    card = next(card for card in window.welcome.cards if card.objectName() == "largenet")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert window.pages.working
    assert window.document.inference.ok
    assert window.windowTitle() == "LargeNet[*] – Striate"


def test_canvas_only_hides_everything_and_brings_it_back(window: Window) -> None:
    before = {name for name, dock in window.docks.docks.items() if not dock.isHidden()}
    window.actions_by_id["canvas_only"].setChecked(True)
    assert all(dock.isHidden() for dock in window.docks.docks.values())
    assert window.tools.isHidden()
    window.actions_by_id["canvas_only"].setChecked(False)
    after = {name for name, dock in window.docks.docks.items() if not dock.isHidden()}
    assert after == before > {"training", "properties"}


def test_canvas_only_waits_for_the_next_network(window: Window) -> None:
    window.actions_by_id["canvas_only"].setChecked(True)
    assert window.menuBar().isHidden()
    window.files.new()
    assert not window.menuBar().isHidden()  # of the welcome page
    window.files.start("lenet5")
    assert window.menuBar().isHidden()
    assert window.tools.isHidden()
    assert all(dock.isHidden() for dock in window.docks.docks.values())
    window.actions_by_id["canvas_only"].setChecked(False)
    assert not window.menuBar().isHidden()
    assert not window.docks.docks["layers"].isHidden()


def test_hidden_panels_stay_hidden_at_the_next_start(open_window: Open) -> None:
    first = open_window()
    first.files.start("lenet5")
    first.docks.docks["summary"].close()
    first.docks.show("history")
    first.close()
    second = open_window()
    second.files.start("lenet5")
    assert second.docks.docks["summary"].isHidden()
    assert second.docks.is_open("history")
    second.actions_by_id["layout"].trigger()
    assert not second.docks.docks["summary"].isHidden()
    assert not second.docks.is_open("history")


@pytest.mark.parametrize("width", [1000, 1280, 1920])
def test_the_window_fits_its_width(window: Window, qtbot: QtBot, width: int) -> None:
    window.resize(width, 800)
    qtbot.waitUntil(lambda: window.width() == width)
    assert window.minimumSizeHint().width() <= 1000
    assert window.canvas.width() > 300


def test_the_look_is_switched_and_remembered(window: Window) -> None:
    window.display.choose_look("dark")
    assert theme.tokens.name == "dark"
    assert Preferences().look == "dark"
    window.display.choose_look("light")


# ---- files ------------------------------------------------------------------------------


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))


def test_save_open_dirty_mark_and_recent(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "mine")
    window.document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    assert window.isWindowModified()
    window.actions_by_id["save"].trigger()
    assert not window.isWindowModified()
    assert window.windowTitle() == "mine[*] – Striate"
    assert window.preferences.recent == [tmp_path / "mine.striate"]
    saved = window.document.design
    window.files.start("largenet")
    choose(monkeypatch, tmp_path / "mine.striate")
    window.actions_by_id["open"].trigger()
    assert window.document.design == saved


def test_a_file_that_is_no_project_is_refused_and_the_network_stays(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(questions, "tell", lambda _, heading, sentence: told.append(sentence))
    (tmp_path / "bad.striate").write_text("hello")
    before = window.document.design
    assert not window.files.load(tmp_path / "bad.striate")
    assert window.document.design is before
    assert "bad.striate" in told[0]


@pytest.mark.parametrize(("answer", "closes"), [("cancel", False), ("discard", True)])
def test_closing_asks_for_unsaved_changes(
    window: Window, monkeypatch: pytest.MonkeyPatch, answer: str, closes: bool
) -> None:
    monkeypatch.setattr(questions, "save_changes", lambda *_: answer)
    window.document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    assert window.close() is closes


def test_pictures_are_written(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "net")
    window.actions_by_id["picture"].trigger()
    window.actions_by_id["drawing"].trigger()
    assert (tmp_path / "net.png").stat().st_size > 1000
    assert "<svg" in (tmp_path / "net.svg").read_text()


# ---- after a crash ----------------------------------------------------------------------


def leave_behind() -> Design:
    """What a killed window leaves: a recovery file whose process is gone."""
    design = Design(BY_ID["largenet"].build())
    child = os.fork()
    if child == 0:
        document = Document(design)
        document.new(design, modified=True)
        Recovery(document).write()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    return design


@pytest.mark.parametrize("answer", ["restore", "discard", "later"])
def test_a_crash_is_offered_back(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    window = open_window()
    design = leave_behind()

    def choose_answer(dialog: RecoverDialog) -> int:
        dialog.answer = answer  # type: ignore[assignment]
        return 0

    monkeypatch.setattr(RecoverDialog, "exec", choose_answer)
    offer_recovery(window)
    if answer == "restore":
        assert window.document.design == design
        assert window.isWindowModified()
    assert len(recovery.find()) == (1 if answer == "later" else 0)
