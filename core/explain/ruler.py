"""The network by measure: how large each layer's maps are and what the layer costs, to scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.graph import Graph
from core.infer import Inference

BYTES = 4  # of one value; training and prediction compute in 32 bits


@dataclass(frozen=True)
class Block:
    """One layer to scale.

    Attributes:
        node, title, family: which one it is.
        height, width, depth: of its output; a vector is one cell high and wide.
        parameters, macs: for one item.
        forward, training: bytes of what it gives for one item, and while learning with the
            gradient.
        seconds: measured forward and backward, 0 where it was not.
    """

    node: str
    title: str
    family: str
    height: int
    width: int
    depth: int
    parameters: int
    macs: int
    forward: int
    training: int
    seconds: float = 0.0


def blocks(
    graph: Graph, known: Inference, seconds: Mapping[str, float] = MappingProxyType({})
) -> tuple[Block, ...]:
    """Every layer that takes part and whose size is known, in the order data flows.

    `seconds` are those that were measured, by node.
    """
    graph = graph.active
    found = []
    for id in graph.order:
        info, node = known.nodes[id], graph[id]
        if info.output is None:
            continue
        depth, height, width = (*info.output, 1, 1)[:3] if len(info.output) != 2 else (
            info.output[0], 1, info.output[1],
        )  # fmt: skip
        held = info.cost.outputs * BYTES
        found.append(
            Block(
                id, node.title, node.layer.family, height, width, depth,
                info.cost.parameters, info.cost.macs, held, 2 * held, seconds.get(id, 0.0),
            )
        )  # fmt: skip
    return tuple(found)


def largest_batch(known: Inference, room: int, *, training: bool) -> int:
    """The most items whose values, with the weights, fit into so many bytes; 0 if not one does."""
    fixed = known.memory(0, training=training)
    each = known.memory(1, training=training) - fixed
    return max(0, (room - fixed) // each) if each else 0
