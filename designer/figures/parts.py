"""What a figure shows of a network: its layers and collapsed groups, and what flows where. No Qt.

Activations, normalizations and dropout keep the size; papers tell them with the layer before. So a
layer that only follows another one becomes a word of its part, unless every layer is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.infer import Inference
from core.repeats import times
from core.shapes import Shape
from core.tongue import trn
from designer.document.shown import Shown

FOLLOWERS = ("activation", "normalization", "regularization")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """A layer or a collapsed group.

    Attributes:
        id, title, family: which one; a group has no family.
        kind: what it is, such as Conv2d.
        brief: its settings in short.
        followers: titles of the kinds that were told with it, such as ReLU.
        shape: (C, H, W), (C, T) or (N,) of what it gives; None where that is not known.
        times: how many alike blocks follow one another, for a group.
        skipped: whether it is bypassed.
    """

    id: str
    title: str
    family: str
    kind: str
    brief: str
    followers: tuple[str, ...] = ()
    shape: Shape | None = None
    times: int = 1
    skipped: bool = False


@dataclass(frozen=True)
class Parts:
    """Every part in the order data flow, by id, and the pairs that wires join."""

    by_id: Mapping[str, Part]
    pairs: tuple[Pair, ...]


def parts_of(seen: Shown, known: Inference, *, every: bool) -> Parts:
    """The parts of what is in sight; with `every` no layer is told with the one before."""
    behind: dict[str, str] = {}  # the item whose part tells of an item
    told: dict[str, list[str]] = {}
    for item in seen.items:
        before = [seen.ends(wire)[0] for wire in seen.incoming(item)]
        if not every and _follows(seen, item, before):
            behind[item] = behind[before[0]]
            told[behind[item]].append(seen.graph[item].layer.label)
        else:
            behind[item], told[item] = item, []
    last = {behind[item]: item for item in seen.items}
    pairs = dict.fromkeys(
        (behind[source], behind[target])
        for source, target in (seen.ends(wire) for wire in sorted(seen.wires))
        if behind[source] != behind[target]
    )
    found = {item: _part(seen, known, item, told[item], last[item]) for item in told}
    return Parts(found, tuple(pairs))


def _follows(seen: Shown, item: str, before: list[str]) -> bool:
    """Whether a layer can be told with the only one that feeds it and feeds nothing else."""
    if seen.is_group(item) or len(before) != 1:
        return False
    node = seen.graph[item]
    alone = len(seen.outgoing(before[0])) == 1 and not seen.is_group(before[0])
    starts = seen.graph[before[0]].layer.family == "endpoints" if alone else True
    return node.layer.family in FOLLOWERS and not node.bypassed and alone and not starts


def _part(seen: Shown, known: Inference, item: str, told: list[str], last: str) -> Part:
    info = known.nodes.get(seen.giver(last))
    shape = info.output if info else None
    if seen.is_group(item):
        members = seen.groups.members[item]
        return Part(
            item,
            seen.title(item),
            "",
            trn("{count} layer", "{count} layers", len(members), count=len(members)),
            "",
            shape=shape,
            times=times(seen.groups, seen.graph, item),
            skipped=all(seen.graph[node].bypassed for node in members),
        )
    node = seen.graph[item]
    return Part(
        item,
        node.title,
        node.layer.family,
        node.layer.label,
        node.layer.brief(),
        tuple(told),
        shape,
        skipped=node.bypassed,
    )
