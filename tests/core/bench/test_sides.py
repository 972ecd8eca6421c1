"""A side in its own process: what it answers, and what happens when it cannot."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from core.bench import sides
from core.bench.conditions import Conditions
from core.bench.sides import WARM_UP, Side, SideError, answer, serve
from tests.house.tree import ROOT

ONE = Conditions(threads=1, plain=True)


def test_a_side_does_the_steps_it_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # A step takes a second, the first one, as if it compiled, a thousand.
    taken: list[float] = []
    monkeypatch.setattr(sides.time, "perf_counter", lambda: sum(taken))
    monkeypatch.setattr(sys, "stdin", io.StringIO("2\n3\n"))
    serve(
        "a side",
        lambda: taken.append(1.0 if taken else 1000.0),
        conditions=ONE,
        peak=lambda: 7.0,
    )
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers == [{"name": "a side"}, {"seconds": 2.0}, {"seconds": 3.0}, {"peak": 7.0}]
    assert len(taken) == WARM_UP + 1 + 2 + 1 + 3


def test_a_device_is_waited_for_before_the_clock_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Steps are only given to the device; it works when it is waited for.
    waiting: list[float] = []
    done: list[float] = []

    def finish() -> None:
        done.extend(waiting)
        waiting.clear()

    monkeypatch.setattr(sides.time, "perf_counter", lambda: sum(done))
    monkeypatch.setattr(sys, "stdin", io.StringIO("4\n"))
    serve("a GPU", lambda: waiting.append(1.0), conditions=ONE, finish=finish, peak=lambda: None)
    assert json.loads(capsys.readouterr().out.splitlines()[1]) == {"seconds": 4.0}


def test_a_side_that_fails_is_told() -> None:
    with pytest.raises(SideError, match="ended early: ValueError: there is no workload"):
        Side("core.bench.ours", "nothing/1", conditions=ONE)
    with pytest.raises(SideError, match=r"ended early: .*no_such_module"):
        answer("core.bench.no_such_module", conditions=ONE)


def test_peak_memory_is_the_highest_not_the_last() -> None:
    program = (
        "import numpy as np\n"
        "from core.bench.sides import peak_memory\n"
        "before = peak_memory()\n"
        "block = np.ones(60 * 2**17)\n"
        "del block\n"
        "print(0 if before is None else peak_memory() - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    grown = float(done.stdout)
    if grown == 0:
        pytest.skip("this system does not tell the peak memory")
    assert 50 < grown < 70
