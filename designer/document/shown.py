"""What a person sees of a design: its nodes, with each collapsed group as one item. No Qt.

An item is a node or a collapsed group, by id. A wire that leads to or from a group stands for all
those between the same source and the same item, and is named by the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from core.graph import Graph, Wire
from core.groups import Groups
from core.repeats import times


@dataclass(frozen=True)
class InPort:
    """An input of a collapsed group: the slots in it that it leads to, and the node that feeds it.

    `source` is "" where nothing does yet.
    """

    slots: tuple[tuple[str, int], ...]
    source: str = ""


@dataclass(frozen=True)
class Ports:
    """Inputs of a collapsed group, and the nodes in it whose outputs it gives."""

    inputs: tuple[InPort, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """What is seen of a graph with groups.

    Attributes:
        graph, groups: of the design.
        inside: the group that is open by itself, "" for the whole network.
        items: what is drawn as nodes, in the order data flow.
        frames: expanded groups, outer ones before those in them.
        item_of: the item that stands for each node in sight.
        wires: the wires in sight, each with all that it stands for.
        crossing: the wires that lead into or out of the group that is open by itself.
    """

    graph: Graph
    groups: Groups = field(default_factory=Groups)
    inside: str = ""
    items: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    item_of: Mapping[str, str] = field(default_factory=dict)
    wires: Mapping[Wire, tuple[Wire, ...]] = field(default_factory=dict)
    crossing: tuple[Wire, ...] = ()

    # ---- questions ----------------------------------------------------------------------

    def is_group(self, item: str) -> bool:
        """Whether an item is a collapsed group."""
        return item in self.groups.by_id

    def title(self, item: str) -> str:
        """What people read on an item or a frame."""
        return self.groups[item].title if self.is_group(item) else self.graph[item].title

    def nodes_of(self, item: str) -> tuple[str, ...]:
        """The nodes that an item or a frame stands for, in the order data flow."""
        if not self.is_group(item):
            return (item,)
        members = self.groups.members[item]
        return tuple(node for node in self.graph.order if node in members)

    def items_of(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """The items in sight that stand for these nodes or are these groups, each once."""
        found = (self.item_of.get(node, node) for node in nodes)
        return tuple(dict.fromkeys(item for item in found if item in self._known))

    def items_in(self, frame: str) -> tuple[str, ...]:
        """The items in sight that lie in a frame, however deep."""
        return tuple(item for item in self.items if frame in self.groups.path(item))

    def stands_for(self, wire: Wire) -> tuple[Wire, ...]:
        """All wires that one in sight stands for; the wire itself where it is not in sight."""
        return self.wires.get(wire, (wire,))

    def giver(self, item: str) -> str:
        """The node whose output an item gives, the last of several; where none leaves, its last."""
        if not self.is_group(item):
            return item
        return next(reversed(self.ports[item].outputs), self.nodes_of(item)[-1])

    def is_one(self, wires: Iterable[Wire]) -> bool:
        """Whether these wires are all that a single one in sight stands for."""
        return tuple(sorted(wires)) in self.wires.values()

    def ends(self, wire: Wire) -> tuple[str, str]:
        """The items that a wire in sight joins."""
        return self.item_of[wire.source], self.item_of[wire.target]

    def incoming(self, item: str) -> tuple[Wire, ...]:
        """Wires in sight that lead into an item."""
        return self._near[item][0]

    def outgoing(self, item: str) -> tuple[Wire, ...]:
        """Wires in sight that lead out of an item."""
        return self._near[item][1]

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.items)

    @cached_property
    def _near(self) -> dict[str, tuple[tuple[Wire, ...], tuple[Wire, ...]]]:
        into: dict[str, list[Wire]] = {item: [] for item in self.items}
        out: dict[str, list[Wire]] = {item: [] for item in self.items}
        for wire in sorted(self.wires):
            source, target = self.ends(wire)
            out[source].append(wire)
            into[target].append(wire)
        return {
            item: (tuple(sorted(into[item], key=_by_slot)), tuple(out[item])) for item in self.items
        }

    @cached_property
    def ports(self) -> Mapping[str, Ports]:
        """The ports of every collapsed group in sight."""
        return {item: self._ports(item) for item in self.items if self.is_group(item)}

    def times(self, group: str) -> int:
        """How often a group repeats one thing; 1 where it does not."""
        if group not in self._times:
            self._times[group] = times(self.groups, self.graph, group)
        return self._times[group]

    @cached_property
    def _times(self) -> dict[str, int]:
        return {}

    def with_layers(self, graph: Graph) -> Shown:
        """The same sight of a graph that differs in nothing but its layers and names."""
        made = replace(self, graph=graph)
        changed = {id for id, node in graph.nodes.items() if node is not self.graph.nodes[id]}
        around = {group for id in changed for group in self.groups.path(id)}
        alike = all(type(graph[id].layer) is type(self.graph[id].layer) for id in changed)
        for name in ("_known", "_near", *["ports"] * alike):
            if name in self.__dict__:
                made.__dict__[name] = self.__dict__[name]
        made._times.update({one: n for one, n in self._times.items() if one not in around})
        return made

    def _ports(self, group: str) -> Ports:
        """One input for each node outside that feeds it, then one for each slot still free."""
        graph, order = self.graph, self.nodes_of(group)
        members = self.groups.members[group]
        fed: dict[str, list[tuple[str, int]]] = {}
        free: list[InPort] = []
        outputs = []
        for node in order:
            taken = graph.incoming(node)
            for wire in taken:
                if wire.source not in members:
                    fed.setdefault(wire.source, []).append((node, wire.slot))
            slots = {wire.slot for wire in taken}
            count = len(graph[node].layer.slots) * (not graph[node].layer.many_slots)
            free += [InPort(((node, slot),)) for slot in range(count) if slot not in slots]
            wires = graph.outgoing(node)
            if any(wire.target not in members for wire in wires) or not wires:
                outputs.append(node)
        given = [node for node in outputs if type(graph[node].layer).__name__ != "Output"]
        inputs = [InPort(tuple(slots), source) for source, slots in fed.items()]
        return Ports((*inputs, *free), tuple(given))


def shown(graph: Graph, groups: Groups, inside: str = "") -> Shown:
    """What is seen of a graph with groups, or of one group's inside."""
    if not groups:
        own: dict[Wire, tuple[Wire, ...]] = {wire: (wire,) for wire in graph.wires}
        items = {node: node for node in graph.order}
        return Shown(graph, groups, "", graph.order, (), items, own)
    depth = len(groups.path(inside)) + 1 if inside else 0
    stands = {
        group: _standing(groups, (*groups.path(group), group), inside, depth)
        for group in groups.by_id
    }
    stands[""] = None if inside else ""
    item_of = {}
    for node in graph.order:
        stand = stands[groups.home(node)]
        if stand is not None:
            item_of[node] = stand or node
    seen = tuple(dict.fromkeys(item_of.values()))
    open_ones = {one for item in seen for one in groups.path(item)[depth:]}
    frames = sorted(open_ones, key=lambda group: (len(groups.path(group)), group))
    wires, crossing = _wires(graph, item_of)
    return Shown(graph, groups, inside, seen, tuple(frames), item_of, wires, crossing)


def _standing(groups: Groups, path: tuple[str, ...], inside: str, depth: int) -> str | None:
    """The collapsed group that stands for what lies on a path of groups.

    "" where all are open, None where it is out of sight.
    """
    if inside and inside not in path:
        return None
    return next((group for group in path[depth:] if groups[group].collapsed), "")


def _wires(
    graph: Graph, item_of: Mapping[str, str]
) -> tuple[dict[Wire, tuple[Wire, ...]], tuple[Wire, ...]]:
    """The wires in sight with what they stand for, and those with one end in sight."""
    bundles: dict[tuple[str, str, int], list[Wire]] = {}
    crossing = []
    for wire in sorted(graph.wires):
        source, target = item_of.get(wire.source), item_of.get(wire.target)
        if source is None or target is None:
            if source != target:
                crossing.append(wire)
        elif source != target:
            slot = wire.slot if target == wire.target else -1
            bundles.setdefault((wire.source, target, slot), []).append(wire)
    return {wires[0]: tuple(wires) for wires in bundles.values()}, tuple(crossing)


def _by_slot(wire: Wire) -> int:
    return wire.slot
