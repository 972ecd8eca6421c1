"""Invariance: what is asked, which curves come of it, and those that are kept to compare."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.explain.invariance import AMOUNTS, Invariance
from core.messages import Going, Refused
from core.questions.exploring import InvarianceShown, ShowInvariance
from designer.viewers.invariance import InvarianceView
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> InvarianceView:
    selection.set(node="relu2")
    made = InvarianceView(selection, engine)
    qtbot.addWidget(made)
    made.resize(620, 260)
    made.show()
    return made


def answer(engine: QuietEngine, level: float, *, known: bool = True) -> None:
    request: ShowInvariance = engine.asked("invariance")[-1]
    amounts = AMOUNTS[request.move]
    even = np.full(len(amounts), level)
    told = even if known else np.full(len(amounts), np.nan)
    engine.say(InvarianceShown(1, request, Invariance(64, amounts, told, told / 2, even / 4)))


def test_three_curves_over_the_amount(view: InvarianceView, engine: QuietEngine) -> None:
    assert engine.asked("invariance")[-1] == ShowInvariance("relu2", "right", 64)
    answer(engine, 0.8)
    for name, level in (("right answers", 0.8), ("right class", 0.4), ("likeness", 0.2)):
        x, y = view.plot.curve(name)
        np.testing.assert_array_equal(x, np.arange(-10, 11))
        np.testing.assert_allclose(y, level)
    assert view.numbers()["likeness"].shape == (21,)


def test_who_opens_the_view_at_a_layer_is_told_that_it_comes(view: InvarianceView) -> None:
    assert view.empty.sentence == "Waiting for relu2 …"


def test_kept_curves_stay_beside_the_new_ones(
    view: InvarianceView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    answer(engine, 0.8)
    qtbot.mouseClick(view.keep, Qt.MouseButton.LeftButton)
    view.asking._rest.stop()
    selection.set(node="conv1")
    answer(engine, 0.4)
    assert view.plot.curve("right answers before")[1][0] == 0.8
    assert view.plot.curve("right answers")[1][0] == 0.4
    qtbot.mouseClick(view.keep, Qt.MouseButton.LeftButton)
    with pytest.raises(KeyError):
        view.plot.curve("right answers before")


def test_another_move_is_asked_for_and_forgets_what_was_kept(
    view: InvarianceView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(engine, 0.8)
    qtbot.mouseClick(view.keep, Qt.MouseButton.LeftButton)
    view.move.setCurrentIndex(1)
    qtbot.keyClick(view.move, Qt.Key.Key_Down)
    assert engine.asked("invariance")[-1].move == "turn"
    assert not view.keep.isChecked()
    engine.say(Going("invariance", 25, 100))
    assert view.errand.line.fraction == 0.25


def test_values_without_classes_have_likeness_alone(
    view: InvarianceView, engine: QuietEngine
) -> None:
    answer(engine, 0.8, known=False)
    assert view.plot.curve("likeness")[1][0] == pytest.approx(0.2)
    with pytest.raises(KeyError):
        view.plot.curve("right answers")


def test_a_refusal_is_said(view: InvarianceView, engine: QuietEngine) -> None:
    engine.say(Refused("invariance", "Only pictures can be shifted, turned and scaled."))
    assert view.empty.accessibleName().startswith("Only pictures")


def test_shifts_both_ways_are_tiles(
    view: InvarianceView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(engine, 0.8)
    view.asking._rest.stop()
    view.move.setCurrentIndex(3)
    qtbot.keyClick(view.move, Qt.Key.Key_Down)
    request = engine.asked("invariance")[-1]
    assert request == ShowInvariance("relu2", "both", 64)
    amounts, table = np.arange(-8.0, 9.0), np.linspace(0, 1, 289).reshape(17, 17)
    nothing = np.full((17, 17), np.nan)
    engine.say(InvarianceShown(1, request, Invariance(64, amounts, table, table / 2, nothing)))
    assert view.maps.isVisible()
    np.testing.assert_array_equal(view.maps._tiles.values, np.stack([table, table / 2]))
    assert view.maps.grid._captions == ["right answers", "right class"]
    qtbot.mouseClick(view.keep, Qt.MouseButton.LeftButton)
    assert view.maps.grid._captions[2:] == ["right answers before", "right class before"]
