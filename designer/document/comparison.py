"""Two designs side by side: what came, what went, what is set otherwise, and the totals. No Qt.

Layers are matched by id. That is right for a run and for two versions of one project; of designs
that were drawn apart, layers with the same id are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from core.design import Design
from core.graph import Node, Wire
from core.infer import Inference, infer
from core.settings import Declared
from core.shapes import Shape
from core.tongue import tr
from designer.document.differing import Difference, node_differs, settings_that_differ

BATCH = 1  # items of which the memory is told
MEMORY = tr("To train one item")


@dataclass(frozen=True)
class Otherwise:
    """One thing that differs: a setting's `label`, what it was and what it is, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Total:
    """A figure of both networks; `bytes` where it counts these."""

    label: str
    before: int
    after: int
    bytes: bool = False


@dataclass(frozen=True)
class Comparison:
    """What differs from an older design to a newer one.

    Attributes:
        added, removed: nodes of the newer and of the older, in the order data flow.
        changed: by node id, what is set otherwise.
        resized: shapes before and after of nodes that are set alike and give another size.
        wires_added, wires_removed: between nodes that both have.
        settings: what differs in the training plan and the choice of data.
        totals: figures of both.
    """

    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: Mapping[str, tuple[Otherwise, ...]]
    resized: Mapping[str, tuple[Shape | None, Shape | None]]
    wires_added: tuple[Wire, ...]
    wires_removed: tuple[Wire, ...]
    settings: tuple[Otherwise, ...]
    totals: tuple[Total, ...]

    @property
    def same(self) -> bool:
        """Whether both compute the same and learn in the same way."""
        nodes = self.added or self.removed or self.changed
        return not (nodes or self.wires_added or self.wires_removed or self.settings)


def compare(before: Design, after: Design) -> Comparison:
    """What differs from one design to another."""
    old, new = before.graph, after.graph
    known, now = infer(old), infer(new)
    both = old.nodes.keys() & new.nodes.keys()
    changed = {id: _node(old[id], new[id]) for id in new.order if id in both}
    sizes = {id: (known.nodes[id].output, now.nodes[id].output) for id in new.order if id in both}
    return Comparison(
        added=tuple(new[id] for id in new.order if id not in both),
        removed=tuple(old[id] for id in old.order if id not in both),
        changed=MappingProxyType({id: found for id, found in changed.items() if found}),
        resized=MappingProxyType(
            {id: pair for id, pair in sizes.items() if pair[0] != pair[1] and not changed[id]}
        ),
        wires_added=_between(new.wires - old.wires, both),
        wires_removed=_between(old.wires - new.wires, both),
        settings=(
            *_settings(before.plan, after.plan, tr("Training")),
            *_settings(before.data, after.data, tr("Data")),
        ),
        totals=_totals((before, known), (after, now)),
    )


def _between(wires: frozenset[Wire], both: Set[str]) -> tuple[Wire, ...]:
    """Wires whose ends are in both; others come and go with their nodes."""
    return tuple(sorted(one for one in wires if one.source in both and one.target in both))


def _node(before: Node, after: Node) -> tuple[Otherwise, ...]:
    """What is otherwise of one node."""
    return _pairs(node_differs((before, after)))


def _settings(before: Declared, after: Declared, around: str) -> tuple[Otherwise, ...]:
    """Settings of two values of one type that differ; inner ones by themselves."""
    return _pairs(settings_that_differ((before, after), around))


def _pairs(rows: tuple[Difference, ...]) -> tuple[Otherwise, ...]:
    return tuple(Otherwise(row.label, *row.values) for row in rows)


def _totals(before: tuple[Design, Inference], after: tuple[Design, Inference]) -> tuple[Total, ...]:
    figures: tuple[tuple[str, Callable[[tuple[Design, Inference]], int]], ...] = (
        (tr("Layers"), lambda one: len(one[0].graph.active.nodes)),
        (tr("Parameters"), lambda one: one[1].parameters),
        (tr("MACs"), lambda one: one[1].macs),
        (MEMORY, lambda one: one[1].memory(BATCH, training=True)),
    )
    return tuple(
        Total(label, figure(before), figure(after), label == MEMORY) for label, figure in figures
    )
