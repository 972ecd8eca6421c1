"""Errand: a question is given up for another one, but not again and again without an answer."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.messages import Cancel, Cancelled, Refused
from core.questions.exploring import ShowDream
from designer.engine.desk import Desk
from designer.viewers.errand import CALM, Errand
from tests.designer.viewers.conftest import QuietEngine

KIND = ShowDream.kind


@pytest.fixture
def desk(qapp: QApplication, engine: QuietEngine) -> Desk:
    return Desk(engine, engine)


@pytest.fixture
def errand(desk: Desk, qtbot: QtBot) -> Errand:
    made = Errand(desk, KIND, "Dreaming")
    qtbot.addWidget(made)
    return made


def cancels(engine: QuietEngine) -> int:
    return engine.sent.count(Cancel(KIND))


def test_one_change_gives_up_at_once(desk: Desk, errand: Errand, engine: QuietEngine) -> None:
    desk.explore(ShowDream("conv1"))
    errand.give_up()
    assert cancels(engine) == 1
    errand._calm.stop()


def test_while_changes_follow_each_other_a_question_is_let_be(
    desk: Desk, errand: Errand, engine: QuietEngine, qtbot: QtBot
) -> None:
    desk.explore(ShowDream("conv1"))
    errand.give_up()
    engine.say(Cancelled(KIND))
    desk.explore(ShowDream("conv1", seed=1))
    for _ in range(5):
        errand.give_up()
        qtbot.wait(20)
    assert cancels(engine) == 1
    qtbot.waitUntil(lambda: cancels(engine) == 2)  # it was about what is not looked at any more


def test_what_was_asked_in_between_is_not_given_up(
    desk: Desk, errand: Errand, engine: QuietEngine, qtbot: QtBot
) -> None:
    desk.explore(ShowDream("conv1"))
    errand.give_up()
    engine.say(Cancelled(KIND))
    desk.explore(ShowDream("conv1", seed=1))
    errand.give_up()
    engine.say(Refused(KIND, "No."))  # an answer of any kind
    desk.explore(ShowDream("conv1", seed=2))
    qtbot.wait(3 * CALM)
    assert cancels(engine) == 1
