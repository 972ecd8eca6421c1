"""A layer dragged in from the palette: on the ground, on a wire, and what is not a layer."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from core.graph import Graph, Wire
from designer.canvas.geometry import GRID
from designer.canvas.gestures import MIME
from designer.panels.palette import PalettePanel
from tests.designer.canvas.conftest import Hands, MakeHands

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


def mime(name: str) -> QMimeData:
    data = QMimeData()
    data.setData(MIME, json.dumps({"type": name}).encode())
    return data


def enter(hands: Hands, data: QMimeData, at: QPoint) -> bool:
    event = QDragEnterEvent(at, COPY, data, LEFT, NONE)
    QApplication.sendEvent(hands.view.viewport(), event)
    return event.isAccepted()


def move(hands: Hands, data: QMimeData, at: QPoint) -> bool:
    event = QDragMoveEvent(at, COPY, data, LEFT, NONE)
    QApplication.sendEvent(hands.view.viewport(), event)
    return event.isAccepted()


def drop(hands: Hands, data: QMimeData, at: QPoint) -> bool:
    """Enter, move and drop as Qt sends them; False where the canvas does not want it."""
    if not enter(hands, data, at) or not move(hands, data, at):
        return False
    event = QDropEvent(QPointF(at), COPY, data, LEFT, NONE)
    QApplication.sendEvent(hands.view.viewport(), event)
    return event.isAccepted()


def test_drop_on_the_ground_adds_there_on_the_grid(hands: Hands) -> None:
    at = hands.ground() - QPoint(120, 0)
    assert drop(hands, mime("MaxPool2d"), at)
    x, y = hands.document.design.positions["maxpool1"]
    assert (x % GRID, y % GRID) == (0, 0)
    middle = QPointF(x + 96, y + 28) - hands.view.mapToScene(at)
    assert max(abs(middle.x()), abs(middle.y())) <= GRID
    assert hands.document.selection == ("maxpool1",)
    assert hands.document.history.undoText() == "Add MaxPool2d"
    hands.document.history.undo()
    assert "maxpool1" not in hands.scene.nodes


def test_first_layer_on_an_empty_canvas(make_hands: MakeHands) -> None:
    hands = make_hands(Graph())
    assert drop(hands, mime("Input"), QPoint(300, 200))
    assert list(hands.scene.nodes) == ["input1"]


def test_drop_on_a_wire_inserts_and_makes_room(hands: Hands) -> None:
    at = (hands.output("conv1") + hands.input("relu1")) / 2
    assert drop(hands, mime("BatchNorm2d"), at)
    graph = hands.document.design.graph
    assert {Wire("conv1", "batchnorm1"), Wire("batchnorm1", "relu1")} <= graph.wires
    assert Wire("conv1", "relu1") not in graph.wires
    assert hands.document.history.count() == 1
    boxes = {node: hands.scene.extent((node,)) for node in hands.scene.nodes}
    new = boxes.pop("batchnorm1")
    assert not any(new.intersects(box) for box in boxes.values())


def test_wire_below_stands_out_and_the_ghost_goes_when_the_mouse_leaves(hands: Hands) -> None:
    data = mime("ReLU")
    items = len(hands.scene.items())
    at = (hands.output("conv1") + hands.input("relu1")) / 2
    assert enter(hands, data, at)
    assert move(hands, data, at)
    assert hands.scene.wires[Wire("conv1", "relu1")].hovered
    assert hands.view.hint.text == "Insert ReLU here"
    assert len(hands.scene.items()) == items + 1
    QApplication.sendEvent(hands.view.viewport(), QDragLeaveEvent())
    assert len(hands.scene.items()) == items
    assert not hands.scene.wires[Wire("conv1", "relu1")].hovered
    assert hands.view.hint.text == ""


def test_input_is_not_inserted_into_a_wire(hands: Hands) -> None:
    at = (hands.output("conv1") + hands.input("relu1")) / 2
    assert drop(hands, mime("Input"), at)
    assert Wire("conv1", "relu1") in hands.document.design.graph.wires
    assert "input2" in hands.scene.nodes


def test_drop_on_a_node_replaces_it_and_keeps_its_wires(hands: Hands) -> None:
    places = dict(hands.scene.places)
    data, at = mime("MaxPool2d"), hands.node("relu1")
    assert enter(hands, data, at)
    assert move(hands, data, at)
    assert hands.view.hint.text == "Replace relu1 by MaxPool2d"
    assert drop(hands, data, at)
    graph = hands.document.design.graph
    assert {Wire("conv1", "maxpool1"), Wire("maxpool1", "flatten1")} <= graph.wires
    assert "relu1" not in graph.nodes
    assert hands.scene.places["maxpool1"] == places["relu1"]
    assert hands.document.history.undoText() == "Replace relu1 by MaxPool2d"
    hands.document.history.undo()
    assert hands.document.design.graph.inputs_of("flatten1") == ("relu1",)


@pytest.mark.parametrize(
    "data",
    [b"", b"not json", b"[]", b'{"type": 7}', b'{"type": "Nothing"}', b"{" * 5000, b"\xff\xfe"],
)
def test_broken_descriptions_are_not_taken(hands: Hands, data: bytes) -> None:
    foreign = QMimeData()
    foreign.setData(MIME, data)
    assert not drop(hands, foreign, hands.ground())
    assert not hands.document.modified


def test_text_is_not_taken(hands: Hands) -> None:
    foreign = QMimeData()
    foreign.setText('{"type": "Conv2d"}')
    assert not drop(hands, foreign, hands.ground())


def test_palette_gives_what_the_canvas_takes(hands: Hands) -> None:
    palette = PalettePanel()
    item = palette.tree.leaves()[2]
    assert drop(hands, palette.tree.mimeData([item]), hands.ground())
    assert len(hands.scene.nodes) == 8
    palette.deleteLater()
