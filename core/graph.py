"""The graph of a network: immutable nodes and wires. Every edit gives a new graph or is refused.

Each node gives exactly one array, which any number of wires may carry on; each input slot takes
one wire. Layers with `many_slots` take their wires in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Self

from core.layers import Layer
from core.tongue import tr

MOST_NODES = 10_000


class GraphError(ValueError):
    """An edit that the graph refuses; the sentence says why, and nothing has changed.

    `reason` is one of "cycle", "slot taken", "no slot", "no node", "duplicate", "name", "bypass",
    "group".
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


@dataclass(frozen=True)
class Node:
    """A layer in its place: a stable short `id`, the layer, and a `name` for people.

    A `bypassed` one hands on what comes in first, as if it were not there.
    """

    id: str
    layer: Layer
    name: str = ""
    bypassed: bool = False

    @property
    def title(self) -> str:
        """What people read: the name, or the id where none was given."""
        return self.name or self.id


@dataclass(frozen=True, order=True)
class Wire:
    """Carries the output of `source` into input slot `slot` of `target`."""

    source: str
    target: str
    slot: int = 0


@dataclass(frozen=True)
class Graph:
    """Nodes by id, and wires. Build it with the `with_…` and `without_…` methods."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    wires: frozenset[Wire] = frozenset()

    def __post_init__(self) -> None:
        if not isinstance(self.nodes, MappingProxyType):
            object.__setattr__(self, "nodes", MappingProxyType(dict(self.nodes)))

    def __hash__(self) -> int:
        return hash((frozenset(self.nodes.values()), self.wires))

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Node], frozenset[Wire]]]:
        return type(self), (dict(self.nodes), self.wires)

    @classmethod
    def assembled(cls, nodes: Iterable[Node], wires: Iterable[Wire]) -> Graph:
        """A graph from all its parts, held to the rules of `with_node` and `with_wire`.

        GraphError says which part breaks one. Large graphs are made in one go, not part by part.
        """
        found: dict[str, Node] = {}
        for node in nodes:
            _check_id(node.id, found)
            _check_bypass(node)
            found[node.id] = node
        bare, taken = cls(found), set[tuple[str, int]]()
        kept = tuple(wires)
        for wire in kept:
            refusal = bare.refusal(wire.source, wire.target, wire.slot)
            if refusal:
                raise refusal
            if (wire.target, wire.slot) in taken:
                title = found[wire.target].title
                raise GraphError(
                    "slot taken", tr("{title} has two wires in one slot.", title=title)
                )
            taken.add((wire.target, wire.slot))
        graph = cls(found, frozenset(kept))
        graph._refuse_circle()
        return graph

    # ---- questions ----------------------------------------------------------------------

    def __getitem__(self, node: str) -> Node:
        """The node of this id; GraphError where there is none."""
        if node not in self.nodes:
            raise GraphError("no node", tr("there is no node {node!r} in this network.", node=node))
        return self.nodes[node]

    @cached_property
    def _incoming(self) -> dict[str, tuple[Wire, ...]]:
        found: dict[str, list[Wire]] = {node: [] for node in self.nodes}
        for wire in self.wires:
            found[wire.target].append(wire)
        return {node: tuple(sorted(w, key=lambda wire: wire.slot)) for node, w in found.items()}

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Wire, ...]]:
        found: dict[str, list[Wire]] = {node: [] for node in self.nodes}
        for wire in self.wires:
            found[wire.source].append(wire)
        return {node: tuple(sorted(wires)) for node, wires in found.items()}

    def incoming(self, node: str) -> tuple[Wire, ...]:
        """Wires into a node, by slot."""
        return self._incoming[self[node].id]

    def outgoing(self, node: str) -> tuple[Wire, ...]:
        """Wires out of a node."""
        return self._outgoing[self[node].id]

    def inputs_of(self, node: str) -> tuple[str, ...]:
        """The nodes whose outputs this node takes, by slot."""
        return tuple(wire.source for wire in self.incoming(node))

    def of_type(self, layer: type[Layer]) -> tuple[Node, ...]:
        """The nodes whose layer is of this type, in the order data flows."""
        kinds = {kind for kind in self._kinds if issubclass(kind, layer)}
        if not kinds:
            return ()
        return tuple(node for id in self.order if type((node := self.nodes[id]).layer) in kinds)

    @cached_property
    def _kinds(self) -> frozenset[type[Layer]]:
        return frozenset(type(node.layer) for node in self.nodes.values())

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every node after all nodes it takes from; equal graphs give equal orders."""
        waiting = {node: len(wires) for node, wires in self._incoming.items()}
        ready = sorted(node for node, count in waiting.items() if count == 0)
        found: list[str] = []
        while ready:
            node = ready.pop(0)
            found.append(node)
            for wire in self._outgoing[node]:
                waiting[wire.target] -= 1
                if waiting[wire.target] == 0:
                    ready.append(wire.target)
        return tuple(found)

    @cached_property
    def active(self) -> Graph:
        """The graph that computes: without bypassed nodes, their wires joined."""
        gone = {id for id, node in self.nodes.items() if node.bypassed}
        if not gone:
            return self
        nodes = {id: node for id, node in self.nodes.items() if id not in gone}
        wires = set[Wire]()
        for wire in self.wires:
            source = self.giver(wire.source)
            if source is not None and wire.target not in gone:
                wires.add(replace(wire, source=source))
        return Graph(nodes, frozenset(wires))._closed_up(nodes)

    def giver(self, node: str) -> str | None:
        """Whose output a wire from this node carries: its own, or through bypassed nodes another's.

        None where nothing comes into a bypassed node.
        """
        while self[node].bypassed:
            first = self.incoming(node)[:1]
            if not first:
                return None
            node = first[0].source
        return node

    def reaches(self, start: str, end: str) -> bool:
        """Whether data can flow from `start` to `end`."""
        seen, todo = {start}, [start]
        while todo:
            node = todo.pop()
            if node == end:
                return True
            fresh = [w.target for w in self._outgoing[node] if w.target not in seen]
            seen.update(fresh)
            todo.extend(fresh)
        return False

    def is_like(self, other: Graph) -> bool:
        """Whether the other one is the same but for the names that people gave."""
        if self is other or self == other:
            return True
        return (
            self.wires == other.wires
            and self.nodes.keys() == other.nodes.keys()
            and all(
                node == replace(other.nodes[id], name=node.name) for id, node in self.nodes.items()
            )
        )

    def free_slot(self, node: str) -> int | None:
        """The first input slot of a node that has no wire; None where all are taken."""
        layer, taken = self[node].layer, {wire.slot for wire in self.incoming(node)}
        count = len(taken) + 1 if layer.many_slots else len(layer.slots)
        return next((slot for slot in range(count) if slot not in taken), None)

    def new_id(self, stem: str) -> str:
        """A short id that is not in use: conv1, conv2, …"""
        stem = re.sub(r"[^a-z0-9_]", "", stem.lower()) or "node"
        number = 1
        while f"{stem}{number}" in self.nodes:
            number += 1
        return f"{stem}{number}"

    def refusal(self, source: str, target: str, slot: int | None = None) -> GraphError | None:
        """Why a wire cannot be laid; None where it can. `slot` None means the first free one."""
        a, b = self[source], self[target]
        if not b.layer.slots and not b.layer.many_slots:
            return GraphError("no slot", tr("{title} takes no input.", title=b.title))
        if type(a.layer).__name__ == "Output":
            return GraphError(
                "no slot", tr("{title} gives nothing on: it is where the loss is.", title=a.title)
            )
        if self.reaches(target, source):
            return GraphError(
                "cycle",
                tr("{title} → {title2} would close a circle.", title=a.title, title2=b.title),
            )
        if slot is None:
            slot = self.free_slot(target)
            if slot is None:
                return GraphError("slot taken", tr("{title} already has its input.", title=b.title))
        if slot < 0 or (not b.layer.many_slots and slot >= len(b.layer.slots)):
            return GraphError(
                "no slot", tr("{title} has no input slot {slot}.", title=b.title, slot=slot + 1)
            )
        if any(wire.slot == slot for wire in self.incoming(target)):
            return GraphError(
                "slot taken", tr("{title} already has a wire in this slot.", title=b.title)
            )
        return None

    def _refuse_circle(self) -> None:
        """GraphError where wires close a circle; edits cannot, parts from a file can."""
        stuck = set(self.nodes) - set(self.order)
        if not stuck:
            return
        # Behind every node that never gets its inputs stands another one: follow them round.
        node, seen = min(stuck), set[str]()
        while node not in seen:
            seen.add(node)
            node = next(source for source in self.inputs_of(node) if source in stuck)
        title = self.nodes[node].title
        raise GraphError(
            "cycle",
            tr("{title} takes what it gives itself: the wires close a circle.", title=title),
        )

    # ---- edits --------------------------------------------------------------------------

    def with_node(
        self, layer: Layer, *, id: str = "", name: str = "", bypassed: bool = False
    ) -> Graph:
        """The graph with one more node; without `id` it gets a fresh one from the layer's type."""
        node = Node(id or self.new_id(id_stem(layer)), layer, name, bypassed)
        _check_id(node.id, self.nodes)
        _check_bypass(node)
        return replace(self, nodes={**self.nodes, node.id: node})

    def with_layer(self, node: str, layer: Layer) -> Graph:
        """The graph with another layer in a node's place; wires that no longer fit are cut."""
        bypassed = self[node].bypassed and _can_be_bypassed(layer)
        changed = replace(self[node], layer=layer, bypassed=bypassed)
        nodes = {**self.nodes, node: changed}
        keep = self.wires
        if not layer.many_slots:
            keep = frozenset(
                wire for wire in keep if wire.target != node or wire.slot < len(layer.slots)
            )
        if type(layer).__name__ == "Output":  # gives nothing on
            keep = frozenset(wire for wire in keep if wire.source != node)
        return self._with_same_wires(nodes) if keep == self.wires else Graph(nodes, keep)

    def renamed(self, node: str, name: str) -> Graph:
        """The graph with another name for people on a node; its id stays."""
        return self._with_same_wires({**self.nodes, node: replace(self[node], name=name)})

    def with_bypass(self, ids: Iterable[str], on: bool) -> Graph:
        """The graph with these nodes bypassed, or taking part again; their wires stay."""
        changed = [replace(self[id], bypassed=on) for id in ids]
        for node in changed:
            _check_bypass(node)
        return self._with_same_wires({**self.nodes, **{node.id: node for node in changed}})

    def without(self, ids: Iterable[str]) -> Graph:
        """The graph without these nodes and their wires."""
        gone = {self[node].id for node in ids}
        nodes = {id: node for id, node in self.nodes.items() if id not in gone}
        keep = (w for w in self.wires if w.source not in gone and w.target not in gone)
        return Graph(nodes, frozenset(keep))._closed_up({w.target for w in self.wires} - gone)

    def with_wire(self, source: str, target: str, slot: int | None = None) -> Graph:
        """The graph with one more wire, into the first free slot unless one is named."""
        refusal = self.refusal(source, target, slot)
        if refusal:
            raise refusal
        if slot is None:
            slot = self.free_slot(target) or 0
        return replace(self, wires=self.wires | {Wire(source, target, slot)})

    def without_wire(self, wire: Wire) -> Graph:
        """The graph without a wire; later slots of a merging layer move up."""
        if wire not in self.wires:
            raise GraphError("no node", tr("this wire is no longer there."))
        return replace(self, wires=self.wires - {wire})._closed_up({wire.target})

    def _with_same_wires(self, nodes: Mapping[str, Node]) -> Graph:
        """The graph with other nodes of the same ids: what follows from wires is known already."""
        made = Graph(nodes, self.wires)
        for name in ("_incoming", "_outgoing", "order"):
            if name in self.__dict__:
                made.__dict__[name] = self.__dict__[name]
        return made

    def _closed_up(self, targets: Iterable[str]) -> Graph:
        """Wires into merging layers numbered 0, 1, 2, … without holes."""
        wires = set(self.wires)
        for target in targets:
            if target not in self.nodes or not self.nodes[target].layer.many_slots:
                continue
            for slot, wire in enumerate(self.incoming(target)):
                wires.discard(wire)
                wires.add(replace(wire, slot=slot))
        return replace(self, wires=frozenset(wires))


