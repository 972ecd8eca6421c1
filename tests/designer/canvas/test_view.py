"""Looking at the canvas: opening, zoom, pan, fit, and the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.design import Design
from core.graph import Graph, chain
from core.layers import Conv2d, Input, Output, ReLU
from core.zoo import BY_ID
from designer.canvas.camera import READABLE
from tests.designer.canvas.conftest import Hands, MakeHands

Key = Qt.Key
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def turn_wheel(hands: Hands, at: QPoint, by: int, modifiers: Qt.KeyboardModifier) -> None:
    viewport = hands.view.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, by),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_lenet_opens_at_100_percent_in_a_small_window(make_hands: MakeHands) -> None:
    hands = make_hands(BY_ID["lenet5"].build(), size=(900, 520))
    assert hands.view.zoom == 1.0
    seen = hands.view.mapToScene(hands.view.viewport().rect()).boundingRect()
    assert seen.contains(hands.scene.extent())


def test_small_network_opens_at_100_percent(make_hands: MakeHands) -> None:
    assert make_hands(chain(Input(), Output()), size=(1600, 1000)).view.zoom == 1.0


def test_large_network_opens_readable_at_its_input(make_hands: MakeHands) -> None:
    graph = chain(Input((3, 64, 64)), *(ReLU() for _ in range(200)), Output())
    hands = make_hands(graph)
    assert hands.view.zoom == READABLE
    assert hands.view.viewport().rect().contains(hands.node("input1"))


def test_another_document_is_opened_anew(make_hands: MakeHands) -> None:
    hands = make_hands()
    hands.view.outlook.zoom_to(2.0)
    hands.document.new(Design(BY_ID["lenet5"].build()))
    assert hands.view.zoom <= 1.0
    assert set(hands.scene.nodes) == set(hands.document.design.graph.nodes)
    assert hands.view.viewport().rect().contains(hands.node("input"))


@pytest.mark.parametrize(
    "modifiers", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier]
)
def test_wheel_keeps_the_point_under_the_mouse(
    hands: Hands, modifiers: Qt.KeyboardModifier
) -> None:
    at = QPoint(317, 211)
    before, zoom = hands.view.camera.spot(QPointF(at)), hands.view.zoom
    for step in (120, 120, -360, 45, -15, 240, 120):
        turn_wheel(hands, at, step, modifiers)
    drift = hands.view.camera.spot(QPointF(at)) - before
    assert abs(drift.x()) < 1e-6
    assert abs(drift.y()) < 1e-6
    assert hands.view.zoom > zoom


def test_zoom_has_ends(hands: Hands) -> None:
    for _ in range(60):
        turn_wheel(hands, QPoint(50, 50), 480, Qt.KeyboardModifier.NoModifier)
    assert hands.view.zoom == pytest.approx(4.0)
    for _ in range(90):
        turn_wheel(hands, QPoint(50, 50), -480, Qt.KeyboardModifier.NoModifier)
    assert hands.view.zoom == pytest.approx(0.05)


def test_fit_never_goes_above_100_percent(hands: Hands) -> None:
    hands.view.outlook.zoom_to(3.0)
    hands.view.outlook.fit()
    assert hands.view.zoom == 1.0
    hands.document.select(("conv1",))
    hands.view.outlook.fit()
    center = hands.scene.extent(("conv1",)).center()
    assert (hands.view.center_of_view() - center).manhattanLength() <= 2


def test_zoom_steps_and_their_signal(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.view.outlook.zoom_changed):
        hands.view.outlook.zoom_in()
    assert hands.view.zoom == pytest.approx(1.25)
    hands.view.outlook.zoom_out()
    hands.view.outlook.zoom_100()
    assert hands.view.zoom == pytest.approx(1.0)


def test_smooth_edges_rest_while_panning(hands: Hands, qtbot: QtBot) -> None:
    smooth = QPainter.RenderHint.Antialiasing
    assert hands.view.renderHints() & smooth
    turn_wheel(hands, QPoint(50, 50), 120, Qt.KeyboardModifier.NoModifier)
    assert not hands.view.renderHints() & smooth
    qtbot.waitUntil(lambda: bool(hands.view.renderHints() & smooth), timeout=2000)


def test_middle_button_pans(hands: Hands) -> None:
    start = QPoint(200, 200)
    before = hands.view.mapToScene(start)
    viewport = hands.view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, start)
    hands.move(start + QPoint(90, 40))
    hands.move(start + QPoint(150, 70))
    end = start + QPoint(150, 70)
    QTest.mouseRelease(viewport, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, end)
    assert (hands.view.mapToScene(end) - before).manhattanLength() < 1.5


def test_held_space_pans_and_tapped_space_asks_for_a_layer(hands: Hands, qtbot: QtBot) -> None:
    asked = []
    hands.view.add_layer_requested.connect(asked.append)
    before = hands.view.center_of_view()
    QTest.keyPress(hands.view, Key.Key_Space)
    hands.drag(hands.node("conv1"), hands.node("conv1") + QPoint(80, 0))
    QTest.keyRelease(hands.view, Key.Key_Space)
    assert not asked
    assert hands.view.center_of_view().x() == pytest.approx(before.x() - 80, abs=1.5)
    assert not hands.document.modified
    hands.key(Key.Key_Space)
    assert len(asked) == 1


def test_space_that_repeats_while_held_asks_nothing(hands: Hands) -> None:
    asked = []
    hands.view.add_layer_requested.connect(asked.append)
    QTest.keyPress(hands.view, Key.Key_Space)
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", True)
        QApplication.sendEvent(hands.view, event)
    assert not asked


def test_arrows_nudge_on_the_grid_as_one_step(hands: Hands) -> None:
    hands.document.select(("conv1",))
    x, y = hands.scene.places["conv1"]
    for _ in range(3):
        hands.key(Key.Key_Right)
    hands.key(Key.Key_Down, SHIFT)
    assert hands.document.design.positions["conv1"] == (x + 24, y + 40)
    hands.document.history.undo()
    assert hands.scene.places["conv1"] == (x, y)


def test_arrows_without_a_selection_pan(hands: Hands) -> None:
    before = hands.view.center_of_view()
    hands.key(Key.Key_Right)
    assert hands.view.center_of_view().x() > before.x()
    assert not hands.document.modified


def test_alt_arrows_walk_along_wires(hands: Hands) -> None:
    steps = [
        (Key.Key_Down, "input1"),  # nothing is selected: begin at the start
        (Key.Key_Down, "conv1"),
        (Key.Key_Down, "relu1"),
        (Key.Key_Up, "conv1"),
        (Key.Key_Up, "input1"),
        (Key.Key_Up, "input1"),  # the end of the way
    ]
    for key, expected in steps:
        hands.key(key, ALT)
        assert hands.document.selection == (expected,)
    hands.key(Key.Key_Right, ALT)
    (beside,) = hands.document.selection
    assert hands.scene.places[beside][0] > hands.scene.places["input1"][0]


def test_walking_keeps_the_selection_in_sight(make_hands: MakeHands) -> None:
    hands = make_hands(chain(Input((3, 64, 64)), *(ReLU() for _ in range(60)), Output()))
    for _ in range(61):
        hands.key(Key.Key_Down, ALT)
        (here,) = hands.document.selection
        assert hands.view.viewport().rect().contains(hands.node(here))


def test_home_goes_to_the_input(hands: Hands) -> None:
    hands.view.outlook.zoom_to(3.0)
    hands.key(Key.Key_Home)
    assert hands.document.selection == ("input1",)
    assert hands.view.viewport().rect().contains(hands.node("input1"))


def test_escape_clears_the_selection(hands: Hands) -> None:
    hands.view.select_all()
    assert len(hands.document.selection) == 7
    hands.key(Key.Key_Escape)
    assert hands.document.selection == ()


def test_double_click_opens_a_node_and_asks_on_the_ground(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.view.node_activated) as opened:
        QTest.mouseDClick(hands.view.viewport(), Qt.MouseButton.LeftButton, pos=hands.node("conv1"))
    assert opened.args == ["conv1"]
    at = hands.ground()
    with qtbot.waitSignal(hands.view.add_layer_requested) as asked:
        QTest.mouseDClick(hands.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert (asked.args[0] - hands.view.mapToScene(at)).manhattanLength() < 1.5


def test_enter_opens_the_selected_node(hands: Hands, qtbot: QtBot) -> None:
    hands.document.select(("relu1",))
    with qtbot.waitSignal(hands.view.node_activated) as opened:
        hands.key(Key.Key_Return)
    assert opened.args == ["relu1"]


def test_it_has_a_name_and_says_what_is_selected(hands: Hands) -> None:
    assert hands.view.accessibleName() == "Network canvas"
    hands.document.select(("conv1",))
    assert hands.view.accessibleDescription().startswith("conv1")


def test_empty_canvas_says_what_to_do_and_a_network_does_not(make_hands: MakeHands) -> None:
    empty = make_hands(Graph())
    ink = empty.scene.ink.text.rgb()
    image = empty.view.viewport().grab().toImage()
    middle = range(image.width() // 2 - 80, image.width() // 2 + 80)
    rows = range(image.height() // 2 - 12, image.height() // 2 + 12)
    assert any(image.pixel(x, y) == ink for x in middle for y in rows)
    empty.document.apply("Add Input", Design(Graph().with_node(Input()), {"input1": (500, 900)}))
    image = empty.view.viewport().grab().toImage()
    assert not any(image.pixel(x, y) == ink for x in middle for y in rows)


def test_tidy_is_one_step_and_puts_nodes_back_in_line(make_hands: MakeHands) -> None:
    hands = make_hands(chain(Input(), Conv2d(), ReLU()))
    hands.document.apply("Move", hands.document.design.placed(
        {"input1": (300, 8), "conv1": (0, 120), "relu1": (96, 400)}))  # fmt: skip
    messy = dict(hands.scene.places)
    steps = hands.document.history.count()
    hands.view.tidy()
    assert len({x for x, _ in hands.scene.places.values()}) == 1
    assert hands.document.history.count() == steps + 1
    hands.document.history.undo()
    assert hands.scene.places == messy
    hands.document.history.redo()
    hands.view.tidy()
    assert hands.document.history.count() == steps + 1  # tidy already: nothing to undo


def test_tidy_glides_there(make_hands: MakeHands, qtbot: QtBot) -> None:
    hands = make_hands(chain(Input(), Conv2d(), ReLU()))
    hands.document.apply("Move", hands.document.design.placed(
        {"input1": (0, 0), "conv1": (0, 120), "relu1": (960, 400)}))  # fmt: skip
    hands.view.animated = True
    hands.view.tidy()
    end = hands.document.design.positions["relu1"]
    assert end != (960, 400)
    assert hands.scene.nodes["relu1"].pos() == QPointF(960, 400)
    qtbot.waitUntil(lambda: hands.scene.nodes["relu1"].pos() == QPointF(*end), timeout=3000)
    assert hands.scene.places == dict(hands.document.design.positions)


def test_nothing_glides_where_the_system_asks_for_little_motion(make_hands: MakeHands) -> None:
    hands = make_hands(chain(Input(), Conv2d(), ReLU()))
    hands.document.apply("Move", hands.document.design.placed(
        {"input1": (0, 0), "conv1": (0, 120), "relu1": (960, 400)}))  # fmt: skip
    hands.view.animated = True
    hands.view.setStyleSheet("* { widget-animation-duration: 0 }")
    hands.view.tidy()
    assert hands.document.design.positions["relu1"] != (960, 400)
    assert hands.scene.places == dict(hands.document.design.positions)
