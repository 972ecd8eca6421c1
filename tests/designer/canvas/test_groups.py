"""Groups on the canvas, driven by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from core.graph import Wire
from core.zoo import BY_ID
from designer.theme import theme
from tests.designer.canvas.conftest import LEFT, Hands, MakeHands

HEAD = ("conv1", "relu1", "pool1")


NET = BY_ID["lenet5"].build()


@pytest.fixture
def hands(make_hands: MakeHands) -> Hands:
    """Hands on a canvas with LeNet-5."""
    return make_hands(NET)


def grouped(hands: Hands, nodes: tuple[str, ...] = HEAD) -> str:
    """Group some layers; gives the group."""
    known = set(hands.document.design.groups.by_id)
    hands.view.rearranging.group(nodes)
    (group,) = hands.document.design.groups.by_id.keys() - known
    return group


def switch(hands: Hands, group: str) -> QPoint:
    """Where the switch of a group is on the view."""
    if group in hands.scene.fences.frames:
        corner = hands.scene.fences.frames[group].line_box.topLeft()
        return hands.at(corner.x() + 18, corner.y() + 14)
    x, y = hands.scene.places[group]
    return hands.at(x + 18, y + 28)


def title(hands: Hands, group: str) -> QPoint:
    """A point on the title of a frame."""
    corner = hands.scene.fences.frames[group].line_box.topLeft()
    return hands.at(corner.x() + 60, corner.y() + 14)


def test_opening_and_closing_in_place_moves_everything_back(hands: Hands) -> None:
    group = grouped(hands)
    closed = dict(hands.scene.places)
    hands.click(switch(hands, group))
    assert set(HEAD) <= hands.scene.nodes.keys()
    assert group in hands.scene.fences.frames
    boxes = sorted(y for _, y in hands.scene.places.values())
    assert len(set(hands.scene.places.values())) == len(boxes)
    frame = hands.scene.fences.frames[group].line_box
    for item, (x, y) in hands.scene.places.items():
        inside = frame.contains(x, y) and frame.contains(x + 192, y + 56)
        assert inside == (item in HEAD)
        apart = x >= frame.right() or x + 192 <= frame.left() or y >= frame.bottom()
        assert inside or apart or y + 56 <= frame.top()
    hands.click(switch(hands, group))
    assert hands.scene.places == closed
    assert not hands.scene.fences.frames


def test_dragging_a_frame_moves_what_is_in_it(hands: Hands) -> None:
    group = grouped(hands)
    hands.click(switch(hands, group))
    before = dict(hands.scene.places)
    box = hands.scene.fences.frames[group].line_box
    start = title(hands, group)
    scale = hands.view.zoom
    hands.drag(start, start + QPoint(round(80 * scale), round(40 * scale)))
    moved = {item for item, at in hands.scene.places.items() if at != before[item]}
    assert moved == set(HEAD)
    assert hands.scene.fences.frames[group].line_box.topLeft() != box.topLeft()
    assert hands.document.history.undoText() == "Move group1"
    assert hands.scene.fences.frames[group].selected


def test_dragging_a_closed_group_is_one_step(hands: Hands) -> None:
    group = grouped(hands)
    x, y = hands.scene.places[group]
    start = hands.at(x + 120, y + 40)
    hands.drag(start, start + QPoint(64, 32))
    assert hands.scene.places[group] != (x, y)
    hands.document.history.undo()
    assert hands.scene.places[group] == (x, y)


def test_double_click_shows_the_inside_and_escape_leads_back(hands: Hands) -> None:
    group = grouped(hands)
    x, y = hands.scene.places[group]
    center, zoom = hands.view.camera.center, hands.view.zoom
    at = hands.at(x + 120, y + 40)
    QTest.mouseDClick(hands.view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert set(hands.scene.nodes) == set(HEAD)
    breadcrumb = hands.view.doors.breadcrumb
    assert breadcrumb.titles == ["Network", "group1"]
    assert breadcrumb.isVisible()
    assert [item.border.text for item in hands.scene.fences.borders] == ["from input", "to conv2"]
    hands.key(Qt.Key.Key_Escape)
    if hands.document.inside:  # the first one only lets go of the selection
        hands.key(Qt.Key.Key_Escape)
    assert group in hands.scene.nodes
    assert not breadcrumb.isVisible()
    assert hands.view.zoom == zoom
    assert (hands.view.camera.center - center).manhattanLength() <= 4


def test_the_breadcrumb_leads_to_every_level(hands: Hands) -> None:
    inner = grouped(hands)
    outer = grouped(hands, (*HEAD, "conv2"))
    assert hands.document.design.groups.home(inner) == outer
    hands.view.doors.enter(inner)
    breadcrumb = hands.view.doors.breadcrumb
    assert breadcrumb.titles == ["Network", "group2", "group1"]
    buttons = breadcrumb.findChildren(QToolButton)
    QTest.mouseClick(next(b for b in buttons if b.text() == "group2"), LEFT)
    assert set(hands.scene.nodes) == {inner, "conv2"}
    (back,) = [b for b in breadcrumb.findChildren(QToolButton) if b.isVisible()]
    QTest.mouseClick(back, LEFT)
    assert outer in hands.scene.nodes


def test_undo_of_the_group_that_is_open_leads_out(hands: Hands) -> None:
    group = grouped(hands)
    hands.view.doors.enter(group)
    hands.document.history.undo()
    assert hands.document.inside == ""
    assert set(hands.scene.nodes) == set(hands.document.design.graph.nodes)
    assert not hands.view.doors.breadcrumb.isVisible()


def test_wires_are_laid_to_and_from_the_ports_of_a_group(hands: Hands) -> None:
    group = grouped(hands)
    wire = Wire("input", "conv1")
    hands.document.attempt("Cut", lambda d: d.with_graph(d.graph.without_wire(wire)))
    x, y = hands.scene.places[group]
    assert not hands.scene.nodes[group].look.wired
    hands.drag(hands.output("input"), hands.at(x + 120, y + 40))  # onto its body
    assert wire in hands.document.design.graph.wires
    after = Wire("pool1", "conv2")
    hands.document.attempt("Cut", lambda d: d.with_graph(d.graph.without_wire(after)))
    hands.drag(hands.at(x + 96, y + 56), hands.input("conv2"))
    assert after in hands.document.design.graph.wires


def test_a_wire_dropped_on_the_wrong_port_of_a_group_takes_one_that_fits(hands: Hands) -> None:
    group = grouped(hands)
    wire = Wire("input", "conv1")
    hands.document.attempt("Cut", lambda d: d.with_graph(d.graph.without_wire(wire)))
    x, y = hands.scene.places[group]
    hands.drag(hands.output("input"), hands.at(x + 96, y + 56))  # onto what the group gives
    assert wire in hands.document.design.graph.wires


def test_deleting_a_group_joins_what_it_joined(hands: Hands) -> None:
    grouped(hands)
    hands.key(Qt.Key.Key_Delete)
    graph = hands.document.design.graph
    assert not set(HEAD) & graph.nodes.keys()
    assert graph.inputs_of("conv2") == ("input",)
    assert not hands.document.design.groups


def test_a_problem_inside_shows_on_the_group(hands: Hands) -> None:
    group = grouped(hands)
    hands.document.attempt(
        "Set",
        lambda d: d.with_graph(d.graph.with_layer("conv1", d.graph["conv1"].layer.replace(
            kernel_size=90))),
    )  # fmt: skip
    look = hands.scene.nodes[group].look
    assert look.severity == "error"
    assert look.sentence.startswith("conv1 ")


def test_find_opens_the_group_that_hides_a_layer(hands: Hands) -> None:
    group = grouped(hands)
    hands.view.reveal("relu1")
    assert hands.document.inside == group
    assert "relu1" in hands.scene.nodes


def test_tidy_keeps_frames_apart(hands: Hands) -> None:
    group = grouped(hands)
    hands.click(switch(hands, group))
    hands.view.tidy()
    frame = hands.scene.fences.frames[group].line_box
    for item, (x, y) in hands.scene.places.items():
        inside = frame.contains(x, y) and frame.contains(x + 192, y + 56)
        assert inside == (item in HEAD)


def test_a_theme_reaches_groups_and_frames(hands: Hands) -> None:
    group = grouped(hands)
    hands.click(switch(hands, group))
    hands.document.select(())
    light = hands.view.grab().toImage()
    theme.apply("dark")
    QApplication.processEvents()
    at = title(hands, group) + QPoint(0, -8)
    assert hands.view.grab().toImage().pixelColor(at).lightness() < 80
    theme.apply("light")
    QApplication.processEvents()
    assert hands.view.grab().toImage() == light


def test_a_wire_from_outside_cannot_be_taken_off_inside_a_group(hands: Hands) -> None:
    group = grouped(hands)
    hands.view.doors.enter(group)
    before = hands.document.design
    start = hands.input("conv1")
    hands.drag(start, start + QPoint(120, 30))
    assert hands.document.design == before
    assert hands.document.design.graph.inputs_of("conv1") == ("input",)
