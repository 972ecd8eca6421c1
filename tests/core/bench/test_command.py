"""`striate bench` as people type it; what takes long is measured elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import core.backend
from core import cli
from core.bench import about, growth, measure, profile
from core.bench.conditions import Conditions, isa_problem
from core.bench.growth import SERIES, Growth
from core.bench.measure import Result
from core.bench.profile import Part, Profile
from core.bench.stored import as_json, read_figures
from tests.core.bench.builders import RESULT, figures, with_ratio

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Conditions, list[str], int, bool]]:
    """What the command wants measured; every workload gives the same result."""
    found = []

    def fake(loads: Any, conditions: Conditions, *, rounds: int, peer: bool) -> Iterator[Result]:
        found.append((conditions, [load.id for load in loads], rounds, peer))
        yield RESULT

    monkeypatch.setattr(measure, "measure", fake)
    monkeypatch.setattr(measure, "peer_problem", lambda _: "")
    return found


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of figures."""

    def write(*results: Result, name: str = "ratios.json") -> Path:
        path = tmp_path / name
        path.write_bytes(as_json(figures(*results)))
        return path

    return write


def test_every_combination_of_conditions_is_measured(asked: Any, capsys: Capture) -> None:
    options = ["--workload", "lenet5/32", "--threads", "1,2", "--isa", "native,sse4"]
    if reason := isa_problem("sse4"):
        pytest.skip(reason)
    assert cli.main(["bench", *options, "--rounds", "3", "--plain"]) == 0
    assert asked == [
        (Conditions(threads, isa, plain=True), ["lenet5/32"], 3, True)
        for isa in ("native", "sse4")
        for threads in (1, 2)
    ]
    said = capsys.readouterr().out
    assert "Striate is 2.00 × as fast as the better (1.90 to 2.10)" in said
    assert "1 thread, SSE4, plain NumPy" in said


def test_json_is_a_file_of_figures(asked: Any, capsys: Capture, tmp_path: Path) -> None:
    assert cli.main(["bench", "--workload", "lenet5/32", "--json"]) == 0
    path = tmp_path / "ratios.json"
    path.write_text(capsys.readouterr().out, "utf-8")
    found = read_figures(path)
    assert found.results == (RESULT,)
    assert found.about["numpy"]


def test_without_pytorch_striate_is_measured_alone(
    asked: Any, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(measure, "peer_problem", lambda _: measure.WITHOUT_PEER)
    assert cli.main(["bench", "--workload", "lenet5/32"]) == 0
    assert "pip install torch==2.13.0" in capsys.readouterr().err
    assert [peer for *_, peer in asked] == [False]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--workload", "resnet"], "choose from lenet5/32"),
        (["--threads", "1,x"], "'x' is not a valid integer"),
        (["--threads", "0"], "0 is not in the range"),
        (["--isa", "avx3"], "'avx3' is not one of"),
        (["--device", "gpu", "--plain"], "are for the CPU"),
    ],
)
def test_wrong_use_is_told(options: list[str], sentence: str, capsys: Capture) -> None:
    assert cli.main(["bench", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_without_a_gpu_the_reason_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(core.backend, "why_not_gpu", lambda: "There is no NVIDIA driver.")
    assert cli.main(["bench", "--device", "gpu"]) == 1
    said = capsys.readouterr().err
    assert said == "Nothing is measured on a GPU here. There is no NVIDIA driver.\n"


def test_stored_figures_are_shown_and_put_into_a_page(
    stored: Callable[..., Path], tmp_path: Path, capsys: Capture
) -> None:
    show = ["bench", "--threads", "2", "--stored", str(stored(RESULT))]
    assert cli.main(show) == 0
    assert "Striate is 2.00 × as fast" in capsys.readouterr().out
    assert cli.main([*show, "--markdown"]) == 0
    printed = capsys.readouterr().out
    assert "| lenet5/32 | 2.50 | 7.00 | 5.00 |" in printed
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- bench: begin -->\n<!-- bench: end -->\nb\n")
    assert cli.main([*show, "--markdown", str(page)]) == 0
    assert page.read_text("utf-8").split("\n\n", 1)[1].startswith(printed.strip())


def test_of_stored_figures_those_are_shown_that_are_asked_for(
    stored: Callable[..., Path], capsys: Capture
) -> None:
    other = replace(with_ratio(7.0), conditions=Conditions(threads=1))
    path = str(stored(RESULT, other, with_ratio(8.0, "largenet/32")))
    show = ["bench", "--stored", path, "--markdown", "--workload", "lenet5"]
    assert cli.main([*show, "--threads", "1"]) == 0
    said = capsys.readouterr().out
    assert "**7.00**" in said
    assert "**2.00**" not in said
    assert "**8.00**" not in said
    assert cli.main([*show, "--device", "gpu"]) == 1
    assert "holds none of these workloads for GPU." in capsys.readouterr().err


def test_a_page_without_marks_is_left_alone(
    stored: Callable[..., Path], tmp_path: Path, capsys: Capture
) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing")
    show = ["bench", "--threads", "2", "--stored", str(stored(RESULT))]
    assert cli.main([*show, "--markdown", str(page)]) == 1
    assert "page.md: the page needs a place for the tables" in capsys.readouterr().err
    assert page.read_text() == "nothing"


def test_a_ratio_that_fell_is_a_failure(stored: Callable[..., Path], capsys: Capture) -> None:
    before, fell = stored(RESULT), stored(with_ratio(1.0), name="now.json")
    compare = ["bench", "--threads", "2", "--compare", str(before), "--stored"]
    assert cli.main([*compare, str(before)]) == 0
    assert "None of 1 ratios is more than 25% below" in capsys.readouterr().err
    assert cli.main([*compare, str(fell)]) == 1
    said = capsys.readouterr().err
    assert said == "lenet5/32 (2 threads) fell from 2.00 × PyTorch's speed to 1.00 ×.\n"


def test_comparing_with_nothing_is_a_failure(stored: Callable[..., Path], capsys: Capture) -> None:
    other = stored(with_ratio(1.0, "vgg-small/32"), name="other.json")
    options = ["--threads", "2", "--stored", str(stored(RESULT)), "--compare", str(other)]
    assert cli.main(["bench", *options]) == 1
    assert "nothing was compared" in capsys.readouterr().err


def test_profile_and_growth(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    found = Profile((Part("conv1", "Conv2d", 1.0, 2.0),), 4.0)
    monkeypatch.setattr(profile, "profile", lambda load, conditions: found)
    series = SERIES["side"]
    grown = Growth(series, tuple((float(size), 1.0) for size in series.sizes))
    monkeypatch.setattr(growth, "measure", lambda conditions: iter([grown]))
    assert cli.main(["bench", "--profile", "lenet5/32", "--threads", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("lenet5/32, 1 thread\n")
    assert "Of 4.000 ms: Conv2d 75%, everything else 25%." in said
    assert cli.main(["bench", "--growth", "--markdown"]) == 0
    assert "| a step by image side | 16 |" in capsys.readouterr().out


def test_the_chip_is_named(tmp_path: Path) -> None:
    cpus = tmp_path / "cpuinfo"
    cpus.write_text("processor\t: 0\nmodel name\t: Abacus 3 @ 2 GHz\nmodel name\t: other\n")
    assert about.chip(cpus) == "Abacus 3 @ 2 GHz"
    assert about.chip(tmp_path / "missing")
