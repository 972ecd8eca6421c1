"""How time and memory grow: `python -m core.bench.growth '{"threads": 2}' batch 64`.

Each size is measured in a process of its own, after a small one that compiles kernels and loads
what is loaded late; memory is what the peak grew by after that. The slope is that of a straight
line through the logarithms: 1 where twice the size costs twice as much, 2 where it costs four times
as much, 0 where it does not matter.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.bench.conditions import Conditions
from core.bench.sides import answer, clock_of, peak_memory
from core.bench.tables import columns, markdown
from core.bench.workloads import OPTIMIZER
from core.data.policy import DataPolicy
from core.data.sources import Folder
from core.data.sources.arrays import dataset_from_arrays
from core.design import Design
from core.graph import Graph
from core.layers import Input, ReLU
from core.network import Network
from core.plan import Plan
from core.training.events import Failed
from core.training.learner import Learner
from core.training.train import train
from core.zoo import BY_ID, Builder
from core.zoo.blocks import normal, pooled_end

BATCH, SIDE, DEPTH, FILTERS = 32, 32, 4, 16
STEPS, WARM_UP = 5, 3
HEAD = ("", "size", "ms", "MiB")

Cost = tuple[float, float | None]
"""Seconds, and MiB that were taken meanwhile (None where the system does not tell)."""


@dataclass(frozen=True)
class Series:
    """One thing that grows.

    Attributes: `title`, `sizes` and a `small` one to warm up with, the slopes of time and memory
    that are `expected`, and `run`, which measures one size in this process.
    """

    title: str
    small: int
    sizes: tuple[int, ...]
    expected: tuple[int, int]
    run: Callable[[int, Conditions], Cost]


@dataclass(frozen=True)
class Growth:
    """A series, measured: one cost for each size."""

    series: Series
    costs: tuple[Cost, ...]

    @property
    def slopes(self) -> tuple[float | None, float | None]:
        """Of time and of memory."""
        sizes = self.series.sizes
        seconds, memory = ([cost[at] for cost in self.costs] for at in (0, 1))
        return slope(sizes, seconds), slope(sizes, memory)


def slope(sizes: Sequence[int], values: Sequence[float | None]) -> float | None:
    """The least-squares slope of log value by log size; None unless every value is above 0."""
    known = [value for value in values if value is not None and value > 0]
    if len(known) < len(sizes):
        return None
    logs = [[math.log(one) for one in numbers] for numbers in (sizes, known)]
    return statistics.linear_regression(*logs).slope


# ---- what grows -------------------------------------------------------------------------


def stack(side: int, depth: int) -> Graph:
    """So many 3×3 convolutions with batch normalization and ReLU on side × side pictures."""
    build = Builder()
    build(Input((3, side, side)), id="input")
    for _ in range(depth):
        normal(build, FILTERS, 3)
        build(ReLU())
    return pooled_end(build, 10).graph


def _steps(graph: Graph, batch: int, conditions: Conditions) -> Cost:
    """A training step; the memory is what network, buffers and steps take."""
    random = np.random.default_rng(0)
    shape = graph.of_type(Input)[0].layer.infer()
    x = random.standard_normal((batch, *shape), np.float32)
    labels = random.integers(0, 10, batch)
    before = peak_memory()
    learner = Learner(Network(graph, device=conditions.backend()), OPTIMIZER)
    clock, times = clock_of(conditions), []
    for _ in range(WARM_UP + STEPS):
        start = clock()
        float(learner.step(x, labels))
        times.append(clock() - start)
    return statistics.median(times[WARM_UP:]), _since(before)


def _epoch(items: int, conditions: Conditions) -> Cost:
    """An epoch of LeNet-5 on pictures that are there already: their own bytes do not count."""
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (items, 28, 28), np.uint8)
    checked = pictures[:100], random.integers(0, 10, 100)
    dataset = dataset_from_arrays(pictures, random.integers(0, 10, items), validation=checked)
    before = peak_memory()
    graph, plan = BY_ID["lenet5"].build(), Plan(epochs=1, optimizer=OPTIMIZER, device="cpu")
    clock = clock_of(conditions)
    start = clock()
    for event in train(Design(graph, plan=plan), dataset=dataset):
        if isinstance(event, Failed):
            raise RuntimeError(event.sentence)
    return clock() - start, _since(before)


def _opening(items: int, conditions: Conditions) -> Cost:
    """Opening a folder of so many pictures in ten classes; nothing but names and a few headers."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(items):
            path = Path(folder, f"class {number % 10}", f"picture {number:09}.pgm")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"P5 2 2 255\n\x00\x55\xaa\xff")
        source = Folder(folder)
        before, clock = peak_memory(), clock_of(conditions)
        start = clock()
        opened = source.open(DataPolicy(), Path(folder))
        seconds = clock() - start
        if len(opened.train) + len(opened.validation) != items:
            raise RuntimeError("the folder holds another number of pictures")
        return seconds, _since(before)


