"""Each panel shows the document and changes it, through the real window."""

from __future__ import annotations

import html
import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.graph import Graph
from core.layers import BY_NAME, CATALOGUE, Add, Input, Output
from core.shapes import Shape
from designer.document import edits
from designer.forms.editors import PaddingEditor
from designer.forms.number_box import NumberBox
from designer.notation import shape_text
from designer.panels import facts
from designer.panels.layer_page import tip_of
from designer.panels.palette import MIME
from designer.window import Window


def layer(window: Window, node: str) -> object:
    return window.document.design.graph[node].layer


def shown_facts(window: Window) -> dict[str, str]:
    node = window.document.design.graph[window.document.selection[0]]
    return dict(facts.node_facts(node, window.document.inference.nodes[node.id]))


# ---- palette ----------------------------------------------------------------------------


def test_the_palette_lists_every_layer_and_finds_by_keras_name(window: Window) -> None:
    palette = window.palette_panel
    assert set(palette.visible_types()) == {cls.__name__ for cls in CATALOGUE}
    palette.search.setText("dense")
    assert "Linear" in palette.visible_types()
    palette.search.setText("no such thing")
    assert palette.visible_types() == []
    assert not palette.nothing.isHidden()


def test_enter_in_the_search_adds_the_first_match_behind_the_selection(
    window: Window, qtbot: QtBot
) -> None:
    window.document.select(["conv1"])
    window.palette_panel.search.setFocus()
    qtbot.keyClicks(window.palette_panel.search, "batchn")
    qtbot.keyClick(window.palette_panel.search, Qt.Key.Key_Return)
    graph = window.document.design.graph
    assert window.document.selection == ("batchnorm1",)
    assert graph.inputs_of("batchnorm1") == ("conv1",)
    assert graph.inputs_of("relu1") == ("batchnorm1",)


def test_double_click_and_enter_in_the_list_add_a_layer(window: Window, qtbot: QtBot) -> None:
    tree = window.palette_panel.tree
    item = next(one for one in tree.leaves() if one.text(0) == "Dropout")
    tree.scrollToItem(item, QAbstractItemView.ScrollHint.PositionAtCenter)
    spot = tree.visualItemRect(item).center() + QPoint(2, 0)
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert len(window.document.design.graph.nodes) == 15
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert len(window.document.design.graph.nodes) == 16


def test_a_dragged_layer_says_its_type(window: Window) -> None:
    tree = window.palette_panel.tree
    item = next(one for one in tree.leaves() if one.text(0) == "Conv2d")
    data = bytes(tree.mimeData([item]).data(MIME).data())
    assert json.loads(data) == {"type": "Conv2d"}
    assert "Keras: Conv2D" in tip_of(BY_NAME["Conv2d"])


def test_add_joins_what_is_selected(window: Window) -> None:
    window.document.select(["conv1", "relu1"])
    window.adding.add((Add(),))
    assert window.document.design.graph.inputs_of("add1") == ("conv1", "relu1")


# ---- properties -------------------------------------------------------------------------


def test_a_number_changes_every_size_downstream(window: Window, qtbot: QtBot) -> None:
    window.document.select(["conv1"])
    box = window.properties.form.rows["out_channels"].editor.findChild(NumberBox)
    box.setFocus()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), "12")
    nodes = window.document.inference.nodes
    assert nodes["conv1"].output == (12, 28, 28)
    assert nodes["pool1"].output == (12, 14, 14)
    assert nodes["conv2"].weights["weight"].shape == (16, 12, 5, 5)
    assert window.document.history.count() == 1
    qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.inference.nodes["conv1"].output == (6, 28, 28)


def test_the_size_formula_stands_under_the_form(window: Window) -> None:
    window.document.select(["conv1"])
    told = shown_facts(window)
    assert told["Formula"] == "⌊(28 + 2·2 − 5)/1⌋ + 1 = 28"
    assert told["Size"] == "28 × 28 × 1 → 28 × 28 × 6"
    assert told["Parameters"].startswith("156\n")
    assert told["MACs"] == "117,600"
    assert told["Sees"] == "5 × 5 of the input"


def test_what_the_stride_leaves_out_is_said(window: Window) -> None:
    settings = {"padding": "valid", "stride": (3, 2)}  # 28 − 5 = 23 = 3·7 + 2 = 2·11 + 1
    window.document.attempt("Stride", lambda d: edits.set_settings(d, ["conv1"], settings))
    window.document.select(["conv1"])
    assert shown_facts(window)["Left out"] == "the last 2 rows and the last column"


@pytest.mark.parametrize("shape", [(64,), (4, 64), (1, 28, 28)], ids=["vector", "signal", "maps"])
def test_a_bypassed_layer_need_not_fit_what_comes(window: Window, shape: Shape) -> None:
    for cls in set(CATALOGUE) - {Input, Output}:
        graph = Graph().with_node(Input(shape), id="in").with_node(cls(), id="x")
        if len(graph["x"].layer.slots) != 1:
            continue
        graph = graph.with_wire("in", "x").with_bypass(["x"], on=True)
        window.document.apply("Another network", window.document.design.with_graph(graph))
        window.document.select(["x"])
        told = shown_facts(window)
        assert set(told) == {"Size", "Parameters", "MACs"} | ({"Sees"} & set(told)), cls
        assert told["Size"] == f"{shape_text(shape)} → {shape_text(shape)}"


def test_the_name_can_be_changed_with_f2(window: Window, qtbot: QtBot) -> None:
    window.document.select(["conv1"])
    window.actions_by_id["rename"].trigger()
    qtbot.keyClicks(window.properties.head.name, "edges")
    qtbot.keyClick(window.properties.head.name, Qt.Key.Key_Return)
    assert window.document.design.graph["conv1"].title == "edges"


