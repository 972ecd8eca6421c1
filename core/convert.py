"""The neocognitron in today's layers: "replace these strange functions with a ReLU and a max".

Source of the quotation: lecture 004.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.graph import Graph
from core.layers import Conv2d, MaxPool2d, NeoC, NeoS, ReLU

Weights = Mapping[str, NDArray[Any]]


def to_relu_and_max(graph: Graph) -> Graph:
    """The graph with a Conv2d and a ReLU for every NeoS, and a MaxPool2d for every NeoC.

    All shapes stay, and so does how filters start. A Conv2d and a MaxPool2d keep the id of the node
    whose place they take, the ReLU gets a fresh one.
    """
    for node in graph.of_type(NeoS):
        graph = _with_relu(graph, node.id)
    for node in graph.of_type(NeoC):
        cells = node.layer
        assert isinstance(cells, NeoC)
        graph = graph.with_layer(node.id, MaxPool2d(cells.kernel_size, cells.stride))
    return graph


def carried_weights(before: Graph, after: Graph, weights: Weights) -> dict[str, NDArray[Any]]:
    """Weights of `before`, by name, as `after` takes them: S-cells may have become a Conv2d there.

    A filter is r·a, its bias 0: exactly the S-cells' answers as long as nothing inhibits (b = 0).
    Inhibition has no place in a convolution and is left out. Other layers keep their weights.
    """
    carried = dict(weights)
    for node in before.of_type(NeoS):
        cells, there = node.layer, after.nodes.get(node.id)
        if there is None or not isinstance(there.layer, Conv2d) or not isinstance(cells, NeoS):
            continue
        name = f"{node.id}.weight"
        if name in carried:
            carried[name] = cells.selectivity * np.abs(carried[name])
            carried[f"{node.id}.bias"] = np.zeros(cells.planes, carried[name].dtype)
            carried.pop(f"{node.id}.inhibition", None)
    return carried


def _with_relu(graph: Graph, id: str) -> Graph:
    """The graph with a Conv2d in the place of S-cells, and a ReLU in all its wires."""
    cells = graph[id].layer
    assert isinstance(cells, NeoS)
    convolution = Conv2d(
        cells.planes,
        cells.kernel_size,
        cells.stride,
        cells.padding,
        weight_init=cells.weight_init,
    )
    relu = graph.new_id("relu")
    graph = graph.with_layer(id, convolution).with_node(ReLU(), id=relu)
    wires = (replace(wire, source=relu) if wire.source == id else wire for wire in graph.wires)
    return replace(graph, wires=frozenset(wires)).with_wire(id, relu)
