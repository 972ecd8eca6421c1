"""What a network computes one after the other: a layer each, or several layers at once.

A backend may be faster with a convolution, its ReLU and its pooling in one go than with each by
itself, since the maps between need not be stored. `steps` finds where a graph allows that. The
layers remain the definition: a step of several gives what they give one by one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from core.graph import Graph
from core.kinds import Pair
from core.layers import Add, BatchNorm2d, Conv2d, DepthwiseConv2d, Layer, MaxPool2d, ReLU
from core.layers.base import Run
from core.shapes import Window

Array = Any
MOST_CELLS = 250  # cells of a pooling window whose number fits in a byte, beside BLOCKED


class Parts(NamedTuple):
    """What one layer computes with: its run, its weights and their gradients, on the device."""

    run: Run
    weights: dict[str, Array]
    gradients: dict[str, Array]


@dataclass(frozen=True)
class Step(ABC):
    """One or more nodes computed at once; the last of `ids` gives the value.

    Attributes: `ids` (in the order data flows), `sources` (the nodes its inputs come from).
    """

    ids: tuple[str, ...]
    sources: tuple[str, ...]

    @abstractmethod
    def forward(self, parts: Callable[[str], Parts], *inputs: Array) -> tuple[Array, Any]:
        """The output and what `backward` will need."""

    @abstractmethod
    def backward(self, parts: Callable[[str], Parts], saved: Any, dy: Array) -> tuple[Any, ...]:
        """Gradients by the inputs, None where not wanted; weight gradients are written."""


@dataclass(frozen=True)
class Single(Step):
    """One layer."""

    layer: Layer

    def forward(self, parts: Callable[[str], Parts], *inputs: Array) -> tuple[Array, Any]:
        run, weights, _ = parts(self.ids[0])
        return self.layer.forward(run, weights, *inputs)

    def backward(self, parts: Callable[[str], Parts], saved: Any, dy: Array) -> tuple[Any, ...]:
        run, weights, gradients = parts(self.ids[0])
        return self.layer.backward(run, weights, saved, dy, gradients)


@dataclass(frozen=True)
class ConvBlock(Step):
    """Convolution, ReLU, max pooling: the maps between are never stored."""

    layer: Conv2d | DepthwiseConv2d
    pool: Pair

    def forward(self, parts: Callable[[str], Parts], *inputs: Array) -> tuple[Array, Any]:
        (x,), (run, weights, _) = inputs, parts(self.ids[0])
        window, (ph, pw) = self.layer.window(x.shape[1:]), self.pool
        o, (p, q) = len(weights["weight"]), window.output(x.shape[2:])
        y = run.empty("y", (len(x), o, p // ph, q // pw))
        index = run.backend.conv_block(
            x, weights["weight"], weights.get("bias"), out=y, **self._how(x.shape[1], window)
        )
        return y, (x, window, index)

    def backward(self, parts: Callable[[str], Parts], saved: Any, dy: Array) -> tuple[Any, ...]:
        (x, window, index), (run, weights, gradients) = saved, parts(self.ids[0])
        how, backend = self._how(x.shape[1], window), run.backend
        backend.conv_block_filter(
            x, dy, index, out=gradients["weight"], bias=gradients.get("bias"), **how
        )
        if not run.wants_dx:
            return (None,)
        dx = run.gradient(x.shape)
        return (backend.conv_block_data(dy, index, weights["weight"], out=dx, **how),)

    def _how(self, channels: int, window: Window) -> dict[str, Any]:
        groups = self.layer.groups if isinstance(self.layer, Conv2d) else channels
        return {"window": window, "groups": groups, "pool": self.pool}


@dataclass(frozen=True)
class NormBlock(Step):
    """Batch normalization, the sum with a skip connection where there is one, ReLU."""

    layer: BatchNorm2d
    relu: bool

    def forward(self, parts: Callable[[str], Parts], *inputs: Array) -> tuple[Array, Any]:
        x, other = (*inputs, None)[:2]
        run, weights, _ = parts(self.ids[0])
        mean, scale = self.layer.standard(run, weights, x)
        y = run.empty("y", x.shape)
        run.backend.normalize(
            x, mean, scale * weights["weight"], weights["bias"], other=other, relu=self.relu, out=y
        )
        return y, (x, mean, scale, y if self.relu else None, run.training)

    def backward(self, parts: Callable[[str], Parts], saved: Any, dy: Array) -> tuple[Any, ...]:
        x, mean, scale, y, training = saved
        run, weights, gradients = parts(self.ids[0])
        sums = run.backend.normalize_sums(x, dy, mean, y=y)
        count = dy.size // dy.shape[1] if training else None
        parted = self.layer.gradient(run, weights, scale, sums, gradients, count=count)
        other = run.gradient(dy.shape) if y is not None and len(self.sources) > 1 else None
        dx = run.backend.normalize_data(
            x, dy, mean, parted, y=y, other=other, out=run.gradient(x.shape)
        )
        return (dx, dy if other is None else other)[: len(self.sources)]


def single_steps(graph: Graph) -> tuple[Step, ...]:
    """Every layer by itself, in the order data flow."""
    return tuple(Single((id,), graph.inputs_of(id), graph.nodes[id].layer) for id in graph.order)


def fused_steps(graph: Graph) -> tuple[Step, ...]:
    """Layers at once where they follow each other and nothing else looks between."""
    blocks: dict[str, Step] = {}  # by the node that comes last
    taken: set[str] = set()
    for id in graph.order:
        found = None if id in taken else _conv_block(graph, id) or _norm_block(graph, id, taken)
        if found:
            blocks[found.ids[-1]] = found
            taken.update(found.ids)
    return tuple(
        blocks.get(step.ids[0], step)
        for step in single_steps(graph)
        if step.ids[0] in blocks or step.ids[0] not in taken
    )


def _conv_block(graph: Graph, id: str) -> Step | None:
    """The block that begins with a convolution."""
    layer = graph.nodes[id].layer
    if not isinstance(layer, Conv2d | DepthwiseConv2d) or layer.padding_mode != "zeros":
        return None
    relu = only_reader(graph, id, ReLU)
    pool = only_reader(graph, relu, MaxPool2d) if relu else None
    if not relu or not pool:
        return None
    if not tiles(graph, pool):
        return None
    cells = cast(Pair, cast(MaxPool2d, graph.nodes[pool].layer).kernel_size)
    return ConvBlock((id, relu, pool), graph.inputs_of(id), layer, cells)


def _norm_block(graph: Graph, id: str, taken: set[str]) -> Step | None:
    """The block that begins with a batch normalization."""
    layer = graph.nodes[id].layer
    if not isinstance(layer, BatchNorm2d):
        return None
    ids, sources = [id], list(graph.inputs_of(id))
    total = only_reader(graph, id, Add)
    if total and total not in taken and len(graph.inputs_of(total)) == 2:
        ids.append(total)
        sources += [source for source in graph.inputs_of(total) if source != id]
    relu = only_reader(graph, ids[-1], ReLU)
    if relu:
        ids.append(relu)
    if len(ids) == 1 or len(sources) > 2:
        return None
    return NormBlock(tuple(ids), tuple(sources), layer, relu is not None)


def tiles(graph: Graph, pooling: str) -> bool:
    """Whether a max pooling's windows lie side by side, so that it can be part of a block."""
    layer = cast(MaxPool2d, graph.nodes[pooling].layer)
    cells = cast(Pair, layer.kernel_size)
    apart = cells == layer.stride and layer.padding == (0, 0, 0, 0) and not layer.ceil_mode
    return apart and cells[0] * cells[1] <= MOST_CELLS


def only_reader(graph: Graph, id: str, layer: type[Layer]) -> str | None:
    """The node that alone takes this one's output, if it is of that type."""
    wires = graph.outgoing(id)
    if len(wires) != 1 or not isinstance(graph.nodes[wires[0].target].layer, layer):
        return None
    return wires[0].target
