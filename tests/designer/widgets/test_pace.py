"""Pace and Ration: work in turn, and the last wish is never lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.widgets.pace import Pace
from designer.widgets.ration import SHARE, Ration


@pytest.fixture
def home(qapp: QApplication) -> QObject:
    return QObject()


def test_work_is_done_at_once_and_then_once_for_many_wishes(home: QObject, qtbot: QtBot) -> None:
    state, seen = [0], []
    pace = Pace(lambda: seen.append(state[0]), 60, home)
    for state[0] in range(1, 6):
        pace.want()
    assert seen == [1]
    qtbot.waitUntil(lambda: seen == [1, 5])  # the last state is always shown
    qtbot.wait(150)
    assert seen == [1, 5]
    pace.want()
    assert seen == [1, 5, 5]


def test_what_cannot_wait_takes_the_place_of_what_was_wanted(home: QObject, qtbot: QtBot) -> None:
    seen: list[str] = []
    pace = Pace(lambda: seen.append("done"), 60, home)
    pace.want()
    pace.want()
    pace.do()
    assert len(seen) == 2
    qtbot.wait(150)
    assert len(seen) == 2


def test_who_draws_by_themselves_share_a_part_of_the_time() -> None:
    """Ten pictures of 6 ms each, wanted all the time, take SHARE of the time in all."""
    now = [100.0]
    ration = Ration(lambda: now[0])
    cost, work, begin = 0.006, 0.0, now[0]
    due = dict.fromkeys(range(10), begin)
    while now[0] < begin + 600:
        who = min(due, key=lambda one: due[one])
        now[0] = max(now[0], due[who])
        work += cost
        due[who] = now[0] + ration.book(cost)
    assert work / (now[0] - begin) == pytest.approx(SHARE, rel=0.03)


def test_who_draws_alone_and_little_does_not_wait() -> None:
    now = [100.0]
    ration = Ration(lambda: now[0])
    for _ in range(20):
        assert ration.book(0.006) == 0.0
        now[0] += 0.25
