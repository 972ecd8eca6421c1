"""Requests go out in order and never hold up the window, even when nobody reads them."""

from __future__ import annotations

import multiprocessing

import numpy as np

from core.design import Design
from core.graph import chain
from core.layers import Conv2d, Input, ReLU
from core.messages import Show
from core.questions.viewing import Predict, ShowFilters
from designer.engine.writer import Writer


def design(filters: int) -> Design:
    return Design(chain(Input(), Conv2d(filters), *(ReLU() for _ in range(50))))


def test_requests_arrive_in_order() -> None:
    here, there = multiprocessing.Pipe()
    writer = Writer(here)
    writer.start()
    for node in ("a", "b", "c"):
        writer.send(ShowFilters(node))
    assert [there.recv().node for _ in range(3)] == ["a", "b", "c"]
    writer.end()


def test_a_full_pipe_keeps_nobody_waiting_and_old_designs_are_left_out() -> None:
    here, there = multiprocessing.Pipe()
    writer = Writer(here)
    writer.start()
    writer.send(Predict(np.zeros(4_000_000, np.float32)))  # more than a pipe holds
    for filters in range(1, 200):  # would wait forever in a pipe that nobody reads
        writer.send(Show(design(filters)))
        writer.send(ShowFilters(f"conv{filters}"))
    assert writer.is_alive()
    there.recv()
    said = [there.recv() for _ in range(200)]
    shown = [one for one in said if isinstance(one, Show)]
    assert [one.design for one in shown] == [design(199)]
    asked = [one.node for one in said if isinstance(one, ShowFilters)]
    assert asked == [f"conv{number}" for number in range(1, 200)]
    writer.end()


def test_an_engine_that_is_gone_ends_the_thread() -> None:
    here, there = multiprocessing.Pipe()
    writer = Writer(here)
    writer.start()
    there.close()
    writer.send(ShowFilters("a"))
    writer.join(10)
    assert not writer.is_alive()
    writer.send(ShowFilters("b"))
    writer.end()
