"""What is measured: training steps of small templates, with batches of 32 and 128."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.graph import Graph
from core.infer import infer
from core.layers import Input, Output
from core.optimizers import SGD
from core.zoo import BY_ID

TEMPLATES = ("lenet5", "largenet", "vgg-small", "resnet-small")
BATCHES = (32, 128)
# A small rate, so that hundreds of steps on one batch stay among ordinary numbers.
OPTIMIZER = SGD(lr=0.001)


@dataclass(frozen=True)
class Workload:
    """A template and a batch size. A step is forward, loss, backward and update in float32."""

    template: str
    batch: int

    @property
    def id(self) -> str:
        """Its name on the command line: lenet5/32."""
        return f"{self.template}/{self.batch}"

    def graph(self) -> Graph:
        """The network."""
        return BY_ID[self.template].build()

    def items(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The same random batch N C H W and labels (N,) every time."""
        graph = self.graph()
        shape = graph.of_type(Input)[0].layer.infer()
        (classes,) = infer(graph).nodes[graph.of_type(Output)[0].id].output or (1,)
        random = np.random.default_rng(0)
        x = random.standard_normal((self.batch, *shape), np.float32)
        return x, random.integers(0, classes, self.batch)


WORKLOADS = tuple(Workload(template, batch) for template in TEMPLATES for batch in BATCHES)


def chosen(names: Sequence[str]) -> tuple[Workload, ...]:
    """The workloads of these names, "lenet5/32" or "lenet5" for all its batches; none means all.

    ValueError says which names there are.
    """
    found = []
    for name in names:
        these = [load for load in WORKLOADS if name in (load.id, load.template)]
        if not these:
            raise ValueError(
                f"there is no workload {name!r}; choose from"
                f" {', '.join(load.id for load in WORKLOADS)}."
            )
        found += these
    return tuple(found) or WORKLOADS
