"""Gestures with real mouse events: select, move, wire, band, delete."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.graph import Wire, chain
from core.layers import Add, Conv2d, Input, Output, ReLU
from tests.designer.canvas.conftest import Hands, MakeHands

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def wires(hands: Hands) -> frozenset[Wire]:
    return hands.document.design.graph.wires


# ---- selecting --------------------------------------------------------------------------


def test_click_selects_and_ctrl_click_adds_and_takes_away(hands: Hands) -> None:
    hands.click(hands.node("conv1"))
    assert hands.document.selection == ("conv1",)
    hands.click(hands.node("relu1"), CTRL)
    assert hands.document.selection == ("conv1", "relu1")
    hands.click(hands.node("conv1"), SHIFT)
    assert hands.document.selection == ("relu1",)
    hands.click(hands.ground())
    assert hands.document.selection == ()


def test_click_on_one_of_several_selects_it_alone(hands: Hands) -> None:
    hands.view.select_all()
    hands.click(hands.node("relu1"))
    assert hands.document.selection == ("relu1",)
    assert not hands.document.modified


def test_click_selects_a_wire_and_delete_removes_it(hands: Hands) -> None:
    wire = Wire("conv1", "relu1")
    middle = (hands.output("conv1") + hands.input("relu1")) / 2
    hands.click(middle - QPoint(0, 12))
    assert hands.document.selected_wires == (wire,)
    hands.key(Qt.Key.Key_Delete)
    assert wire not in wires(hands)
    hands.document.history.undo()
    assert wire in wires(hands)


@pytest.mark.parametrize("lower", [-12, 0, 8, 14])
def test_a_click_near_the_end_of_a_wire_selects_it_and_takes_nothing_off(
    hands: Hands, lower: int
) -> None:
    wire = Wire("conv1", "relu1")
    middle = (hands.output("conv1") + hands.input("relu1")) / 2
    hands.press(middle + QPoint(0, lower))
    hands.move(middle + QPoint(1, lower + 1))
    hands.release(middle + QPoint(1, lower + 1))
    assert hands.document.selected_wires == (wire,)
    assert hands.scene.wires[wire].isVisible()
    assert not hands.document.history.count()


def test_band_selects_what_it_touches_and_shift_adds(hands: Hands) -> None:
    places = hands.scene.places
    x, y = places["input1"]
    corner = hands.at(x - 30, y - 30)
    hands.drag(corner, hands.at(x + 30, places["conv1"][1] + 20))
    assert set(hands.document.selection) == {"input1", "conv1"}
    x, y = places["relu1"]
    hands.drag(hands.at(x - 30, y + 10), hands.at(x + 20, y + 30), SHIFT)
    assert set(hands.document.selection) == {"input1", "conv1", "relu1"}
    assert not hands.document.modified


def test_escape_ends_a_band_and_gives_the_selection_back(hands: Hands) -> None:
    hands.document.select(("linear1",))
    x, y = hands.scene.places["input1"]
    hands.press(hands.at(x - 30, y - 30), SHIFT)
    hands.move(hands.at(x + 60, y + 60))
    assert "input1" in hands.document.selection
    hands.key(Qt.Key.Key_Escape)
    assert hands.document.selection == ("linear1",)


# ---- moving -----------------------------------------------------------------------------


def test_drag_moves_on_the_grid_as_one_step(hands: Hands) -> None:
    before = dict(hands.scene.places)
    start = hands.node("conv1")
    hands.drag(start, start + QPoint(101, 50))
    x, y = before["conv1"]
    assert hands.document.design.positions["conv1"] == (x + 104, y + 48)
    assert hands.scene.nodes["conv1"].pos().toTuple() == (x + 104, y + 48)
    assert hands.document.history.count() == 1
    assert hands.document.history.undoText() == "Move conv1"
    hands.document.history.undo()
    assert hands.scene.places == before
    assert hands.scene.nodes["conv1"].pos().toTuple() == before["conv1"]


def test_drag_moves_the_whole_selection(hands: Hands) -> None:
    before = dict(hands.scene.places)
    hands.document.select(("conv1", "relu1"))
    start = hands.node("conv1")
    hands.drag(start, start + QPoint(80, 0))
    moved = {n for n in before if hands.scene.places[n] != before[n]}
    assert moved == {"conv1", "relu1"}
    assert hands.document.history.undoText() == "Move 2 layers"


def test_wires_follow_while_dragging_and_escape_puts_all_back(hands: Hands) -> None:
    wire = hands.scene.wires[Wire("input1", "conv1")]
    before, way = dict(hands.scene.places), wire.way
    start = hands.node("conv1")
    hands.press(start)
    hands.move(start + QPoint(60, 30))
    assert wire.way != way
    assert wire.way[-1] == (hands.scene.places["conv1"][0] + 96, hands.scene.places["conv1"][1])
    hands.key(Qt.Key.Key_Escape)
    assert hands.scene.places == before
    assert wire.way == way
    hands.release(start)
    assert not hands.document.modified


def test_trembling_is_not_a_drag(hands: Hands) -> None:
    start = hands.node("conv1")
    hands.drag(start, start + QPoint(2, 1))
    assert not hands.document.modified


def test_move_keeps_wires_off_foreign_nodes(hands: Hands) -> None:
    """A node laid across a wire makes the wire go around it."""
    item = hands.scene.wires[Wire("input1", "conv1")]
    graph_places = hands.scene.places
    x, y = graph_places["conv1"]
    places = {"conv1": (x, y + 400), "conv2": (x, y + 80), "input1": graph_places["input1"]}
    hands.document.apply("Move", hands.view.pinned(hands.document.design).placed(places))
    box = hands.scene.extent(("conv2",))
    assert not any(box.contains(*point) for point in hands.scene.picture.wires[next(
        wire for wire, one in hands.scene.wires.items() if one is item)])  # fmt: skip


# ---- wires ------------------------------------------------------------------------------


def test_drag_from_output_to_input_lays_a_wire(hands: Hands) -> None:
    hands.drag(hands.output("conv1"), hands.input("conv2"))
    assert Wire("conv1", "conv2") in wires(hands)
    assert Wire("conv1", "conv2") in hands.scene.wires
    assert hands.document.history.undoText() == "Connect conv1 to conv2"
    hands.document.history.undo()
    assert Wire("conv1", "conv2") not in wires(hands)


def test_drag_from_input_backwards_lays_the_same_wire(hands: Hands) -> None:
    hands.drag(hands.input("conv2"), hands.output("relu1"))
    assert Wire("relu1", "conv2") in wires(hands)


def test_dropping_on_the_body_takes_the_free_slot(hands: Hands) -> None:
    hands.drag(hands.output("relu1"), hands.node("conv2"))
    assert Wire("relu1", "conv2") in wires(hands)


def test_legal_slots_glow_and_a_refusal_is_told_beside_the_mouse(hands: Hands) -> None:
    hands.press(hands.output("relu1"))
    hands.move(hands.output("relu1") + QPoint(10, 10))
    glowing = {node for node, item in hands.scene.nodes.items() if item.glowing}
    assert glowing == {"conv2"}
    hands.move(hands.input("conv1"))
    assert "circle" in hands.view.hint.text
    assert hands.view.hint.isVisible()
    hands.key(Qt.Key.Key_Escape)
    assert hands.view.hint.text == ""
    assert not any(item.glowing for item in hands.scene.nodes.values())


def test_what_cannot_take_the_size_does_not_glow_and_says_why(hands: Hands) -> None:
    start, end = hands.output("flatten1"), hands.input("conv2")  # a vector, and a layer of maps
    hands.press(start)
    hands.move(start + QPoint(10, 10))
    assert not any(item.glowing for item in hands.scene.nodes.values())
    hands.move(end)
    assert hands.view.hint.text.startswith("conv2 needs maps")
    hands.release(end)  # it can be laid, and the problem offers ways out
    assert Wire("flatten1", "conv2") in wires(hands)
    assert hands.view.hint.text == ""


def test_circle_is_refused_and_nothing_changes(hands: Hands, qtbot: QtBot) -> None:
    hands.document.apply("Cut", hands.document.design.with_graph(
        hands.document.design.graph.without_wire(Wire("input1", "conv1"))))  # fmt: skip
    before, steps = hands.document.design, hands.document.history.count()
    with qtbot.waitSignal(hands.document.refused) as refused:
        hands.drag(hands.output("relu1"), hands.input("conv1"))
    assert "circle" in refused.args[0]
    assert hands.document.design is before
    assert hands.document.history.count() == steps
    assert set(hands.scene.wires) == wires(hands)


def test_taken_slot_is_refused(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.document.refused):
        hands.drag(hands.output("input1"), hands.node("relu1"))
    assert not hands.document.modified


def test_end_of_a_wire_dropped_on_the_ground_takes_it_away(hands: Hands) -> None:
    hands.drag(hands.input("conv1"), hands.ground())
    assert Wire("input1", "conv1") not in wires(hands)
    assert hands.document.history.undoText() == "Remove wire"
    hands.document.history.undo()
    assert hands.scene.wires[Wire("input1", "conv1")].isVisible()


def test_end_of_a_wire_dropped_where_it_was_changes_nothing(hands: Hands) -> None:
    hands.drag(hands.input("conv1"), hands.input("conv1") + QPoint(2, 1))
    assert not hands.document.modified
    assert hands.scene.wires[Wire("input1", "conv1")].isVisible()


def test_end_of_a_wire_moves_to_another_slot_as_one_step(hands: Hands) -> None:
    hands.drag(hands.input("conv1"), hands.input("conv2"))
    assert Wire("input1", "conv2") in wires(hands)
    assert Wire("input1", "conv1") not in wires(hands)
    assert hands.document.history.count() == 1


def test_new_wire_dropped_on_the_ground_asks_for_a_layer(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.view.add_after_requested) as asked:
        hands.drag(hands.output("conv1"), hands.ground())
    assert asked.args[0] == "conv1"
    assert not hands.document.modified


def test_merging_layer_takes_wires_one_after_the_other(make_hands: MakeHands) -> None:
    graph = chain(Input(), ReLU(), Output()).with_node(Add())
    hands = make_hands(graph)
    hands.drag(hands.output("input1"), hands.input("add1"))
    hands.drag(hands.output("relu1"), hands.input("add1"))
    assert hands.document.design.graph.inputs_of("add1") == ("input1", "relu1")


def test_end_of_a_merging_wire_is_taken_off_by_its_last_stretch(make_hands: MakeHands) -> None:
    graph = chain(Input(), ReLU(), Add()).with_wire("input1", "add1")
    hands = make_hands(graph)
    x, y = hands.scene.places["add1"]
    hands.drag(hands.at(x + 96, y - 16), hands.ground())
    assert hands.document.design.graph.inputs_of("add1") == ("input1",)


# ---- deleting ---------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_heals_the_chain(hands: Hands, key: Qt.Key) -> None:
    hands.click(hands.node("relu1"))
    hands.key(key)
    assert "relu1" not in hands.scene.nodes
    assert Wire("conv1", "flatten1") in hands.scene.wires
    assert hands.document.history.undoText() == "Delete relu1"
    hands.document.history.undo()
    assert "relu1" in hands.scene.nodes
    assert Wire("conv1", "flatten1") not in hands.scene.wires


def test_nothing_selected_deletes_nothing(hands: Hands) -> None:
    hands.key(Qt.Key.Key_Delete)
    assert not hands.document.modified


# ---- the menu ---------------------------------------------------------------------------


def test_context_menu_selects_what_is_there(hands: Hands, qtbot: QtBot) -> None:
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    at = hands.node("conv1")
    viewport = hands.view.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    with qtbot.waitSignal(hands.view.context_requested) as asked:
        QApplication.sendEvent(viewport, event)
    assert asked.args[0].node == "conv1"
    assert hands.document.selection == ("conv1",)


def test_second_button_during_a_gesture_changes_nothing(hands: Hands) -> None:
    start = hands.node("conv1")
    hands.press(start)
    hands.move(start + QPoint(80, 0))
    middle = Qt.MouseButton.MiddleButton
    viewport = hands.view.viewport()
    QTest.mousePress(viewport, middle, Qt.KeyboardModifier.NoModifier, start + QPoint(80, 0))
    QTest.mouseRelease(viewport, middle, Qt.KeyboardModifier.NoModifier, start + QPoint(80, 0))
    hands.release(start + QPoint(80, 0))
    assert hands.document.history.count() == 1


def test_wire_drag_shows_a_loose_wire_and_leaves_none(hands: Hands) -> None:
    before = len(hands.scene.items())
    hands.press(hands.output("conv1"))
    hands.move(hands.output("conv1") + QPoint(40, 40))
    assert len(hands.scene.items()) == before + 1
    hands.release(hands.ground())
    assert len(hands.scene.items()) == before


def test_slots_keep_apart_from_the_conv_they_belong_to(make_hands: MakeHands) -> None:
    """A wire from a node to itself is refused without a word: its own body is no target."""
    hands = make_hands(chain(Input(), Conv2d()))
    hands.drag(hands.output("conv1"), hands.node("conv1"))
    assert not hands.document.modified


# ---- a node onto a wire -----------------------------------------------------------------


def test_a_free_node_dropped_on_a_wire_goes_into_it(hands: Hands) -> None:
    """conv2 has no wires; its middle comes to lie on the wire from conv1 to relu1."""
    x, y = hands.scene.places["conv1"]
    aim = hands.at(x + 96 - 56, y + 80)
    start = hands.node("conv2")
    hands.press(start)
    hands.move(start + QPoint(20, 20))
    hands.move(aim)
    assert hands.scene.wires[Wire("conv1", "relu1")].hovered
    assert hands.view.hint.text == "Insert conv2 here"
    hands.release(aim)
    assert {Wire("conv1", "conv2"), Wire("conv2", "relu1")} <= wires(hands)
    assert Wire("conv1", "relu1") not in wires(hands)
    assert hands.document.history.count() == 1
    assert hands.view.hint.text == ""
    hands.document.history.undo()
    assert Wire("conv1", "relu1") in wires(hands)


def test_a_wired_node_dragged_over_a_wire_only_moves(hands: Hands) -> None:
    x, y = hands.scene.places["conv1"]
    before = wires(hands)
    hands.drag(hands.node("linear1"), hands.at(x + 40, y + 80))
    assert wires(hands) == before
    assert hands.document.history.undoText() == "Move linear1"
