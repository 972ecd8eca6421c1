"""Our side: `python -m core.bench.ours lenet5/32 2`."""

from __future__ import annotations

import sys

from core.bench.sides import serve
from core.bench.workloads import OPTIMIZER, chosen
from core.network import Network
from core.training.learner import Learner


def main(workload: str) -> None:
    """Train a workload's network on its batch, round by round."""
    (load,) = chosen([workload])
    x, labels = load.items()
    learner = Learner(Network(load.graph()), OPTIMIZER)
    serve("Striate", lambda: float(learner.step(x, labels)))


if __name__ == "__main__":
    main(sys.argv[1])
