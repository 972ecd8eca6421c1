"""Comparing through the window: words and rows follow every edit until the comparison ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core import project
from core.project import Project
from designer.canvas.geometry import Box, node_box
from designer.canvas.hit import GroundHit
from designer.dialogs import questions
from designer.document import edits
from designer.window import Window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def compared(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    """LeNet-5 beside itself, as a file."""
    path = tmp_path / "older.striate"
    project.save(path, Project(window.document.design))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.actions_by_id["compare"].trigger()
    return window


def told(window: Window) -> dict[str, str]:
    nodes = window.canvas.network.nodes
    return {id: item.difference for id, item in nodes.items() if item.difference}


def rows(window: Window) -> list[tuple[str, ...]]:
    tree = window.comparison.rows
    items = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    return [tuple(item.text(column) for column in range(3)) for item in items]


def test_the_same_network_says_so(compared: Window) -> None:
    assert compared.comparison.heading.text() == "The network is the same as in older"
    assert not told(compared)
    assert not rows(compared)


def test_edits_are_marked_and_undone_marks_go(compared: Window) -> None:
    document = compared.document
    document.attempt("x", lambda d: edits.set_settings(d, ["conv2"], {"out_channels": 32}))
    document.attempt("x", lambda d: edits.delete(d, ["relu3"]))
    assert told(compared) == {"conv2": "≠ 16 → 32", "linear2": "− relu3 gone"}
    assert ("≠ conv2: filters", "16", "32") in rows(compared)
    assert ("− relu3", "ReLU", "") in rows(compared)
    document.history.undo()
    document.history.undo()
    assert not told(compared)


def boxes(window: Window) -> list[Box]:
    return [node_box(place) for place in window.canvas.network.places.values()]


def test_what_was_removed_is_a_ghost_where_it_lay(compared: Window) -> None:
    document, ghosts = compared.document, compared.comparing.ghosts
    where = dict(compared.canvas.network.places)
    assert ghosts.shown == {}
    document.select(["pool1", "relu3"])
    compared.editing.delete()
    assert ghosts.shown == {"pool1": where["pool1"], "relu3": where["relu3"]}
    spot = QPointF(where["pool1"][0] + 20, where["pool1"][1] + 20)  # beside the wire
    at = compared.canvas.mapFromScene(spot)
    assert isinstance(compared.canvas._pointer.under(QPointF(at)), GroundHit)  # only seen
    before = compared.canvas.grab().toImage()
    document.history.undo()
    assert ghosts.shown == {}
    document.history.redo()
    compared.comparing.ghosts.clear()
    area = compared.canvas.mapFromScene(QRectF(*where["pool1"], 192, 56)).boundingRect()
    after = compared.canvas.grab().toImage()
    assert before.copy(area) != after.copy(area)  # it was painted


def test_a_ghost_keeps_beside_its_neighbors_and_off_all_others(compared: Window) -> None:
    document, ghosts = compared.document, compared.comparing.ghosts
    where = dict(compared.canvas.network.places)
    document.attempt("x", lambda d: edits.delete(d, ["pool1"]))
    moved = {id: (x + 400, y + 40) for id, (x, y) in where.items() if id != "pool1"}
    document.attempt("x", lambda d: edits.move(d, moved))
    assert ghosts.shown == {"pool1": (where["pool1"][0] + 400, where["pool1"][1] + 40)}
    document.attempt("x", lambda d: edits.move(d, {"conv2": ghosts.shown["pool1"]}))
    ghost = node_box(ghosts.shown["pool1"])
    assert not any(ghost.meets(box) for box in boxes(compared))


def test_what_lay_in_a_folded_group_is_no_ghost(compared: Window) -> None:
    document, ghosts = compared.document, compared.comparing.ghosts
    document.select(["conv1", "relu1", "pool1"])
    compared.actions_by_id["group"].trigger()
    (group,) = document.design.groups.by_id
    compared.comparing.begin(document.design, "grouped")
    document.attempt("x", lambda d: edits.delete(d, ["relu1"]))
    assert ghosts.shown == {}
    document.select([group])
    compared.actions_by_id["switch_group"].trigger()
    assert set(ghosts.shown) == {"relu1"}
    assert not any(node_box(ghosts.shown["relu1"]).meets(box) for box in boxes(compared))


def test_a_click_on_a_row_selects_the_layer(compared: Window, qtbot: QtBot) -> None:
    compared.document.attempt("x", lambda d: edits.rename(d, "conv2", "second"))
    compared.document.select(())
    tree = compared.comparison.rows
    place = tree.visualItemRect(tree.topLevelItem(0)).center()
    qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
    assert compared.document.selection == ("conv2",)


def test_a_collapsed_group_counts_what_changed_in_it(compared: Window) -> None:
    compared.document.attempt("x", lambda d: edits.set_settings(d, ["conv2"], {"bias": False}))
    compared.document.attempt("x", lambda d: edits.rename(d, "relu2", "other"))
    compared.document.select(["conv2", "relu2"])
    compared.actions_by_id["group"].trigger()
    (group,) = compared.document.design.groups.by_id
    assert told(compared) == {group: "≠ 2 changes"}


def test_the_comparison_ends_by_its_button_and_with_the_document(
    compared: Window, qtbot: QtBot
) -> None:
    document = compared.document
    document.attempt("x", lambda d: edits.delete(d, ["relu3"]))
    assert compared.comparing.ghosts.shown
    compared.comparing.end()
    assert not compared.comparing.ghosts.shown
    assert not told(compared)
    document.attempt("x", lambda d: edits.delete(d, ["relu2"]))
    assert not told(compared)
    compared.actions_by_id["compare"].trigger()
    assert told(compared)
    compared.files.start("largenet")
    assert compared.comparing.comparison is None
    assert not compared.comparing.ghosts.shown
    assert not told(compared)


def test_without_a_run_that_is_said(window: Window) -> None:
    window.actions_by_id["compare_run"].trigger()
    assert "train the network first" in window.status.notice.text()


def test_a_file_that_is_no_project_is_told(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(questions, "tell", lambda _, heading, sentence: told.append(sentence))
    (tmp_path / "bad.striate").write_text("x")
    bad = str(tmp_path / "bad.striate")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (bad, ""))
    window.actions_by_id["compare"].trigger()
    assert "not a Striate project" in told[0]
    assert window.comparing.comparison is None
