"""What is measured: training steps of small networks, and one image through each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backend import Backend
from core.graph import Graph
from core.infer import infer
from core.layers import BatchNorm2d, DepthwiseConv2d, Input, Output, ReLU
from core.network import Network
from core.optimizers import SGD
from core.tongue import tr
from core.zoo import BY_ID, Builder
from core.zoo.blocks import normal, pooled_end

TEMPLATES = ("lenet5", "largenet", "vgg-small", "resnet-small", "resnet20-cifar")
BATCHES = (32, 128)
ONE_IMAGE = 1
# A small rate, so that hundreds of steps on one batch stay among ordinary numbers.
OPTIMIZER = SGD(lr=0.001)

# Filters of the 1×1 convolution and stride of the depthwise one, block by block.
_BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2))


def depthwise() -> Graph:
    """Four blocks of a depthwise 3×3 and a 1×1 convolution on 32×32 pictures in color."""
    build = Builder()
    build(Input((3, 32, 32)), id="input")
    normal(build, 32, 3)
    build(ReLU())
    for number, (filters, stride) in enumerate(_BLOCKS, start=1):
        build.part = f"b{number}"
        build(DepthwiseConv2d(3, stride, 1, bias=False))
        build(BatchNorm2d())
        build(ReLU())
        normal(build, filters, 1)
        build(ReLU())
    return pooled_end(build, 10).graph


NETWORKS: Mapping[str, Callable[[], Graph]] = {
    **{name: partial(BY_ID[name].build) for name in TEMPLATES},
    "depthwise": depthwise,
}


@dataclass(frozen=True)
class Workload:
    """A network and a batch size; a batch of one is inference, every other one is training.

    A training step is forward, loss, backward and update; inference is the forward step of a
    trained network. Both in float32.
    """

    name: str
    batch: int

    @property
    def id(self) -> str:
        """Its name on the command line: lenet5/32."""
        return f"{self.name}/{self.batch}"

    @property
    def trains(self) -> bool:
        """Whether a step learns."""
        return self.batch > ONE_IMAGE

    @property
    def unit(self) -> str:
        """What its milliseconds are for."""
        return "a step" if self.trains else "an image"

    def graph(self) -> Graph:
        """The network's design."""
        return NETWORKS[self.name]()

    def network(self, device: Backend) -> Network:
        """The network with the same weights every time.

        For inference its running statistics are drawn, as if it had learned: at their first values
        batch normalization would do nothing.
        """
        network = Network(self.graph(), device=device)
        if not self.trains:
            network.set_weights(_statistics(network))
        return network

    def items(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The same random batch N C H W and labels (N,) every time."""
        graph = self.graph()
        shape = graph.of_type(Input)[0].layer.infer()
        (classes,) = infer(graph).nodes[graph.of_type(Output)[0].id].output or (1,)
        random = np.random.default_rng(0)
        x = random.standard_normal((self.batch, *shape), np.float32)
        return x, random.integers(0, classes, self.batch)


def _statistics(network: Network) -> dict[str, NDArray[Any]]:
    """Running means around 0 and running variances around 1."""
    random = np.random.default_rng(1)
    start = {"running_mean": -0.2, "running_var": 0.8}
    return {
        name: start[kind] + 0.4 * random.random(network.weight(name).shape)
        for name in network.weight_names
        if (kind := name.split(".")[1]) in start
    }


WORKLOADS = tuple(Workload(name, batch) for name in NETWORKS for batch in (*BATCHES, ONE_IMAGE))


def chosen(names: Sequence[str]) -> tuple[Workload, ...]:
    """The workloads of these names, "lenet5/32" or "lenet5" for all its batches; none means all.

    ValueError says which names there are.
    """
    found = []
    for name in names:
        these = [load for load in WORKLOADS if name in (load.id, load.name)]
        if not these:
            raise ValueError(
                tr(
                    "there is no workload {name!r}; choose from {known}.",
                    name=name,
                    known=", ".join(load.id for load in WORKLOADS),
                )
            )
        found += these
    return tuple(dict.fromkeys(found)) or WORKLOADS
