"""The maps follow layer and item, show the values as they are, and say what the network says."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from core.explain.sources import Sources
from core.messages import Going, Refused
from core.questions.layers import AllLayersShown, MeanMapsShown, ShowAllLayers, ShowMeanMaps
from core.questions.viewing import MapsShown, Predict, Predicted, ShowMaps
from core.training.events import Started
from designer.document.document import Document
from designer.theme import theme
from designer.viewers.maps import MapsView
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

CLASSES = tuple("0123456789")
ITEM = np.random.default_rng(0).random((1, 28, 28), np.float32)
MAPS = np.random.default_rng(1).random((6, 28, 28), np.float32)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> MapsView:
    made = MapsView(selection, engine)
    qtbot.addWidget(made)
    made.resize(520, 230)
    made.show()
    return made


def maps(node: str, values: np.ndarray, *, sample: int = 0, label: str = "7") -> MapsShown:
    return MapsShown(node, 12, values, sample, label)


def answer(best: int) -> Predicted:
    shares = np.full(10, 0.02, np.float32)
    shares[best] = 0.82
    return Predicted(shares, CLASSES, 12)


def show(view: MapsView, engine: QuietEngine, node: str, values: np.ndarray) -> None:
    """Select a node and answer both questions."""
    view.document.select([node])
    engine.say(maps("input", ITEM))
    engine.say(maps(node, values))


def test_the_item_is_asked_for_first_and_once(
    view: MapsView, document: Document, engine: QuietEngine
) -> None:
    document.select(["relu1"])
    assert engine.asked("maps") == [ShowMaps("input", 0)]
    engine.say(maps("input", ITEM))
    assert engine.asked("maps") == [ShowMaps("input", 0), ShowMaps("relu1", 0)]
    engine.say(maps("relu1", MAPS))
    document.select(["conv1"])
    assert engine.asked("maps")[2:] == [ShowMaps("conv1", 0)]


def test_the_mosaic_is_the_maps(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "relu1", MAPS)
    tiles = view.mosaic._tiles
    np.testing.assert_array_equal(tiles.values, MAPS)
    assert not tiles.signed
    assert tiles.shared == (pytest.approx(MAPS.min()), pytest.approx(MAPS.max()))
    assert view.mosaic.isVisible()
    assert view.title.text().startswith("relu1 · 6 maps of 28×28")


def test_values_below_zero_are_drawn_about_zero(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "conv1", MAPS - 0.5)
    assert view.mosaic._tiles.signed
    engine.say(maps("conv1", MAPS))  # the colors of a node do not flicker
    assert view.mosaic._tiles.signed


def test_each_map_may_have_its_own_scale(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "relu1", MAPS * np.arange(1, 7, dtype=np.float32)[:, None, None])
    view.own_scale.setChecked(True)
    assert view.mosaic._tiles.shared is None
    assert view.mosaic._tiles.high[5] > 4 * view.mosaic._tiles.high[0]


def test_a_vector_is_a_skyline(view: MapsView, engine: QuietEngine) -> None:
    values = np.linspace(-1, 2, 120, dtype=np.float32).reshape(1, 1, 120)
    show(view, engine, "linear1", values)
    assert view._pages.currentWidget() is view.skyline
    np.testing.assert_array_equal(view.skyline.values, values[0, 0])
    assert view.skyline.limits == (-1, 2)
    assert not view.own_scale.isVisible()


def test_the_output_names_its_classes(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "output", np.zeros((1, 1, 10), np.float32))
    engine.say(answer(best=7))
    assert view._pages.currentWidget() is view.classes
    np.testing.assert_array_equal(view.classes.shares, answer(7).values)


@pytest.mark.parametrize(("best", "role"), [(7, "good"), (3, "problem")])
def test_the_item_tells_class_and_answer(
    view: MapsView, engine: QuietEngine, best: int, role: str
) -> None:
    show(view, engine, "relu1", MAPS)
    question = engine.asked("prediction")[0]
    assert isinstance(question, Predict)
    np.testing.assert_array_equal(question.item, ITEM)
    engine.say(answer(best))
    assert view.picker.label.text() == "class 7"
    assert view.picker.answer.text() == f"says {best} · 82 %"
    assert view.picker.answer.property("role") == role


def test_no_answer_where_the_network_does_not_classify(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "relu1", MAPS)
    engine.say(answer(3))
    engine.say(Predicted(np.array([0.3]), CLASSES, 12))
    assert view.picker.answer.text() == ""


def test_another_item_is_asked_for(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "relu1", MAPS)
    view.picker.after.click()
    assert engine.asked("maps")[-1] == ShowMaps("input", 1)
    engine.say(maps("input", ITEM, sample=1, label="2"))
    assert engine.asked("maps")[-1] == ShowMaps("relu1", 1)
    assert view.picker.label.text() == "class 2"
    view.picker.before.click()
    assert view.picker.sample == 0


def test_items_beyond_the_last_start_again(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "relu1", MAPS)
    view.picker.number.setValue(370)
    engine.say(maps("input", ITEM, sample=10))
    assert view.picker.sample == 10
    assert engine.asked("maps")[-1] == ShowMaps("relu1", 10)


def test_the_number_of_items_is_learned_from_training(view: MapsView, engine: QuietEngine) -> None:
    engine.say(Started(1, 1, 3, 10, "cpu", 1, 1, 360, "", "runs/20261121-102533"))
    view.picker.before.click()
    assert view.picker.sample == 359


def test_nothing_is_asked_while_hidden(
    view: MapsView, document: Document, engine: QuietEngine
) -> None:
    view.hide()
    document.select(["relu1"])
    assert not engine.asked("maps")
    view.show()
    assert len(engine.asked("maps")) == 1


def test_a_refusal_is_a_sentence(view: MapsView, document: Document, engine: QuietEngine) -> None:
    document.select(["relu1"])
    engine.say(Refused("maps", "The pictures are gone."))
    assert view.empty.accessibleName() == "The pictures are gone."


def test_a_lost_engine_is_asked_again_only_when_somebody_acts(
    view: MapsView, document: Document, engine: QuietEngine
) -> None:
    document.select(["relu1"])
    engine._forget()
    engine._set_state("lost")
    assert len(engine.asked("maps")) == 1
    assert view.empty.sentence.startswith("The engine ended before it answered.")
    document.select(["conv1"])
    assert len(engine.asked("maps")) == 2


def test_all_forms_can_be_painted_in_both_looks(view: MapsView, engine: QuietEngine) -> None:
    forms = {
        "relu1": MAPS,
        "linear1": np.linspace(-1, 2, 120, dtype=np.float32).reshape(1, 1, 120),
        "output": np.zeros((1, 1, 10), np.float32),
    }
    for node, values in forms.items():
        view._item = None
        show(view, engine, node, values)
        engine.say(answer(7))
        theme.apply("light")
        light = view.grab().toImage()
        theme.apply("dark")
        assert view.grab().toImage() != light


def test_gradients_stand_beside_the_maps(
    view: MapsView, document: Document, engine: QuietEngine
) -> None:
    show(view, engine, "conv1", MAPS)
    view.choice.setCurrentText("Gradients")
    view.asking.answered()
    assert engine.asked("maps")[-1] == ShowMaps("conv1", 0, gradients=True)
    slopes = MAPS - 0.5
    engine.say(MapsShown("conv1", 0, np.ones((6, 28, 28), np.float32), 0, "7", slopes))
    assert view.beside.isVisible()
    np.testing.assert_array_equal(view.beside._tiles.values, slopes)
    assert view.beside._tiles.signed
    np.testing.assert_array_equal(view.numbers()["gradients"], slopes)


def test_a_pixel_is_selected_for_every_view(
    view: MapsView, document: Document, engine: QuietEngine, selection: Selection
) -> None:
    show(view, engine, "conv1", MAPS)
    view.mosaic.grid.cell_chosen.emit(4, 10, 20)
    assert selection.spot.value == (4, 10, 20)
    selection.set(channel=2)
    assert view.mosaic.selected == 2


def test_the_sources_of_a_map_follow_the_selection(
    view: MapsView, document: Document, engine: QuietEngine, selection: Selection
) -> None:
    show(view, engine, "conv1", MAPS)
    view.choice.setCurrentText("Sources")
    made = Sources(0, 9, np.array([5, 1]), np.ones((2, 28, 28), np.float32), np.array([0.75, 0.25]))
    values = np.ones((6, 28, 28), np.float32)
    engine.say(MapsShown("conv1", 0, values, 0, "7", None, made))
    assert view.beside.grid._captions == ["5 · 75 %", "1 · 25 %"]
    assert view.beside.name_of(1) == "map 0 from map 1 · 25 %"
    selection.set(channel=3)
    assert engine.asked("maps")[-1] == ShowMaps("conv1", 0, sources_of=3)
    engine.say(MapsShown("conv1", 0, values, 0, "7"))
    assert "does not add up maps" in view.beside._empty.accessibleName()


def test_lines_lead_from_the_map_to_its_sources(
    view: MapsView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    view.resize(700, 400)
    show(view, engine, "conv1", MAPS)
    assert not view.page.strands.isVisible()
    view.choice.setCurrentText("Sources")
    selection.set(channel=2)
    made = Sources(2, 2, np.array([5, 1]), np.ones((2, 28, 28), np.float32), np.array([0.75, 0.25]))
    engine.say(MapsShown("conv1", 0, np.ones((6, 28, 28), np.float32), 0, "7", None, made))
    qtbot.waitUntil(lambda: view.beside.grid.isVisible() and len(view.page.strands.lines()) == 2)
    page, grids = view.page, (view.mosaic.grid, view.beside.grid)
    for number, (begin, end, *_) in enumerate(page.strands.lines()):
        for grid, tile, at in ((grids[0], 2, begin), (grids[1], number, end)):
            x = 3 if at is end else -3  # a little inside of the tile
            local = grid.viewport().mapFrom(page, QPoint(round(at.x()) + x, round(at.y())))
            assert grid._at(QPointF(local))[0] == tile
    strong, weak = (strand.width for strand in page.strands.lines())
    assert strong > weak >= 1
    view.choice.setCurrentText("Maps alone")
    engine.say(MapsShown("conv1", 0, np.ones((6, 28, 28), np.float32), 0, "7"))
    assert not page.strands.isVisible()


def test_another_item_is_another_item_for_every_view(
    view: MapsView, document: Document, engine: QuietEngine, selection: Selection
) -> None:
    show(view, engine, "conv1", MAPS)
    view.picker.number.setValue(3)
    assert selection.spot.sample == 3
    selection.set(sample=9)
    assert view.picker.sample == 9


def test_the_mean_of_items_is_asked_for_and_shown(
    view: MapsView, engine: QuietEngine, qtbot: QtBot
) -> None:
    show(view, engine, "conv1", MAPS)
    view.more.click()
    view.asking.answered()
    qtbot.keyClick(view.settings.of, Qt.Key.Key_Down)
    asked = engine.asked("mean-maps")[-1]
    assert asked == ShowMeanMaps("conv1", 64)
    engine.say(Going("mean-maps", 16, 64))
    assert view.errand.isVisible()
    engine.say(MeanMapsShown(3, asked, 64, MAPS - 0.5))
    np.testing.assert_array_equal(view.mosaic._tiles.values, MAPS - 0.5)
    assert "mean of 64 items" in view.title.text()
    assert not view.errand.isVisible()


def test_all_layers_stand_in_rows_and_lead_to_a_map(
    view: MapsView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    show(view, engine, "conv1", MAPS)
    view.more.click()
    view.asking.answered()
    qtbot.keyClick(view.settings.of, Qt.Key.Key_End)
    asked = engine.asked("all-layers")[-1]
    assert asked == ShowAllLayers(0)
    strip = np.linspace(0, 1, 120, dtype=np.float32).reshape(1, 1, 120)
    engine.say(AllLayersShown(3, asked, {"input": ITEM, "relu1": MAPS, "linear1": strip}))
    assert view._pages.currentWidget() is view.layers
    rows = view.layers.rows
    assert [row.title for row in rows.shown] == ["input", "relu1", "linear1"]
    place = rows.shown[1].place(4, top=52).center().toPoint()  # rows are 52 pixels high
    qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=place)
    assert (selection.spot.node, selection.spot.channel) == ("relu1", 4)
    assert set(view.numbers()) == {"input", "relu1", "linear1"}


def test_gamma_is_for_the_eye_alone(view: MapsView, engine: QuietEngine) -> None:
    show(view, engine, "relu1", MAPS)
    before = view.mosaic.grab().toImage()
    view.settings.gamma.setValue(0.5)
    assert view.mosaic.grab().toImage() != before
    assert view.mosaic.legend.words()[1].endswith("γ 0.5")
    np.testing.assert_array_equal(view.numbers()["maps"], MAPS)


def test_a_frozen_map_stays_while_others_are_selected(
    view: MapsView, document: Document, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    show(view, engine, "relu1", MAPS)
    selection.set(channel=3)
    view.more.click()
    view.settings.freeze.click()
    document.select(["conv2"])
    selection.set(channel=9)
    assert view.node == "relu1"
    view.asking.answered()
    view.asking.want(soon=True)
    assert engine.asked("maps")[-1] == ShowMaps("relu1", 0)
    engine.say(maps("relu1", MAPS))
    assert view.mosaic.selected == 3
    assert "frozen" in view.title.text()
    view.settings.freeze.click()
    assert view.node == "conv2"
