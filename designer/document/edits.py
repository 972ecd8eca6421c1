"""Every edit of a design as a pure function: a design goes in, a new one comes out or is refused.

Refusals are `EditError`, `GraphError` or `SettingError`; each carries a `sentence` for the user,
and nothing has changed. Positions are the top left corners of nodes in canvas units, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.comments import free_id
from core.convert import to_relu_and_max
from core.design import DataChoice, Design, Position
from core.fixes import Fix, repaired
from core.graph import Graph, GraphError, Wire
from core.groups import MARK
from core.layers import Layer
from core.plan import Gradient, Plan
from core.tongue import tr
from core.training.remedies import Remedy
from designer.document.clip import Clip, clip_of
from designer.document.spots import beside, corner_of, with_room

LONGEST_NAME = 60

Pasted = tuple[Design, tuple[str, ...]]


class EditError(ValueError):
    """An edit that cannot be made; `sentence` says why, and nothing has changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


# ---- nodes ------------------------------------------------------------------------------


def add(
    design: Design, layer: Layer, at: Position, *, after: str | None = None
) -> tuple[Design, str]:
    """One more node at a place; gives its id too.

    `after` names a node that it is wired behind, where that is legal.
    """
    graph, node = _with_node(design.graph, layer)
    if after is not None and graph.refusal(after, node) is None:
        graph = graph.with_wire(after, node)
    return design.with_graph(graph).placed({node: at}), node


def join(design: Design, layer: Layer, sources: Sequence[str], at: Position) -> tuple[Design, str]:
    """One more node that takes from all `sources`, in their order; for Add and Concat."""
    graph, node = _with_node(design.graph, layer)
    for source in sources:
        graph = graph.with_wire(source, node)
    return design.with_graph(graph).placed({node: at}), node


def insert_on_wire(
    design: Design,
    wire: Wire,
    layer: Layer,
    at: Position | None = None,
    *,
    also: Iterable[Wire] = (),
) -> tuple[Design, str]:
    """A new node in the middle of a wire; gives its id too.

    Without `at` it takes the place behind the wire's source and what follows makes room. `also` are
    other wires from the same source that come from the new node then.
    """
    graph, node = _with_node(design.graph, layer)
    graph = graph.with_wire(wire.source, node)
    for one in dict.fromkeys((wire, *also)):
        graph = _with_wire_at(_cut(graph, one), node, one)
    placed = design.with_graph(graph)
    if at is None:
        return with_room(placed, node, wire), node
    return placed.placed({node: at}), node


def delete(
    design: Design,
    nodes: Iterable[str],
    wires: Iterable[Wire] = (),
    comments: Iterable[str] = (),
) -> Design:
    """The design without these nodes, wires and comments; a group's comments go with the group.

    A chain is healed: what removed nodes made of one kept node's output, others now take from that
    node. A node that would then take the same array twice is left with the wire it has.
    """
    gone, cut = set(nodes), set(wires)
    for node in gone:
        design.graph[node]
    kept = set(design.graph.wires) - cut
    feeding = {(w.source, w.target) for w in kept}
    for wire in design.graph.wires - cut:
        if wire.source not in gone or wire.target in gone:
            continue
        source = _before(design.graph, wire.source, gone, cut)
        if source is not None and (source, wire.target) not in feeding:
            kept.discard(wire)
            kept.add(Wire(source, wire.target, wire.slot))
            feeding.add((source, wire.target))
    graph = Graph(design.graph.nodes, frozenset(kept | cut & design.graph.wires))
    for wire in sorted(cut & graph.wires, reverse=True):
        graph = graph.without_wire(wire)
    left = design.with_graph(graph.without(gone))
    erased, emptied = set(comments), design.groups.by_id.keys() - left.groups.by_id.keys()
    kept_comments = {
        id: one
        for id, one in left.comments.items()
        if id not in erased and one.inside not in emptied
    }
    return replace(left, comments=kept_comments)


def move(design: Design, places: Mapping[str, Position]) -> Design:
    """Nodes, groups that show as one, and comments at other places."""
    for item in places:
        if item not in design.groups.by_id and item not in design.comments:
            design.graph[item]
    return design.placed({id: (round(x), round(y)) for id, (x, y) in places.items()})


def set_settings(design: Design, nodes: Iterable[str], settings: Mapping[str, Any]) -> Design:
    """Other settings in the layers of these nodes; SettingError where one is illegal."""
    graph = design.graph
    for node in nodes:
        graph = graph.with_layer(node, graph[node].layer.replace(**settings))
    return design.with_graph(graph)


