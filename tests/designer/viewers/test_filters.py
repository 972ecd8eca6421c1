"""The filters follow the selection, show the weights as they are, and ask only when seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.design import Design
from core.explain.filters import filter_weights, filters
from core.layers import BY_NAME
from core.messages import Refused
from core.questions.viewing import FiltersShown, ShowFilters
from core.training.events import Progress, Started
from designer.document import edits
from designer.document.document import Document
from designer.engine.session import Session
from designer.theme import theme
from designer.viewers.filters import FiltersView, describe
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

WEIGHT = np.random.default_rng(0).normal(size=(6, 1, 5, 5)).astype(np.float32)
DEEP = np.random.default_rng(1).normal(size=(16, 6, 5, 5)).astype(np.float32)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> FiltersView:
    made = FiltersView(selection, engine)
    qtbot.addWidget(made)
    made.resize(520, 230)
    made.show()
    return made


def shown(node: str = "conv1", weight: np.ndarray = WEIGHT, step: int = 0) -> FiltersShown:
    return FiltersShown(node, step, filters(weight))


def tiles(view: FiltersView) -> np.ndarray:
    return view.mosaic._tiles.values


def test_nothing_selected_says_what_to_do(view: FiltersView, engine: QuietEngine) -> None:
    assert view.is_empty
    assert not engine.sent
    assert view.empty.button.text() == "Show conv1"


def test_undone_it_asks_only_once_the_engine_has_heard_of_it(
    view: FiltersView,
    document: Document,
    session: Session,
    engine: QuietEngine,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Design] = []
    monkeypatch.setattr(engine, "show", lambda design, run="": told.append(design))
    document.select(["conv2"])
    engine.say(shown("conv2", DEEP))
    document.attempt("Delete", lambda design: edits.delete(design, ["conv2"]))
    qtbot.waitUntil(lambda: bool(told))
    engine.sent.clear()
    document.history.undo()
    assert document.selection == ("conv2",)
    qtbot.waitUntil(lambda: len(told) == 2 or bool(engine.asked("filters")))
    assert not engine.asked("filters")
    qtbot.waitUntil(lambda: bool(engine.asked("filters")))


def test_until_the_answer_comes_it_says_that_it_waits(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    assert view.empty.accessibleName() == "Waiting for conv1 …"
    assert view.empty.button.isHidden()
    engine.say(shown())
    document.select(["conv2"])  # what is shown stays until the next is there
    assert not view.is_empty


def test_the_mosaic_is_the_weight(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    assert engine.asked("filters") == [ShowFilters("conv1")]
    engine.say(shown())
    np.testing.assert_array_equal(tiles(view), WEIGHT[:, 0])
    low, high = view.mosaic._tiles.shared
    assert (low, high) == (-high, pytest.approx(np.abs(WEIGHT).max()))
    assert view.mosaic._tiles.signed
    assert not view.is_empty


def test_the_mosaic_follows_the_selection(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    document.select(["conv2"])
    assert engine.asked("filters")[-1] == ShowFilters("conv2")
    engine.say(shown("conv2", DEEP))
    assert "conv2 · 16 filters of 5×5" in view.title.text()
    assert len(tiles(view)) == 16 * 6


def test_an_answer_for_another_node_is_not_drawn(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    document.select(["conv2"])
    engine.say(shown("conv1"))
    assert view.is_empty
    assert engine.asked("filters")[-1] == ShowFilters("conv2")


@pytest.mark.parametrize(("size", "turned"), [((700, 200), True), ((260, 700), False)])
def test_deep_filters_turn_with_the_panel(
    view: FiltersView,
    document: Document,
    engine: QuietEngine,
    qtbot: QtBot,
    size: tuple[int, int],
    turned: bool,
) -> None:
    document.select(["conv2"])
    engine.say(shown("conv2", DEEP))
    view.resize(*size)
    # Tile number 1 is the next input channel of filter 0, or turned: the next filter.
    second = DEEP[1, 0] if turned else DEEP[0, 1]
    qtbot.waitUntil(lambda: np.array_equal(tiles(view)[1], second))
    assert ("columns" if turned else "rows") in view.title.text()


@pytest.mark.parametrize(
    ("node", "offer"), [("relu1", "conv1"), ("pool2", "conv2"), ("flatten", "conv2"),
                        ("input", "conv1"), ("output", "linear3")],
)  # fmt: skip
def test_a_layer_without_filters_leads_to_the_nearest_one(
    view: FiltersView, document: Document, engine: QuietEngine, node: str, offer: str
) -> None:
    document.select([node])
    assert view.is_empty
    assert view.empty.accessibleName() == f"{node} has no filters."
    view.empty.button.click()
    assert document.selection == (offer,)
    assert engine.asked("filters") == [ShowFilters(offer)]


def test_nothing_is_asked_while_hidden(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    view.hide()
    document.select(["conv1"])
    engine.say(Progress(1, 5, 10, 1.0, 1.0, 1.0))
    assert not engine.asked("filters")
    view.show()
    assert engine.asked("filters") == [ShowFilters("conv1")]


def test_training_refreshes_at_rest_and_one_at_a_time(
    view: FiltersView, document: Document, engine: QuietEngine, qtbot: QtBot
) -> None:
    document.select(["conv1"])
    for step in range(1, 20):
        engine.say(Progress(1, step, 100, 1.0, 1.0, 1.0))
    assert len(engine.asked("filters")) == 1  # the first is not answered yet
    engine.say(shown(step=19))
    assert len(engine.asked("filters")) == 1  # a rest first
    qtbot.waitUntil(lambda: len(engine.asked("filters")) == 2, timeout=2000)
    engine.say(shown(step=20))
    assert not view.asking.waiting


def test_the_title_names_the_moment(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    engine.say(shown(step=0))
    assert view.title.text() == "conv1 · 6 filters of 5×5 · not trained yet"
    engine.say(Started(1, 1, 3, 10, "cpu", 1, 1, 1, "", "runs/20261121-102533"))
    engine.say(shown(step=21))
    assert "epoch 3 of run Nov 21, 10:25" in view.title.text()


def test_a_refusal_is_a_sentence(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    engine.say(Refused("maps", "This is for another view."))
    assert "another" not in view.empty.accessibleName()
    engine.say(Refused("filters", "There is not enough memory to show this."))
    assert view.empty.accessibleName() == "There is not enough memory to show this."


def test_a_broken_network_is_not_asked(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.attempt("Delete", lambda design: edits.delete(design, ["input"]))
    document.select(["conv1"])
    assert not engine.asked("filters")
    assert "problem" in view.empty.accessibleName()


def test_an_edit_is_asked_about_once_the_engine_knows_it(
    view: FiltersView, document: Document, engine: QuietEngine, qtbot: QtBot
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    document.attempt("Set", lambda d: edits.set_settings(d, ["conv1"], {"out_channels": 8}))
    document.select(["conv2"])
    assert engine.asked("filters") == [ShowFilters("conv1")]
    qtbot.waitUntil(lambda: len(engine.asked("filters")) == 2, timeout=2000)
    assert engine.asked("filters")[-1] == ShowFilters("conv2")


def test_a_stored_run_is_named(
    view: FiltersView, document: Document, engine: QuietEngine, qtbot: QtBot
) -> None:
    document.select(["conv1"])
    recorded = [Started(1, 1, 3, 10, "cpu", 1, 1, 1, "").to_json()]
    view.selection.show_run(recorded, run="runs/20261121-102533")
    engine.say(shown(step=30))
    assert "epoch 3 of run Nov 21, 10:25" in view.title.text()


def test_another_look_repaints_the_same_weights(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    light = view.grab().toImage()
    theme.apply("dark")
    assert view.grab().toImage() != light
    np.testing.assert_array_equal(tiles(view), WEIGHT[:, 0])


def test_color_filters_are_shown_in_color(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    weight = np.random.default_rng(2).normal(size=(8, 3, 3, 3)).astype(np.float32)
    document.select(["conv1"])
    engine.say(FiltersShown("conv1", 0, filters(weight, rgb=True)))
    assert tiles(view).shape == (8, 3, 3, 3)
    expected = 0.5 + weight[2, :, 1, 0] / (2 * np.abs(weight).max())
    np.testing.assert_allclose(tiles(view)[2, 1, 0], expected, rtol=1e-5)
    assert "mid-gray is 0" in view.title.text()


@pytest.mark.parametrize("size", [(700, 200), (260, 700)])
def test_the_value_under_the_mouse_is_named(
    view: FiltersView, document: Document, engine: QuietEngine, size: tuple[int, int]
) -> None:
    view.resize(*size)
    document.select(["conv2"])
    engine.say(shown("conv2", DEEP))
    heard: list[tuple[int, int, int, float]] = []
    view.mosaic.hovered.connect(lambda *where: heard.append(where))
    view.mosaic.grid.pointed.emit(17, 2, 3)
    (tile, row, column, value) = heard[0]
    assert "norm" in view.tile_name(tile)
    words = view.tile_name(tile).replace(",", "").split()
    assert value == pytest.approx(DEEP[int(words[1]), int(words[3]), row, column])


def test_what_has_no_room_is_cut_and_said(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    many = np.random.default_rng(3).normal(size=(64, 200, 3, 3)).astype(np.float32)
    view.resize(560, 232)
    document.select(["conv2"])
    engine.say(shown("conv2", many))
    channels = view._channels
    assert 20 < channels < 64
    assert f"(rows) × {channels} of 200 input channels" in view.title.text()
    np.testing.assert_array_equal(tiles(view)[channels + 2], many[1, 2])
    assert view.tile_name(channels + 2).startswith("filter 1, channel 2")


def test_words_say_what_was_cut() -> None:
    many = filters(np.ones((96, 1, 11, 11), np.float32))
    assert describe(many) == "64 of 96 filters of 11×11 shown"
    deep = filters(np.ones((16, 256, 3, 3), np.float32))
    assert describe(deep) == "16 filters of 3×3 (rows) × 64 of 256 input channels"
    assert describe(filters(np.ones((8, 1, 7)))) == "8 filters of 1×7"
    assert describe(filters(np.ones((10, 84)))) == "weights of 10 units (rows) from 84 inputs"


def test_gradients_stand_beside_the_weights(
    view: FiltersView, document: Document, engine: QuietEngine, selection: Selection
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    selection.set(sample=5)
    assert len(engine.asked("filters")) == 1  # weights are the same for every item
    view.gradients.click()
    engine.say(shown())
    assert engine.asked("filters")[-1] == ShowFilters("conv1", "weight", gradients=True, sample=5)
    slopes = np.random.default_rng(4).normal(size=(6, 1, 5, 5)).astype(np.float32)
    engine.say(FiltersShown("conv1", 0, filters(WEIGHT), filters(slopes)))
    assert view.slopes.isVisible()
    np.testing.assert_array_equal(view.slopes._tiles.values, slopes[:, 0])
    assert view.slopes._tiles.shared != view.mosaic._tiles.shared
    np.testing.assert_array_equal(view.numbers()["dweight"], slopes)


def test_dead_and_repeated_filters_are_marked(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    weight = WEIGHT.copy()
    weight[2], weight[5] = 0, 2 * weight[1]
    document.select(["conv1"])
    engine.say(shown(weight=weight))
    assert view.mosaic.grid.badges == {2: "dead", 5: "= 1"}
    assert "1 dead · 1 repeated" in view.title.text()


def test_own_scales_spread_every_tile(
    view: FiltersView, document: Document, engine: QuietEngine
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    view.own_scale.click()
    assert view.mosaic._tiles.shared is None


def test_a_filter_and_its_map_are_one_selection(
    view: FiltersView, document: Document, engine: QuietEngine, selection: Selection
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    selection.set(channel=4)
    assert view.mosaic.selected == 4
    view.mosaic.grid.chosen.emit(2)
    assert selection.spot.channel == 2


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        ("SeparableConv2d", ("depthwise", "pointwise")),
        ("LocallyConnected2d", ("weight",)),
        ("Conv2d", ("weight",)),
    ],
)
def test_every_convolution_has_filters(
    view: FiltersView, document: Document, engine: QuietEngine, selection: Selection,
    layer: str, names: tuple[str, ...],
) -> None:  # fmt: skip
    design = document.design
    graph = design.graph.with_layer("conv1", BY_NAME[layer](out_channels=6))
    document.apply("Layer", replace(design, graph=graph))
    selection.set(node="conv1", row=3, column=4)
    assert view.fits("conv1")
    weights = document.inference.nodes["conv1"].weights
    assert filter_weights({name: one.shape for name, one in weights.items()}) == names


def test_by_norm_tiles_keep_the_numbers_of_their_filters(
    view: FiltersView, document: Document, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    qtbot.mouseClick(view.by_norm, Qt.MouseButton.LeftButton)
    view.asking.want(soon=True)
    assert engine.asked("filters")[-1] == ShowFilters("conv1", "weight", by_norm=True)
    norms = np.sqrt((WEIGHT**2).sum(axis=(1, 2, 3)))
    order = sorted(range(6), key=lambda one: -norms[one])
    engine.say(FiltersShown("conv1", 0, filters(WEIGHT, order=order)))
    np.testing.assert_array_equal(tiles(view), WEIGHT[order, 0])
    assert view.tile_name(0).startswith(f"filter {order[0]} ")
    assert view.mosaic.grid.bars[0] == 1
    assert view.mosaic.grid.bars[5] == pytest.approx(norms.min() / norms.max())
    view.mosaic.grid.chosen.emit(3)
    assert selection.spot.channel == order[3]
    selection.set(channel=order[5])
    assert view.mosaic.selected == 5


def test_the_change_since_the_start_is_asked_for_and_named(
    view: FiltersView, document: Document, engine: QuietEngine, qtbot: QtBot
) -> None:
    document.select(["conv1"])
    engine.say(shown())
    qtbot.keyClick(view.what, Qt.Key.Key_Down)
    view.asking.want(soon=True)
    assert engine.asked("filters")[-1].change
    engine.say(FiltersShown("conv1", 3, filters(WEIGHT / 9)))
    assert "change since the first step" in view.title.text()
    assert not view.mosaic.grid.badges
