"""Cutting wires: a drag with Shift and Alt, or after the command; one step to undo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.graph import Wire, chain
from core.layers import Add, Input, Output, ReLU
from designer.canvas.hit import Picture, crossed
from tests.designer.canvas.conftest import Hands, MakeHands
from tests.support.robot import ALT, LEFT, NONE, SHIFT, move

FREE = frozenset[Wire]()


def slash(hands: Hands, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    viewport = hands.view.viewport()
    QTest.mousePress(viewport, LEFT, modifiers, start)
    for step in range(1, 9):
        move(viewport, start + (end - start) * step / 8, modifiers)
    QTest.mouseRelease(viewport, LEFT, modifiers, end)


def beside(hands: Hands, node: str) -> tuple[QPoint, QPoint]:
    """A level line below a node, across the wire that leaves it."""
    x, y = hands.scene.places[node]
    return hands.at(x + 40, y + 80), hands.at(x + 150, y + 80)


def test_a_slash_with_shift_and_alt_cuts_the_wire(hands: Hands) -> None:
    slash(hands, *beside(hands, "conv1"), SHIFT | ALT)
    assert Wire("conv1", "relu1") not in hands.document.design.graph.wires
    assert hands.document.history.count() == 1
    assert hands.document.history.undoText() == "Cut wire"
    hands.document.history.undo()
    assert Wire("conv1", "relu1") in hands.document.design.graph.wires


def test_one_slash_cuts_several_wires_in_one_step(make_hands: MakeHands) -> None:
    graph = chain(Input(), ReLU()).with_node(ReLU()).with_wire("input1", "relu2")
    hands = make_hands(graph)
    (ax, y), (bx, _) = hands.scene.places["relu1"], hands.scene.places["relu2"]
    left, right = min(ax, bx), max(ax, bx)
    slash(hands, hands.at(left, y - 8), hands.at(right + 192, y - 8), SHIFT | ALT)
    assert hands.document.design.graph.wires == FREE
    assert hands.document.history.count() == 1
    assert hands.document.history.undoText() == "Cut 2 wires"


def test_the_command_makes_the_next_drag_a_knife_and_only_that(hands: Hands) -> None:
    hands.view.take_knife()
    assert hands.view.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    slash(hands, *beside(hands, "conv1"), NONE)
    assert Wire("conv1", "relu1") not in hands.document.design.graph.wires
    slash(hands, *beside(hands, "relu1"), NONE)
    assert hands.document.history.count() == 1


def test_escape_puts_the_knife_away(hands: Hands) -> None:
    hands.view.take_knife()
    hands.key(Qt.Key.Key_Escape)
    slash(hands, *beside(hands, "conv1"), NONE)
    assert not hands.document.modified


def test_escape_during_a_slash_cuts_nothing(hands: Hands) -> None:
    start, end = beside(hands, "conv1")
    items = len(hands.scene.items())
    QTest.mousePress(hands.view.viewport(), LEFT, SHIFT | ALT, start)
    move(hands.view.viewport(), end, SHIFT | ALT)
    assert hands.view.hint.text == "Cut wire"
    hands.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(hands.view.viewport(), LEFT, SHIFT | ALT, end)
    assert not hands.document.modified
    assert hands.view.hint.text == ""
    assert len(hands.scene.items()) == items
    assert not hands.scene.wires[Wire("conv1", "relu1")].hovered


def test_a_slash_over_nothing_is_no_step(hands: Hands) -> None:
    ground = hands.ground()
    slash(hands, ground, ground + QPoint(-30, 40), SHIFT | ALT)
    assert not hands.document.modified


def test_cut_wires_of_a_merge_leave_no_hole(make_hands: MakeHands) -> None:
    graph = chain(Input(), ReLU(), Add(), Output()).with_wire("input1", "add1")
    hands = make_hands(graph)
    slash(hands, *beside(hands, "relu1"), SHIFT | ALT)
    assert hands.document.design.graph.incoming("add1") == (Wire("input1", "add1", 0),)


def test_crossed_is_exact() -> None:
    a, b = Wire("a", "b"), Wire("b", "c")
    picture = Picture(None, {}, {a: ((0, 0), (10, 10)), b: ((10, 10), (20, 10))})  # type: ignore[arg-type]
    assert crossed(picture, (0, 10), (10, 0)) == {a}
    assert crossed(picture, (15, 0), (15, 20)) == {b}
    assert crossed(picture, (0, 20), (20, 20)) == FREE
    assert crossed(picture, (3, 0), (3, 2)) == FREE  # ends before the wire
