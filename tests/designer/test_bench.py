"""The interface bench: its network, its table, and that the real window is what it measures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from core.infer import infer
from designer.bench import Figure, as_text, network


def test_network_has_as_many_nodes_as_asked_and_works() -> None:
    for count in (6, 50, 200):
        graph = network(count)
        assert len(graph.nodes) == count
        assert infer(graph).ok


def test_table_says_what_was_missed() -> None:
    text = as_text(
        [Figure("pan", 3.0, 9.0, 15), Figure("drag", 20.0, 30.0, 8), Figure("all", 50.0, 60.0)]
    )
    pan, drag, whole = text.splitlines()[1:]
    assert "missed" not in pan
    assert drag.endswith("missed")
    assert "missed" not in whole
    assert "8 ms" in drag


def test_first_window_is_painted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "designer.bench", "--first-window"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == ["painted"], done.stderr
    assert done.returncode == 0
