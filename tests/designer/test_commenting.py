"""Comments as first-class items: selected, moved, copied, lined up and deleted with layers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.comments import Comment
from core.design import Design
from core.flow import Direction
from core.graph import Graph, Node, chain
from core.layers import Conv2d, Input, ReLU
from core.project import design_from_json, design_to_json
from designer.canvas.company import kept_beside
from designer.canvas.geometry import Box
from designer.document import commenting, edits, grouping, lineup
from designer.document.clip import clip_of, from_text, to_text
from designer.menus import context_menu
from designer.window import Window
from tests.support.robot import CTRL, SHIFT, Robot

Key = Qt.Key
CHAIN = chain(Input((1, 12, 12)), Conv2d(4), ReLU())


@pytest.fixture
def robot(window: Window) -> Robot:
    """input1, conv1 and relu1 below each other, and two comments at their right."""
    design = Design(CHAIN, {"input1": (0, 0), "conv1": (0, 104), "relu1": (0, 208)})
    design = commenting.write(design, "what comes in", (240, 0))
    window.document.new(commenting.write(design, "edges", (240, 104)))
    QApplication.processEvents()
    return Robot(window)


def comments(robot: Robot) -> dict[str, tuple[int, int]]:
    return {id: one.at for id, one in robot.window.document.design.comments.items()}


def test_a_band_takes_layers_and_comments_and_arrows_move_both(robot: Robot) -> None:
    document = robot.window.document
    robot.drag(robot.at(-60, 90), robot.at(300, 180))
    assert document.selection == ("conv1",)
    assert document.selected_comments == ("comment2",)
    items = robot.canvas.comments.items
    assert (items["comment1"].chosen, items["comment2"].chosen) == (False, True)
    robot.press(Key.Key_Right)
    robot.press(Key.Key_Down, SHIFT)
    assert document.design.positions["conv1"] == (8, 144)
    assert comments(robot) == {"comment1": (240, 0), "comment2": (248, 144)}
    robot.window.editing.undo()
    assert comments(robot)["comment2"] == (240, 104)
    assert document.design.positions["conv1"] == (0, 104)


def test_layers_and_comments_are_dragged_together(robot: Robot) -> None:
    document = robot.window.document
    robot.click_node("conv1")
    note = robot.at(260, 20)
    QTest.mouseClick(robot.canvas.viewport(), Qt.MouseButton.LeftButton, SHIFT, note)
    assert (document.selection, document.selected_comments) == (("conv1",), ("comment1",))
    robot.drag(note, note + QPoint(round(80 * robot.canvas.zoom), 0))
    assert comments(robot) == {"comment1": (320, 0), "comment2": (240, 104)}
    assert document.design.positions["conv1"] == (80, 104)
    assert document.history.undoText() == "Move conv1 and a comment"
    QTest.mouseClick(robot.canvas.viewport(), Qt.MouseButton.LeftButton, SHIFT, robot.at(340, 20))
    assert document.selected_comments == ()


def test_escape_leaves_a_dragged_comment_where_it_was(robot: Robot) -> None:
    viewport, start = robot.canvas.viewport(), robot.at(260, 20)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(60, 60))
    assert robot.canvas.comments.items["comment1"].pos().toTuple() != (240, 0)
    robot.press(Key.Key_Escape)
    assert robot.canvas.comments.items["comment1"].pos().toTuple() == (240, 0)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    assert not robot.window.document.modified


def test_cut_and_paste_and_duplicate_take_comments_along(robot: Robot) -> None:
    document = robot.window.document
    before = document.design
    document.select(("conv1",), comments=("comment2",))
    robot.press(Key.Key_X, CTRL)
    assert document.history.undoText() == "Cut conv1 and a comment"
    assert (set(document.design.graph.nodes), set(comments(robot))) == (
        {"input1", "relu1"}, {"comment1"}
    )  # fmt: skip
    robot.press(Key.Key_V, CTRL)
    (node,) = document.selection
    (note,) = document.selected_comments
    x, y = document.design.positions[node]
    assert comments(robot)[note] == (x + 240, y)
    assert document.design.comments[note].text == "edges"
    while document.history.canUndo():
        robot.press(Key.Key_Z, CTRL)
    assert document.design == before
    document.select((), comments=("comment1",))
    robot.press(Key.Key_D, CTRL)
    assert comments(robot) == {"comment1": (240, 0), "comment2": (240, 104), "comment3": (464, 0)}
    assert document.selected_comments == ("comment3",)
    assert document.selection == ()


def test_select_all_and_delete_take_everything(robot: Robot) -> None:
    document = robot.window.document
    robot.press(Key.Key_A, CTRL)
    assert len(document.selection) == 3
    assert document.selected_comments == ("comment1", "comment2")
    robot.press(Key.Key_Delete)
    assert document.history.undoText() == "Delete 3 layers and 2 comments"
    assert not document.design.comments
    assert not document.design.graph.nodes
    robot.press(Key.Key_Z, CTRL)
    assert len(document.design.comments) == 2


def test_comments_line_up_with_layers(robot: Robot) -> None:
    document, window = robot.window.document, robot.window
    document.select(("conv1",), comments=("comment1", "comment2"))
    high = window.canvas.sizes_of(["comment2"])["comment2"][1]
    window.actions_by_id["align_column"].trigger()
    assert comments(robot) == {"comment1": (240, 0), "comment2": (240, 104)}
    assert document.design.positions["conv1"] == (240, 104 + high + 24)
    assert 40 <= high <= 60


def test_lined_up_things_of_several_sizes_keep_equal_gaps() -> None:
    places = {"a": (0, 0), "b": (7, 30), "c": (3, 300)}
    sizes = {"a": (192, 56), "b": (208, 100), "c": (192, 56)}
    # 300 − 56 − 100 leaves 144 for two gaps.
    spread = lineup.spread(places, sizes, lineup.DOWN)
    assert spread == {"a": (0, 0), "b": (7, 128), "c": (3, 300)}


def test_tidying_leaves_each_comment_beside_its_layer(robot: Robot) -> None:
    document = robot.window.document
    document.attempt("x", lambda d: edits.move(d, {"conv1": (400, 600), "comment2": (640, 616)}))
    robot.press(Key.Key_L, CTRL)
    assert document.history.undoText() == "Tidy up"
    for node, note, by in (("input1", "comment1", (240, 0)), ("conv1", "comment2", (240, 16))):
        x, y = document.design.positions[node]
        assert comments(robot)[note] == (x + by[0], y + by[1])
    robot.press(Key.Key_Z, CTRL)
    assert comments(robot)["comment2"] == (640, 616)


def test_a_comment_never_lands_on_a_layer() -> None:

    note = {"c": Box(240, 0, 448, 40)}
    before = {"a": (0, 0), "b": (1000, 0)}
    found = kept_beside(
        note, before, {"a": (0, 0), "b": (232, 0)}, flow=Direction.DOWN, then=Direction.DOWN
    )
    left, top = found["c"]
    box = Box(left, top, left + 208, top + 40)
    assert not any(box.meets(Box(x, 0, x + 192, 56)) for x in (0, 232))
    assert abs(left - 240) + abs(top) <= 120


def test_enter_changes_the_selected_comment_and_its_menu_offers_what_others_do(
    robot: Robot,
) -> None:
    window = robot.window
    window.document.select((), comments=("comment1",))
    robot.press(Key.Key_Return)
    field = robot.canvas.comments.field
    assert field is not None
    QTest.keyClicks(field, "28 rows")
    field.end(keep=True)
    assert window.document.design.comments["comment1"].text == "28 rows"
    hit = robot.canvas._pointer.under(robot.canvas.mapFromScene(250, 10).toPointF())
    menu = context_menu(window, window.actions_by_id, hit, lambda: None)
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert names == ["edit_comment", "cut", "copy", "duplicate", "delete"]
    assert all(window.actions_by_id[name].isEnabled() for name in names)
    menu.deleteLater()


def test_comments_of_a_group_come_and_go_with_it() -> None:
    design, group = grouping.group(Design(CHAIN), ["conv1", "relu1"])
    design = commenting.write(design, "inside", (10, 20), inside=group)
    design = commenting.write(design, "outside", (0, 0))
    clip = from_text(to_text(clip_of(design, ["conv1", "relu1"])))
    assert clip is not None
    assert [one.text for one in clip.comments] == ["inside"]
    pasted, fresh = edits.paste(design, clip, (500, 500))
    (copy,) = pasted.groups.by_id.keys() - design.groups.by_id.keys()
    assert pasted.comments["comment3"].inside == copy
    left = edits.delete(pasted, fresh)
    assert list(left.comments) == ["comment1", "comment2"]
    assert list(edits.delete(design, ["conv1", "relu1"]).comments) == ["comment2"]


def test_a_clip_of_comments_alone_and_old_clips_without_any() -> None:
    design = commenting.write(Design(), "alone", (8, 16))
    text = to_text(clip_of(design, (), ["comment1"]))
    clip = from_text(text)
    assert clip
    pasted, nodes = edits.paste(design, clip, (100, 100))
    assert nodes == ()
    assert pasted.comments["comment2"] == Comment("comment2", "alone", (100, 100))
    old = text[: text.index(', "comments"')] + "}"
    assert from_text(old) == clip_of(Design(), ())


def test_no_comment_has_the_id_of_a_node() -> None:
    graph = Graph({"comment1": Node("comment1", Input())})
    design = commenting.write(Design(graph), "a", (0, 0))
    assert list(design.comments) == ["comment2"]
    data = design_to_json(design)
    data["comments"][0]["id"] = "comment1"
    assert list(design_from_json(data).comments) == ["comment2"]
