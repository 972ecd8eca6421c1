"""Results as a measurement would give them, with round numbers."""

from __future__ import annotations

from dataclasses import replace

from core.bench.conditions import Conditions
from core.bench.floor import Floor, Rates, Work
from core.bench.measure import Ratio, Result, Times
from core.bench.stored import Figures

TWO = Conditions(threads=2)

RESULT = Result(
    workload="lenet5/32",
    unit="a step",
    conditions=TWO,
    rounds=7,
    ours=Times("Striate", 2.5, 90.0),
    peers=(
        Times("PyTorch 2.13.0 contiguous", 7.0, 320.0),
        Times("PyTorch 2.13.0 channels_last", 5.0, 300.0),
    ),
    ratio=Ratio(2.0, 1.9, 2.1),
    floor=Floor(Work(100_000_000, 4_000_000), Rates(200.0, 20.0)),
    apart={"loss": {"ours": 1e-7, "theirs": 2e-7}},
)
ALONE = replace(RESULT, workload="lenet5/1", unit="an image", peers=(), ratio=None, apart=None)


def with_ratio(median: float, workload: str = "lenet5/32") -> Result:
    """The result with another ratio."""
    return replace(RESULT, workload=workload, ratio=Ratio(median, median, median))


def figures(*results: Result) -> Figures:
    """Results of an imagined computer."""
    about = {"date": "2026-11-30", "chip": "Abacus 3, 2 cores", "system": "Linux", "python": "3.11"}
    return Figures(about, results)
