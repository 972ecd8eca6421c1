"""Figures through the window: the dialog, the files, and pictures that are networks again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from core import project
from designer.dialogs import questions
from designer.figures.dialog import FigureDialog
from designer.figures.figure import figure_of
from designer.figures.look import FigureLook
from designer.figures.write import bytes_of, image_of
from designer.window import Window

LEFT = Qt.MouseButton.LeftButton


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def in_dialog(window: Window, act: Callable[[FigureDialog], None]) -> None:
    """Open the figure dialog by its action and act in it as a person would."""
    done = []

    def reached() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FigureDialog)
        act(dialog)
        done.append(True)

    QTimer.singleShot(0, window, reached)
    window.actions_by_id["figure"].trigger()
    assert done


def drop(window: Window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, data, LEFT, none))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the window said in a box."""
    found: list[str] = []
    monkeypatch.setattr(questions, "tell", lambda _, *words: found.append(": ".join(words)))
    return found


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_figure_is_chosen_seen_and_written(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / f"net.{kind}"
    choose(monkeypatch, path)

    def act(dialog: FigureDialog) -> None:
        before = dialog.figure
        qtbot.keyClicks(dialog.caption, "LeNet-5, 1998")
        assert dialog.figure.size.height() > before.size.height()
        dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
        assert dialog.carrying.isEnabled() == (kind != "pdf")
        qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Save), LEFT)

    in_dialog(window, act)
    data = path.read_bytes()
    if kind == "pdf":
        assert data.startswith(b"%PDF-")
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
        assert box is not None
        assert float(box[1]) > 1.5 * float(box[2])
    elif kind == "svg":
        texts = {"".join(one.itertext()).strip() for one in ElementTree.fromstring(data).iter()}
        assert {"28 × 28 × 6", "LeNet-5, 1998"} <= texts
    if kind != "pdf":
        assert project.load(path).design == window.document.design
    assert str(path) in window.status.notice.text()


def test_a_figure_need_not_hold_the_project(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "net.svg")

    def act(dialog: FigureDialog) -> None:
        qtbot.keyClick(dialog.carrying, Qt.Key.Key_Space)
        dialog.accept()

    in_dialog(window, act)
    assert b"striate:project" not in (tmp_path / "net.svg").read_bytes()


def test_switches_change_the_preview_and_cancel_writes_nothing(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "net.svg")

    def act(dialog: FigureDialog) -> None:
        seen = [image_of(dialog.figure, scale=1)]
        for name in ("names", "settings", "sizes", "every", "linear"):
            qtbot.keyClick(dialog.switches[name], Qt.Key.Key_Space)
            seen.append(image_of(dialog.figure, scale=1))
        dialog.style_box.setCurrentIndex(1)
        seen.append(image_of(dialog.figure, scale=1))
        dialog.ground.setCurrentIndex(1)
        seen.append(image_of(dialog.figure, scale=1))
        dialog.style_box.setCurrentIndex(2)
        assert not any(box.isEnabled() for box in dialog.switches.values())
        assert all(a != b for i, a in enumerate(seen) for b in seen[:i])
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    in_dialog(window, act)
    assert not list(tmp_path.glob("net*"))


@pytest.mark.parametrize("name", ["picture", "drawing"])
def test_a_dropped_picture_is_the_network_again(
    window: Window,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: list[str],
    name: str,
) -> None:
    path = tmp_path / ("net.png" if name == "picture" else "net.svg")
    choose(monkeypatch, path)
    window.document.select(["conv1"])
    window.actions_by_id[name].trigger()
    before, design = path.read_bytes(), window.document.design
    window.files.start("largenet")
    drop(window, path)
    assert window.document.design == design
    assert window.document.path is None
    assert window.isWindowModified()
    assert window.windowTitle().startswith("net")
    assert path.read_bytes() == before
    assert not told


def test_a_foreign_or_broken_picture_is_refused_in_words(
    window: Window, tmp_path: Path, told: list[str]
) -> None:
    design = window.document.design
    cat = tmp_path / "cat.png"
    QImage(4, 4, QImage.Format.Format_RGB32).save(str(cat))
    (tmp_path / "torn.png").write_bytes(cat.read_bytes()[:-20])
    for name in ("cat.png", "torn.png", "gone.svg"):
        window.files.load(tmp_path / name)
    assert window.document.design == design
    assert [one.count("\n") for one in told] == [0, 0, 0]
    assert "carries no Striate project" in told[0]
    assert "damaged" in told[1]
    assert "does not exist" in told[2]


def test_a_place_that_cannot_be_written_is_told(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    choose(monkeypatch, tmp_path / "no" / "net.svg")
    window.actions_by_id["drawing"].trigger()
    assert "its folder does not exist" in told[0]


def test_the_canvas_figure_shows_no_selection_and_its_own_colors(window: Window) -> None:
    design = window.canvas.pinned(window.document.design)
    light = image_of(figure_of(design, FigureLook(style="canvas")), scale=1)
    window.document.select(["conv1"])
    assert image_of(figure_of(design, FigureLook(style="canvas")), scale=1) == light
    dark = image_of(figure_of(design, FigureLook(style="canvas", dark=True)), scale=1)
    assert dark.size() == light.size()
    assert dark.pixelColor(2, 2).lightness() < 60 < 200 < light.pixelColor(2, 2).lightness()


def test_fonts_are_used(window: Window) -> None:
    design = window.canvas.pinned(window.document.design)
    for style in ("canvas", "blocks"):
        look = FigureLook(style=style, family="DejaVu Serif")
        assert b'font-family="DejaVu Serif"' in bytes_of(figure_of(design, look), "svg", title="n")
