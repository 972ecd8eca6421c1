"""Groups that are alike: the same layers wired in the same way, whatever their ids are."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from core.graph import Graph, Wire
from core.groups import Group, Groups

FEWEST = 3  # so many alike in a row get a group of their own in a template
_OUTSIDE = -1


def times(groups: Groups, graph: Graph, group: str) -> int:
    """How often a group repeats one thing: n where it is a chain of n groups alike, else 1."""
    parts = groups.parts[group]
    if len(parts) < 2 or not all(part in groups.by_id for part in parts):
        return 1
    runs = _runs(groups, graph, parts)
    return len(parts) if len(runs) == 1 else 1


def with_repeats(groups: Groups, graph: Graph) -> Groups:
    """The groups, and one more around three or more alike that follow each other among others."""
    for around, parts in groups.parts.items():
        inner = [part for part in parts if part in groups.by_id]
        for run in _runs(groups, graph, inner):
            if FEWEST <= len(run) < len(parts):
                first, last = groups[run[0]], groups[run[-1]]
                id = f"{first.id}-{last.id[1:]}"
                groups = groups.with_group(Group(id, _span(first, last), around), run)
    return groups


def _span(first: Group, last: Group) -> str:
    """A name for all from the first to the last: block 2–36."""
    stem = re.sub(r"\d+$", "", first.title)
    if stem != first.title and stem == re.sub(r"\d+$", "", last.title):
        return f"{first.title}–{last.title.removeprefix(stem)}"
    return f"{first.title} – {last.title}"


def _runs(groups: Groups, graph: Graph, parts: Sequence[str]) -> list[list[str]]:
    """Groups in the order data flow, those together that are alike and follow only each other."""
    kind = _kinds(groups, graph, parts)
    owner = {node: part for part in parts for node in groups.members[part]}
    after: dict[str, set[str]] = {part: set() for part in parts}
    before: dict[str, set[str]] = {part: set() for part in parts}
    for part in parts:
        for wire in _leaving(graph, groups.members[part]):
            target = owner.get(wire.target, "")
            after[part].add(target)
            if target:
                before[target].add(part)
    follows = {
        part: next(iter(before[part]))
        for part in parts
        if len(before[part]) == 1 and after[next(iter(before[part]))] == {part}
    }
    heads = [part for part in parts if part not in follows or kind[follows[part]] != kind[part]]
    next_of = {one: part for part, one in follows.items() if part not in heads}
    runs = []
    for head in heads:
        run = [head]
        while run[-1] in next_of:
            run.append(next_of[run[-1]])
        runs.append(run)
    return runs


def _leaving(graph: Graph, nodes: Iterable[str]) -> list[Wire]:
    """The wires from these nodes to others."""
    inside = frozenset(nodes)
    return [w for node in inside for w in graph.outgoing(node) if w.target not in inside]


def _kinds(groups: Groups, graph: Graph, parts: Iterable[str]) -> dict[str, int]:
    """A number for each group, the same for those that are alike.

    Every node is told by its layer and by what is before it in the group, then by what is after
    it; a group by its nodes and by which of them take from the same node outside.
    """
    numbers: dict[Hashable, int] = {}
    place = {node: at for at, node in enumerate(graph.order)}
    found = {}
    for part in parts:
        order = sorted(groups.members[part], key=place.__getitem__)
        found[part] = _number(numbers, _form(graph, order, numbers))
    return found


def _form(graph: Graph, order: Sequence[str], numbers: dict[Hashable, int]) -> Hashable:
    """What is the same for groups that are alike; `order` are the nodes of one, as data flow."""
    above: dict[str, int] = {}
    for node in order:
        taken = tuple((w.slot, above.get(w.source, _OUTSIDE)) for w in graph.incoming(node))
        what = replace(graph.nodes[node], id="", name="")
        above[node] = _number(numbers, (what, taken))
    below: dict[str, int] = {}
    for node in reversed(order):
        wires = graph.outgoing(node)
        given = sorted((below[w.target], w.slot) for w in wires if w.target in above)
        below[node] = _number(
            numbers, (above[node], tuple(given), not wires or len(given) < len(wires))
        )
    readers: dict[str, list[tuple[int, int]]] = {}
    for node in order:
        for wire in graph.incoming(node):
            if wire.source not in above:
                readers.setdefault(wire.source, []).append((below[node], wire.slot))
    shared = tuple(sorted(tuple(sorted(each)) for each in readers.values()))
    return tuple(sorted(below.values())), shared


def _number(numbers: dict[Hashable, int], key: Hashable) -> int:
    """The number of a key, a new one where it has none yet."""
    return numbers.setdefault(key, len(numbers))
