"""Where it looks: what is asked, what is drawn beside random weights, and what ends a long one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.design import Design
from core.explain.deletion import Deletion
from core.explain.gradcam import GradCam
from core.explain.saliency import Sight
from core.graph import chain
from core.layers import Input, Linear, Output
from core.messages import Cancel, Cancelled, Going, Refused
from core.questions.viewing import SaliencyShown, ShowSaliency
from core.training.events import EpochDone, Progress, Started
from designer.document import edits
from designer.document.document import Document
from designer.viewers.saliency import SaliencyView
from designer.viewers.selection import Own, Selection
from designer.widgets.saved_view import write_csv, write_npz, write_png, write_svg
from tests.designer.viewers.conftest import QuietEngine

RANDOM = np.random.default_rng(3)
NAMES = tuple("0123456789")


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> SaliencyView:
    made = SaliencyView(selection, engine)
    qtbot.addWidget(made)
    made.resize(620, 230)
    made.show()
    return made


def sight(side: int = 28) -> Sight:
    signed = RANDOM.normal(size=(side, side)).astype(np.float32)
    return Sight(signed, np.abs(signed))


def answer(request: ShowSaliency, **other: object) -> SaliencyShown:
    cam = None
    if request.method == "Grad-CAM":
        weights = np.array([0.1, -0.5, 0.3], np.float32)
        cam = GradCam(sight(10), weights, RANDOM.normal(size=(3, 10, 10)).astype(np.float32))
    known = {
        "node": request.node, "method": request.method, "step": 5, "sample": request.sample,
        "label": "4", "output": "output", "outputs": ("output",), "names": NAMES,
        "choice": max(request.choice, 0), "said": np.eye(10)[7], "item": np.zeros((1, 28, 28)),
        "sight": sight(), "random": sight(), "likeness": 0.12, "cam": cam,
    }  # fmt: skip
    return SaliencyShown(**{**known, **other})


def asked(engine: QuietEngine) -> ShowSaliency:
    return engine.asked("saliency")[-1]


def choose(qtbot: QtBot, box: object, index: int) -> None:
    """Take an entry of a list by keys, as a person does."""
    box.setCurrentIndex(index - 1)
    qtbot.keyClick(box, Qt.Key.Key_Down)


def test_it_asks_at_once_whatever_is_selected(
    view: SaliencyView, document: Document, engine: QuietEngine
) -> None:
    assert asked(engine).method == "gradient"
    assert asked(engine).choice == -1
    assert asked(engine).node == "pool2"  # the last that gives maps


def test_both_pictures_are_drawn_with_limits_of_their_own(
    view: SaliencyView, engine: QuietEngine
) -> None:
    shown = answer(asked(engine))
    engine.say(shown)
    tiles = view.sights.signed._tiles
    assert tiles.signed
    np.testing.assert_array_equal(tiles.values[0], shown.sight.signed)
    np.testing.assert_array_equal(tiles.values[1], shown.random.signed)
    assert tiles.high.tolist() == pytest.approx(
        [np.abs(shown.sight.signed).max(), np.abs(shown.random.signed).max()]
    )
    assert not view.sights.unsigned._tiles.signed
    assert not view.sights.maps.isVisible()
    assert "likeness to random 0.12" in view.words.text()
    assert view.classes.currentText() == "What it says: 7"


def test_a_class_a_method_and_a_layer_are_asked_for(
    qtbot: QtBot, view: SaliencyView, engine: QuietEngine, selection: Selection
) -> None:
    engine.say(answer(asked(engine)))
    choose(qtbot, view.classes, 4)
    assert asked(engine).choice == 3
    engine.say(answer(asked(engine)))
    choose(qtbot, view.methods, 3)
    assert asked(engine).method == "Grad-CAM"
    engine.say(answer(asked(engine)))
    assert view.sights.maps.isVisible()
    selection.set(node="conv1")
    assert (asked(engine).method, asked(engine).node) == ("Grad-CAM", "conv1")


def test_maps_of_grad_cam_come_by_their_weight_and_lead_to_the_map(
    qtbot: QtBot, view: SaliencyView, engine: QuietEngine, selection: Selection
) -> None:
    engine.say(answer(asked(engine)))
    choose(qtbot, view.methods, 3)
    shown = answer(asked(engine))
    engine.say(shown)
    values = view.sights.maps._tiles.values
    np.testing.assert_array_equal(values, shown.cam.maps[[1, 2, 0]])
    view.sights.maps.tile_clicked.emit(0)
    assert (selection.spot.node, selection.spot.channel) == (shown.node, 1)


def test_occlusion_tells_how_far_it_is_and_ends_by_the_button(
    qtbot: QtBot, view: SaliencyView, engine: QuietEngine
) -> None:
    engine.say(answer(asked(engine)))
    choose(qtbot, view.methods, 2)
    assert asked(engine).method == "occlusion"
    assert view.patch.isVisible()
    engine.say(Going("saliency", 49, 196))
    assert view.errand.isVisible()
    assert view.errand.line.fraction == 0.25
    before = len(engine.asked("saliency"))
    qtbot.mouseClick(view.errand.stop, Qt.MouseButton.LeftButton)
    assert engine.sent[-1] == Cancel("saliency")
    engine.say(Cancelled("saliency"))
    assert not view.errand.isVisible()
    assert len(engine.asked("saliency")) == before
    assert "cancelled" in view.words.text()


def test_another_item_ends_the_long_one_and_is_asked_for(
    qtbot: QtBot, view: SaliencyView, engine: QuietEngine, selection: Selection
) -> None:
    engine.say(answer(asked(engine)))
    choose(qtbot, view.methods, 2)
    selection.set(sample=6)
    assert engine.sent[-1] == Cancel("saliency")
    engine.say(Cancelled("saliency"))
    assert (asked(engine).method, asked(engine).sample) == ("occlusion", 6)


def test_occlusion_is_asked_after_epochs_only(
    qtbot: QtBot, view: SaliencyView, engine: QuietEngine
) -> None:
    engine.say(answer(asked(engine)))
    choose(qtbot, view.methods, 2)
    engine.say(answer(asked(engine)))
    view.asking._rest.stop()
    before = len(engine.asked("saliency"))
    engine.say(Progress(1, 5, 10, 1.0, 1.0, 1.0))
    assert len(engine.asked("saliency")) == before
    engine.say(EpochDone(1, 1.0, 0.5, 1.0, 0.5, 0.1, 1.0, True))
    assert len(engine.asked("saliency")) == before + 1


def test_an_item_of_ones_own_is_asked_about(
    view: SaliencyView, engine: QuietEngine, selection: Selection
) -> None:
    engine.say(answer(asked(engine)))
    mine = np.ones((1, 28, 28), np.float32)
    selection.set(own=Own(mine))
    assert asked(engine).item is mine
    engine.say(answer(asked(engine), label=""))
    assert "your own item" in view.title.text()


def test_a_refusal_is_said(view: SaliencyView, engine: QuietEngine) -> None:
    engine.say(Refused("saliency", "Where it looks is drawn over pictures."))
    assert view.is_empty
    assert view.empty.accessibleName() == "Where it looks is drawn over pictures."


def test_an_empty_network_says_what_to_do(
    view: SaliencyView, engine: QuietEngine, document: Document
) -> None:
    engine.say(answer(asked(engine)))
    document.new(Design())
    assert view.is_empty
    assert "Add layers" in view.empty.accessibleName()


def test_grad_cam_of_a_network_without_maps_says_why_not(
    qtbot: QtBot, view: SaliencyView, document: Document
) -> None:
    document.new(Design(graph=chain(Input((784,)), Linear(10), Output())))
    choose(qtbot, view.methods, 3)
    assert "No layer gives maps" in view.empty.accessibleName()


def test_picture_and_numbers_are_saved(
    view: SaliencyView, engine: QuietEngine, tmp_path: Path
) -> None:
    shown = answer(asked(engine))
    engine.say(shown)
    for write, name in ((write_png, "a.png"), (write_svg, "a.svg")):
        write(view.sights, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 500
    write_npz(view.numbers(), tmp_path / "a.npz")
    write_csv(view.numbers(), tmp_path / "a.csv")
    kept = np.load(tmp_path / "a.npz")
    np.testing.assert_array_equal(kept["signed"], shown.sight.signed)
    np.testing.assert_array_equal(kept["random_signed"], shown.random.signed)
    assert (tmp_path / "a.csv").read_text().count("\nsigned,") == 28 * 28


def test_deleting_the_layer_asks_about_the_next(
    view: SaliencyView, engine: QuietEngine, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    engine.say(Started(1, 1, 3, 10, "cpu", 1, 1, 1, ""))
    selection.set(node="conv2")
    document.attempt("Delete", lambda design: edits.delete(design, ["conv2"]))
    assert view.node in document.design.graph.nodes


def test_two_classes_stand_side_by_side(
    view: SaliencyView, engine: QuietEngine, qtbot: QtBot
) -> None:
    engine.say(answer(asked(engine)))
    view.asking._rest.stop()
    view.beside.setCurrentIndex(view.beside.findText("Beside 3") - 1)
    qtbot.keyClick(view.beside, Qt.Key.Key_Down)
    assert asked(engine).against == 3
    engine.say(answer(asked(engine), against=3, choice=7))
    assert view.sights.signed.grid._captions == ("7", "3")
    assert view.words.text() == "likeness to 3 0.12"


def test_the_hottest_pixels_are_deleted_where_that_is_wanted(
    view: SaliencyView, engine: QuietEngine, qtbot: QtBot
) -> None:
    engine.say(answer(asked(engine)))
    assert not view.checked.isVisible()
    view.asking._rest.stop()
    qtbot.mouseClick(view.check, Qt.MouseButton.LeftButton)
    assert asked(engine).check
    engine.say(answer(asked(engine), deletion=Deletion(0.98, 0.25, 0.97)))
    told = "Without the hottest 10 %: 25.0 %, without 10 % by chance: 97.0 %"
    assert view.checked.text() == told
    np.testing.assert_allclose(view.numbers()["deletion"], [0.98, 0.25, 0.97])