def test_a_name_too_long_for_the_panel_is_told_in_full(window: Window) -> None:
    long = "the layer <b>that looks</b> at whole strokes of a digit"
    window.document.attempt("x", lambda design: edits.rename(design, "conv1", long))
    window.document.select(["conv1"])
    assert html.escape(long) in window.properties.head.name.toolTip()


def test_nothing_one_wire_and_several_selected(window: Window) -> None:
    document = window.document
    totals = dict(facts.total_facts(document.design, document.inference))
    assert (totals["Layers"], totals["Parameters"]) == ("14", "61,706")
    nodes = [document.design.graph[id] for id in ("relu1", "relu2", "conv1")]
    several = dict(facts.several_facts(nodes, document.inference))
    assert several["Layers"] == "2 ReLU\n1 Conv2d"
    wire = document.design.graph.incoming("relu1")[0]
    document.select((), [wire])
    assert window.properties.head.title.text() == "Wire"
    told = dict(facts.wire_facts(wire, document.design, document.inference))
    assert told["Values"] == "4,704"


# ---- problems ---------------------------------------------------------------------------


def fix_button(window: Window, qtbot: QtBot, text: str) -> QPushButton:
    def buttons() -> list[QPushButton]:
        return [b for row in window.problems.rows for b in row.note.buttons]

    qtbot.waitUntil(lambda: bool(buttons()))
    return next(button for button in buttons() if button.text() == text)


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        ("flatten", "Insert Flatten"),
        ("kernel", "Make the kernel 14×5"),
        ("kernel", "Pad to keep the size"),
    ],
)
def test_a_fix_button_mends_the_network(
    window: Window, qtbot: QtBot, spoil: str, text: str
) -> None:
    if spoil == "flatten":
        window.document.attempt("x", lambda d: edits.delete(d, ["flatten"]))
    else:
        window.document.attempt(
            "x", lambda d: edits.set_settings(d, ["conv2"], {"kernel_size": (50, 5)})
        )
    assert not window.document.inference.ok
    assert "(1)" in window.docks.docks["problems"].windowTitle()
    window.docks.show("problems")
    (problem,) = window.document.inference.problems
    qtbot.mouseClick(fix_button(window, qtbot, text), Qt.MouseButton.LeftButton)
    assert not window.document.inference.problems_of(problem.node)
    window.actions_by_id["undo"].trigger()
    assert window.document.inference.problems == (problem,)


def test_a_click_on_a_problem_selects_its_node(window: Window, qtbot: QtBot) -> None:
    window.document.attempt("x", lambda d: edits.delete(d, ["flatten"]))
    window.docks.show("problems")
    qtbot.mouseClick(window.problems.rows[0], Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert window.document.selection == ("linear1",)


def test_a_problem_stands_beside_its_field(window: Window) -> None:
    window.document.select(["conv2"])
    window.document.attempt(
        "x", lambda d: edits.set_settings(d, ["conv2"], {"kernel_size": (50, 50)})
    )
    row = window.properties.form.rows["kernel_size"]
    assert row.editor.findChild(NumberBox).property("problem") is True


# ---- summary and training ---------------------------------------------------------------


def test_the_summary_lists_layers_and_shares_the_selection(window: Window) -> None:
    window.docks.show("summary")
    model = window.summary.model
    names = [model.texts(row)[0] for row in range(model.rowCount())]
    assert names == list(window.document.design.graph.order)
    assert model.texts(1)[3:] == ["28 × 28 × 6", "156", "117,600"]
    window.summary.table.selectRow(4)
    assert window.document.selection == ("conv2",)
    window.document.select(["pool1"])
    assert [i.row() for i in window.summary.table.selectionModel().selectedRows()] == [3]
    assert "61,706" in window.summary.totals.text()


def test_training_says_why_it_cannot_start(window: Window) -> None:
    window.document.attempt("x", lambda d: edits.delete(d, ["flatten"]))
    assert window.training.run.headline.text() == "Not ready to train"
    assert "linear1 needs a vector" in window.training.run.sentence.text()
    window.actions_by_id["train"].trigger()
    assert "linear1 needs a vector" in window.status.notice.text()
    assert window.engine.state == "idle"


def test_the_plan_is_edited_and_undone(window: Window, qtbot: QtBot) -> None:
    box = window.training.form.rows["epochs"].editor.findChild(NumberBox)
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), "3")
    assert window.document.design.plan.epochs == 3
    window.actions_by_id["undo"].trigger()
    assert window.document.design.plan.epochs == 10


def test_the_help_page_follows_the_selection(window: Window) -> None:
    window.document.select(["pool1"])
    window.actions_by_id["help"].trigger()
    assert "MaxPool2d" in window.help.page.toPlainText()
    assert "Backward" in window.help.page.toPlainText()


@pytest.mark.parametrize("padding", [2, (1, 2), (10, 20, 30, 40), "same"])
def test_settings_fit_the_panel_of_a_small_window(window: Window, padding: object) -> None:
    """At 1280 pixels; nothing can be scrolled sideways."""
    settings = {"padding": padding, "kernel_size": (11, 11)}
    window.document.attempt("x", lambda d: edits.set_settings(d, ["conv1"], settings))
    window.document.select(["conv1"])
    QApplication.processEvents()
    panel = window.properties
    assert panel.widget().width() <= panel.viewport().width()
    editor = window.properties.findChild(PaddingEditor)
    shown = [box for box in editor.boxes if box.isVisible()]
    assert all(box.geometry().right() <= editor.rect().right() for box in shown)
    assert all(box.width() >= box.minimumSizeHint().width() for box in shown)
