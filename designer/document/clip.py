"""A part of a design that can be pasted elsewhere, and how it is written as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.design import Design, Position
from core.graph import Node, Wire
from core.layers import CATALOGUE, Layer
from core.settings import SettingError, from_json, to_json

FORMAT = "striate.clip"
LARGEST = 4_000_000  # characters; a longer text is not ours


@dataclass(frozen=True)
class Clip:
    """Nodes, the wires between them, where they lay, and the wires that led into them."""

    nodes: tuple[Node, ...] = ()
    wires: tuple[Wire, ...] = ()
    incoming: tuple[Wire, ...] = ()
    positions: Mapping[str, Position] = field(default_factory=dict)


def clip_of(design: Design, nodes: Iterable[str]) -> Clip:
    """The nodes with these ids as a clip, in the order data flows."""
    wanted = set(nodes)
    graph = design.graph
    into = sorted(wire for wire in graph.wires if wire.target in wanted)
    return Clip(
        tuple(graph[id] for id in graph.order if id in wanted),
        tuple(wire for wire in into if wire.source in wanted),
        tuple(wire for wire in into if wire.source not in wanted),
        {id: at for id, at in design.positions.items() if id in wanted},
    )


def to_text(clip: Clip) -> str:
    """The clip as JSON text, so that it can be pasted into a mail and back."""
    nodes = [
        {"id": node.id, "name": node.name, "layer": to_json(node.layer)} for node in clip.nodes
    ]
    data = {
        "format": FORMAT,
        "nodes": nodes,
        "wires": [[w.source, w.target, w.slot] for w in clip.wires],
        "incoming": [[w.source, w.target, w.slot] for w in clip.incoming],
        "positions": {id: list(at) for id, at in clip.positions.items()},
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
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, SettingError):
        return None
    inside = all(wire.source in ids and wire.target in ids for wire in wires)
    if not inside or any(wire.target not in ids for wire in incoming):
        return None
    return Clip(nodes, wires, incoming, positions)


def _node(data: Mapping[str, Any]) -> Node:
    layer = from_json(data["layer"], CATALOGUE)
    assert isinstance(layer, Layer)
    return Node(str(data["id"]), layer, str(data["name"])[:60])


def _wire(data: list[Any]) -> Wire:
    source, target, slot = data
    return Wire(str(source), str(target), int(slot))
