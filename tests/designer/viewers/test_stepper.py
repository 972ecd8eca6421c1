"""The stepper on the engine's own tensors: what is drawn is what they are, by mouse and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.explain.probe import probe
from core.messages import Refused
from core.network import Network
from core.questions.viewing import ShowTensors, TensorsShown
from designer.document.document import Document
from designer.document.edits import set_settings
from designer.document.grouping import bypass
from designer.theme import theme
from designer.viewers.selection import Own, Selection
from designer.viewers.step_grids import shared_widths
from designer.viewers.stepper import StepperView
from designer.widgets.saved_view import write_csv, write_npz, write_png, write_svg
from tests.designer.viewers.conftest import QuietEngine

ITEM = np.random.default_rng(0).random((1, 28, 28)).astype(np.float32)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> StepperView:
    made = StepperView(selection, engine)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


@pytest.fixture
def network(document: Document) -> Network:
    return Network(document.design.graph, seed=3)


def answer(engine: QuietEngine, network: Network, *, step: int = 0) -> TensorsShown:
    """What the engine would say to the last question."""
    asked = engine.asked("tensors")[-1]
    assert isinstance(asked, ShowTensors)
    found = probe(network, ITEM, np.array([4]), node=asked.node, wants=asked.wants)
    shown = TensorsShown(asked.node, step, asked.sample, "4", tuple("0123456789"), found)
    engine.say(shown)
    return shown


def look(
    view: StepperView, engine: QuietEngine, network: Network, node: str, mode: str = "forward"
) -> TensorsShown:
    view.selection.set(node=node)
    shown = answer(engine, network)
    if mode != "forward":
        view.page.bar.modes.buttons[mode].click()
    return shown


def test_every_tensor_is_asked_for(
    view: StepperView, selection: Selection, engine: QuietEngine
) -> None:
    selection.set(node="conv1", sample=7)
    asked = engine.asked("tensors")[0]
    assert (asked.node, asked.sample) == ("conv1", 7)
    assert {"x", "y", "dx", "dy", "weight", "bias", "dweight"} <= set(asked.wants)


def test_a_click_on_the_output_shows_its_sum(
    view: StepperView, engine: QuietEngine, network: Network, selection: Selection, qtbot: QtBot
) -> None:
    shown = look(view, engine, network, "conv2")
    selection.set(channel=3, row=4, column=5)
    right = view.page.grids.right
    qtbot.mouseClick(right, Qt.MouseButton.LeftButton, pos=right.cell_rect(4, 6).center().toPoint())
    assert selection.spot.value == (3, 4, 6)
    assert_allclose(right.numbers.values, shown.tensors["y"][3], rtol=1e-6)
    left, middle = view.page.grids.left, view.page.grids.middle
    seen = left.numbers.values[np.ix_(left.marks.rows, left.marks.columns)]
    assert_allclose(seen, shown.tensors["x"][0, 4:9, 6:11])
    assert_allclose(middle.numbers.values, shown.tensors["weight"][3, 0])
    products = view.page.grids.products.numbers.values
    assert_allclose(products, seen * middle.numbers.values)
    assert "as the engine has it" in view.page.result.text()
    assert view.page.lines[0].text() == "y[3, 4, 6] = Σ w[c → 3, i, j] · x[c, 4 + i, 6 + j] + b[3]"


def test_a_drag_on_the_input_moves_the_window(
    view: StepperView, engine: QuietEngine, network: Network, selection: Selection, qtbot: QtBot
) -> None:
    look(view, engine, network, "conv2")
    left = view.page.grids.left
    qtbot.mousePress(left, Qt.MouseButton.LeftButton, pos=left.cell_rect(4, 4).center().toPoint())
    assert selection.spot.value == (0, 2, 2)


@pytest.mark.parametrize("mode", ["data", "filter"])
@pytest.mark.parametrize("node", ["conv1", "conv2", "linear2"])
def test_gradients_are_the_engines(
    view: StepperView, engine: QuietEngine, network: Network, node: str, mode: str
) -> None:
    shown = look(view, engine, network, node, mode)
    for _ in range(3):
        view.page.step(1)
        assert "as the engine has it" in view.page.result.text()
    frame = view.page.walk.view().frame
    name = {"data": "dx", "filter": "dweight"}[mode]
    assert np.isclose(shown.tensors[name], frame.total, rtol=1e-4, atol=1e-7).any()


def test_scattering_ends_in_the_same_sheet(
    view: StepperView, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    shown = look(view, engine, network, "conv2", "data")
    view.page.bar.scatter.click()
    assert view.page.walk.scatters
    view.page.step(-1)  # round to the last push of the last map
    assert_allclose(
        view.page.grids.right.numbers.values, shown.tensors["dx"][0], rtol=1e-4, atol=1e-6
    )


def test_a_typed_weight_is_tried_here_alone(
    view: StepperView, engine: QuietEngine, network: Network, selection: Selection, qtbot: QtBot
) -> None:
    shown = look(view, engine, network, "conv2")
    selection.set(channel=1, row=3, column=3)
    middle = view.page.grids.middle
    qtbot.mouseDClick(
        middle, Qt.MouseButton.LeftButton, pos=middle.cell_rect(2, 2).center().toPoint()
    )
    qtbot.keyClicks(middle.field, "2.5")
    qtbot.keyClick(middle.field, Qt.Key.Key_Return)
    x, w, y = (shown.tensors[name] for name in ("x", "weight", "y"))
    expected = y[1, 3, 3] + (2.5 - w[1, 0, 2, 2]) * x[0, 5, 5]
    assert view.page.result.text().startswith("What if: y = ")
    assert_allclose(view.page.grids.right.numbers.values[3, 3], expected, rtol=1e-5)
    engine.say(TensorsShown("conv2", 9, 0, "4", (), dict(shown.tensors)))
    assert view.page.walk.what_if  # newer tensors wait
    view.page.bar.restore.click()
    assert_allclose(view.page.grids.right.numbers.values, y[1], rtol=1e-6)
    assert not view.document.modified


def test_predict_then_see(
    view: StepperView, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    look(view, engine, network, "conv2")
    page = view.page
    page.bar.guess.click()
    page.step(1)
    assert page.result.text() == "y = ?"
    assert page.grids.right.marks.secret
    qtbot.keyClicks(page.guess, "99")
    qtbot.keyClick(page.guess, Qt.Key.Key_Return)
    assert page.result.text().startswith("It is ")
    assert not page.grids.right.marks.secret
    page.step(1)
    qtbot.keyClicks(page.guess, f"{page.walk.view().frame.total:.6f}")
    qtbot.keyClick(page.guess, Qt.Key.Key_Return)
    assert page.result.text().startswith("Right: it is ")


def test_the_player_walks_and_stops(
    view: StepperView, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    look(view, engine, network, "conv2")
    page = view.page
    page.bar.speed.setCurrentIndex(2)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert page.bar.player.playing
    qtbot.waitUntil(lambda: page.walk.target.column >= 2, timeout=5000)
    assert page.grids.right.marks.until >= 3  # what follows is not seen yet
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert not page.bar.player.playing
    assert page.grids.right.marks.until == -1
    column = page.walk.target.column
    qtbot.keyClick(view, Qt.Key.Key_Period)
    qtbot.keyClick(view, Qt.Key.Key_Comma)
    assert page.walk.target.column == column


def test_product_by_product(view: StepperView, engine: QuietEngine, network: Network) -> None:
    look(view, engine, network, "conv2")
    page = view.page
    page.bar.single.click()
    page.step(1)
    page.step(1)
    assert page.walk.target[1:] == (0, 0)
    assert page.grids.middle.marks.cell() == (0, 2)
    assert page.grids.left.marks.cell() == (0, 2)
    assert page.grids.products.marks.until == 3
    for _ in range(23):
        page.step(1)
    assert page.walk.target[1:] == (0, 1)


@pytest.mark.parametrize("node", ["pool1", "linear3"])
def test_other_layers_that_sum(
    view: StepperView, engine: QuietEngine, network: Network, node: str
) -> None:
    look(view, engine, network, node)
    assert "as the engine has it" in view.page.result.text()


def test_the_output_is_a_table(view: StepperView, engine: QuietEngine, network: Network) -> None:
    shown = look(view, engine, network, "output")
    table = view.loss.grid.numbers
    assert_allclose(table.values[:, 0], shown.tensors["x"], rtol=1e-6)
    assert_allclose(table.values[:, -1], shown.tensors["dy"], atol=1e-6)
    assert list(view.loss.grid.marks.rows) == [4]
    assert "dz as the engine has it" in view.loss.result.text()


def test_the_loss_comes_about_step_by_step(
    view: StepperView, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    shown = look(view, engine, network, "output")
    page = view.loss
    columns, told = page.grid.numbers.columns, page.result.text()
    view.setFocus()
    for number in range(1, len(columns)):
        qtbot.keyClick(view, Qt.Key.Key_Period)
        assert page.grid.numbers.columns == columns[:number]
        assert page.line.text().startswith(f"{columns[number - 1]}: ")
        assert page.result.text() == ""
    assert page.grid.numbers.columns[1:3] == ("e^(z − m)", "p")
    e = np.exp(shown.tensors["x"] - shown.tensors["x"].max())
    assert_allclose(page.grid.numbers.values[:, 2], e / e.sum(), rtol=1e-6)
    qtbot.mouseClick(page.player.on, Qt.MouseButton.LeftButton)
    assert (page.grid.numbers.columns, page.result.text()) == (columns, told)
    qtbot.mouseClick(page.player.back, Qt.MouseButton.LeftButton)
    assert page.grid.numbers.columns == columns[:-1]
    page.player.clock.setInterval(1)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.player.playing)
    assert page.grid.numbers.columns == columns


def test_a_number_of_the_loss_is_predicted_before_it_is_seen(
    view: StepperView, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    z = look(view, engine, network, "output").tensors["x"].astype(np.float64)
    page, power = view.loss, np.exp(z - z.max())
    qtbot.mouseClick(page.predict, Qt.MouseButton.LeftButton)
    assert page.grid.numbers.columns == ("z", "e^(z − m)")
    assert (page.grid.marks.cell(), page.grid.marks.secret) == ((4, 1), True)
    assert (page.result.text(), page.guess.isVisible()) == ("e^(z − m) of 4 = ?", True)
    qtbot.keyClicks(page.guess, f"{power[4]:.3f}")
    qtbot.keyClick(page.guess, Qt.Key.Key_Return)
    assert page.result.text().startswith("Right: it is ")
    assert not page.grid.marks.secret
    assert not page.guess.isVisible()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Period)
    assert (page.grid.marks.cell(), page.grid.marks.secret) == ((4, 2), True)
    qtbot.keyClicks(page.guess, "9")
    qtbot.keyClick(page.guess, Qt.Key.Key_Return)
    assert page.result.text().startswith(f"It is {power[4] / power.sum():.4f}"[:10])
    for column in range(3, 6):  # those that follow; with the last one the loss is told at last
        qtbot.mouseClick(page.player.on, Qt.MouseButton.LeftButton)
        assert page.grid.marks.cell() == (4, column)
        assert page.result.text().endswith(" of 4 = ?")
    qtbot.mouseClick(page.predict, Qt.MouseButton.LeftButton)
    assert page.result.text().startswith("loss = ")
    assert not page.grid.marks.secret


def test_another_right_class_is_a_what_if(
    view: StepperView, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    """Expected numbers by hand: loss = log Σe^z − z of the class, dz = p − 1 of the class."""
    z = look(view, engine, network, "output").tensors["x"].astype(np.float64)
    page, p = view.loss, np.exp(z) / np.exp(z).sum()
    assert page.right.currentText() == "As labelled: 4"
    for _ in range(3):  # 0, 1, 2 follow
        qtbot.keyClick(page.right, Qt.Key.Key_Down)
    assert page.right.currentText() == "What if 2"
    assert_allclose(page.grid.numbers.values[:, -1], p - np.eye(10)[2], atol=1e-6)
    assert list(page.grid.marks.rows) == [2]
    told, labelled = -np.log(p[2]), -np.log(p[4])
    assert page.result.text() == (
        f"What if 2 were right: loss = {told:.6g}, as labelled {labelled:.6g}"
    )
    assert page.result.property("role") == "warning"
    answer(engine, network)  # of the same item: the choice stays
    assert page.right.currentText() == "What if 2"
    view.selection.set(sample=1)
    answer(engine, network)
    assert page.right.currentText() == "As labelled: 4"
    assert page.result.text().endswith("dz as the engine has it")


def test_an_item_of_ones_own_has_classes_to_try(
    view: StepperView, engine: QuietEngine, network: Network
) -> None:
    view.selection.set(node="output", own=Own(ITEM))
    found = probe(network, ITEM, None, node="output", wants=("x", "y", "target"))
    engine.say(TensorsShown("output", 0, 0, "", tuple("0123456789"), found))
    likely = int(found["x"].argmax())
    assert view.loss.right.currentText() == f"What if {likely}"
    assert view.loss.result.text().startswith(f"What if {likely} were right: loss = ")
    assert "as labelled" not in view.loss.result.text()


def test_a_layer_without_sums_leads_to_one(view: StepperView, selection: Selection) -> None:
    selection.set(node="relu1")
    assert view.is_empty
    view.empty.button.click()
    assert selection.spot.node == "conv1"


def test_a_bypassed_layer_has_no_steps(
    view: StepperView, document: Document, engine: QuietEngine
) -> None:
    document.attempt("Bypass", lambda design: bypass(design, ["pool1"]))
    view.selection.set(node="pool1")
    assert view.is_empty
    assert not engine.asked("tensors")


def test_an_answer_of_the_design_before_is_asked_for_again(
    view: StepperView, document: Document, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    look(view, engine, network, "pool1")
    document.attempt("Widen", lambda design: set_settings(design, ["pool1"], {"kernel_size": 3}))
    qtbot.waitUntil(lambda: len(engine.asked("tensors")) == 2)
    answer(engine, network)  # the engine still had the old one
    qtbot.waitUntil(lambda: len(engine.asked("tensors")) == 3)
    now = Network(document.design.graph, seed=3)
    assert answer(engine, now).tensors["y"].shape == (6, 13, 13)
    assert not view.is_empty


def test_a_refusal_is_a_sentence(
    view: StepperView, selection: Selection, engine: QuietEngine
) -> None:
    selection.set(node="conv1")
    engine.say(Refused("tensors", "There is not enough memory to show this."))
    assert view.empty.accessibleName() == "There is not enough memory to show this."


def test_both_looks_are_painted(view: StepperView, engine: QuietEngine, network: Network) -> None:
    look(view, engine, network, "conv2")
    light = view.grab().toImage()
    theme.apply("dark")
    assert view.grab().toImage() != light


def test_a_low_panel_keeps_the_sheets(
    view: StepperView, engine: QuietEngine, network: Network, qtbot: QtBot
) -> None:
    look(view, engine, network, "conv2")
    view.resize(520, 200)
    qtbot.waitUntil(lambda: view.page.grids.height() > 80)
    assert view.page.result.isVisible()


def test_everything_can_be_saved(
    view: StepperView, engine: QuietEngine, network: Network, tmp_path: Path
) -> None:
    shown = look(view, engine, network, "conv1")
    write_png(view.page, tmp_path / "a.png")
    write_svg(view.page, tmp_path / "a.svg")
    write_csv(view.numbers(), tmp_path / "a.csv")
    write_npz(view.numbers(), tmp_path / "a.npz")
    assert (tmp_path / "a.png").stat().st_size > 1000
    assert "<svg" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "array,map,row,column,value"
    assert len(lines) - 1 == sum(array.size for array in shown.tensors.values())
    with np.load(tmp_path / "a.npz") as saved:
        assert_allclose(saved["dweight"], shown.tensors["dweight"])


def test_the_question_and_the_way_it_is_computed_fold_out(
    view: StepperView, engine: QuietEngine, network: Network
) -> None:
    look(view, engine, network, "conv2")
    assert not view.tools.how.isVisible()
    view.tools.ask.click()
    assert view.tools.how.isVisible()
    words = view.tools.how.text()
    assert "Where does this number come from" in words
    assert "150 products here" in words
    assert "1 sample" in words


def test_widths_are_shared_fairly() -> None:
    assert shared_widths([100, 50, 50, 100], 400) == [125, 75, 75, 125]
    assert shared_widths([400, 50, 300], 300) == [125, 50, 125]
    assert sum(shared_widths([500, 500, 500], 301)) <= 301
