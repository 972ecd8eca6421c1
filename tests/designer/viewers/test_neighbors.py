"""Nearest neighbors: what is asked, what stands beside the item, and a hop by a click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.explain.neighbors import Near, Neighbors
from core.messages import Cancelled, Refused
from core.questions.exploring import NeighborsShown, ShowNeighbors
from designer.viewers.neighbors import NeighborsView
from designer.viewers.selection import Own, Selection
from tests.designer.viewers.conftest import QuietEngine

PICTURES = np.random.default_rng(2).integers(0, 256, (16, 1, 28, 28)).astype(np.uint8)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> NeighborsView:
    selection.set(node="relu4")
    made = NeighborsView(selection, engine)
    qtbot.addWidget(made)
    made.resize(620, 260)
    made.show()
    return made


def asked(engine: QuietEngine) -> ShowNeighbors:
    return engine.asked("neighbors")[-1]


def answer(engine: QuietEngine, label: str = "4", searched: int = 4000) -> None:
    near = Near(np.arange(10, 18), np.linspace(0.5, 4, 8, dtype=np.float32))
    far = Near(np.arange(30, 38), np.linspace(5, 9, 8, dtype=np.float32))
    labels = ("4",) * 6 + ("9",) * 2 + ("4",) * 3 + ("1",) * 5
    request = asked(engine)
    engine.say(
        NeighborsShown(0, request, max(request.picked, request.sample), label, searched, 4000,
                       Neighbors(near, far), np.zeros((1, 28, 28), np.float32), PICTURES, labels)
    )  # fmt: skip


def choose_validation(view: NeighborsView, engine: QuietEngine, qtbot: QtBot) -> None:
    view.asking._rest.stop()
    qtbot.keyClick(view.part, Qt.Key.Key_Down)
    assert not asked(engine).train
    answer(engine)


def click(view: NeighborsView, qtbot: QtBot, *, side: int, tile: int) -> None:
    view.asking._rest.stop()
    view.near[side].tile_clicked.emit(tile)


def test_both_kinds_of_neighbors_stand_beside_the_item(
    view: NeighborsView, engine: QuietEngine
) -> None:
    assert (asked(engine).node, asked(engine).sample, asked(engine).count) == ("relu4", 0, 8)
    answer(engine)
    for side, first in ((0, 0), (1, 8)):
        tiles = view.near[side]._tiles.values
        np.testing.assert_array_equal(tiles[..., 0], PICTURES[first : first + 8, 0])
    assert view.names[0].text() == "Training · relu4 · 6 of 8 are 4"
    assert view.names[1].text() == "Training · input · 3 of 8 are 4"
    assert view._name(0, 7) == "training item 17, distance 4"


def test_a_click_hops_to_the_item_and_asks_about_it(
    view: NeighborsView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    answer(engine)
    choose_validation(view, engine, qtbot)
    click(view, qtbot, side=1, tile=2)
    assert selection.spot.sample == 32
    assert (asked(engine).sample, asked(engine).picked) == (32, -1)


def test_a_training_item_is_looked_at_here_alone(
    view: NeighborsView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    answer(engine)
    assert (asked(engine).train, asked(engine).picked, view.back.isVisible()) == (True, -1, False)
    click(view, qtbot, side=0, tile=3)
    assert (asked(engine).picked, selection.spot.sample) == (13, 0)
    answer(engine)
    assert view.title.text().startswith("training item 13, class 4 among 4,000 training items")
    view.asking._rest.stop()
    qtbot.mouseClick(view.back, Qt.MouseButton.LeftButton)
    assert (asked(engine).picked, view.back.isVisible()) == (-1, False)
    answer(engine)
    click(view, qtbot, side=0, tile=3)
    answer(engine)
    view.asking._rest.stop()
    selection.set(sample=4)
    assert (asked(engine).sample, asked(engine).picked) == (4, -1)


def test_title_and_numbers_say_which_items_were_searched(
    view: NeighborsView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(engine, searched=1000)
    assert view.title.text().startswith("item 0, class 4 among 1,000 of 4,000 training items · ")
    assert {"training_items", "input_training_items"} <= view.numbers().keys()
    choose_validation(view, engine, qtbot)
    assert view.title.text().startswith("item 0, class 4 among 4,000 validation items · ")
    assert {"validation_items", "input_validation_items"} <= view.numbers().keys()
    assert view.names[0].text() == "Validation · relu4 · 6 of 8 are 4"


def test_measure_count_and_means_are_asked_for(
    view: NeighborsView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(engine)
    qtbot.keyClick(view.measure, Qt.Key.Key_Down)
    assert asked(engine).measure == "cosine"
    engine.say(Cancelled("neighbors"))
    qtbot.mouseClick(view.pooled, Qt.MouseButton.LeftButton)
    engine.say(Cancelled("neighbors"))
    view.count.setValue(12)
    engine.say(Cancelled("neighbors"))
    assert (asked(engine).pooled, asked(engine).count) == (True, 12)


def test_an_item_of_ones_own_has_no_class(
    view: NeighborsView, engine: QuietEngine, selection: Selection
) -> None:
    answer(engine)
    mine = np.ones((1, 28, 28), np.float32)
    selection.set(own=Own(mine))
    assert asked(engine).item is mine
    answer(engine, label="")
    assert view.names[0].text() == "Training · relu4"
    assert view.title.text().startswith("your own item among 4,000 training items")


def test_a_refusal_is_said_and_numbers_are_named(view: NeighborsView, engine: QuietEngine) -> None:
    answer(engine)
    assert view.numbers()["training_items"].tolist() == list(range(10, 18))
    engine.say(Refused("neighbors", "There is not enough memory to show this."))
    assert view.empty.accessibleName() == "There is not enough memory to show this."
