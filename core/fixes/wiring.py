"""Candidates where wires or whole nodes are missing, or are one too many."""

from __future__ import annotations

from collections.abc import Iterator

from core.fixes.fix import AddLayers, AddWire, Change, Fix, TakeOut
from core.graph import Graph, Node
from core.infer import Inference, Problem
from core.layers import Flatten, GlobalAvgPool2d, Input, Layer, Linear, Output
from core.shapes import Shape, ShapeError, shape_text
from core.tongue import tr

# What an Input is made to give, the first that the next layer takes.
FIRST_SHAPES: tuple[Shape, ...] = ((1, 28, 28), (3, 32, 32), (1, 8000), (784,))
CLASSES = 10  # of the Output that a fix adds
MOST = 3  # wires that are offered for one slot


def first_input(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """An Input before the first node that has none."""
    heads = [graph[id] for id in graph.order if not graph.inputs_of(id)]
    waiting = [node for node in heads if node.layer.slots or node.layer.many_slots]
    target = next((node for node in waiting if node.id == problem.node or not problem.node), None)
    shapes = [shape for shape in FIRST_SHAPES if target is None or _takes(target.layer, shape)]
    for shape in shapes[:2]:
        behind = target.id if target is not None and not target.layer.many_slots else ""
        text = tr("Add an Input of {shape}", shape=shape_text(shape))
        yield Fix(text, (AddLayers((Input(shape),), target=behind),))


def first_output(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """An Output behind the last node, and what makes a vector of classes where there is none."""
    ends = [id for id in reversed(graph.order) if not graph.outgoing(id)]
    for id in ends[:1]:
        info, node = known.nodes[id], graph[id]
        if info.output is None:
            return
        if len(info.output) == 1 and node.layer.family == "dense":
            yield Fix(
                tr("Add an Output behind {title}", title=node.title), (AddLayers((Output(),), id),)
            )
            continue
        last = (Linear(CLASSES), Output())
        made = tr("Linear and Output")
        if len(info.output) == 1:
            yield Fix(
                tr("Add {made} behind {title}", made=made, title=node.title), (AddLayers(last, id),)
            )
            yield Fix(
                tr("Add an Output behind {title}", title=node.title), (AddLayers((Output(),), id),)
            )
            continue
        if len(info.output) == 3:
            pooled = (GlobalAvgPool2d(), *last)
            yield Fix(tr("Add global average pooling, {made}", made=made), (AddLayers(pooled, id),))
        yield Fix(tr("Add Flatten, {made}", made=made), (AddLayers((Flatten(), *last), id),))


def one_input(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """One Input feeds what the second one fed, or the second one goes."""
    first, extra = graph.of_type(Input)[0], graph[problem.node]
    onward = graph.outgoing(extra.id)
    wires: list[Change] = [AddWire(first.id, wire.target, wire.slot) for wire in onward]
    if wires:
        yield Fix(tr("Take {title} instead", title=first.title), (TakeOut(extra.id), *wires))
    yield Fix(tr("Take out {title}", title=extra.title), (TakeOut(extra.id),))


def missing_wire(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """Wires that a node can take: from ends that nothing uses first, then from the nearest."""
    node = graph[problem.node]
    if node.layer.many_slots:
        yield from _second_wire(graph, known, node)
        return
    for slot, name in enumerate(node.layer.slots):
        if any(wire.slot == slot for wire in graph.incoming(node.id)):
            continue
        fitting = [one for one in _sources(graph, known, node) if _fits(known, one, node.layer)]
        for source in fitting[:MOST]:
            what = "" if len(node.layer.slots) == 1 else f", {name}"
            text = tr(
                "Wire {title} to {title2}{what}", title=source.title, title2=node.title, what=what
            )
            yield Fix(text, (AddWire(source.id, node.id, slot),))
    if not graph.of_type(Input):
        yield from first_input(graph, known, problem)
    if not graph.incoming(node.id):
        for end in _ends(graph, node):
            yield Fix(
                tr("Wire {title} to {title2}", title=end.title, title2=node.title),
                (AddWire(end.id, node.id, 0),),
            )


def _second_wire(graph: Graph, known: Inference, node: Node) -> Iterator[Fix]:
    """One more wire for a layer that merges, or two where it has none."""
    there = graph.inputs_of(node.id)
    sources = [one for one in _sources(graph, known, node) if one.id not in there]
    for one in sources:
        shapes = [known.nodes[id].output for id in (*there, one.id)]
        given = [shape for shape in shapes if shape is not None]
        if there and len(given) == len(shapes) and _takes(node.layer, *given):
            yield Fix(
                tr("Wire {title} to {title2}, too", title=one.title, title2=node.title),
                (AddWire(one.id, node.id),),
            )
    if not there and len(sources) > 1:
        a, b = sources[:2]
        text = tr(
            "Wire {title} and {title2} to {title3}",
            title=a.title,
            title2=b.title,
            title3=node.title,
        )
        yield Fix(text, (AddWire(a.id, node.id), AddWire(b.id, node.id)))


def loose_end(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """What leads nowhere goes on to a node that waits for a wire, or it goes."""
    node = graph[problem.node]
    for other in graph.order:
        layer = graph[other].layer
        if layer.slots and not graph.incoming(other) and not graph.reaches(other, node.id):
            title = graph[other].title
            yield Fix(
                tr("Wire {title} to {title2}", title=node.title, title2=title),
                (AddWire(node.id, other, 0),),
            )
    if not isinstance(node.layer, Input):
        yield Fix(tr("Take out {title}", title=node.title), (TakeOut(node.id),))


def _sources(graph: Graph, known: Inference, node: Node) -> list[Node]:
    """Nodes that could lead to this one: ends that nothing uses first, later ones before others."""
    could = [
        graph[id]
        for id in reversed(graph.order)
        if known.nodes[id].output is not None and not graph.reaches(node.id, id)
    ]
    legal = [one for one in could if not isinstance(one.layer, Output)]
    return sorted(legal, key=lambda one: bool(graph.outgoing(one.id)))


def _ends(graph: Graph, node: Node) -> list[Node]:
    """Nodes of unknown size that nothing uses and that could lead to this one."""
    return [
        graph[id]
        for id in graph.order
        if not graph.outgoing(id)
        and not isinstance(graph[id].layer, Output)
        and not graph.reaches(node.id, id)
    ]


def _fits(known: Inference, source: Node, layer: Layer) -> bool:
    shape = known.nodes[source.id].output
    return shape is not None and _takes(layer, shape)


def _takes(layer: Layer, *shapes: Shape) -> bool:
    """Whether a layer can take these inputs."""
    if len(shapes) < (2 if layer.many_slots else len(layer.slots)):
        return True  # it waits for more
    try:
        layer.infer(*shapes)
    except ShapeError:
        return False
    return True
