"""Strongest patches: what is asked, what is cut out, and a click that all views follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.explain.patches import Strongest
from core.messages import Cancel, Cancelled, Going, Refused
from core.questions.exploring import PatchesShown, PicturesShown, ShowPatches, ShowPictures
from designer.document.document import Document
from designer.viewers.patches import PatchesView
from designer.viewers.selection import Selection
from designer.widgets.saved_view import write_csv, write_npz
from tests.designer.viewers.conftest import QuietEngine

PICTURES = np.random.default_rng(2).integers(0, 256, (16, 1, 28, 28)).astype(np.uint8)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> PatchesView:
    selection.set(node="conv2")
    made = PatchesView(selection, engine)
    qtbot.addWidget(made)
    made.resize(620, 260)
    made.show()
    return made


def found(maps: int = 16) -> Strongest:
    """Map c has its place p in item 20·c + p, at row 1 and column p % 10."""
    places = np.broadcast_to(np.arange(16), (maps, 16))
    items = 20 * np.arange(maps)[:, None] + places
    values = np.linspace(9, 1, 16, dtype=np.float32) * np.ones((maps, 1), np.float32)
    return Strongest(values, items, np.ones_like(items), places % 10)


def answer(engine: QuietEngine) -> None:
    engine.say(PatchesShown(0, engine.asked("patches")[-1], 1000, found()))


def send_pictures(engine: QuietEngine) -> ShowPictures:
    asked: ShowPictures = engine.asked("pictures")[-1]
    labels = ("1",) * len(asked.items)
    engine.say(PicturesShown(0, asked, PICTURES[: len(asked.items)], labels))
    return asked


def test_patches_are_cut_out_where_the_map_is_excited(
    view: PatchesView, engine: QuietEngine
) -> None:
    assert engine.asked("patches")[-1] == ShowPatches("conv2")
    answer(engine)
    assert send_pictures(engine).items == tuple(range(16))  # of map 0
    tiles = view.mosaic._tiles.values
    assert tiles.shape == (16, 14, 14, 3)
    # conv2 sees 14 cells from 2·row − 2 and 2·column − 2.
    np.testing.assert_allclose(tiles[3, :, :, 0], PICTURES[3, 0, 0:14, 4:18] / 255, atol=1e-6)
    assert "map 0 · strongest of 1,000 items · patches of 14×14" in view.title.text()


def test_a_click_selects_item_map_and_cell(
    view: PatchesView, engine: QuietEngine, selection: Selection
) -> None:
    answer(engine)
    send_pictures(engine)
    view.mosaic.tile_clicked.emit(5)
    spot = selection.spot
    assert (spot.sample, spot.channel, spot.row, spot.column) == (5, 0, 1, 5)
    assert view.mosaic.selected == 5


def test_another_map_is_shown_without_asking_for_all_again(
    view: PatchesView, engine: QuietEngine, selection: Selection
) -> None:
    answer(engine)
    send_pictures(engine)
    view.map.setValue(7)
    assert selection.spot.channel == 7
    assert len(engine.asked("patches")) == 1
    assert send_pictures(engine).items == tuple(range(140, 156))


def test_each_map_has_its_best_and_weakest_are_asked_for(
    view: PatchesView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(engine)
    send_pictures(engine)
    qtbot.keyClick(view.which, Qt.Key.Key_Down)
    assert send_pictures(engine).items == tuple(20 * channel for channel in range(16))
    qtbot.keyClick(view.ends, Qt.Key.Key_Down)
    assert not engine.asked("patches")[-1].largest


def test_progress_and_cancel(view: PatchesView, engine: QuietEngine, qtbot: QtBot) -> None:
    engine.say(Going("patches", 100, 1000))
    assert view.errand.line.fraction == 0.1
    view.say("")  # as it is before the first answer
    qtbot.mouseClick(view.errand.stop, Qt.MouseButton.LeftButton)
    assert engine.sent[-1] == Cancel("patches")
    engine.say(Cancelled("patches"))
    assert "Cancelled" in view.empty.accessibleName()


def test_another_layer_gives_the_question_up(
    view: PatchesView, engine: QuietEngine, selection: Selection
) -> None:
    selection.set(node="conv1")
    assert engine.sent[-1] == Cancel("patches")
    engine.say(Cancelled("patches"))
    assert engine.asked("patches")[-1].node == "conv1"


def test_without_a_layer_it_says_what_to_do(
    view: PatchesView, document: Document, selection: Selection
) -> None:
    document.select([])
    selection.set(node="")
    assert "Select a layer" in view.empty.accessibleName()


def test_numbers_are_saved(view: PatchesView, engine: QuietEngine, tmp_path: Path) -> None:
    assert view.numbers() == {}
    answer(engine)
    send_pictures(engine)
    write_npz(view.numbers(), tmp_path / "a.npz")
    write_csv(view.numbers(), tmp_path / "a.csv")
    kept = np.load(tmp_path / "a.npz")
    np.testing.assert_array_equal(kept["items"], found().items)
    assert kept["patches"].shape == (16, 1, 14, 14)


def test_while_other_patches_come_a_click_means_those_in_sight(
    view: PatchesView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    answer(engine)
    send_pictures(engine)
    qtbot.keyClick(view.which, Qt.Key.Key_Down)
    view.follow()
    engine.say(PatchesShown(0, engine.asked("patches")[-1], 1000, found(maps=4)))
    assert len(engine.asked("pictures")) == 2  # of four maps; sixteen patches of one are shown
    assert view.mosaic.name_of(10).startswith("item 10, row 1, column 0 of map 0")
    view.mosaic.tile_clicked.emit(10)
    spot = selection.spot
    assert (spot.sample, spot.channel, spot.row, spot.column) == (10, 0, 1, 0)


def test_a_button_ends_the_wait_and_says_so(
    view: PatchesView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    answer(engine)
    engine.say(Refused("patches", "No memory is left."))
    selection.set(node="conv1")
    assert view.empty.sentence == "Waiting for conv1 …"
    engine.say(Going("patches", 100, 1000))
    qtbot.mouseClick(view.errand.stop, Qt.MouseButton.LeftButton)
    engine.say(Cancelled("patches"))
    assert view.empty.sentence.startswith("Cancelled.")


def test_a_button_that_came_too_late_ends_nothing_else(
    view: PatchesView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    """The answer was faster; what is given up next is given up for another layer."""
    engine.say(Going("patches", 100, 1000))
    qtbot.mouseClick(view.errand.stop, Qt.MouseButton.LeftButton)
    answer(engine)
    for node in ("conv1", "relu1"):
        selection.set(node=node)
    with qtbot.waitSignal(view.errand.ended) as ended:
        engine.say(Cancelled("patches"))
    assert ended.args == [False]  # not by hand
    assert engine.asked("patches")[-1] == ShowPatches("relu1")
    view.errand._calm.stop()
