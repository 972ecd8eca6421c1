"""Groups: named blocks of nodes that a person sees as one. The engine knows nothing of them.

A node lies directly in one group or in none, a group in one other or in none. Group ids begin with
`#`, so that ids of nodes and groups never meet; "" stands for the whole network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Self

from core.graph import Graph, GraphError
from core.tongue import tr

MARK = "#"
DEEPEST = 16  # groups around a node
_ID = re.compile(MARK + r"[A-Za-z0-9_-]{1,63}")


def is_group_id(id: str) -> bool:
    """Whether an id is a group's, and not a node's."""
    return id.startswith(MARK)


@dataclass(frozen=True)
class Group:
    """A block: its `id`, a `name` for people, the group around it, and whether it shows as one."""

    id: str
    name: str = ""
    parent: str = ""
    collapsed: bool = True

    @property
    def title(self) -> str:
        """What people read: the name, or the id where none was given."""
        return self.name or self.id.removeprefix(MARK)


@dataclass(frozen=True)
class Groups:
    """Groups by id, each parent known, and for every grouped node the group it lies in directly.

    No group is empty.
    """

    by_id: Mapping[str, Group] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("by_id", "homes"):
            value = getattr(self, name)
            if not isinstance(value, MappingProxyType):
                object.__setattr__(self, name, MappingProxyType(dict(value)))

    def __hash__(self) -> int:
        return hash((frozenset(self.by_id.values()), frozenset(self.homes.items())))

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Group], dict[str, str]]]:
        return type(self), (dict(self.by_id), dict(self.homes))

    def __bool__(self) -> bool:
        return bool(self.by_id)

    @classmethod
    def assembled(cls, groups: Iterable[Group], homes: Mapping[str, str], graph: Graph) -> Groups:
        """Groups from all their parts; GraphError says what does not hold together."""
        by_id: dict[str, Group] = {}
        for group in groups:
            if not _ID.fullmatch(group.id):
                raise GraphError(
                    "name", tr("a group id is # and letters, digits, _, -: {id!r}.", id=group.id)
                )
            if group.id in by_id:
                raise GraphError("duplicate", tr("there is already a group {id!r}.", id=group.id))
            by_id[group.id] = group
        for one in (*homes.values(), *(group.parent for group in by_id.values() if group.parent)):
            if one not in by_id:
                raise GraphError("group", tr("there is no group {one!r} in this network.", one=one))
        made = cls(by_id, homes)
        for group in by_id.values():
            if not made._ends(group):
                raise GraphError(
                    "group", tr("the group {id!r} lies too deep or in itself.", id=group.id)
                )
        for id in by_id.keys() - {one for node in homes for one in made.path(node)}:
            raise GraphError("group", tr("the group {id!r} holds no layer.", id=id))
        made.check(graph)
        return made

    # ---- questions ----------------------------------------------------------------------

    def __getitem__(self, group: str) -> Group:
        """The group of this id; GraphError where there is none."""
        if group not in self.by_id:
            raise GraphError(
                "group", tr("there is no group {group!r} in this network.", group=group)
            )
        return self.by_id[group]

    def home(self, item: str) -> str:
        """The group that a node or a group lies in directly, "" for none."""
        return self.by_id[item].parent if item in self.by_id else self.homes.get(item, "")

    def path(self, item: str) -> tuple[str, ...]:
        """The groups around a node or a group, from the outermost to its home."""
        return self._inner_path(self.home(item))

    def _inner_path(self, group: str) -> tuple[str, ...]:
        """The groups around what lies in a group, itself the last."""
        return self._paths[group] if group else ()

    @cached_property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for id in self.by_id:
            chain = [id]
            while chain[-1] not in found and self.by_id[chain[-1]].parent:
                chain.append(self.by_id[chain[-1]].parent)
            around = found.get(chain[-1], ())[:-1]
            for one in reversed(chain):
                around = found[one] = (*around, one)
        return found

    @cached_property
    def members(self) -> Mapping[str, frozenset[str]]:
        """All nodes in each group, those of groups in it included."""
        found: dict[str, set[str]] = {id: set() for id in self.by_id}
        for node, home in self.homes.items():
            for group in self._inner_path(home):
                found[group].add(node)
        return {id: frozenset(nodes) for id, nodes in found.items()}

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """What lies directly in each group: groups, then nodes."""
        found: dict[str, list[str]] = {id: [] for id in ("", *self.by_id)}
        for id, group in self.by_id.items():
            found[group.parent].append(id)
        for node, home in self.homes.items():
            found[home].append(node)
        return {id: tuple(items) for id, items in found.items()}

    def around(self, items: Iterable[str]) -> str:
        """The innermost group that all these nodes and groups lie in, "" for none."""
        shared: tuple[str, ...] | None = None
        for item in items:
            path = self.path(item)
            shared = path if shared is None else _common(shared, path)
        return shared[-1] if shared else ""

    def canvas(self, item: str) -> str:
        """The innermost collapsed group around a node or a group: what shares it lies together."""
        return self.canvas_in(self.home(item))

    def canvas_in(self, group: str) -> str:
        """The canvas of what lies directly in a group."""
        around = reversed(self._inner_path(group))
        return next((one for one in around if self.by_id[one].collapsed), "")

    def standing(self, node: str, canvas: str) -> str:
        """What stands for a node on the canvas of a group: a collapsed group in it, or the node."""
        path = self.path(node)
        inner = path[path.index(canvas) + 1 :] if canvas in path else path
        return next((one for one in inner if self.by_id[one].collapsed), node)

    def whole(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """The outermost groups all of whose nodes are among these."""
        chosen = set(nodes)
        full = {id for id, inside in self.members.items() if inside <= chosen}
        return tuple(id for id in self.by_id if id in full and self.by_id[id].parent not in full)

    def among(self, nodes: Iterable[str]) -> Groups:
        """The groups all of whose nodes are among these, by themselves."""
        chosen = set(nodes)
        by_id = {id: one for id, one in self.by_id.items() if self.members[id] <= chosen}
        homes = {node: home for node, home in self.homes.items() if home in by_id}
        return Groups(
            {
                id: one if one.parent in by_id else replace(one, parent="")
                for id, one in by_id.items()
            },
            homes,
        )

    def new_id(self, stem: str) -> str:
        """A group id that is not in use: #group1, #group2, …"""
        number = 1
        while f"{MARK}{stem}{number}" in self.by_id:
            number += 1
        return f"{MARK}{stem}{number}"

    def check(self, graph: Graph) -> None:
        """GraphError where collapsed groups would show a circle that the graph does not have.

        Wires are told of the two parts of one group that they join; if none of these levels has a
        circle, no mixture of open and collapsed groups shows one.
        """
        if not self:
            return
        after: dict[str, set[str]] = {item: set() for item in (*self.by_id, *graph.nodes)}
        waiting = dict.fromkeys(after, 0)
        for wire in graph.wires:
            source, target = self._parted(wire.source, wire.target)
            if target not in after[source]:
                after[source].add(target)
                waiting[target] += 1
        ready = [item for item, count in waiting.items() if not count]
        for item in ready:
            for target in after[item]:
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        if len(ready) < len(waiting):
            self._tell_circle(graph, after, {item for item, count in waiting.items() if count})

    def _parted(self, source: str, target: str) -> tuple[str, str]:
        """The two parts of one group, or of the network, that a wire between these nodes joins."""
        a, b = self.path(source), self.path(target)
        if a == b:
            return source, target
        depth = len(_common(a, b))
        return (*a, source)[depth], (*b, target)[depth]

    def _tell_circle(
        self, graph: Graph, after: Mapping[str, set[str]], stuck: frozenset[str] | set[str]
    ) -> None:
        """Raise with the names of a group in a circle and of what leads back into it."""
        before = {b: a for a in sorted(stuck) for b in sorted(after[a] & stuck)}
        item, seen = min(before), list[str]()
        while item not in seen:
            seen.append(item)
            item = before[item]
        circle = seen[seen.index(item) :]
        group = next(one for one in circle if one in self.by_id)
        through = circle[(circle.index(group) + 1) % len(circle)]
        title = self.by_id[through].title if through in self.by_id else graph[through].title
        raise GraphError(
            "group",
            tr(
                "{title} cannot be one group: what it gives would come back into it through"
                " {title2}.",
                title=self.by_id[group].title,
                title2=title,
            ),
        )

    def _ends(self, group: Group) -> bool:
        """Whether one comes out of a group in no more steps than groups may lie in each other."""
        for _ in range(DEEPEST):
            if not group.parent:
                return True
            group = self.by_id[group.parent]
        return False

    # ---- edits --------------------------------------------------------------------------

    def with_group(self, group: Group, parts: Iterable[str]) -> Groups:
        """One more group around these nodes and groups, which lie in its parent now."""
        homes, by_id = dict(self.homes), {**self.by_id, group.id: group}
        for part in parts:
            if part in by_id:
                by_id[part] = replace(by_id[part], parent=group.id)
            else:
                homes[part] = group.id
        return Groups(by_id, homes)

    def without_group(self, group: str) -> Groups:
        """The groups without one; what lay in it lies in its parent."""
        parent = self[group].parent
        by_id = {
            id: replace(one, parent=parent) if one.parent == group else one
            for id, one in self.by_id.items()
            if id != group
        }
        homes = {node: parent if home == group else home for node, home in self.homes.items()}
        return Groups(by_id, {node: home for node, home in homes.items() if home})

    def with_changed(self, group: Group) -> Groups:
        """The groups with another one under the same id."""
        return replace(self, by_id={**self.by_id, self[group.id].id: group})

    def with_homes(self, homes: Mapping[str, str]) -> Groups:
        """The groups with some nodes in other ones, "" for none; emptied groups are gone."""
        kept = {node: home for node, home in {**self.homes, **homes}.items() if home}
        return Groups(self.by_id, kept)._without_empty()

    def following(self, old: Graph, new: Graph) -> Groups:
        """The groups after an edit of the graph.

        Nodes that are gone leave them; a new node joins the group that all its neighbors lie in.
        """
        if not self or old.nodes.keys() == new.nodes.keys():
            return self
        homes = {node: home for node, home in self.homes.items() if node in new.nodes}
        bare = Groups(self.by_id, homes)
        for patch in _patches(new, new.nodes.keys() - old.nodes.keys()):
            ends = (end for w in _touching(new, patch) for end in (w[0], w[1]) if end not in patch)
            home = bare.around(ends)
            homes.update(dict.fromkeys(patch, home) if home else {})
        return Groups(self.by_id, homes)._without_empty()

    def _without_empty(self) -> Groups:
        used = {group for node in self.homes for group in self.path(node)}
        if len(used) == len(self.by_id):
            return self
        return Groups({id: group for id, group in self.by_id.items() if id in used}, self.homes)


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    """The start that two paths share."""
    count = 0
    while count < min(len(a), len(b)) and a[count] == b[count]:
        count += 1
    return a[:count]


def _touching(graph: Graph, nodes: Iterable[str]) -> list[tuple[str, str]]:
    """Source and target of every wire of these nodes."""
    return [
        (wire.source, wire.target)
        for node in nodes
        for wire in (*graph.incoming(node), *graph.outgoing(node))
    ]


def _patches(graph: Graph, nodes: Iterable[str]) -> list[set[str]]:
    """These nodes, those together that are wired to each other."""
    left, found = set(nodes), list[set[str]]()
    while left:
        todo = [left.pop()]
        patch = set(todo)
        while todo:
            near = {end for pair in _touching(graph, [todo.pop()]) for end in pair}
            todo += near & left
            patch |= near & left
            left -= near
        found.append(patch)
    return found
