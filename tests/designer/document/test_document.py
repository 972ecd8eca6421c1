"""The document: undo, merging, selection, saving, and who is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.design import Design
from core.files import FileError
from core.layers import ReLU
from core.zoo import BY_ID
from designer.document import edits, history
from designer.document.change import Change
from designer.document.document import Document


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(Design(BY_ID["lenet5"].build()))


def set_filters(document: Document, filters: object, merge: str = "") -> bool:
    return document.attempt(
        "Filters",
        lambda design: edits.set_settings(design, ["conv1"], {"out_channels": filters}),
        merge=merge,
    )


def test_a_change_names_what_differs_and_nothing_else(document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignal(document.design_changed) as signal:
        set_filters(document, 8)
    change: Change = signal.args[0]
    assert change.changed == {"conv1"}
    assert change.inferred == {"conv1", "relu1", "pool1", "conv2"}
    assert not change.added | change.removed | change.moved
    assert not change.plan


def test_undo_and_redo_restore_equal_designs(document: Document) -> None:
    before = document.design
    set_filters(document, 8)
    after = document.design
    document.history.undo()
    assert document.design == before
    document.history.redo()
    assert document.design == after


def test_typing_in_one_field_is_one_step(document: Document) -> None:
    for filters in (1, 12, 128):
        set_filters(document, filters, merge="conv1.out_channels")
    assert document.history.count() == 1
    document.history.undo()
    assert document.design.graph["conv1"].layer.out_channels == 6


def test_typing_back_leaves_nothing_to_undo(document: Document) -> None:
    set_filters(document, 8, merge="a")
    set_filters(document, 6, merge="a")
    assert document.history.count() == 0
    assert not document.modified


def test_a_new_selection_ends_merging(document: Document) -> None:
    set_filters(document, 8, merge="a")
    document.select(["relu1"])
    set_filters(document, 9, merge="a")
    assert document.history.count() == 2


def test_a_refused_edit_says_why_and_changes_nothing(document: Document, qtbot: QtBot) -> None:
    before = document.design
    with qtbot.waitSignal(document.refused) as signal:
        assert not set_filters(document, 0)
    assert signal.args == ["Out channels: 1 or more is expected, 0 came."]
    assert document.design is before


def test_new_nodes_are_selected_and_undo_forgets_them(document: Document) -> None:
    document.attempt("Add", lambda design: edits.add(design, ReLU(), (0, 0)))
    assert document.selection == ("relu5",)
    document.history.undo()
    assert document.selection == ()


def test_undo_of_a_delete_selects_what_came_back(document: Document) -> None:
    document.attempt("Delete", lambda design: edits.delete(design, ["pool1"]))
    document.history.undo()
    assert document.selection == ("pool1",)


def test_save_and_open_keep_design_and_uuid(document: Document, tmp_path: Path) -> None:
    set_filters(document, 8)
    uuid, path = document.uuid, tmp_path / "net.striate"
    document.save(path)
    assert not document.modified
    assert document.uuid == uuid  # the first save keeps it, so that runs can follow
    other = Document()
    assert other.open(path) == ""
    assert (other.design, other.uuid, other.path) == (document.design, uuid, path)


def test_save_as_makes_a_project_of_its_own(document: Document, tmp_path: Path) -> None:
    document.save(tmp_path / "a.striate")
    first = document.uuid
    document.save(tmp_path / "b.striate")
    assert document.uuid != first


def test_a_failed_open_leaves_the_document(document: Document, tmp_path: Path) -> None:
    (tmp_path / "bad.striate").write_text("nothing")
    before = document.design
    with pytest.raises(FileError):
        document.open(tmp_path / "bad.striate")
    assert document.design is before


def test_undo_back_to_the_saved_design_is_unmodified(document: Document, tmp_path: Path) -> None:
    document.save(tmp_path / "a.striate")
    set_filters(document, 8)
    assert document.modified
    document.history.undo()
    assert not document.modified


def test_the_history_holds_to_its_budget() -> None:
    small, huge = Design(BY_ID["lenet5"].build()), Design(BY_ID["resnet-small"].build())
    assert history.steps_that_fit(small) * history.PER_NODE * 14 <= history.BUDGET
    assert history.steps_that_fit(huge) >= 100
