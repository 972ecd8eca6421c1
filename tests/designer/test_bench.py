"""The interface bench: its network, its table, and that the real window is what it measures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.infer import infer
from designer.bench import Figure, as_text, starting
from designer.bench.figure import timed
from designer.bench.frames import network


def test_network_has_as_many_nodes_as_asked_and_works() -> None:
    for count in (6, 50, 200):
        graph = network(count)
        assert len(graph.nodes) == count
        assert infer(graph).ok


def test_table_says_what_was_missed() -> None:
    text = as_text(
        [
            Figure("pan", 30.0, 3.0, 15),
            Figure("drag", 9.0, 20.0, 8),
            Figure("wires", 2.0, goal=0, unit=""),
            Figure("all", 50.0, 60.0),
        ]
    )
    pan, drag, wires, whole = text.splitlines()[1:]
    assert "missed" not in pan  # the processor's time counts
    assert drag.endswith("missed")
    assert "8 ms" in drag
    assert wires.endswith("missed")
    assert "missed" not in whole


def test_a_time_is_the_median_of_what_is_acted_alone() -> None:
    done: list[tuple[str, int]] = []
    found = timed(
        "nothing",
        lambda run: done.append(("act", run)),
        before=lambda run: done.append(("before", run)),
        runs=3,
        goal=5.0,
    )
    assert done == [(what, run) for run in range(3) for what in ("before", "act")]
    assert found.kept
    assert found.name == "nothing"


@pytest.mark.parametrize("what", [starting.WINDOW, starting.OPENED])
def test_what_is_first_is_painted(what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "designer.bench", starting.FIRST, what],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    word, wall, processor = done.stdout.split()
    assert word == "painted", done.stderr
    assert float(processor) > 0
    assert (float(wall) > 0) == (what != starting.WINDOW)
    assert done.returncode == 0
