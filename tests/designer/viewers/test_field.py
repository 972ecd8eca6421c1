"""The receptive field over a real item: frames, words, and another value by a click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.explain.effective import ALL_MAPS, Effective
from core.infer import Field
from core.messages import Cancel, Cancelled, Going
from core.questions.exploring import ReachShown, ShowReach
from core.questions.viewing import MapsShown
from designer.document.document import Document
from designer.viewers.field import FieldView
from designer.viewers.field_picture import Frame
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

ITEM = np.random.default_rng(0).random((1, 28, 28), np.float32)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> FieldView:
    made = FieldView(selection, engine)
    qtbot.addWidget(made)
    made.resize(520, 240)
    made.show()
    return made


def show(view: FieldView, engine: QuietEngine, node: str, row: int = 0, column: int = 0) -> None:
    view.selection.set(node=node)
    view.selection.set(row=row, column=column)
    view.asking.want(soon=True)
    engine.say(MapsShown("input", 0, ITEM, 0, "7"))


def test_frames_of_lenet(view: FieldView, engine: QuietEngine) -> None:
    show(view, engine, "conv2", 1, 3)  # starts at 2·1 − 2 and 2·3 − 2, and sees 14
    assert view.picture.whole == Frame(0, 4, 14, 14)
    assert view.picture.real == Frame(0, 4, 14, 14)
    assert [frame.height for frame in view.picture.before] == [6, 5, 5]
    assert view.words.text() == "The value at row 1, column 3 sees 14 × 14 cells of the picture."


def test_what_lies_in_the_padding_is_told_apart(view: FieldView, engine: QuietEngine) -> None:
    show(view, engine, "conv1", 0, 27)
    assert view.picture.whole == Frame(-2, 25, 5, 5)
    assert view.picture.real == Frame(0, 25, 3, 3)
    assert view.words.text().endswith("Its field is 5 × 5; the rest lies in the padding.")


def test_a_vector_sees_everything(view: FieldView, engine: QuietEngine) -> None:
    show(view, engine, "linear1")
    assert view.picture.real == Frame(0, 0, 28, 28)
    assert view.words.text() == "Each value sees 28 × 28 cells of the picture."


def test_a_click_chooses_the_value_in_whose_middle_it_is(
    view: FieldView, engine: QuietEngine, qtbot: QtBot
) -> None:
    show(view, engine, "pool1")
    box = view.picture.place(Frame(0, 0, 28, 28))
    cell = box.width() / 28
    # pool1's value (r, c) sees rows 2r − 2 to 2r + 3: its middle is 2r + 1 from the edge.
    spot = box.topLeft().toPoint() + QPoint(round(cell * 21), round(cell * 9))
    qtbot.mouseClick(view.picture, Qt.MouseButton.LeftButton, pos=spot)
    assert (view.selection.spot.row, view.selection.spot.column) == (4, 10)
    assert view.picture.whole == Frame(6, 18, 6, 6)


def test_it_says_why_there_is_nothing(view: FieldView, document: Document) -> None:
    document.select([])
    view.selection.set(node="")
    view.follow()
    assert view.is_empty
    assert "Select a layer" in view.empty.accessibleName()


def test_frames_are_drawn_around_the_middle_of_a_field() -> None:
    assert Frame.around(Field((5, 3), (2, 2), (0, 1)), (1, 2)) == Frame(0, 4, 5, 3)
    assert Frame(0, 4, 5, 3).with_size((1, 1)) == Frame(2, 5, 1, 1)


def answer(asked: ShowReach, weights: np.ndarray, silent: int = 0) -> ReachShown:
    return ReachShown(3, asked, Effective(weights, asked.count, silent))


def test_what_a_value_uses_is_asked_and_drawn(view: FieldView, engine: QuietEngine) -> None:
    show(view, engine, "conv2", 1, 3)
    asked = engine.asked("reach")[-1]
    assert asked == ShowReach("conv2", 0, (1, 3), 32)
    weights = np.zeros((28, 28))
    weights[6:8, 10:12] = 1.0  # four cells around the middle of the field, which is at 6.5, 10.5
    engine.say(answer(asked, weights))
    assert view.picture.square == Frame(6, 10, 2, 2)
    assert "lies within 2 × 2;" in view.used.text()
    assert view.legend.words() == ("0", "1")
    np.testing.assert_array_equal(view.numbers()["effective"], weights)
    np.testing.assert_array_equal(view.numbers()["whole"], [0, 4, 14, 14])


def test_a_silent_map_is_told(view: FieldView, engine: QuietEngine) -> None:
    show(view, engine, "conv2")
    asked = engine.asked("reach")[-1]
    engine.say(answer(asked, np.zeros((28, 28)), silent=32))
    assert "no gradient reaches the picture" in view.used.text()
    assert view.picture.square is None


def test_all_maps_and_more_items_are_asked_for(
    view: FieldView, engine: QuietEngine, qtbot: QtBot
) -> None:
    show(view, engine, "conv2")
    engine.say(answer(engine.asked("reach")[-1], np.ones((28, 28))))
    qtbot.keyClick(view.maps, Qt.Key.Key_Down)
    assert engine.asked("reach")[-1].channel == ALL_MAPS
    assert view.picture.weights is None  # what was shown is of another map
    view.items.setValue(64)
    qtbot.waitUntil(lambda: engine.sent[-1] == Cancel("reach"))  # once it has come to rest
    engine.say(Cancelled("reach"))
    assert engine.asked("reach")[-1].count == 64
    engine.say(Going("reach", 16, 64))
    assert view.errand.isVisible()
    qtbot.mouseClick(view.effective, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: engine.sent[-1] == Cancel("reach"))  # once it has come to rest
    assert not view.used.isVisible()


def test_an_answer_to_a_question_of_before_is_not_drawn(
    view: FieldView, engine: QuietEngine
) -> None:
    show(view, engine, "conv2")
    old = engine.asked("reach")[-1]
    view.selection.set(channel=5)
    engine.say(answer(old, np.ones((28, 28))))
    assert view.picture.weights is None


def test_the_profile_is_shown_beside_that_of_random_weights(
    view: FieldView, engine: QuietEngine, qtbot: QtBot
) -> None:
    show(view, engine, "conv2", 1, 3)
    engine.say(answer(engine.asked("reach")[-1], np.ones((28, 28))))
    away, shares = view.profile.plot.curve("across")
    np.testing.assert_allclose(away, np.arange(28) - 13.5)
    np.testing.assert_allclose(shares, 100 / 28)
    qtbot.mouseClick(view.random, Qt.MouseButton.LeftButton)
    asked = engine.asked("reach")[-1]
    assert asked == ShowReach("conv2", 0, (1, 3), 32, random=True)
    narrow = np.zeros((28, 28))
    narrow[6, 10] = 1
    other = Effective(narrow, 32, 0)
    engine.say(ReachShown(3, asked, Effective(np.ones((28, 28)), 32, 0), other))
    assert view.profile.plot.curve("down, random")[1].tolist() == [100]
    assert "With random weights σ is 0 × 0." in view.used.text()
    np.testing.assert_array_equal(view.numbers()["random"], narrow)
