"""A newcomer with mouse and keyboard alone: LeNet-5 and a residual block from an empty canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.graph import Graph
from core.infer import infer
from core.layers import Layer
from core.zoo import BY_ID
from designer.forms.number_box import NumberBox
from designer.window import Window
from tests.support.robot import CTRL, Robot
from tests.support.windows import Open, hide_viewers

LENET = (
    "input 28x28", "conv 5x5 6 pad 2", "relu", "maxpool 2", "conv 5x5 16", "relu", "maxpool 2",
    "flatten", "fc 120", "relu", "fc 84", "relu", "fc 10", "output",
)  # fmt: skip


def begin(open_window: Open) -> Robot:
    """An empty canvas, by a click on the welcome page."""
    window = open_window()
    robot = Robot(window)
    robot.click(window.welcome.empty)
    hide_viewers(window)
    assert window.pages.working
    assert not window.document.design.graph.nodes
    return robot


def layers_of(graph: Graph) -> list[Layer]:
    """The layers of a chain in their order."""
    return [graph[node].layer for node in graph.order]


def chosen(window: Window) -> str:
    (node,) = window.document.selection
    return node


def test_lenet_layer_by_layer_in_40_actions(open_window: Open) -> None:
    robot = begin(open_window)
    for text in LENET:
        robot.press(Qt.Key.Key_Space)
        robot.write(text)
    robot.press(Qt.Key.Key_L, CTRL)
    design = robot.window.document.design
    assert layers_of(design.graph) == layers_of(BY_ID["lenet5"].build())
    assert infer(design.graph).parameters == 61_706
    assert robot.window.document.inference.ok
    assert robot.actions <= 40


def test_lenet_in_one_sentence(open_window: Open) -> None:
    robot = begin(open_window)
    robot.press(Qt.Key.Key_Space)
    robot.write(", ".join(LENET))
    graph = robot.window.document.design.graph
    assert layers_of(graph) == layers_of(BY_ID["lenet5"].build())
    assert robot.window.document.history.count() == 1
    assert robot.actions <= 4


def test_lenet_by_mouse_with_the_palette_in_40_actions(open_window: Open) -> None:
    """Layers by typing into the palette's search and Enter, settings in the properties."""
    robot = begin(open_window)
    palette, form = robot.window.palette_panel, robot.window.properties.form

    def add(name: str) -> None:
        robot.actions += 1
        palette.search.setFocus()
        palette.search.selectAll()
        QTest.keyClicks(palette.search, name)
        QTest.keyClick(palette.search, Qt.Key.Key_Return)

    def fill(setting: str, number: int, value: str) -> None:
        """Type a number into a field of the properties, and Enter."""
        robot.actions += 1
        editor = form.rows[setting].editor
        inner = [box for box in editor.findChildren(NumberBox) if not box.isHidden()]
        box = editor if isinstance(editor, NumberBox) else inner[number]
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, value)
        QTest.keyClick(box, Qt.Key.Key_Return)

    add("Input")
    add("Conv2d")
    fill("out_channels", 0, "6")
    fill("kernel_size", 0, "5")
    fill("kernel_size", 1, "5")
    fill("padding", 0, "2")
    for name in ("ReLU", "MaxPool2d", "Conv2d"):
        add(name)
    fill("out_channels", 0, "16")
    fill("kernel_size", 0, "5")
    fill("kernel_size", 1, "5")
    for name in ("ReLU", "MaxPool2d", "Flatten"):
        add(name)
    for units in ("120", "84"):
        add("Linear")
        fill("out_features", 0, units)
        add("ReLU")
    add("Linear")
    fill("out_features", 0, "10")
    add("Output")
    graph = robot.window.document.design.graph
    assert layers_of(graph) == layers_of(BY_ID["lenet5"].build())
    assert robot.actions <= 40


def test_residual_block_in_12_actions(open_window: Open) -> None:
    robot = begin(open_window)
    robot.press(Qt.Key.Key_Space)
    robot.write("input 32x32x16")
    source = chosen(robot.window)
    for text in ("conv 3x3 16 same nobias", "bn", "relu"):
        robot.press(Qt.Key.Key_Space)
        robot.write(text)
    robot.click_node(source, CTRL)
    robot.press(Qt.Key.Key_Space)
    robot.write("add")
    graph = robot.window.document.design.graph
    add = chosen(robot.window)
    assert set(graph.inputs_of(add)) == {source, "relu1"}
    assert robot.window.document.inference.nodes[add].output == (16, 32, 32)
    assert robot.actions <= 12


def test_residual_block_by_dragging_wires_in_12_actions(open_window: Open) -> None:
    """The skip is a wire drawn by the mouse, the merge is dropped on the canvas by its end."""
    robot = begin(open_window)
    robot.press(Qt.Key.Key_Space)
    robot.write("input 16x16x8, conv 3x3 8 same, relu")
    robot.press(Qt.Key.Key_F)
    robot.drag(robot.output("relu1"), robot.output("relu1") + robot.at(0, 90) - robot.at(0, 0))
    robot.write("add")
    robot.drag(robot.output("input1"), robot.input("add1"))
    graph = robot.window.document.design.graph
    assert set(graph.inputs_of("add1")) == {"relu1", "input1"}
    assert robot.window.document.inference.nodes["add1"].output == (8, 16, 16)
    assert robot.actions <= 12
