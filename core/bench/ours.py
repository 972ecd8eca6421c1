"""Our side: `python -m core.bench.ours '{"threads": 2}' lenet5/32`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from core.backend import Backend
from core.bench.conditions import Conditions
from core.bench.sides import peak_memory, serve
from core.bench.workloads import OPTIMIZER, Workload, chosen
from core.network import Network
from core.predictor import Predictor
from core.training.learner import Learner


def step_of(load: Workload, network: Network) -> Callable[[], object]:
    """One step of a workload; the batch comes from the computer's memory each time."""
    x, labels = load.items()
    if not load.trains:
        answer = Predictor(network, items=len(x))
        return lambda: answer(x)
    learner = Learner(network, OPTIMIZER)
    return lambda: learner.step(x, labels)


def main(conditions: Conditions, workload: str) -> None:
    """Train a workload's network on its batch, or show it one image, round by round."""
    (load,) = chosen([workload])
    backend = conditions.backend()
    name = "Striate, plain NumPy" if conditions.plain else "Striate"
    step = step_of(load, load.network(backend))

    def peak() -> float | None:
        return peak_memory() if conditions.device == "cpu" else _reserved(backend)

    serve(name, step, conditions=conditions, finish=backend.synchronize, peak=peak)


def _reserved(backend: Backend) -> float:
    """What CuPy has taken of the GPU's memory, in MiB."""
    return float(backend.xp.get_default_memory_pool().total_bytes()) / 2**20


if __name__ == "__main__":
    main(Conditions.of_text(sys.argv[1]), sys.argv[2])
