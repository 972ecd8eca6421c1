"""Adding, connecting, replacing and repeating through the real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from core.graph import Wire
from core.layers import Conv2d
from designer.dialogs.repeat import RepeatDialog
from designer.window import Window
from tests.support.robot import ALT, CTRL, NONE, SHIFT, Robot
from tests.support.windows import hide_viewers


@pytest.fixture
def robot(window: Window) -> Robot:
    """Hands on a window with LeNet-5; no viewer asks the engine for anything."""
    hide_viewers(window)
    return Robot(window)


def graph_of(robot: Robot):  # type: ignore[no-untyped-def]
    return robot.window.document.design.graph


# ---- Space ------------------------------------------------------------------------------


def test_space_adds_behind_the_selection_with_its_settings(robot: Robot) -> None:
    robot.click_node("conv1")
    robot.press(Qt.Key.Key_Space)
    robot.write("conv 3x3 8 same")
    (new,) = robot.window.document.selection
    assert graph_of(robot)[new].layer == Conv2d(8, padding="same")
    assert graph_of(robot).inputs_of(new) == ("conv1",)
    assert graph_of(robot).inputs_of("relu1") == (new,)
    assert robot.window.document.history.count() == 1


def test_sizes_stand_beside_what_is_offered(robot: Robot) -> None:
    robot.click_node("conv1")  # gives 28 × 28 × 6
    robot.press(Qt.Key.Key_Space)
    chooser = robot.window.search.open_chooser
    assert chooser is not None
    QTest.keyClicks(chooser.search, "maxpool 4")
    assert chooser.texts[0] == "MaxPool2d 4×4 · stride 4"
    assert chooser.list.item(0).data(Qt.ItemDataRole.UserRole + 1) == "7 × 7 × 6"


def test_an_illegal_setting_is_told_and_nothing_changes(robot: Robot) -> None:
    robot.press(Qt.Key.Key_Space)
    robot.write("conv 3x3 0")
    assert "1 or more is expected, 0 came" in robot.window.status.notice.text()
    assert not robot.window.document.modified


def test_what_means_nothing_says_what_one_can_type(robot: Robot) -> None:
    robot.press(Qt.Key.Key_Space)
    chooser = robot.window.search.open_chooser
    assert chooser is not None
    QTest.keyClicks(chooser.search, "zzz")
    assert chooser.list.isHidden()
    assert "conv 3x3 64" in chooser.nothing.text()
    QTest.keyClick(chooser.search, Qt.Key.Key_Return)
    assert not robot.window.document.modified


def test_double_click_on_the_ground_adds_there_without_a_wire(robot: Robot) -> None:
    robot.click_node("conv1")
    at = robot.ground()
    robot.double_click(at)
    robot.write("relu")
    (new,) = robot.window.document.selection
    assert graph_of(robot).incoming(new) == ()
    x, y = robot.window.document.design.positions[new]
    assert (robot.at(x + 96, y) - at).manhattanLength() < 8


def test_double_click_on_a_wire_inserts_there(robot: Robot) -> None:
    robot.double_click((robot.output("conv1") + robot.input("relu1")) / 2)
    robot.write("tanh")
    (new,) = robot.window.document.selection
    assert graph_of(robot).inputs_of(new) == ("conv1",)
    assert graph_of(robot).inputs_of("relu1") == (new,)


def test_the_menu_of_a_wire_inserts_into_it(robot: Robot) -> None:
    at = (robot.output("conv1") + robot.input("relu1")) / 2
    viewport = robot.canvas.viewport()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    menu.close()
    robot.write("tanh")
    (new,) = robot.window.document.selection
    assert graph_of(robot).inputs_of("relu1") == (new,)


# ---- wires ------------------------------------------------------------------------------


def test_a_wire_dropped_on_the_ground_offers_what_takes_it(robot: Robot) -> None:
    robot.drag(robot.output("flatten"), robot.ground())  # carries a vector of 400
    chooser = robot.window.search.open_chooser
    assert chooser is not None
    assert "Linear" in chooser.texts
    assert "Conv2d" not in chooser.texts
    assert "Input" not in chooser.texts
    robot.write("fc 7")
    (new,) = robot.window.document.selection
    assert graph_of(robot).inputs_of(new) == ("flatten",)
    assert robot.window.document.inference.nodes[new].output == (7,)


def test_w_connects_by_typing_and_offers_only_what_is_legal(robot: Robot) -> None:
    robot.double_click(robot.ground())
    robot.write("add")
    robot.click_node("conv1")
    robot.press(Qt.Key.Key_W)
    chooser = robot.window.search.open_chooser
    assert chooser is not None
    assert chooser.texts == ["add1"]  # every other input has its wire, or would close a circle
    robot.write("add")
    assert Wire("conv1", "add1") in graph_of(robot).wires


def test_w_with_two_selected_connects_them(robot: Robot) -> None:
    robot.double_click(robot.ground())
    robot.write("relu")
    (new,) = robot.window.document.selection
    robot.click_node("pool1")
    robot.click_node(new, CTRL)
    robot.press(Qt.Key.Key_W)
    assert Wire("pool1", new) in graph_of(robot).wires


# ---- repeat -----------------------------------------------------------------------------


def test_repeat_asks_how_often_and_chains_the_copies(robot: Robot, qtbot: QtBot) -> None:
    robot.window.document.select(["conv1", "relu1"])
    robot.press(Qt.Key.Key_R, CTRL)
    dialog = robot.window.findChild(RepeatDialog)
    assert dialog is not None
    dialog.times.selectAll()
    QTest.keyClicks(dialog.times, "4")
    assert "3 copies" in dialog.told.text()
    QTest.keyClick(dialog.times, Qt.Key.Key_Return)
    QApplication.processEvents()
    kinds = [type(graph_of(robot)[n].layer).__name__ for n in graph_of(robot).order][:11]
    assert kinds == ["Input", *["Conv2d", "ReLU"] * 4, "MaxPool2d", "Conv2d"]
    assert robot.window.document.history.count() == 1
    assert robot.window.document.history.undoText() == "Repeat × 4"


def test_repeat_that_cannot_be_says_why(robot: Robot) -> None:
    robot.window.document.select(["input", "conv1"])
    robot.window.editing.repeat(3)
    assert "stands at an end of the network" in robot.window.status.notice.text()
    assert not robot.window.document.modified


# ---- several at once --------------------------------------------------------------------


def test_align_and_distribute_are_single_steps(robot: Robot) -> None:
    document = robot.window.document
    document.select(["conv1", "relu1", "pool1"])
    robot.window.actions_by_id["align_row"].trigger()
    places = document.design.positions
    assert len({places[node][1] for node in document.selection}) == 1
    robot.window.actions_by_id["spread_across"].trigger()
    xs = sorted(document.design.positions[node][0] for node in document.selection)
    assert abs((xs[2] - xs[1]) - (xs[1] - xs[0])) <= 1
    assert document.history.undoText().startswith("Align") or document.history.count() <= 2
    document.history.setIndex(0)
    assert not document.modified


def test_one_change_for_all_selected_convolutions(robot: Robot) -> None:
    from designer.forms.number_box import NumberBox

    document, form = robot.window.document, robot.window.properties.form
    document.select(["conv1", "conv2"])
    assert not form.isHidden()
    box = form.rows["kernel_size"].editor.findChildren(NumberBox)[0]
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "3")
    QTest.keyClick(box, Qt.Key.Key_Return)
    kernels = {document.design.graph[n].layer.kernel_size for n in ("conv1", "conv2")}  # type: ignore[attr-defined]
    assert kernels == {(3, 5)}
    assert [document.design.graph[n].layer.out_channels for n in ("conv1", "conv2")] == [6, 16]  # type: ignore[attr-defined]
    assert document.history.count() == 1
    (note, *_) = [one for one in form.findChildren(QLabel) if one.text().startswith("Differs: 6,")]
    note.linkActivated.emit("all")
    assert [document.design.graph[n].layer.out_channels for n in ("conv1", "conv2")] == [6, 6]  # type: ignore[attr-defined]


# ---- finding, list, minimap, commands ---------------------------------------------------


def test_find_jumps_marks_all_and_goes_on_with_enter(robot: Robot) -> None:
    robot.press(Qt.Key.Key_F, CTRL)
    bar = robot.window.overlays.find_bar
    assert bar.isVisible()
    assert bar.field.hasFocus()
    items = len(robot.canvas.network.items())
    QTest.keyClicks(bar.field, "conv")
    assert bar.matches == ["conv1", "conv2"]
    assert robot.window.document.selection == ("conv1",)
    assert len(robot.canvas.network.items()) == items + 2
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert robot.window.document.selection == ("conv2",)
    assert bar.told.text() == "2 of 2"
    QTest.keyClick(bar.field, Qt.Key.Key_Return, SHIFT)
    assert robot.window.document.selection == ("conv1",)
    bar.field.clear()
    QTest.keyClicks(bar.field, "14x14")
    assert robot.window.document.selection == ("pool1",)
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert len(robot.canvas.network.items()) == items


def test_outline_mirrors_the_selection_both_ways(robot: Robot) -> None:
    outline = robot.window.outline
    robot.window.docks.show("outline")
    rows = [outline.model.item(row, 0).text() for row in range(outline.model.rowCount())]
    assert rows[:3] == ["input", "conv1", "relu1"]
    robot.click_node("conv2")
    (index, *_) = outline.tree.selectionModel().selectedRows()
    assert index.data() == "conv2"
    robot.window.docks.show("outline")
    outline.tree.setFocus()
    QTest.keyClick(outline.tree, Qt.Key.Key_Down)
    assert robot.window.document.selection == ("relu2",)
    robot.window.document.select(["conv1", "relu1"])
    assert len(outline.tree.selectionModel().selectedRows()) == 2
    assert robot.window.document.selection == ("conv1", "relu1")


def test_minimap_shows_up_where_it_helps_and_moves_the_canvas(robot: Robot) -> None:
    small, canvas = robot.window.overlays.minimap, robot.canvas
    canvas.outlook.fit_all()
    assert not small.isVisible()  # everything is in sight
    canvas.outlook.zoom_to(3.0)
    assert small.isVisible()
    x, y = canvas.network.places["output"]
    QTest.mouseClick(
        small, Qt.MouseButton.LeftButton, NONE, small.place_of(_point(x + 96, y + 28)).toPoint()
    )
    assert (canvas.center_of_view() - _point(x + 96, y + 28)).manhattanLength() < 40
    robot.press(Qt.Key.Key_M)
    assert not small.isVisible()
    assert not robot.window.preferences.minimap
    robot.press(Qt.Key.Key_M)
    assert small.isVisible()


def _point(x: float, y: float):  # type: ignore[no-untyped-def]
    from PySide6.QtCore import QPointF

    return QPointF(x, y)


def test_the_command_palette_reaches_every_action_with_its_keys(robot: Robot) -> None:
    window = robot.window
    robot.press(Qt.Key.Key_K, CTRL)
    chooser = window.search.open_chooser
    assert chooser is not None
    shown = {text.removesuffix(" ✓") for text in chooser.texts}
    assert {action.text().replace("&", "") for action in window.actions_by_id.values()} <= shown
    assert {"Dark", "Outline"} <= shown  # looks and panels too
    keys = [chooser.list.item(row).data(Qt.ItemDataRole.UserRole + 1) for row in range(20)]
    assert "Ctrl+N" in keys
    robot.write("align in a row")
    assert "is not possible now" in window.status.notice.text()
    robot.window.document.select(["conv1", "relu1"])
    robot.press(Qt.Key.Key_K, CTRL)
    robot.write("align in a row")
    places = window.document.design.positions
    assert places["conv1"][1] == places["relu1"][1]


def test_every_tool_has_a_tip_and_its_keys(robot: Robot) -> None:
    for action in robot.window.tools.actions():
        if not action.text():
            continue
        assert action.toolTip()
        assert action.shortcut().toString() in action.toolTip(), action.text()


def test_the_outline_shows_groups_and_opens_to_what_is_selected(robot: Robot) -> None:
    robot.window.files.start("googlenet")
    robot.window.docks.show("outline")
    outline, document = robot.window.outline, robot.window.document
    (group, *_) = document.design.groups.by_id
    inner = sorted(document.design.groups.members[group])[0]
    names = [outline.model.item(row, 0).text() for row in range(outline.model.rowCount())]
    assert document.design.groups[group].title in names
    assert len(names) < len(document.design.graph.nodes) / 2
    document.select([inner])
    (index, *_) = outline.tree.selectionModel().selectedRows()
    assert index.data() == document.design.graph[inner].title
    assert outline.tree.isExpanded(index.parent())


def test_find_opens_the_group_that_hides_a_match(robot: Robot) -> None:
    robot.window.files.start("googlenet")
    robot.press(Qt.Key.Key_F, CTRL)
    QTest.keyClicks(robot.window.overlays.find_bar.field, "in4b conv")
    (found, *_) = robot.window.document.selection
    assert found.startswith("in4b_conv")
    assert robot.canvas.viewport().rect().contains(robot.body(found))


def test_the_history_panel_jumps(robot: Robot) -> None:
    window = robot.window
    first = window.document.design
    for text in ("relu", "tanh", "dropout 0.2"):
        robot.click_node("conv1")
        robot.press(Qt.Key.Key_Space)
        robot.write(text)
    last = window.document.design
    window.docks.show("history")
    view = window.history.view
    at = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, at)
    assert window.document.history.index() == 1
    assert len(window.document.design.graph.nodes) == 15
    window.document.history.setIndex(0)
    assert window.document.design == first
    window.document.history.setIndex(3)
    assert window.document.design == last


def test_the_keyboard_alone_walks_adds_connects_edits_and_deletes(robot: Robot) -> None:
    graph = robot.window.document.design.graph
    robot.press(Qt.Key.Key_Home)
    for _ in range(3):
        robot.press(Qt.Key.Key_Down, ALT)
    assert robot.window.document.selection == ("pool1",)
    robot.press(Qt.Key.Key_Space)
    robot.write("bn")
    (norm,) = robot.window.document.selection
    robot.press(Qt.Key.Key_Down, ALT)
    assert robot.window.document.selection == ("conv2",)
    robot.press(Qt.Key.Key_Delete)
    assert graph_of(robot).inputs_of("relu2") == (norm,)
    robot.press(Qt.Key.Key_Z, CTRL)
    robot.press(Qt.Key.Key_Z, CTRL)
    assert graph_of(robot) == graph
    robot.press(Qt.Key.Key_Home)
    robot.press(Qt.Key.Key_F2)
    name = robot.window.properties.head.name
    assert name.hasFocus()
    QTest.keyClicks(name, "pictures")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert graph_of(robot)["input"].title == "pictures"


def test_tab_goes_round_the_whole_window_and_is_caught_nowhere(robot: Robot) -> None:
    robot.click_node("conv1")
    robot.canvas.setFocus()
    rounds = 0
    while rounds < 200:
        before = QApplication.focusWidget()
        assert before is not None
        QTest.keyClick(before, Qt.Key.Key_Tab)
        rounds += 1
        after = QApplication.focusWidget()
        if after is robot.canvas:
            break
        links = isinstance(before, QLabel)  # Tab goes through the links of a text first
        assert after is not before or links, (before, before.accessibleName())
    assert 10 < rounds < 100


def test_enter_leads_to_the_settings_of_what_is_selected(robot: Robot) -> None:
    robot.click_node("conv1")
    robot.press(Qt.Key.Key_Return)
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClick(field, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(field, "9")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert robot.window.document.inference.nodes["conv1"].output == (9, 28, 28)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is robot.canvas
    robot.click_node("relu1")
    robot.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is robot.window.properties.head.name


def test_shift_w_takes_a_wire_away_by_typing(robot: Robot) -> None:
    robot.click_node("relu1")
    robot.press(Qt.Key.Key_W, SHIFT)
    chooser = robot.window.search.open_chooser
    assert chooser is not None
    assert chooser.texts == ["conv1 → relu1", "relu1 → pool1"]
    robot.write("pool1")
    assert Wire("relu1", "pool1") not in graph_of(robot).wires
    assert Wire("conv1", "relu1") in graph_of(robot).wires
    robot.press(Qt.Key.Key_Z, CTRL)
    assert Wire("relu1", "pool1") in graph_of(robot).wires
