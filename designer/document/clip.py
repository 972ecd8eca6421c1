"""A part of a design that can be pasted elsewhere, and how it is written as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.comments import LONGEST, Comment
from core.design import Design, Position
from core.graph import Graph, Node, Wire
from core.groups import Group, Groups
from core.layers import CATALOGUE, Layer
from core.settings import SettingError, from_json, to_json

FORMAT = "striate.clip"
LARGEST = 4_000_000  # characters; a longer text is not ours


@dataclass(frozen=True)
class Clip:
    """Nodes, the wires between them, where they lay, and the wires that led into them.

    Also the groups that came with all their nodes, and `home`, the group that all this lay in, and
    the comments beside all this (`inside` is "") or in its groups.
    """

    nodes: tuple[Node, ...] = ()
    wires: tuple[Wire, ...] = ()
    incoming: tuple[Wire, ...] = ()
    positions: Mapping[str, Position] = field(default_factory=dict)
    groups: Groups = field(default_factory=Groups)
    home: str = ""
    comments: tuple[Comment, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.comments)

    @property
    def spots(self) -> list[Position]:
        """The places of what was seen together, not inside of collapsed groups."""
        groups = self.groups
        return [
            at
            for item, at in self.positions.items()
            if not groups.canvas(item) and (item not in groups.by_id or groups[item].collapsed)
        ] + [comment.at for comment in self.comments if not comment.inside]


def clip_of(design: Design, nodes: Iterable[str], comments: Iterable[str] = ()) -> Clip:
    """The nodes and comments with these ids as a clip, nodes in the order data flows."""
    wanted, chosen = set(nodes), set(comments)
    graph = design.graph
    into = sorted(wire for wire in graph.wires if wire.target in wanted)
    groups = design.groups.among(wanted)
    known = wanted | groups.by_id.keys()
    tops = (item for item in known if not groups.home(item))
    return Clip(
        tuple(graph[id] for id in graph.order if id in wanted),
        tuple(wire for wire in into if wire.source in wanted),
        tuple(wire for wire in into if wire.source not in wanted),
        {id: at for id, at in design.positions.items() if id in known},
        groups,
        design.groups.around(tops),
        tuple(
            replace(one, inside="") if id in chosen else one
            for id, one in design.comments.items()
            if id in chosen or one.inside in groups.by_id
        ),
    )


def to_text(clip: Clip) -> str:
    """The clip as JSON text, so that it can be pasted into a mail and back."""
    nodes = [
        {
            "id": node.id,
            "name": node.name,
            "bypassed": node.bypassed,
            "layer": to_json(node.layer),
        }
        for node in clip.nodes
    ]
    groups = clip.groups.by_id.values()
    data = {
        "format": FORMAT,
        "nodes": nodes,
        "wires": [[w.source, w.target, w.slot] for w in clip.wires],
        "incoming": [[w.source, w.target, w.slot] for w in clip.incoming],
        "positions": {id: list(at) for id, at in clip.positions.items()},
        "groups": [[group.id, group.name, group.parent, group.collapsed] for group in groups],
        "homes": dict(clip.groups.homes),
        "home": clip.home,
        "comments": [[one.id, one.text, list(one.at), one.inside] for one in clip.comments],
    }
    return json.dumps(data, ensure_ascii=False)


def from_text(text: str) -> Clip | None:
    """The clip that `to_text` wrote; None for any other text."""
    if len(text) > LARGEST or FORMAT not in text[:60]:
        return None
    try:
        data = json.loads(text)
        nodes = tuple(_node(item) for item in data["nodes"])
        ids = {node.id for node in nodes}
        wires = tuple(_wire(item) for item in data["wires"])
        incoming = tuple(_wire(item) for item in data["incoming"])
        positions = {str(id): (int(x), int(y)) for id, (x, y) in data["positions"].items()}
        groups, home = _groups(data, ids), str(data["home"])
        comments = tuple(_comment(item) for item in data.get("comments", []))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, SettingError):
        return None
    inside = all(wire.source in ids and wire.target in ids for wire in wires)
    if not inside or any(wire.target not in ids for wire in incoming):
        return None
    return Clip(nodes, wires, incoming, positions, groups, home, comments)


def _groups(data: Mapping[str, Any], ids: set[str]) -> Groups:
    """The groups of a clip; ValueError where they do not hold together."""
    homes = {str(node): str(group) for node, group in data["homes"].items()}
    if not homes.keys() <= ids:
        raise ValueError("a group of other nodes")
    groups = [
        Group(str(id), str(name)[:60], str(parent), bool(collapsed))
        for id, name, parent, collapsed in data["groups"]
    ]
    return Groups.assembled(groups, homes, Graph())


def _node(data: Mapping[str, Any]) -> Node:
    layer = from_json(data["layer"], CATALOGUE)
    assert isinstance(layer, Layer)
    return Node(str(data["id"]), layer, str(data["name"])[:60], data["bypassed"] is True)


def _comment(data: list[Any]) -> Comment:
    id, text, (x, y), inside = data
    return Comment(str(id), str(text)[:LONGEST], (int(x), int(y)), str(inside))


def _wire(data: list[Any]) -> Wire:
    source, target, slot = data
    return Wire(str(source), str(target), int(slot))
