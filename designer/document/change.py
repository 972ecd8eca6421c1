"""The difference of two designs: what canvas and panels must draw anew, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from core.design import Design
from core.graph import Wire
from core.infer import Inference


@dataclass(frozen=True)
class Change:
    """What differs between two designs; node ids except where said.

    Attributes:
        added, removed: nodes that came and went.
        changed: nodes whose layer or name differs.
        moved: nodes and groups that lie elsewhere.
        flow: whether data run another way now.
        wires_added, wires_removed: wires that came and went.
        inferred: nodes whose shapes, costs or problems differ, new ones included.
        problems: whether any problem differs, those of the whole network included, or which
            advice is waved away.
        groups: whether any group differs: what lies in it, its name, whether it shows as one.
        plan, data: whether the training plan or the choice of data differs.
        whole: whether another document came in place of the old one.
    """

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    wires_added: frozenset[Wire] = frozenset()
    wires_removed: frozenset[Wire] = frozenset()
    inferred: frozenset[str] = frozenset()
    problems: bool = False
    groups: bool = False
    flow: bool = False
    plan: bool = False
    data: bool = False
    whole: bool = False

    @property
    def graph(self) -> bool:
        """Whether the network itself differs, not only where its nodes lie."""
        nodes = self.added or self.removed or self.changed
        return bool(nodes or self.wires_added or self.wires_removed)


def difference(
    old: Design,
    old_inference: Inference,
    new: Design,
    new_inference: Inference,
    *,
    whole: bool = False,
) -> Change:
    """What differs between two designs and between what follows from them."""
    before, after = old.graph.nodes, new.graph.nodes
    both = before.keys() & after.keys()
    return Change(
        added=frozenset(after.keys() - both),
        removed=frozenset(before.keys() - both),
        changed=frozenset(id for id in both if _differ(before[id], after[id])),
        moved=_moved(old, new),
        wires_added=new.graph.wires - old.graph.wires,
        wires_removed=old.graph.wires - new.graph.wires,
        inferred=_inferred(old_inference, new_inference),
        problems=old_inference.problems != new_inference.problems or old.dismissed != new.dismissed,
        groups=old.groups != new.groups,
        flow=old.flow is not new.flow,
        plan=old.plan != new.plan,
        data=old.data != new.data,
        whole=whole,
    )


def _moved(old: Design, new: Design) -> frozenset[str]:
    """Nodes and groups of both designs that lie elsewhere."""
    before, after = old.positions, new.positions
    if before == after:
        return frozenset()
    both = (old.graph.nodes.keys() & new.graph.nodes.keys()) | (
        old.groups.by_id.keys() & new.groups.by_id.keys()
    )
    return frozenset(id for id in both if before.get(id) != after.get(id))


def _differ(one: object, other: object) -> bool:
    """Whether two values differ; the same object is not looked into."""
    return one is not other and one != other


def _inferred(old: Inference, new: Inference) -> frozenset[str]:
    """Nodes of the new design of which something else is known than before."""
    if old is new:
        return frozenset()
    return frozenset(
        id
        for id, info in new.nodes.items()
        if _differ(old.nodes.get(id), info) or old.problems_of(id) != new.problems_of(id)
    )
