"""The benchmark: both sides compute the same before they are timed, each in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core import cli
from core.bench import report
from core.bench.report import Ratio, Result, Times, as_json, as_lines, means, measure
from core.bench.sides import Side, SideError
from core.bench.workloads import TEMPLATES, WORKLOADS, Workload, chosen

ROOT = Path(__file__).parents[2]
LENET = Workload("lenet5", 32)


def test_every_network_is_measured_with_both_batches() -> None:
    assert {load.id for load in WORKLOADS} == {
        f"{template}/{batch}" for template in TEMPLATES for batch in (32, 128)
    }


def test_workloads_are_chosen_by_name() -> None:
    assert chosen(["lenet5/32"]) == (LENET,)
    assert [load.batch for load in chosen(["lenet5"])] == [32, 128]
    assert chosen([]) == WORKLOADS
    with pytest.raises(ValueError, match="no workload 'lenet'; choose from lenet5/32, lenet5/128"):
        chosen(["lenet"])


def test_a_workload_is_the_same_every_time() -> None:
    (x, labels), (again, _) = LENET.items(), LENET.items()
    assert x.shape == (32, 1, 28, 28)
    assert x.dtype == np.float32
    assert labels.shape == (32,)
    np.testing.assert_array_equal(x, again)


def test_our_side_is_timed_without_a_peer() -> None:
    (result,) = measure([LENET], threads=1, rounds=2, peer=False)
    assert result.ours.milliseconds > 0
    assert result.ours.peak is None or 10 < result.ours.peak < 2000
    assert result.peers == result.ratios == ()
    assert result.apart is None


def test_a_side_that_fails_is_told() -> None:
    broken = Workload("nothing", 1)
    with pytest.raises(SideError, match="ended early: ValueError: there is no workload"):
        Side("core.bench.ours", workload=broken, threads=1)


@pytest.mark.oracle
@pytest.mark.parametrize("template", TEMPLATES)
def test_both_sides_compute_the_same(template: str) -> None:
    load = Workload(template, 32)
    command = [sys.executable, "-m", "core.bench.peer", load.id, "1", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    apart = json.loads(done.stdout)
    assert apart["loss"] < 1e-5
    assert apart["gradient"] < 3e-3


@pytest.mark.oracle
def test_a_round_with_the_peer() -> None:
    (result,) = measure([LENET], threads=1, rounds=2)
    eager, last = result.ratios
    assert "contiguous" in eager.to
    assert "channels_last" in last.to
    assert 0.01 < eager.low <= eager.median <= eager.high < 100
    assert len(as_lines(result)) == 3
    assert json.loads(as_json(result))["ours"]["name"] == "Striate"


@pytest.mark.oracle
def test_sides_that_differ_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(report.MOST_APART, "gradient", -1.0)
    with pytest.raises(SideError, match="lenet5/32: the two sides do not compute the same"):
        next(measure([LENET], threads=1, rounds=1))


def test_means_are_geometric() -> None:
    ours = Times("Striate", 1.0, None)
    results = [
        Result("a", 1, 1, ours, (), (Ratio("x", ratio, ratio, ratio),)) for ratio in (0.5, 2.0)
    ]
    assert means(results) == {"x": pytest.approx(1.0)}


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


def test_the_command_without_pytorch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "has_peer", lambda: False)
    options = ["--workload", "lenet5/32", "--rounds", "1", "--threads", "1", "--json"]
    assert cli.main(["bench", *options]) == 0
    said = capsys.readouterr()
    assert "pip install torch==2.13.0" in said.err
    result, last = map(json.loads, said.out.splitlines())
    assert result["workload"] == "lenet5/32"
    assert last == {"means": {}}


def test_the_command_refuses_unknown_workloads(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "--workload", "resnet"]) == 2
    assert "choose from lenet5/32" in capsys.readouterr().err