def _check_id(id: str, taken: Mapping[str, Node]) -> None:
    """GraphError where a node of this id cannot join those that are there."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", id):
        raise GraphError("name", tr("a node id is letters, digits, _ and -, not {id!r}.", id=id))
    if id in taken:
        raise GraphError("duplicate", tr("there is already a node {id!r}.", id=id))
    if len(taken) >= MOST_NODES:
        raise GraphError(
            "duplicate", tr("a network has at most {most_nodes:,} nodes.", most_nodes=MOST_NODES)
        )


def _can_be_bypassed(layer: Layer) -> bool:
    """Whether something comes in that could go on in place of its output."""
    return bool(layer.slots or layer.many_slots) and type(layer).__name__ != "Output"


def _check_bypass(node: Node) -> None:
    """GraphError where a node is bypassed that cannot be."""
    if node.bypassed and not _can_be_bypassed(node.layer):
        where = tr("where the loss is") if node.layer.slots else tr("where the data come in")
        raise GraphError(
            "bypass",
            tr("{title} cannot be bypassed: it is {where}.", title=node.title, where=where),
        )


def id_stem(layer: Layer) -> str:
    """The start of a fresh id for a layer: conv for Conv2d, relu for ReLU."""
    return re.sub(r"\d+d$", "", type(layer).__name__).lower()


def chain(*layers: Layer) -> Graph:
    """A graph whose layers follow one another."""
    graph, last = Graph(), ""
    for layer in layers:
        before = set(graph.nodes)
        graph = graph.with_node(layer)
        (node,) = set(graph.nodes) - before
        graph = graph.with_wire(last, node) if last else graph
        last = node
    return graph
