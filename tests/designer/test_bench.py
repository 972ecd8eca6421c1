"""The interface bench: its networks, its table, and that the real window is what it measures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.graph import chain
from core.groups import Groups
from core.infer import infer
from core.layers import Input, ReLU
from core.zoo import find
from designer.bench import Figure, as_text
from designer.bench.designs import crossings, opened
from designer.bench.figure import timed
from designer.bench.frames import network
from designer.bench.leaks import Hand
from designer.canvas.hit import Picture
from designer.document.document import Document
from designer.document.shown import shown


def test_network_has_as_many_nodes_as_asked_and_works() -> None:
    for count in (6, 50, 200):
        graph = network(count)
        assert len(graph.nodes) == count
        assert infer(graph).ok


def test_table_says_what_was_missed_by_the_time_of_the_processor() -> None:
    text = as_text(
        [
            Figure("pan", 30.0, 9.0, 15),  # the computer had other things to do
            Figure("drag", 7.0, 9.0, 8),
            Figure("all", 50.0, 60.0),
            Figure("left behind", 1.5, goal=1, unit="MB"),
            Figure("wires across", 0, goal=0, unit=""),
        ]
    )
    pan, drag, whole, left, across = text.splitlines()[1:]
    assert "missed" not in pan
    assert drag.endswith("8 ms  missed")
    assert "missed" not in whole
    assert left.endswith("1 MB  missed")
    assert "missed" not in across


def test_what_comes_before_a_run_is_not_timed() -> None:
    seen = []
    found = timed(
        "x",
        lambda run: seen.append(run),
        runs=3,
        before=lambda run: seen.append(sum(range(300_000))),
    )
    assert seen[1::2] == [0, 1, 2]
    assert found.processor is not None
    assert found.processor < 1.0


def test_every_group_is_opened_to_be_laid_out_anew() -> None:
    template = find("googlenet")
    assert template is not None
    design = opened(template.design())
    assert design.groups.by_id
    assert not any(group.collapsed for group in design.groups.by_id.values())
    assert not design.positions


@pytest.mark.parametrize(("x", "expected"), [(0, [("input1", "relu2", "relu1")]), (400, [])])
def test_a_wire_across_a_foreign_node_is_found(x: int, expected: list[tuple[str, ...]]) -> None:
    graph = chain(Input((1, 8, 8)), ReLU(), ReLU())
    straight = graph.without_wire(graph.incoming("relu2")[0]).with_wire("input1", "relu2")
    seen = shown(straight, Groups())
    places = {"input1": (0, 0), "relu1": (x, 100), "relu2": (0, 200)}
    aside = [w for w in straight.wires if w.target == "relu1"]
    ways = {w: ((96.0, 56.0), (96.0, 200.0)) for w in straight.wires if w not in aside}
    assert crossings(Picture(seen, places, ways)) == expected


def test_the_hand_changes_the_design_and_leaves_it_whole(qapp: object) -> None:
    template = find("lenet5")
    assert template is not None
    document = Document(template.design())
    hand = Hand(document, seed=3)
    designs = set()
    for _ in range(60):
        hand.edit()
        designs.add(document.design.graph)
    assert len(designs) > 20
    assert document.inference == infer(document.design.graph)


def test_first_window_is_painted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "designer.bench", "--first", "window"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    word, _, processor = done.stdout.split()
    assert word == "painted", done.stderr
    assert float(processor) > 0
    assert done.returncode == 0
