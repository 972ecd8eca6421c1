"""The controls: the newest view of a kind wins, and views get their share and no more."""

from __future__ import annotations

import threading

import pytest

from core.graph import chain
from core.layers import Input, Linear, Output
from core.network import Network
from core.training.control import SHARE, Control


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(chain(Input((3,)), Linear(2), Output()))


class Clock:
    """A clock that stands still unless it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


def test_newest_of_a_kind_wins(network: Network) -> None:
    control, seen = Control(clock=Clock()), []
    control.ask("maps", lambda _: seen.append("old"))
    control.ask("filters", lambda _: seen.append("filters"))
    control.ask("maps", lambda _: seen.append("new"))
    for _ in range(3):
        control.attend(network)
    assert seen == ["new", "filters"]


def test_views_get_their_share_of_the_time(network: Network) -> None:
    clock = Clock()
    control, spent = Control(clock=clock), []

    def view(_: Network) -> None:
        clock.move(0.010)
        spent.append(0.010)

    for _ in range(10_000):
        control.ask("maps", view)
        control.attend(network)
        clock.move(0.001)  # a step
    share = sum(spent) / clock.now
    assert 0.9 * SHARE <= share <= SHARE + 0.001


def test_while_paused_views_are_answered_at_once(network: Network) -> None:
    control, seen = Control(clock=Clock()), []
    control.pause()
    control.ask("maps", lambda _: seen.append(1))
    assert control.wait(network)
    control.ask("maps", lambda _: seen.append(2))
    assert control.wait(network)
    assert seen == [1, 2]


def test_another_thread_ends_the_wait(network: Network) -> None:
    control = Control()
    control.pause()
    threading.Timer(0.01, control.resume).start()
    while control.wait(network):
        pass
    assert not control.paused


def test_stop_ends_a_pause(network: Network) -> None:
    control = Control()
    control.pause()
    control.stop()
    assert (control.paused, control.stopped) == (False, True)


def test_what_is_left_is_answered_when_training_ends(network: Network) -> None:
    control, seen = Control(clock=Clock()), []
    control.ask("maps", lambda given: seen.append(("maps", given)))
    control.ask("filters", lambda given: seen.append(("filters", given)))
    control.finish(network)
    assert seen == [("maps", network), ("filters", network)]
    control.finish(None)
    assert len(seen) == 2
