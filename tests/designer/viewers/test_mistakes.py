"""The confusion matrix: a cell leads to its images, an image to every view."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.design import Design
from core.explain.mistakes import Answered
from core.graph import chain
from core.layers import Flatten, Input, Linear, Output
from core.losses import SquaredError
from core.messages import Cancelled, Going, Refused
from core.questions.viewing import ItemsShown, MistakesShown, ShowItems, ShowMistakes
from core.training.events import EpochDone, Finished, Progress, Started
from designer.document.document import Document
from designer.viewers.mistakes import MistakesView
from designer.viewers.selection import Own, Selection
from tests.designer.viewers.conftest import QuietEngine

NAMES = tuple("abc")
LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 2])
SAID = np.array([0, 1, 1, 1, 0, 2, 0, 0])
SURE = np.array([0.9, 0.5, 0.8, 0.7, 0.6, 0.9, 0.4, 0.5], np.float32)
COUNTS = np.array([[1, 2, 0], [1, 1, 0], [2, 0, 1]])
ANSWERED = Answered(LABELS, SAID, SURE)
DONE = EpochDone(1, 1.0, 0.5, 1.0, 0.5, 0.1, 1.0, True)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> MistakesView:
    made = MistakesView(selection, engine)
    qtbot.addWidget(made)
    made.resize(640, 240)
    made.show()
    return made


def shown(answered: Answered | None = ANSWERED, **other: object) -> MistakesShown:
    known = {
        "step": 10, "output": "output", "outputs": ("output",), "names": NAMES, "counts": COUNTS,
        "answered": answered,
    }  # fmt: skip
    return MistakesShown(**{**known, **other})


def pictures(items: tuple[int, ...]) -> ItemsShown:
    made = np.array(items, np.uint8).reshape(-1, 1, 1, 1) + np.zeros((1, 1, 4, 4), np.uint8)
    return ItemsShown(items, made, 8)


def click_cell(qtbot: QtBot, view: MistakesView, label: int, said: int) -> None:
    at = view.matrix.cell_rect(label, said).center().toPoint()
    qtbot.mouseClick(view.matrix, Qt.MouseButton.LeftButton, pos=at)


def rows(view: MistakesView) -> list[tuple[str, ...]]:
    table = (view.beside.currentIndex() and view.classes) or view.largest
    model = table.model()
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_the_matrix_and_its_largest_mistakes(view: MistakesView, engine: QuietEngine) -> None:
    assert engine.asked("mistakes") == [ShowMistakes()]
    engine.say(shown())
    assert view.title.text().startswith("37.5 % right · 3 of 8")
    assert rows(view) == [
        ("a → b", "2", "66.7 %"),
        ("c → a", "2", "66.7 %"),
        ("b → a", "1", "50.0 %"),
    ]
    assert view.matrix.legend.words() == ("0", "2")


def test_shares_are_of_the_rows(qtbot: QtBot, view: MistakesView, engine: QuietEngine) -> None:
    engine.say(shown())
    view.shares.click()
    np.testing.assert_allclose(view.matrix.values(), COUNTS / [[3], [2], [3]])
    assert view.matrix.legend.words() == ("0 %", "66.7 %")


def test_precision_and_recall_by_hand(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine
) -> None:
    engine.say(shown())
    qtbot.keyClick(view.beside, Qt.Key.Key_Down)
    assert view.classes.isVisible()
    assert rows(view) == [  # a: 1 of 4 that were said, 1 of 3 that are
        ("a", "3", "25.0 %", "33.3 %", "28.6 %"),
        ("b", "2", "33.3 %", "50.0 %", "40.0 %"),
        ("c", "3", "100.0 %", "33.3 %", "50.0 %"),
    ]


def test_a_cell_leads_to_its_images_and_an_image_to_every_view(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine, selection: Selection
) -> None:
    engine.say(shown())
    click_cell(qtbot, view, 2, 0)
    assert view.matrix.chosen == (2, 0)
    assert engine.asked("items") == [ShowItems((7, 6))]  # the surest first
    engine.say(pictures((7, 6)))
    assert view.images.isVisible()
    assert view.images._tiles.values[:, 0, 0, 0].tolist() == [7, 6]
    selection.set(own=Own(np.zeros((1, 28, 28), np.float32)))
    qtbot.keyClick(view.images.grid, Qt.Key.Key_Right)
    qtbot.keyClick(view.images.grid, Qt.Key.Key_Right)
    assert (selection.spot.sample, selection.spot.own) == (6, None)
    assert view.images.selected == 1
    selection.set(sample=3)
    assert view.images.selected == -1


def test_while_other_images_come_a_click_means_those_in_sight(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine, selection: Selection
) -> None:
    engine.say(shown())
    click_cell(qtbot, view, 2, 0)
    engine.say(pictures((7, 6)))
    click_cell(qtbot, view, 1, 0)
    asked = engine.asked("items")[-1]
    assert isinstance(asked, ShowItems)
    assert len(asked.items) == 1
    view.images.tile_clicked.emit(1)
    assert selection.spot.sample == 6


def test_a_line_of_the_list_is_a_cell(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine
) -> None:
    engine.say(shown())
    at = view.largest.visualRect(view.largest.model().index(0, 0)).center()
    qtbot.mouseClick(view.largest.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.matrix.chosen == (0, 1)
    assert engine.asked("items") == [ShowItems((2, 1))]


def test_arrow_keys_walk_over_the_cells(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine
) -> None:
    engine.say(shown())
    click_cell(qtbot, view, 0, 0)
    qtbot.keyClick(view.matrix, Qt.Key.Key_Down)
    qtbot.keyClick(view.matrix, Qt.Key.Key_Right)
    assert view.matrix.chosen == (1, 1)
    assert view.title.text() == "b said right: 1 · 50.0 %"


def test_enter_chooses_the_cell_that_has_the_ring(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine
) -> None:
    engine.say(shown())
    click_cell(qtbot, view, 1, 0)
    with qtbot.waitSignal(view.matrix.cell_chosen) as caught:
        qtbot.keyClick(view.matrix, Qt.Key.Key_Return)
    assert caught.args == [1, 0]


def test_an_empty_cell_says_so(qtbot: QtBot, view: MistakesView, engine: QuietEngine) -> None:
    engine.say(shown())
    click_cell(qtbot, view, 0, 2)
    assert view.images._empty.accessibleName() == "No a is said to be c."


def test_while_training_the_last_validation_is_enough_until_images_are_wanted(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine
) -> None:
    engine.say(shown())
    view.asking._rest.stop()
    engine.say(Started(1, 1, 3, 10, "cpu", 1, 1, 1, ""))
    engine.say(shown(None))
    view.asking._rest.stop()
    before = len(engine.asked("mistakes"))
    engine.say(Progress(1, 5, 10, 1.0, 1.0, 1.0))
    assert len(engine.asked("mistakes")) == before
    engine.say(DONE)
    assert engine.asked("mistakes")[before:] == [ShowMistakes("output")]
    engine.say(shown(None))
    click_cell(qtbot, view, 2, 0)
    assert engine.asked("mistakes")[-1] == ShowMistakes("output", items=True)
    assert not engine.asked("items")
    engine.say(Going("mistakes", 4, 8))
    assert view.errand.line.fraction == 0.5
    engine.say(shown())
    assert engine.asked("items") == [ShowItems((7, 6))]
    assert not view.errand.isVisible()
    view.asking._rest.stop()
    engine.say(Finished("done", 1, 10, 1.0, 0.5, 1, 0.5, 1.0))
    qtbot.waitUntil(lambda: engine.asked("mistakes")[-1] == ShowMistakes("output"))


def test_the_pass_can_be_cancelled(qtbot: QtBot, view: MistakesView, engine: QuietEngine) -> None:
    engine.say(Going("mistakes", 1, 8))
    qtbot.mouseClick(view.errand.stop, Qt.MouseButton.LeftButton)
    engine.say(Cancelled("mistakes"))
    assert view.is_empty
    assert "Cancelled" in view.empty.accessibleName()
    assert len(engine.asked("mistakes")) == 1


def test_several_outputs_are_chosen_among(
    qtbot: QtBot, view: MistakesView, engine: QuietEngine, document: Document
) -> None:
    graph = chain(Input((1, 4, 4)), Flatten(), Linear(3), Output())
    graph = graph.with_node(Output(weight=0.3), id="aside").with_wire("linear1", "aside")
    document.new(Design(graph=graph))
    engine.say(shown(output="output1", outputs=("output1", "aside")))
    assert view.outputs.isVisible()
    qtbot.keyClick(view.outputs, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: engine.asked("mistakes")[-1] == ShowMistakes("aside"))


def test_values_have_no_classes_to_confuse(view: MistakesView, document: Document) -> None:
    document.new(
        Design(graph=chain(Input((1, 4, 4)), Flatten(), Linear(3), Output(SquaredError())))
    )
    assert view.is_empty
    assert "gives values and no classes" in view.empty.accessibleName()


def test_a_refusal_is_said(view: MistakesView, engine: QuietEngine) -> None:
    engine.say(Refused("mistakes", "The data set is gone."))
    assert view.empty.accessibleName() == "The data set is gone."


def test_numbers_are_those_that_are_shown(view: MistakesView, engine: QuietEngine) -> None:
    engine.say(shown())
    numbers = view.numbers()
    np.testing.assert_array_equal(numbers["counts"], COUNTS)
    np.testing.assert_allclose(numbers["precision"], [1 / 4, 1 / 3, 1])
    np.testing.assert_array_equal(numbers["said"], SAID)
    assert not view.grab().isNull()


@pytest.mark.parametrize("classes", [1000, 120, 2])
def test_any_number_of_classes_is_drawn(
    view: MistakesView, engine: QuietEngine, classes: int
) -> None:
    counts = np.zeros((classes, classes), np.int64)
    counts[0, 1] = 3
    names = tuple(f"a class with a long name {at}" for at in range(classes))
    engine.say(shown(None, counts=counts, names=names))
    assert view.matrix.grab().width() == view.matrix.width()
    last = view.matrix.cell_rect(classes - 1, classes - 1).center().toPoint()
    assert view.matrix.rect().contains(last)


def test_how_sure_it_is_stands_beside_how_right(
    view: MistakesView, engine: QuietEngine, qtbot: QtBot
) -> None:
    engine.say(shown(answered=None))
    view.asking._rest.stop()
    qtbot.keyClick(view.beside, Qt.Key.Key_End)
    assert engine.asked("mistakes")[-1] == ShowMistakes("output", items=True)
    assert "asked about every item" in view.calibration.words.text()
    engine.say(shown())
    x, y = view.calibration.plot.curve("answers")
    # In 32 bits 0.7 is a little less and shares a bin with 0.6, as 0.9 does with 0.8.
    np.testing.assert_allclose(x, [0.4, 0.5, 0.65, 2.6 / 3], atol=1e-6)
    np.testing.assert_allclose(y, [0, 0, 1 / 2, 2 / 3])
    assert "mostly too sure" in view.calibration.words.text()


def test_training_items_are_asked_about_and_stay_out_of_the_selection(
    view: MistakesView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    engine.say(shown())
    view.asking._rest.stop()
    qtbot.keyClick(view.part, Qt.Key.Key_Down)
    assert engine.asked("mistakes")[-1] == ShowMistakes("output", train=True)
    engine.say(shown(train=True))
    view.matrix.cell_chosen.emit(2, 0)
    assert engine.asked("items")[-1] == ShowItems((7, 6), train=True)
    engine.say(pictures((7, 6)))
    view.images.grid.select(0)
    view.images.tile_clicked.emit(0)
    assert selection.spot.sample == 0


def test_wrong_labels_are_marked_and_saved(
    view: MistakesView, engine: QuietEngine, qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    engine.say(shown())
    view.matrix.cell_chosen.emit(2, 0)
    engine.say(pictures((7, 6)))
    assert not view.doubt.isEnabled()
    view.images.grid.select(1)
    view.images.tile_clicked.emit(1)
    qtbot.mouseClick(view.doubt, Qt.MouseButton.LeftButton)
    assert view.images.grid.badges == {1: "wrong"}
    path = tmp_path / "list.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(view.save, Qt.MouseButton.LeftButton)
    with path.open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["part", "item", "label", "said", "probability"],
            ["Validation items", "6", "c", "a", "0.4"],
        ]
    qtbot.mouseClick(view.doubt, Qt.MouseButton.LeftButton)
    assert not view.images.grid.badges
    assert not view.save.isEnabled()
