"""A network that flows to the right: laid out, wired, walked, edited, saved and undone."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core import project
from core.design import Design
from core.files import FileError
from core.flow import Direction
from core.graph import Wire, chain
from core.layers import Conv2d, Input, ReLU
from core.zoo import BY_ID
from designer.canvas.geometry import Box, node_box, turned_way
from designer.canvas.places import layout_of, with_places
from designer.canvas.routing import flat
from designer.document import commenting, grouping
from designer.figures.figure import figure_of
from designer.figures.look import FigureLook
from designer.window import Window
from tests.support.robot import ALT, CTRL, SHIFT, Robot

Point = tuple[float, float]
NETWORKS = ("lenet5", "resnet18", "googlenet")


def turn(window: Window) -> None:
    """The switch in the View menu, by its keys."""
    QTest.keyClick(window.canvas, Qt.Key.Key_L, CTRL | SHIFT)
    QApplication.processEvents()


def text(design: Design) -> bytes:
    """What a project file would hold."""
    return project.text_of(Path("/n.striate"), project.Project(design, "0" * 8 + "-0000" * 3
                                                               + "-" + "0" * 12))  # fmt: skip


def crosses(a: Point, b: Point, box: Box) -> bool:
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.right and right > box.left and top < box.bottom and bottom > box.top


def assert_to_the_right(window: Window) -> None:
    """Each wire leaves a right side and enters a left one, and runs across no other node."""
    scene = window.canvas.network
    boxes = {item: node_box(place) for item, place in scene.places.items()}
    for wire, way in scene.picture.wires.items():
        source, target = scene.seen.ends(wire)
        assert way[0][0] == boxes[source].right
        assert boxes[source].top < way[0][1] < boxes[source].bottom
        assert way[-1][0] == boxes[target].left
        assert boxes[target].top < way[-1][1] < boxes[target].bottom
        assert way[1][0] > way[0][0]
        assert way[-2][0] < way[-1][0]
        for item, box in boxes.items():
            foreign = item not in (source, target)
            assert not (foreign and any(crosses(a, b, box) for a, b in pairwise(way))), (wire, item)


@pytest.mark.parametrize("template", NETWORKS)
def test_the_switch_turns_a_network_and_undo_turns_it_back(window: Window, template: str) -> None:
    window.files.start(template)
    document, action = window.document, window.actions_by_id["flow"]
    before = text(document.design)
    turn(window)
    assert document.design.flow is Direction.RIGHT
    assert action.isChecked()
    assert document.history.undoText() == "Flow left to right"
    assert_to_the_right(window)
    turned = text(document.design)
    window.editing.undo()
    assert text(document.design) == before
    assert not action.isChecked()
    window.editing.redo()
    assert text(document.design) == turned
    turn(window)
    assert document.history.undoText() == "Flow top down"
    assert document.design.flow is Direction.DOWN


@pytest.mark.parametrize("template", NETWORKS)
def test_layouts_to_the_right_node_by_node(template: str) -> None:
    graph = BY_ID[template].build()
    layout = layout_of(graph, Direction.RIGHT)
    assert all(x % 8 == y % 8 == 0 for x, y in layout.places.values())
    boxes = {node: Box(x, y, x + 192, y + 56) for node, (x, y) in layout.places.items()}
    for wire in graph.wires:
        start, end = boxes[wire.source], boxes[wire.target]
        way = ((start.right, start.top + 28), *layout.bends.get((wire.source, wire.target), ()),
               (end.left, end.top + 28))  # fmt: skip
        pieces = turned_way(flat(turned_way(way, Direction.RIGHT)), Direction.RIGHT)
        for node, box in boxes.items():
            if node not in (wire.source, wire.target):
                assert not any(crosses(a, b, box) for a, b in pairwise(pieces)), (wire, node)


def test_opened_groups_make_room_to_the_right_and_closed_ones_give_it_back(window: Window) -> None:
    graph = chain(Input((1, 12, 12)), Conv2d(4), ReLU(), Conv2d(4))
    design, group = grouping.group(Design(graph, flow=Direction.RIGHT), ["conv1", "relu1"])
    window.document.new(design)
    scene = window.canvas.network
    places = dict(scene.places)
    assert places == {"input1": (0, 0), group: (272, 0), "conv2": (544, 0)}
    window.document.select((group,))
    QTest.keyClick(window.canvas, Qt.Key.Key_E, CTRL)
    # Two nodes 272 apart with 24 before, behind and below them, and 40 for the title.
    frame = scene.fences.frames[group].line_box
    assert frame.getRect() == (272, -40, 24 + 272 + 192 + 24, 40 + 56 + 24)
    assert dict(scene.places) == {
        "input1": (0, 0), "conv1": (296, 0), "relu1": (568, 0), "conv2": (272 + 512 + 80, 0)
    }  # fmt: skip
    QTest.keyClick(window.canvas, Qt.Key.Key_E, CTRL)
    assert dict(scene.places) == places


def test_a_wire_is_laid_from_right_to_left_side_by_mouse(window: Window) -> None:
    turn(window)
    robot = Robot(window)
    wire = Wire("conv1", "relu1", 0)
    window.document.select((), (wire,))
    robot.press(Qt.Key.Key_Delete)
    assert wire not in window.document.design.graph.wires
    window.canvas.outlook.fit_all()
    places = window.canvas.network.places
    (ax, ay), (bx, by) = places["conv1"], places["relu1"]
    robot.drag(robot.at(ax + 192, ay + 28), robot.at(bx, by + 28))
    assert wire in window.document.design.graph.wires
    assert_to_the_right(window)


def test_arrows_follow_the_wires(window: Window) -> None:
    turn(window)
    robot = Robot(window)
    robot.press(Qt.Key.Key_Home)
    chosen = [window.document.selection]
    for _ in range(3):
        robot.press(Qt.Key.Key_Right, ALT)
        chosen.append(window.document.selection)
    assert chosen == [("input",), ("conv1",), ("relu1",), ("pool1",)]
    robot.press(Qt.Key.Key_Left, ALT)
    assert window.document.selection == ("relu1",)
    robot.press(Qt.Key.Key_Down, ALT)  # beside the flow: the row below
    assert (
        window.canvas.network.places[window.document.selection[0]][1]
        > (window.canvas.network.places["relu1"][1])
    )


def test_new_layers_go_right_and_what_follows_makes_room(window: Window) -> None:
    graph = chain(Input((1, 12, 12)), Conv2d(4), ReLU())
    window.document.new(Design(graph, flow=Direction.RIGHT))
    places = dict(window.canvas.network.places)
    assert [y for _, y in places.values()] == [0, 0, 0]
    assert [x for x, _ in places.values()] == [0, 272, 544]
    window.document.select(("relu1",))
    window.editing.add([Conv2d(8)])
    assert window.document.design.positions["conv2"] == (816, 0)
    window.document.select(("conv1",))
    window.editing.add([ReLU()])  # into the wire behind it
    found = window.document.design.positions
    assert [found[id] for id in ("conv1", "relu2", "relu1", "conv2")] == [
        (272, 0), (544, 0), (816, 0), (1088, 0)
    ]  # fmt: skip
    window.document.select(("conv1", "relu2"))
    window.editing.duplicate()
    copies = [found_at[1] for found_at in window.document.design.positions.values()]
    assert copies.count(104) == 2  # below, and so beside the flow


def test_a_dropped_wire_puts_the_input_where_the_mouse_is(window: Window) -> None:
    turn(window)
    window.adding.ask_behind("conv1", QPointF(1000, 2000))
    chooser = window.search.open_chooser
    assert chooser is not None
    QTest.keyClicks(chooser.search, "relu")
    QTest.keyClick(chooser.search, Qt.Key.Key_Return)
    (node,) = window.document.selection
    assert window.document.design.positions[node] == (1000, 1972)  # half of 56 above the mouse


def test_a_comment_stays_beside_its_node(window: Window) -> None:
    document = window.document
    x, y = window.canvas.network.places["linear3"]
    document.attempt(
        "x", lambda d: commenting.write(window.canvas.pinned(d), "ten classes", (x + 216, y))
    )
    turn(window)
    across, down = window.canvas.network.places["linear3"]
    assert document.design.comments["comment1"].at == (across, down + 56 + 24)  # now below it


def test_the_way_is_saved_and_a_design_that_flows_down_has_no_field(tmp_path: Path) -> None:
    path = tmp_path / "a.striate"
    design = with_places(Design(chain(Input(), Conv2d(4))))
    project.save(path, project.Project(design))
    assert "flow" not in json.loads(path.read_text())
    assert json.loads(path.read_text())["version"] == [1, 2]
    before = path.read_bytes()
    project.save(path, project.load(path))
    assert path.read_bytes() == before
    right = Design(design.graph, flow=Direction.RIGHT)
    project.save(path, project.Project(right))
    found = project.load(path)
    assert found.design.flow is Direction.RIGHT
    data = json.loads(path.read_text())
    assert (data["version"], data["flow"]) == ([1, 3], "right")
    with pytest.raises(FileError, match="flow: 'down' or 'right' is expected"):
        project.design_from_json({**project.design_to_json(right), "flow": "up"})


def test_a_window_opens_what_it_saved(window: Window, tmp_path: Path) -> None:
    turn(window)
    path = tmp_path / "b.striate"
    window.document.save(path)
    places = dict(window.canvas.network.places)
    window.files.start("lenet5")
    assert not window.actions_by_id["flow"].isChecked()
    window.document.open(path)
    assert window.actions_by_id["flow"].isChecked()
    assert dict(window.canvas.network.places) == places


def test_the_figure_of_the_canvas_flows_as_the_canvas_does(window: Window) -> None:
    design = Design(chain(Input(), Conv2d(4), ReLU()))
    look = FigureLook(style="canvas")
    down = figure_of(design, look).content
    right = figure_of(Design(design.graph, flow=Direction.RIGHT), look).content
    assert down.width() < down.height()
    assert right.width() > 3 * right.height()


def test_tidying_keeps_the_direction_and_glides(window: Window) -> None:
    turn(window)
    robot = Robot(window)
    window.canvas.outlook.fit_all()
    start = robot.body("conv1")
    robot.drag(start, start + QPoint(40, 90))
    window.canvas.animated = True
    robot.press(Qt.Key.Key_L, CTRL)
    glide = window.canvas.rearranging.glide
    QTest.qWait(0)
    while glide.state() == glide.State.Running:
        QApplication.processEvents()
    assert_to_the_right(window)
    shown = {n: tuple(item.pos().toTuple()) for n, item in window.canvas.network.nodes.items()}
    assert shown == dict(window.document.design.positions)
