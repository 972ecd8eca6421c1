"""Learning shared out among processes, for tests: `mpiexec -n 2 python -m tests.support.ranks DIR`.

Each process learns its share of every case and leaves in DIR what it has then, so that a test can
compare it with one process and with PyTorch.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.backend.communicator import ALONE, Communicator, join
from core.backend.numpy import Backend
from core.data.batches import Batches
from core.data.dataset import Fingerprint
from core.graph import Graph, chain
from core.layers import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Input,
    Linear,
    MaxPool2d,
    Output,
    ReLU,
)
from core.losses import CrossEntropy, SquaredError
from core.network import Network
from core.plan import Plan
from core.training.learner import Learner
from core.training.parallel import gather, learner_of, share

ROOT = Path(__file__).parents[2]
MPIEXEC = Path(sys.executable).with_name("mpiexec")
ITEMS = 29  # batches of 8: three whole ones, and one of 5

needs_mpi = pytest.mark.skipif(
    importlib.util.find_spec("mpi4py") is None or not MPIEXEC.exists(),
    reason='mpi4py or mpiexec is not installed, see pip install ".[mpi]"',
)

Labels = NDArray[Any] | Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Case:
    """A network, what it learns from, and how."""

    graph: Graph
    plan: Plan
    dtype: str = "float64"

    @property
    def batches(self) -> Batches:
        """Two epochs of these are learned."""
        return Batches(ITEMS, self.plan.batch_size, self.plan.seed)

    def network(self) -> Network:
        """The network at its start, on the reference backend."""
        return Network(self.graph, seed=3, device=Backend(), dtype=np.dtype(self.dtype))

    def learner(self, together: Communicator = ALONE) -> Learner:
        """The learner at its start, as one of these processes."""
        learner = learner_of(self.network(), self.plan, together)
        gather(learner, together, Fingerprint(ITEMS, 0, "none"))
        return learner

    def learned(self, together: Communicator = ALONE) -> dict[str, NDArray[Any]]:
        """Two epochs: what the first step gave, each loss, right answers, the last weights."""
        learner, losses, right = self.learner(together), [], 0.0
        for epoch in (1, 2):
            for indices in self.batches.epoch(epoch):
                ours = share(indices, together)
                losses.append(float(learner.step(X[ours], labels(self.graph, ours))))
                right += float(learner.correct(labels(self.graph, ours)))
                if len(losses) == 1:
                    first = learner.network.gradients.copy(), learner.network.kept.copy()
        found = {"gradient": first[0], "kept": first[1], "losses": np.array(losses)}
        found["right"] = np.array([right])
        return found | learner.network.weights() | learner.averaged_weights()


def plain(*more: Any) -> Graph:
    """A convolution and two dense layers, no value of which depends on the other items."""
    layers = Conv2d(4, (3, 3), (1, 1)), *more, ReLU(), MaxPool2d(), Flatten(), Linear(12), ReLU()
    return chain(Input((2, 8, 8)), *layers, Linear(5), Output())


def two_heads() -> Graph:
    """Classes of unequal weight beside values: what an item counts differs between the outputs."""
    weighted = CrossEntropy(class_weights=(0.5, 3.0, 1.0, 0.25, 2.0), label_smoothing=0.1)
    graph = chain(Input((2, 8, 8)), Flatten(), Linear(9), ReLU())
    last = graph.order[-1]
    for id, units, output in (
        ("class", 5, Output(weighted)),
        ("place", 3, Output(SquaredError(), target="place", weight=0.3)),
    ):
        graph = graph.with_node(Linear(units), id=f"{id}_units").with_wire(last, f"{id}_units")
        graph = graph.with_node(output, id=id).with_wire(f"{id}_units", id)
    return graph


_RANDOM = np.random.default_rng(11)
X = _RANDOM.normal(size=(ITEMS, 2, 8, 8))
CLASSES = _RANDOM.integers(0, 5, ITEMS)
PLACES = _RANDOM.normal(size=(ITEMS, 3))


def labels(graph: Graph, indices: NDArray[Any]) -> Labels:
    """What these items teach a network."""
    if len(graph.of_type(Output)) == 1:
        return CLASSES[indices]
    return {"label": CLASSES[indices], "place": PLACES[indices]}


_PLAN = Plan(batch_size=8)
CASES = {
    "float64": Case(plain(), _PLAN),
    "float32": Case(plain(), _PLAN, "float32"),
    "limited": Case(plain(), _PLAN.replace(clip_norm=0.05, ema_decay=0.8)),
    "two heads": Case(two_heads(), _PLAN),
    "one item": Case(plain(), _PLAN.replace(batch_size=1)),  # others have none
    "normalized": Case(plain(BatchNorm2d()), _PLAN),
    "dropping": Case(plain(Dropout(0.5)), _PLAN),
}


def run_in(folder: Path, processes: int) -> list[dict[str, dict[str, NDArray[Any]]]]:
    """What each of so many processes has learned, by case."""
    command = [str(MPIEXEC), "-n", str(processes), sys.executable, "-m", __name__, str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), stdin=subprocess.DEVNULL, timeout=120,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [
        {name: dict(np.load(folder / f"{name}-{rank}.npz")) for name in CASES}
        for rank in range(processes)
    ]


def main() -> None:
    """One process: learn every case and save it."""
    together = join()
    for name, case in CASES.items():
        np.savez(Path(sys.argv[1]) / f"{name}-{together.rank}.npz", **case.learned(together))


if __name__ == "__main__":
    main()
