"""Desk: two views may ask for the same kind of thing, and each hears its own answers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from core.messages import Answer, Cancel, Cancelled, Going, Refused, Request
from core.questions.viewing import ItemsShown, ShowItems
from designer.engine.client import Engine
from designer.engine.desk import Desk


class Wire(Engine):
    """The client, and in place of the process a list of what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Request] = []

    def _send(self, request: Request) -> None:
        self.sent.append(request)


def shown(*items: int) -> ItemsShown:
    return ItemsShown(items, np.zeros((len(items), 1, 2, 2), np.uint8), len(items))


@pytest.fixture
def wire(qapp: QApplication) -> Wire:
    return Wire()


def listen(desk: Desk) -> list[Answer]:
    heard: list[Answer] = []
    for told in (desk.items_received, desk.answer_progressed, desk.request_cancelled):
        told.connect(heard.append)
    desk.request_refused.connect(heard.append)
    return heard


@pytest.fixture
def home(qapp: QApplication) -> QObject:
    return QObject()


def test_each_desk_hears_its_own_answer(wire: Wire, home: QObject) -> None:
    first, second = Desk(wire, home), Desk(wire, home)
    at_first, at_second = listen(first), listen(second)
    first.request_items((1,))
    second.request_items((2,))
    first.request_items((3,))  # newer than the first, and takes nothing from the second
    assert wire.sent == [ShowItems((1,))]
    answers = [shown(1), shown(2), shown(3)]
    wire._hand_on(answers[0])
    assert wire.sent[1:] == [ShowItems((2,))]  # it has waited longer
    wire._hand_on(answers[1])
    wire._hand_on(answers[2])
    assert wire.sent[2:] == [ShowItems((3,))]
    assert at_first == [answers[0], answers[2]]
    assert at_second == [answers[1]]


def test_progress_and_refusals_are_for_who_asked(wire: Wire, home: QObject) -> None:
    first, second = Desk(wire, home), Desk(wire, home)
    at_first, at_second = listen(first), listen(second)
    second.request_items((1,))
    told = [Going("items", 1, 4), Refused("items", "There are no items.")]
    for answer in told:
        wire._hand_on(answer)
    assert (at_first, at_second) == ([], told)


def test_what_no_view_asked_for_everybody_hears(wire: Wire, home: QObject) -> None:
    first, second = Desk(wire, home), Desk(wire, home)
    at_first, at_second = listen(first), listen(second)
    wire.request_items((1,))
    wire._hand_on(shown(1))
    assert len(at_first) == len(at_second) == 1


def test_a_desk_gives_up_only_its_own(wire: Wire, home: QObject) -> None:
    first, second = Desk(wire, home), Desk(wire, home)
    at_first, at_second = listen(first), listen(second)
    first.request_items((1,))
    second.request_items((2,))
    second.cancel("items")  # it waits for its turn: the engine has not heard of it
    assert (at_first, at_second) == ([], [Cancelled("items")])
    assert wire.sent == [ShowItems((1,))]
    first.cancel("items")
    assert wire.sent[1:] == [Cancel("items")]
    wire._hand_on(Cancelled("items"))
    assert at_first == [Cancelled("items")]
    assert wire.sent[2:] == []
    first.cancel("items")  # nothing is on its way any more
    assert wire.sent[2:] == []


def test_a_view_that_is_gone_disturbs_nobody(wire: Wire, home: QObject) -> None:
    leaving = QObject()
    gone, staying = Desk(wire, leaving), Desk(wire, home)
    heard = listen(staying)
    gone.request_items((1,))
    staying.request_items((2,))
    leaving.deleteLater()
    QApplication.sendPostedEvents(leaving, QEvent.Type.DeferredDelete)
    wire._hand_on(shown(1))
    wire._hand_on(shown(2))
    assert [answer.items for answer in heard if isinstance(answer, ItemsShown)] == [(2,)]