def rename(design: Design, node: str, name: str) -> Design:
    """Another name for people; an empty one shows the node's id again."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise EditError(
            tr(
                "A name has at most {longest_name} characters, this one has {count}.",
                longest_name=LONGEST_NAME,
                count=len(name),
            )
        )
    return design.with_graph(design.graph.renamed(node, "" if name == node else name))


# ---- wires ------------------------------------------------------------------------------


def connect(design: Design, source: str, target: str, slot: int | None = None) -> Design:
    """One more wire, into the first free slot unless one is named; GraphError says why not."""
    return design.with_graph(design.graph.with_wire(source, target, slot))


def disconnect(design: Design, wire: Wire) -> Design:
    """The design without a wire."""
    return design.with_graph(design.graph.without_wire(wire))


# ---- several nodes at once --------------------------------------------------------------


def paste(design: Design, clip: Clip, at: Position, *, keep_wires: bool = False) -> Pasted:
    """The nodes and comments of a clip, their top left corner at `at`; gives the nodes' ids too.

    `keep_wires` also draws the wires that led into them, from nodes that are still here.
    """
    if not clip:
        raise EditError(tr("There is nothing to paste."))
    graph, names = design.graph, {}
    left, top = corner_of(clip.spots)
    for node in clip.nodes:
        graph, names[node.id] = _with_node(graph, node.layer, name=node.name)
    resting = [names[node.id] for node in clip.nodes if node.bypassed]
    graph = graph.with_bypass(resting, True)
    for wire in clip.wires:
        graph = graph.with_wire(names[wire.source], names[wire.target], wire.slot)
    if keep_wires:
        graph = _incoming_kept(graph, clip, names)
    design, group_names = _with_clip_groups(design.with_graph(graph), clip, names)
    places = {}
    for item, new in {**names, **group_names}.items():
        if item in clip.positions or item in names:
            x, y = clip.positions.get(item, (left, top))
            places[new] = (at[0] + x - left, at[1] + y - top)
    told = dict(design.comments)
    for comment in clip.comments:
        id = free_id({*design.graph.nodes, *told})
        x, y = comment.at
        place, inside = (at[0] + x - left, at[1] + y - top), group_names.get(comment.inside, "")
        told[id] = replace(comment, id=id, at=place, inside=inside)
    return replace(design.placed(places), comments=told), tuple(names.values())


def duplicate(design: Design, nodes: Iterable[str], comments: Iterable[str] = ()) -> Pasted:
    """Nodes and comments once more beside themselves, wired among each other; gives new nodes."""
    clip = clip_of(design, nodes, comments)
    if not clip:
        raise EditError(tr("Select what to duplicate first."))
    canvas = design.groups.canvas_in(_home(design, clip))
    return paste(design, clip, beside(design, clip, canvas))


# ---- the rest of the design -------------------------------------------------------------


def repair(design: Design, fix: Fix) -> Design:
    """The design after a fix that a problem offered; nodes inserted on a wire get room.

    New nodes at an end have no place yet where what they hang on has none.
    """
    before = design.graph
    graph = repaired(before, fix)
    design = design.with_graph(graph)
    for node in (id for id in graph.order if id not in before.nodes):
        sources, onward = graph.inputs_of(node), graph.outgoing(node)
        if not sources:
            continue
        wire = Wire(sources[0], onward[0].target if onward else node)
        design = with_room(design, node, wire)
    return design


def treat(design: Design, remedy: Remedy) -> Design:
    """The design after what helps a network that does not learn."""
    return set_plan(repair(design, remedy.fix), remedy.plan(design.plan))


def to_convolutions(design: Design) -> Design:
    """S-cells as Conv2d and ReLU, C-cells as MaxPool2d, all trained by gradient.

    New nodes have no place yet.
    """
    graph = to_relu_and_max(design.graph)
    if graph == design.graph:
        raise EditError(tr("There are no S or C layers to convert."))
    return set_plan(design, design.plan.replace(method=Gradient())).with_graph(graph)


def set_plan(design: Design, plan: Plan) -> Design:
    """Another training plan."""
    return replace(design, plan=plan)


def set_data(design: Design, data: DataChoice) -> Design:
    """Another choice of data."""
    return replace(design, data=data)


# ---- helpers ----------------------------------------------------------------------------


def _with_node(graph: Graph, layer: Layer, *, name: str = "") -> tuple[Graph, str]:
    before = graph.nodes
    graph = graph.with_node(layer, name=name)
    (node,) = graph.nodes.keys() - before.keys()
    return graph, node


def _cut(graph: Graph, wire: Wire) -> Graph:
    """The graph without a wire, its slot left open; GraphError where the wire is gone."""
    graph.without_wire(wire)
    return replace(graph, wires=graph.wires - {wire})


def _with_wire_at(graph: Graph, source: str, wire: Wire) -> Graph:
    """A wire from `source` to where `wire` led, in the same slot."""
    refusal = graph.refusal(source, wire.target, wire.slot)
    if refusal:
        raise refusal
    return replace(graph, wires=graph.wires | {Wire(source, wire.target, wire.slot)})


def _before(graph: Graph, node: str, gone: set[str], cut: set[Wire]) -> str | None:
    """The one kept node that feeds a removed one, through removed ones only; None for several."""
    found, seen, todo = set[str](), {node}, [node]
    while todo:
        wires = graph.incoming(todo.pop())
        if not wires or cut.intersection(wires):
            return None
        sources = {wire.source for wire in wires}
        found |= sources - gone
        todo += (sources & gone) - seen
        seen |= sources
    return found.pop() if len(found) == 1 else None


def _home(design: Design, clip: Clip) -> str:
    """The group that what a clip holds came from, where it is still there, "" for none."""
    return clip.home if clip.home in design.groups.by_id else ""


def _with_clip_groups(
    design: Design, clip: Clip, names: Mapping[str, str]
) -> tuple[Design, dict[str, str]]:
    """The design with the groups of a clip around the pasted nodes, and their new ids by old."""
    groups, home = design.groups, _home(design, clip)
    made: dict[str, str] = {}
    for group in clip.groups.by_id.values():
        made[group.id] = groups.new_id(group.id.lstrip(MARK).rstrip("0123456789") or "group")
        groups = groups.with_group(replace(group, id=made[group.id], parent=""), ())
    for group in clip.groups.by_id.values():
        parent = made.get(group.parent, home)
        groups = groups.with_changed(replace(groups[made[group.id]], parent=parent))
    homes = {new: made.get(clip.groups.home(old), home) for old, new in names.items()}
    return design.with_groups(groups.with_homes(homes)), made


def _incoming_kept(graph: Graph, clip: Clip, names: Mapping[str, str]) -> Graph:
    for wire in clip.incoming:
        if wire.source not in graph.nodes:
            continue
        try:
            graph = graph.with_wire(wire.source, names[wire.target], wire.slot)
        except GraphError:
            continue  # a node of another network that happens to have this id
    return graph
