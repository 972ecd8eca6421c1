"""Several designs side by side: one row for each thing that is not the same in all of them. No Qt.

Layers are matched by id, as in `designer.document.comparison`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.design import Design
from core.graph import Node
from core.settings import Declared, Setting, settings_of
from core.tongue import tr

ABSENT = "–"


@dataclass(frozen=True)
class Difference:
    """A thing that differs: its label, what each design has in words, and the node it is of."""

    label: str
    values: tuple[str, ...]
    node: str = ""


def differences(designs: Sequence[Design]) -> tuple[Difference, ...]:
    """What differs among designs: layers, wires between layers that all have, plan and data."""
    if len(designs) < 2:
        return ()
    ids = list(dict.fromkeys(id for one in designs for id in one.graph.order))
    nodes = [row for id in ids for row in _of_node(id, designs)]
    plans = settings_that_differ([one.plan for one in designs], tr("Training"))
    data = settings_that_differ([one.data for one in designs], "Data")
    return (*nodes, *_of_wires(designs), *plans, *data)


def settings_that_differ(values: Sequence[Declared], around: str = "") -> tuple[Difference, ...]:
    """Settings of values of one type that differ; those of inner values by themselves.

    Where inner values are of several types their names are told, and of a type that some share the
    settings in which these differ.
    """
    found: list[Difference] = []
    for item in settings_of(type(values[0])):
        inner = [getattr(one, item.name) for one in values]
        label = f"{around}: {item.label.lower()}" if around else item.label
        if all(one == inner[0] for one in inner):
            continue
        types = list(dict.fromkeys(type(one) for one in inner))
        if len(types) > 1 or not isinstance(inner[0], Declared):
            found.append(Difference(label, tuple(_shown(item, one) for one in inner)))
        if isinstance(inner[0], Declared):
            found += [row for one in types for row in _of_type(one, inner, label)]
    return tuple(found)


def _of_type(kind: type, values: Sequence[Declared], label: str) -> list[Difference]:
    """In what the values of a type differ from each other; the other values have none of it."""
    places = [at for at, one in enumerate(values) if type(one) is kind]
    found = []
    for row in settings_that_differ([values[at] for at in places], label):
        words = dict(zip(places, row.values, strict=True))
        every = tuple(words.get(at, ABSENT) for at in range(len(values)))
        found.append(Difference(row.label, every))
    return found


def node_differs(nodes: Sequence[Node]) -> tuple[Difference, ...]:
    """What is otherwise of one node that all designs have: its name, whether it rests, settings."""
    found = []
    titles = tuple(one.title for one in nodes)
    if len(set(titles)) > 1:
        found.append(Difference(tr("Name"), titles))
    if len({one.bypassed for one in nodes}) > 1:
        words = {False: tr("takes part"), True: "bypassed"}
        found.append(Difference(tr("State"), tuple(words[one.bypassed] for one in nodes)))
    layers = [one.layer for one in nodes]
    if len({type(one) for one in layers}) > 1:
        return (*found, Difference(tr("Layer"), tuple(told(one) for one in layers)))
    return (*found, *settings_that_differ(layers))


def told(layer: Declared) -> str:
    """A layer and its settings in short."""
    return " · ".join(one for one in (layer.label, layer.brief()) if one)


def _of_node(id: str, designs: Sequence[Design]) -> list[Difference]:
    found = [one.graph.nodes.get(id) for one in designs]
    there = [one for one in found if one is not None]
    title = there[0].title
    if len(there) < len(found):
        words = tuple(told(one.layer) if one is not None else ABSENT for one in found)
        return [Difference(title, words, id)]
    return [
        Difference(f"{title}: {row.label.lower()}", row.values, id) for row in node_differs(there)
    ]


def _of_wires(designs: Sequence[Design]) -> list[Difference]:
    """Wires between nodes that all have, where not all have them."""
    both = frozenset.intersection(*(frozenset(one.graph.nodes) for one in designs))
    every = frozenset().union(*(one.graph.wires for one in designs))
    found = []
    for wire in sorted(every):
        there = [wire in one.graph.wires for one in designs]
        if wire.source in both and wire.target in both and not all(there):
            words = tuple("yes" if one else ABSENT for one in there)
            found.append(Difference(f"{wire.source} → {wire.target}", words, wire.target))
    return found


def _shown(item: Setting, value: object) -> str:
    return item.kind.show(value) or "none"
