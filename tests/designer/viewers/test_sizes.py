"""Any size explains itself: a click on the canvas, the window over the input, and solve-for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.graph import Wire
from core.layers import Conv1d, ConvTranspose2d, Input
from designer.document import edits
from designer.document.document import Document
from designer.theme import theme
from designer.viewers.sizes import SizesView
from designer.window import Window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> SizesView:
    made = SizesView(document)
    qtbot.addWidget(made)
    made.resize(560, 260)
    made.show()
    qtbot.waitExposed(made)
    return made


def view_of(window: Window) -> SizesView:
    """The view in a real window."""
    found = window.docks.docks["sizes"].widget()
    assert isinstance(found, SizesView)
    return found


def seen(view: SizesView) -> bool:
    """Whether the view lies in front; behind another tab Qt calls it visible, too."""
    return not view.visibleRegion().isEmpty()


def size_spot(window: Window, node: str) -> QPoint:
    """Where the size of a node stands in the canvas' viewport."""
    item = window.canvas.network.nodes[node]
    return window.canvas.mapFromScene(item.pos() + item.size_box.center())


def explain(document: Document, node: str, **settings: object) -> None:
    """Change settings of a node and select it."""
    if settings:
        document.attempt("x", lambda d: edits.set_settings(d, [node], settings))
    document.select([node])


# ---- the ways there ---------------------------------------------------------------------


def move(window: Window, at: QPoint) -> Qt.CursorShape:
    """Move the mouse to a point of the canvas, no button held; the shape that it has there."""
    viewport = window.canvas.viewport()
    none = Qt.MouseButton.NoButton
    where = QPointF(at), QPointF(viewport.mapToGlobal(at))
    event = QMouseEvent(QEvent.Type.MouseMove, *where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)
    return viewport.cursor().shape()


def test_a_hand_over_a_size_says_that_it_can_be_pressed(window: Window) -> None:
    at = size_spot(window, "conv1")
    assert move(window, at) == Qt.CursorShape.PointingHandCursor
    assert move(window, at - QPoint(60, 0)) == Qt.CursorShape.ArrowCursor  # the name of the node
    window.canvas.outlook.zoom_to(0.4)  # too small to be read
    assert move(window, size_spot(window, "conv1")) == Qt.CursorShape.ArrowCursor


def test_a_click_on_a_size_on_the_canvas(window: Window, qtbot: QtBot) -> None:
    view = view_of(window)
    assert not seen(view)
    qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=size_spot(window, "pool1"))
    assert seen(view)
    assert window.document.selection == ("pool1",)
    assert ("Formula", "⌊(28 − 2)/2⌋ + 1 = 14") in view.lines


def test_a_click_on_a_size_beside_a_wire(window: Window, qtbot: QtBot) -> None:
    line = window.canvas.network.wires[Wire("pool1", "conv2")]
    window.canvas.outlook.zoom_to(1.0)
    window.canvas.reveal("conv2")
    spot = window.canvas.mapFromScene(line.label_box.center())
    assert move(window, spot) == Qt.CursorShape.PointingHandCursor
    qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=spot)
    assert seen(view_of(window))
    assert window.document.selection == ("pool1",)
    assert view_of(window).title.text().endswith("14 × 14 × 6")


def test_a_click_on_the_size_of_a_group_explains_its_last_layer(
    window: Window, qtbot: QtBot
) -> None:
    window.document.select(("conv1", "relu1", "pool1"))
    window.actions_by_id["group"].trigger()
    (group,) = window.document.design.groups.by_id
    qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=size_spot(window, group))
    assert view_of(window).node == "pool1"
    assert ("Formula", "⌊(28 − 2)/2⌋ + 1 = 14") in view_of(window).lines


