"""Places for the nodes that have none: a fresh template, an import, a hand-written file. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.design import Design, Position
from core.graph import Graph
from designer.canvas.arrange import Layout, arrange
from designer.canvas.geometry import GRID, HEIGHT, WIDTH, Box, node_box

ROW = HEIGHT + 48


def layout_of(graph: Graph, *, only: Iterable[str] | None = None) -> Layout:
    """The tidy layout of a network, or of some of its nodes and the wires between them."""
    chosen = set(graph.nodes if only is None else only)
    # Sorted, so that equal networks come out equal; conv2 before conv10.
    sizes = {node: (WIDTH, HEIGHT) for node in graph.order if node in chosen}
    wires = [w for w in graph.wires if w.source in chosen and w.target in chosen]
    wires.sort(key=lambda wire: (_natural(wire.source), _natural(wire.target), wire.slot))
    return arrange(sizes, [(wire.source, wire.target) for wire in wires])


def with_places(design: Design) -> Design:
    """The design with a place for every node: laid out whole, or the missing ones put in."""
    if len(design.positions) == len(design.graph.nodes):
        return design
    return design.placed(places_of(design.graph, design.positions))


def places_of(graph: Graph, known: Mapping[str, Position]) -> dict[str, Position]:
    """A place for every node; those that are known stay."""
    if not known:
        return dict(layout_of(graph).places)
    found = {node: known[node] for node in graph.order if node in known}
    for node in graph.order:
        if node not in found:
            found[node] = free_place(found.values(), _wanted(graph, node, found))
    return found


def free_place(taken: Iterable[Position], wanted: Position) -> Position:
    """The first free place for a node from `wanted` on, going right."""
    boxes = [node_box(place).grown(GRID) for place in taken]
    x, y = wanted
    while any(_box(x, y).meets(box) for box in boxes):
        x += WIDTH + 3 * GRID
    return x, y


def _wanted(graph: Graph, node: str, found: Mapping[str, Position]) -> Position:
    """Below the node it takes from, above the one it feeds, or beside everything."""
    before = [found[source] for source in graph.inputs_of(node) if source in found]
    if before:
        return before[0][0], max(y for _, y in before) + ROW
    after = [found[wire.target] for wire in graph.outgoing(node) if wire.target in found]
    if after:
        return after[0][0], after[0][1] - ROW
    right = max((x for x, _ in found.values()), default=-WIDTH - 3 * GRID)
    return right + WIDTH + 3 * GRID, min((y for _, y in found.values()), default=0)


def _natural(id: str) -> tuple[str, int, str]:
    """A key that sorts ids by their stem, then by their number."""
    stem = id.rstrip("0123456789")
    return stem, int(id[len(stem) :] or 0), id


def _box(x: int, y: int) -> Box:
    return node_box((x, y))
