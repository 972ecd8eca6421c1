"""What a fix is: the words on its button, and the changes that it makes to a graph."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.graph import Graph, Wire
from core.layers import Layer


@dataclass(frozen=True)
class PutLayer:
    """Another layer, or the same with other settings, in the place of a node."""

    node: str
    layer: Layer


@dataclass(frozen=True)
class AddLayers:
    """New layers in a row, behind `source` and before input `slot` of `target`; "" is no node.

    A wire that led to that slot is cut.
    """

    layers: tuple[Layer, ...]
    source: str = ""
    target: str = ""
    slot: int = 0


@dataclass(frozen=True)
class AddWire:
    """A wire into a slot, in place of one that may be there; None is the first free slot."""

    source: str
    target: str
    slot: int | None = None


@dataclass(frozen=True)
class TakeOut:
    """A node goes; what it gave to others they take from before it."""

    node: str


Change = PutLayer | AddLayers | AddWire | TakeOut


@dataclass(frozen=True)
class Fix:
    """A repair that a button offers.

    Attributes: `text` (the button), `changes` (made one after the other).
    """

    text: str
    changes: tuple[Change, ...]


def repaired(graph: Graph, fix: Fix) -> Graph:
    """The graph after a fix; GraphError where it no longer is the graph that the fix was for."""
    for change in fix.changes:
        graph = _changed(graph, change)
    return graph


def _changed(graph: Graph, change: Change) -> Graph:
    match change:
        case PutLayer(node, layer):
            return graph.with_layer(node, layer)
        case AddLayers():
            return _grown(graph, change)
        case AddWire(source, target, slot):
            return _freed(graph, target, slot).with_wire(source, target, slot)
        case TakeOut(node):
            return _healed(graph, node)


def _grown(graph: Graph, change: AddLayers) -> Graph:
    if change.target:
        graph = _freed(graph, change.target, change.slot)
    last = change.source
    for layer in change.layers:
        before = graph.nodes.keys()
        graph = graph.with_node(layer)
        (new,) = graph.nodes.keys() - before
        graph = graph.with_wire(last, new) if last else graph
        last = new
    return graph.with_wire(last, change.target, change.slot) if change.target else graph


def _freed(graph: Graph, target: str, slot: int | None) -> Graph:
    """The graph without what leads into a slot; the slots beside it stay as they are."""
    gone = {wire for wire in graph.incoming(target) if wire.slot == slot}
    return replace(graph, wires=graph.wires - gone) if gone else graph


def _healed(graph: Graph, node: str) -> Graph:
    """The graph without a node, its first source in its place wherever that is legal."""
    sources, onward = graph.inputs_of(node), graph.outgoing(node)
    feeding = {(wire.source, wire.target) for wire in graph.wires}
    kept = set(graph.wires) - set(onward)
    for wire in onward:
        if sources and (sources[0], wire.target) not in feeding:
            kept.add(Wire(sources[0], wire.target, wire.slot))
    return replace(graph, wires=frozenset(kept)).without([node])