def _since(before: float | None) -> float | None:
    """MiB by which the peak has grown; the system's count may lag a few pages behind itself."""
    now = peak_memory()
    return None if now is None or before is None else max(0.0, now - before)


SERIES: Mapping[str, Series] = {
    "batch": Series(
        "a step by batch size",
        2,
        (32, 64, 128, 256),
        (1, 1),
        lambda size, conditions: _steps(stack(SIDE, DEPTH), size, conditions),
    ),
    "side": Series(
        "a step by image side",
        8,
        (16, 32, 64, 128),
        (2, 2),
        lambda size, conditions: _steps(stack(size, DEPTH), BATCH, conditions),
    ),
    "depth": Series(
        "a step by depth",
        1,
        (4, 8, 16, 32),
        (1, 1),
        lambda size, conditions: _steps(stack(SIDE, size), BATCH, conditions),
    ),
    "items": Series("an epoch by items", 500, (4_000, 16_000, 64_000), (1, 0), _epoch),
    "names": Series(
        "opening a folder by pictures", 100, (8_000, 32_000, 128_000), (1, 1), _opening
    ),
}


# ---- measuring and telling --------------------------------------------------------------


def measure(conditions: Conditions) -> Iterator[Growth]:
    """Every series in turn, each size in a process of its own. SideError where one fails."""
    for name, series in SERIES.items():
        found = [
            answer("core.bench.growth", name, str(size), conditions=conditions)
            for size in series.sizes
        ]
        yield Growth(series, tuple((one["seconds"], one["mib"]) for one in found))


def as_text(found: Growth) -> str:
    """A series for a terminal."""
    return "\n".join(columns(HEAD, _rows(found)))


def as_markdown(found: Sequence[Growth]) -> str:
    """All series as one table in Markdown."""
    return markdown(HEAD, (row for one in found for row in _rows(one)))


def _rows(found: Growth) -> list[tuple[str, ...]]:
    rows = [
        ("", str(size), f"{1000 * seconds:.1f}", "" if mib is None else f"{mib:.1f}")
        for size, (seconds, mib) in zip(found.series.sizes, found.costs, strict=True)
    ]
    rows[0] = (found.series.title, *rows[0][1:])
    slopes = ("–" if value is None else f"{value:.2f}" for value in found.slopes)
    told = (
        f"{text} (expected {expected})"
        for text, expected in zip(slopes, found.series.expected, strict=True)
    )
    return [*rows, ("", "slope", *told)]


def main(conditions: Conditions, name: str, size: int) -> None:
    """Measure one size of a series in this process."""
    series = SERIES[name]
    series.run(series.small, conditions)
    seconds, mib = series.run(size, conditions)
    print(json.dumps({"seconds": seconds, "mib": mib}))


if __name__ == "__main__":
    main(Conditions.of_text(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
