"""Edits that rework what is there: replace a layer, put one on a wire, repeat a block. No Qt.

As in `edits`, a design goes in and a new one comes out, or EditError says why not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from core.design import Design, Position
from core.flow import Direction
from core.graph import Graph, Wire
from core.layers import Input, Layer, Output
from core.tongue import tr
from designer.document.clip import Clip, clip_of
from designer.document.edits import EditError, Pasted, paste
from designer.document.spots import STEPS, corner_of

MOST_TIMES = 100


def replace_layer(design: Design, node: str, layer: Layer) -> tuple[Design, str]:
    """Another layer in a node's place, with the wires that it can have; gives the node's id.

    A layer of another type gets an id of its own, so that no MaxPool2d is called conv1.
    """
    graph = design.graph.with_layer(node, layer)
    if type(layer) is type(design.graph[node].layer):
        return design.with_graph(graph), node
    fresh = graph.with_node(layer)
    (new,) = fresh.nodes.keys() - graph.nodes.keys()
    nodes = {
        (new if id == node else id): replace(old, id=new) if id == node else old
        for id, old in graph.nodes.items()
    }
    wires = (_renamed(wire, node, new) for wire in graph.wires)
    changed, home = design.with_graph(Graph(nodes, frozenset(wires))), design.groups.home(node)
    if home in changed.groups.by_id:
        changed = changed.with_groups(changed.groups.with_homes({new: home}))
    if node in design.positions:
        changed = changed.placed({new: design.positions[node]})
    return changed, new


def put_on_wires(design: Design, node: str, wires: Sequence[Wire]) -> Design:
    """A node without wires put in the middle of wires from one source, which come from it then."""
    graph = design.graph
    for wire in wires:
        graph.without_wire(wire)  # GraphError where it is gone
    graph = replace(graph, wires=graph.wires - set(wires)).with_wire(wires[0].source, node)
    for wire in wires:
        refusal = graph.refusal(node, wire.target, wire.slot)
        if refusal:
            raise refusal
        graph = replace(graph, wires=graph.wires | {replace(wire, source=node)})
    return design.with_graph(graph)


def repeat(design: Design, nodes: Iterable[str], times: int) -> Pasted:
    """A block `times` times, each copy behind the one before; gives the ids of the copies too.

    The block takes from one node outside and one of its nodes gives on. What followed the block
    follows the last copy, and moves on to make room.
    """
    block = {design.graph[node].id for node in nodes}
    _check(design.graph, block, times)
    entries, last = _entries(design.graph, block), _exit(design.graph, block)
    source = last
    clip = clip_of(design, block)
    length = _length(clip.spots, design.flow)
    onward = [wire for wire in design.graph.outgoing(last) if wire.target not in block]
    design = _shifted(design, clip, last, length * (times - 1))
    made: list[str] = []
    for number in range(1, times):
        across, along = design.flow.turned(corner_of(clip.spots))
        at = design.flow.turned((across, along + number * length))
        design, new = paste(design, clip, at)
        names = dict(zip((node.id for node in clip.nodes), new, strict=True))
        graph = design.graph
        for target, slot in entries:
            graph = graph.with_wire(source, names[target], slot)
        design, source = design.with_graph(graph), names[last]
        made += new
    wires = set(design.graph.wires) - set(onward)
    wires |= {replace(wire, source=source) for wire in onward}
    return design.with_graph(replace(design.graph, wires=frozenset(wires))), tuple(made)


def _check(graph: Graph, block: Collection[str], times: int) -> None:
    if not block:
        raise EditError(tr("Select the layers to repeat first."))
    if not 2 <= times <= MOST_TIMES:
        raise EditError(
            tr(
                "A block is repeated 2 to {most_times} times, not {times}.",
                most_times=MOST_TIMES,
                times=times,
            )
        )
    ends = [n for n in block if isinstance(graph[n].layer, Input | Output)]
    if ends:
        raise EditError(
            tr(
                "{title} stands at an end of the network: leave it out.",
                title=graph[min(ends)].title,
            )
        )


def _entries(graph: Graph, block: Collection[str]) -> list[tuple[str, int]]:
    """Where the block is fed: nodes and slots, all from one node outside (or from none)."""
    wires = sorted(w for w in graph.wires if w.target in block and w.source not in block)
    sources = sorted({graph[wire.source].title for wire in wires})
    if len(sources) > 1:
        raise EditError(
            tr(
                "A repeated block takes from one layer, this one takes from {sources}.",
                sources=tr(" and ").join(sources),
            )
        )
    if wires:
        return [(wire.target, wire.slot) for wire in wires]
    first = [n for n in graph.order if n in block and not graph.incoming(n)]
    return [(first[0], 0)]


def _exit(graph: Graph, block: Collection[str]) -> str:
    """The one node of the block that gives on."""
    giving = {wire.source for wire in graph.wires if wire.source in block} - _inner(graph, block)
    ends = giving or {node for node in block if not graph.outgoing(node)}
    if len(ends) > 1:
        titles = tr(" and ").join(sorted(graph[node].title for node in ends))
        raise EditError(
            tr("A repeated block gives on from one layer, this one from {titles}.", titles=titles)
        )
    return ends.pop()


def _inner(graph: Graph, block: Collection[str]) -> set[str]:
    """Nodes that only the block itself uses."""
    return {node for node in block if all(wire.target in block for wire in graph.outgoing(node))}


def _length(spots: Collection[Position], flow: Direction) -> int:
    """Canvas units along the flow from a block's start to the start of its copy behind it."""
    places = [flow.turned(at)[1] for at in spots] or [0]
    return max(places) - min(places) + STEPS[flow][1]


def _shifted(design: Design, clip: Clip, last: str, by: int) -> Design:
    """What follows the block moved on along the flow, on its own canvas."""
    groups, block = design.groups, {node.id for node in clip.nodes}
    canvas = groups.canvas_in(clip.home)
    follows = {
        groups.standing(node, canvas)
        for node in design.graph.nodes
        if node not in block and design.graph.reaches(last, node)
    }
    dx, dy = design.flow.turned((0, by))
    known = {item: at for item, at in design.positions.items() if item in follows}
    return design.placed({item: (x + dx, y + dy) for item, (x, y) in known.items()})


def _renamed(wire: Wire, old: str, new: str) -> Wire:
    source, target = (new if end == old else end for end in (wire.source, wire.target))
    return Wire(source, target, wire.slot)
