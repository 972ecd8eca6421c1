"""Which node a viewer is about, and where to look where that one has nothing to show."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from core.explain.filters import filter_weights
from core.graph import Graph
from core.infer import Inference
from core.layers import Input


def has_filters(inference: Inference, node: str) -> bool:
    """Whether a node has weights that can be drawn: those of a convolution or a dense layer."""
    info = inference.nodes.get(node)
    shapes = {name: weight.shape for name, weight in info.weights.items()} if info else {}
    return bool(filter_weights(shapes))


def nearest(graph: Graph, node: str, fits: Callable[[str], bool]) -> str:
    """The closest node that fits: first against the flow, then along it; "" where none does.

    Of no node in particular it is the first that is no Input, where there is one.
    """
    if node not in graph.nodes:
        found = [id for id in graph.order if fits(id)]
        layers = [id for id in found if not isinstance(graph[id].layer, Input)]
        return (*layers, *found, "")[0]

    def sources(id: str) -> Iterable[str]:
        return graph.inputs_of(id)

    def targets(id: str) -> Iterable[str]:
        return (wire.target for wire in graph.outgoing(id))

    return _first(node, sources, fits) or _first(node, targets, fits)


def _first(start: str, beyond: Callable[[str], Iterable[str]], fits: Callable[[str], bool]) -> str:
    """The first node that fits, nearer ones before farther ones."""
    seen, waiting = {start}, deque([start])
    while waiting:
        node = waiting.popleft()
        if fits(node):
            return node
        fresh = [other for other in beyond(node) if other not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return ""
