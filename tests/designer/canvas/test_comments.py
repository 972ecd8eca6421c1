"""Comments: written, moved, changed and deleted on the canvas; part of the design and its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core import project
from core.comments import LONGEST, Comment
from core.design import Design
from core.files import FileError
from core.graph import chain
from core.layers import Input
from designer.canvas import pictures
from designer.canvas.comment_item import CommentItem
from designer.canvas.ink import Ink
from designer.document import commenting
from designer.document.edits import EditError
from designer.theme import font, theme
from designer.tokens import Tokens
from tests.designer.canvas.conftest import Hands

CTRL = Qt.KeyboardModifier.ControlModifier


# ---- the value --------------------------------------------------------------------------


def test_comments_are_written_changed_and_erased() -> None:
    design = commenting.write(Design(), "  why 5×5? ", (8, 16))
    assert design.comments == {"comment1": Comment("comment1", "why 5×5?", (8, 16))}
    design = commenting.rewrite(design, "comment1", "because")
    assert design.comments["comment1"].text == "because"
    assert commenting.erase(design, "comment1").comments == {}
    assert commenting.write(Design(), "   ", (0, 0)) == Design()


def test_a_comment_has_an_end() -> None:
    with pytest.raises(EditError, match="at most 2,000 characters, this one has 2,001"):
        commenting.write(Design(), "x" * (LONGEST + 1), (0, 0))


def test_comments_are_saved_and_a_design_without_any_has_no_field(tmp_path: Path) -> None:
    path = tmp_path / "a.striate"
    design = commenting.write(Design(chain(Input())), "Größe\nzwei Zeilen", (-8, 24))
    project.save(path, project.Project(design))
    first = path.read_bytes()
    found = project.load(path)
    assert found.design == design
    project.save(path, found)
    assert path.read_bytes() == first
    assert "comments" not in project.design_to_json(Design())


@pytest.mark.parametrize(
    ("comments", "words"),
    [
        ("text", "comments: a list is expected"),
        ([7], "comment 1: an object is expected"),
        ([{"id": "a", "text": "x"}], 'the field "position" is missing'),
        ([{"id": "a", "text": 3, "position": [0, 0]}], "a: text: text is expected"),
        ([{"id": "a", "text": "x", "position": [0]}], "two whole numbers"),
        ([{"id": "a", "text": "x" * 2001, "position": [0, 0]}], "at most 2000 characters"),
        ([{"id": "a", "text": "x", "position": [0, 0], "by": "me"}], "there is no field 'by'"),
    ],
)
def test_bad_comments_in_a_file_are_one_sentence(comments: object, words: str) -> None:
    data = {**project.design_to_json(Design()), "comments": comments}
    with pytest.raises(FileError, match=words):
        project.design_from_json(data)


# ---- the canvas -------------------------------------------------------------------------


def test_line_ends_of_a_comment_are_kept(hands: Hands) -> None:
    ink = Ink(theme.tokens)

    def height(text: str) -> float:
        return CommentItem(Comment("a", text, (0, 0)), ink).box.height()

    line = QFontMetricsF(font(Tokens.BODY)).lineSpacing()
    assert height("a\nb\nc\nd\ne") - height("a\nb\nc") == pytest.approx(2 * line, abs=1.0)
    assert height("a\n\nb\nc") == height("a\nb\nc\nd")


def write(hands: Hands, text: str) -> None:
    hands.view.comments.write(hands.view.mapToScene(hands.ground()))
    field = hands.view.comments.field
    assert field is not None
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    QApplication.processEvents()


def paper(hands: Hands) -> QPoint:
    """A point on the first comment."""
    box = hands.view.comments.items["comment1"].box
    return hands.view.mapFromScene(box.topLeft()) + QPoint(8, 8)


def test_a_comment_is_written_where_the_mouse_is_and_undone(hands: Hands) -> None:
    write(hands, "look here")
    (comment,) = hands.document.design.comments.values()
    assert comment.text == "look here"
    assert hands.document.history.undoText() == "Comment"
    assert hands.view.comments.field is None
    hands.document.history.undo()
    assert not hands.view.comments.items
    hands.document.history.redo()
    assert list(hands.view.comments.items) == ["comment1"]


def test_nothing_written_and_escape_are_no_step(hands: Hands) -> None:
    write(hands, "")
    hands.view.comments.write(hands.view.mapToScene(hands.ground()))
    field = hands.view.comments.field
    assert field is not None
    QTest.keyClicks(field, "no")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not hands.document.modified


def test_a_comment_is_dragged_on_the_grid_and_deleted(hands: Hands) -> None:
    write(hands, "move me")
    x, y = hands.document.design.comments["comment1"].at
    start = paper(hands)
    zoom = hands.view.zoom
    hands.drag(start, start + QPoint(round(40 * zoom), round(24 * zoom)))
    assert hands.document.design.comments["comment1"].at == (x + 40, y + 24)
    assert hands.document.history.undoText() == "Move comment"
    assert hands.document.selected_comments == ("comment1",)
    hands.key(Qt.Key.Key_Delete)
    assert not hands.document.design.comments
    hands.document.history.undo()
    assert hands.document.design.comments["comment1"].at == (x + 40, y + 24)


def test_selecting_a_node_lets_the_comment_go(hands: Hands) -> None:
    write(hands, "one of us")
    hands.click(hands.node("conv1"))
    hands.click(paper(hands))
    assert hands.document.selection == ()
    assert hands.view.comments.items["comment1"].chosen
    hands.click(hands.node("conv1"))
    assert not hands.view.comments.items["comment1"].chosen
    hands.key(Qt.Key.Key_Delete)
    assert "comment1" in hands.document.design.comments


def test_double_click_changes_a_comment_and_a_click_elsewhere_keeps_it(hands: Hands) -> None:
    write(hands, "old")
    QTest.mouseDClick(hands.view.viewport(), Qt.MouseButton.LeftButton, pos=paper(hands))
    field = hands.view.comments.field
    assert field is not None
    QTest.keyClicks(field, "new")  # the old text is selected
    field.end(keep=True)
    assert hands.document.design.comments["comment1"].text == "new"
    assert hands.document.history.undoText() == "Change comment"


def test_pictures_hold_comments_whole(hands: Hands) -> None:
    before = pictures.picture(hands.scene, scale=1.0).size()
    write(hands, "in the picture")
    hands.document.attempt("x", lambda d: commenting.shift(d, "comment1", (-900, 0)))
    after = pictures.picture(hands.scene, scale=1.0).size()
    assert after.width() > before.width() + 400


def test_another_document_brings_its_own_comments(hands: Hands) -> None:
    write(hands, "mine")
    hands.document.new(commenting.write(Design(chain(Input())), "theirs", (0, 200)))
    (item,) = hands.view.comments.items.values()
    assert item.scene() is hands.scene
    assert hands.document.design.comments["comment1"].text == "theirs"