def test_a_click_elsewhere_and_a_drag_that_begins_on_a_size_do_not_ask(
    window: Window, qtbot: QtBot
) -> None:
    canvas, spot = window.canvas.viewport(), size_spot(window, "pool1")
    qtbot.mouseClick(canvas, LEFT, pos=spot - QPoint(60, 0))
    assert window.document.selection == ("pool1",)
    qtbot.mousePress(canvas, LEFT, pos=spot)
    qtbot.mouseMove(canvas, spot + QPoint(60, 40))
    qtbot.mouseRelease(canvas, LEFT, pos=spot + QPoint(60, 40))
    assert not seen(view_of(window))
    # and in the properties the size is a link
    labels = window.properties.facts.findChildren(QLabel)
    (link,) = [one for one in labels if "28 × 28 × 6 → 14 × 14 × 6" in one.text()]
    qtbot.mouseClick(link, LEFT, pos=QPoint(12, link.height() // 2))
    assert seen(view_of(window))
    assert view_of(window).node == "pool1"


# ---- what is said -----------------------------------------------------------------------


def test_the_sums_of_a_convolution(document: Document, view: SizesView) -> None:
    explain(document, "conv2")
    assert view.title.text() == "conv2: 14 × 14 × 6 → 10 × 10 × 16"
    told = dict(view.lines)
    assert told["Formula"] == "⌊(14 − 5)/1⌋ + 1 = 10"
    assert told["Parameters"] == "16·(6·5² + 1) = 2,416"
    assert told["MACs"] == "10·10·16 · 6·5² = 240,000"
    assert told["Output"] == "10·10·16 · 4 bytes = 6.25 KB"
    assert told["Sees"] == "14 × 14 of the input, fields 2 apart"


def test_padding_is_split_and_what_the_stride_drops_is_counted(
    document: Document, view: SizesView
) -> None:
    explain(document, "conv2", padding=(0, 0, 2, 1), stride=(4, 1))  # 14 − 5 = 9 = 2·4 + 1
    told = dict(view.lines)
    assert told["Padding"] == "2 left, 1 right"
    assert told["Left out"] == "1 row is never looked at"
    assert told["Height"] == "⌊(14 − 5)/4⌋ + 1 = 3"
    assert told["Width"] == "⌊(14 + 2 + 1 − 5)/1⌋ + 1 = 13"


def test_layers_without_a_window_tell_their_rule(document: Document, view: SizesView) -> None:
    explain(document, "flatten")
    assert "(C·H·W,)" in dict(view.lines)["Rule"]
    assert view.picture.axes == ()
    assert not view.picture.isVisible()


def test_a_broken_layer_says_what_is_wrong(document: Document, view: SizesView) -> None:
    explain(document, "conv2", kernel_size=50)
    assert "conv2 needs" in view.empty.accessibleName()
    document.select(["relu2"])
    assert view.empty.accessibleName().startswith("relu2 has no size yet")


def test_a_signal_and_a_transposed_convolution(document: Document, view: SizesView) -> None:
    graph = document.design.graph.with_layer("input", Input((2, 40)))
    graph = graph.with_layer("conv1", Conv1d(3, 5, 2))
    document.apply("x", document.design.with_graph(graph))
    explain(document, "conv1")
    (length,) = view.picture.axes
    assert (length.name, length.outputs) == ("length", 18)
    assert view.spot.text() == "Place 0 sees places 0–4"
    graph = graph.with_layer("input", Input((1, 7, 7)))
    graph = graph.with_layer("conv1", ConvTranspose2d(2, 3, 2, 1))
    document.apply("x", document.design.with_graph(graph))
    assert view.picture.axes[0].backwards
    assert view.spot.text() == "Row 0, column 0 stamps rows −1–1, columns −1–1"
    assert dict(view.lines)["Cut off"] == "1 top, 1 bottom; 1 left, 1 right"
    assert not view.picture.grab().isNull()


# ---- the window -------------------------------------------------------------------------


def test_the_window_moves_by_keys_buttons_and_mouse(
    document: Document, view: SizesView, qtbot: QtBot
) -> None:
    explain(document, "conv1")  # padded by 2: 28 places a side
    qtbot.mouseClick(view.player.on, LEFT)
    assert view.picture.place == (0, 1)
    assert view.spot.text() == "Row 0, column 1 sees rows −2–2, columns −1–3 · 13 of padding"
    qtbot.mouseClick(view.player.back, LEFT)
    qtbot.mouseClick(view.player.back, LEFT)
    assert view.picture.place == (27, 27)
    qtbot.keyClick(view.picture, Qt.Key.Key_Up)
    qtbot.keyClick(view.picture, Qt.Key.Key_Left)
    qtbot.keyClick(view.picture, Qt.Key.Key_Down)
    qtbot.keyClick(view.picture, Qt.Key.Key_Down)
    assert view.picture.place == (27, 26)
    moved, rest, cell = view.picture._grids()
    qtbot.mouseClick(view.picture, LEFT, pos=moved.topLeft().toPoint())
    assert view.picture.place == (0, 0)
    spot = rest.topLeft().toPoint() + QPoint(round(cell.width() * 9.5), round(cell.height() * 4.5))
    qtbot.mouseClick(view.picture, LEFT, pos=spot)
    assert view.picture.place == (4, 9)


def test_play_slides_until_it_is_stopped_or_hidden(
    document: Document, view: SizesView, qtbot: QtBot
) -> None:
    explain(document, "conv1")
    with qtbot.waitSignals([view.picture.place_changed] * 2):
        qtbot.mouseClick(view.player.play, LEFT)
    assert view.player.play.isChecked()
    view.hide()
    qtbot.waitUntil(lambda: not view.player.play.isChecked())
    assert not view.player.playing


@pytest.mark.parametrize("look", ["light", "dark"])
def test_what_the_stride_throws_away_is_hatched(
    document: Document, view: SizesView, look: str
) -> None:
    theme.apply(look)  # type: ignore[arg-type]
    explain(document, "conv1", padding="valid", stride=1)
    assert hatched(view) == 0
    explain(document, "conv1", stride=(3, 2))  # 2 rows and 1 column
    assert hatched(view) > 50
    theme.apply("light")


def hatched(view: SizesView) -> int:
    """Pixels in the color of problems."""
    image = view.picture.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
    return int((pixels == int(theme.tokens.problem[1:], 16)).sum())


# ---- solve for --------------------------------------------------------------------------


def test_a_wanted_output_offers_settings_and_a_click_makes_them(
    document: Document, view: SizesView, qtbot: QtBot
) -> None:
    explain(document, "conv1")
    field = view.solver.fields[0]
    assert field.value() == 28
    assert not view.solver.fields[1].isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "14")
    texts = [button.text() for button in view.solver.buttons]
    assert "Stride 2" in texts
    qtbot.mouseClick(view.solver.buttons[texts.index("Stride 2")], LEFT)
    assert document.inference.nodes["conv1"].output == (6, 14, 14)
    document.history.undo()
    assert document.inference.nodes["conv1"].output == (6, 28, 28)


def test_what_cannot_be_is_said(document: Document, view: SizesView, qtbot: QtBot) -> None:
    explain(document, "conv1")
    field = view.solver.fields[0]
    field.selectAll()
    qtbot.keyClicks(field, "999")
    assert view.solver.told.text() == "No settings of this layer give 999 × 999."
    field.selectAll()
    qtbot.keyClicks(field, "28")
    assert view.solver.told.text() == "It gives that already."


def test_sides_that_differ_have_a_field_each(
    document: Document, view: SizesView, qtbot: QtBot
) -> None:
    explain(document, "input", shape=(1, 28, 20))
    explain(document, "conv1")
    height, width = view.solver.fields
    assert (height.value(), width.value()) == (28, 20)
    width.selectAll()
    qtbot.keyClicks(width, "10")
    for button in view.solver.buttons:
        assert button.text()
    qtbot.mouseClick(view.solver.buttons[0], LEFT)
    assert document.inference.nodes["conv1"].output == (6, 28, 10)


def test_it_says_how_and_saves_numbers(view: SizesView, document: Document) -> None:
    document.select(["conv2"])
    view.tools.ask.click()
    assert "no sample" in view.tools.how.text()
    found = view.tools._numbers()
    assert found["outputs"].tolist() == [10, 10]  # 14 − 5 + 1
    assert found["parameters"].tolist() == [16 * (6 * 25 + 1)]
    assert found["macs"].tolist() == [100 * 16 * 150]
    document.select(["relu1"])
    assert view.tools._numbers()["parameters"].tolist() == [0]
