"""The least time a workload can take here: its arithmetic and its bytes at the measured rates.

    python -m core.bench.floor '{"threads": 2}'    the rates

The bound is no promise: it asks that every product runs as fast as a large product of matrices and
that everything between two layers with weights (normalization, activations, pooling) is done while
values pass by.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from core.backend import Backend
from core.bench.conditions import Conditions
from core.bench.sides import clock_of
from core.bench.workloads import Workload
from core.graph import Graph
from core.infer import infer
from core.shapes import volume

FLOAT = 4  # bytes
# While training a weight is read forwards and backwards, its gradient written and read, and the
# update reads and writes the weight and its momentum.
WEIGHT_PASSES = 8
TRIES = 5
SIDE = {"cpu": 2048, "gpu": 8192}  # of the square matrices that are multiplied
LONG = {"cpu": 1 << 24, "gpu": 1 << 28}  # values of the vectors that are added: no cache holds them


@dataclass(frozen=True)
class Work:
    """What a step or an image costs at least: `flops` (a MAC counts 2) and `bytes` moved."""

    flops: int
    bytes: int


@dataclass(frozen=True)
class Rates:
    """What was measured: `gflops` of a float32 product of matrices, `gigabytes` moved a second."""

    gflops: float
    gigabytes: float


@dataclass(frozen=True)
class Floor:
    """A workload's work, and the rates at which this computer could do it."""

    work: Work
    rates: Rates

    @property
    def arithmetic(self) -> float:
        """Milliseconds for the arithmetic alone."""
        return self.work.flops / self.rates.gflops / 1e6

    @property
    def traffic(self) -> float:
        """Milliseconds for moving the bytes alone."""
        return self.work.bytes / self.rates.gigabytes / 1e6

    @property
    def milliseconds(self) -> float:
        """The bound: the longer of the two."""
        return max(self.arithmetic, self.traffic)

    @property
    def limit(self) -> str:
        """Which of the two bounds."""
        return "arithmetic" if self.arithmetic >= self.traffic else "memory"


def work(load: Workload) -> Work:
    """The work of one step of a workload, or of one image."""
    return work_of(load.graph(), load.batch, trains=load.trains)


def work_of(graph: Graph, batch: int, *, trains: bool) -> Work:
    """The least work of a batch.

    A layer with weights does its multiply-adds forwards, once more for its filters' gradient, and
    once more for its input's where something before it learns. Its input is written by whoever
    made it and read forwards; while training it is read for the filters' gradient, and its gradient
    is written and read. The network's own input is only read.
    """
    inference = infer(graph)
    learns: dict[str, bool] = {}
    macs = values = 0
    for id in graph.order:
        info = inference.nodes[id]
        before = any(learns[source] for source in graph.inputs_of(id))
        trained = any(weight.trained for weight in info.weights.values())
        learns[id] = before or trained
        if info.cost.macs:
            macs += info.cost.macs * (1 + trains * (trained + before))
            passes = 1 + before + trains * (1 + 2 * before)
            values += passes * sum(volume(shape) for shape in info.inputs)
    weights = inference.parameters * (WEIGHT_PASSES if trains else 1)
    return Work(2 * macs * batch, FLOAT * (values * batch + weights))


def measured(conditions: Conditions) -> Rates:
    """The rates of this process's device and threads."""
    device, clock = conditions.device, clock_of(conditions)
    backend = Backend() if device == "cpu" else conditions.backend()

    def best(act: Callable[[], object]) -> float:
        times = []
        for _ in range(TRIES + 1):
            start = clock()
            act()
            backend.synchronize()
            times.append(clock() - start)
        return min(times[1:])

    product, moved = _product(backend, SIDE[device]), _sum(backend, LONG[device], conditions)
    return Rates(
        gflops=2 * SIDE[device] ** 3 / best(product) / 1e9,
        gigabytes=3 * FLOAT * LONG[device] / best(moved) / 1e9,
    )


def _product(backend: Backend, side: int) -> Callable[[], object]:
    """Multiplies two square float32 matrices."""
    a, b, out = (backend.xp.ones((side, side), "float32") for _ in range(3))
    return lambda: backend.xp.matmul(a, b, out=out)


def _sum(backend: Backend, long: int, conditions: Conditions) -> Callable[[], object]:
    """Does c ← a + b on vectors, two read and one written; each thread has its part."""
    a, b, out = (backend.xp.ones(long, "float32") for _ in range(3))
    # NumPy adds on one thread; a GPU needs no help.
    parts = conditions.threads if conditions.device == "cpu" else 1
    cuts = [slice(long * i // parts, long * (i + 1) // parts) for i in range(parts)]
    pool = ThreadPoolExecutor(parts)

    def add(cut: slice) -> Any:
        return backend.xp.add(a[cut], b[cut], out=out[cut])

    return lambda: list(pool.map(add, cuts))


if __name__ == "__main__":
    print(json.dumps(asdict(measured(Conditions.of_text(sys.argv[1])))))
