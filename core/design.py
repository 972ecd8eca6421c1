"""A design: everything a user made, as one immutable value.

The window edits it, a project file keeps it, the engine process receives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

from core.comments import Comment
from core.data.augment import AUGMENTATIONS, PRESETS, Augmentation
from core.data.policy import DataPolicy
from core.data.sources import SOURCES, Digits
from core.flow import Direction
from core.graph import Graph
from core.groups import Groups
from core.plan import Plan
from core.settings import Declared, OneOf, Several, setting

Position = tuple[int, int]


@dataclass(frozen=True)
class DataChoice(Declared):
    """What a network learns from, how it is fitted to the Input, and how training varies it."""

    source: Declared = setting(Digits(), OneOf(SOURCES), help="Where the items come from.")
    policy: DataPolicy = setting(
        DataPolicy(), OneOf((DataPolicy,)), label="Fitting", help="How items are made to fit."
    )
    augment: tuple[Augmentation, ...] = setting(
        (),
        Several(AUGMENTATIONS, PRESETS),
        label="Augmentation",
        help="Random changes of the training items, other ones in each epoch. Items that validate"
        " stay as they are.",
    )


@dataclass(frozen=True)
class Design:
    """A graph, where its nodes and groups lie on the canvas, its groups, comments, plan and data.

    `dismissed` holds advice that was waved away here, as (node, kind of advice); `flow` says which
    way data run on the canvas.

    Positions are top left corners in canvas units, of nodes and of groups where these show as one.
    What has none is laid out by whoever shows the design.
    """

    graph: Graph = field(default_factory=Graph)
    positions: Mapping[str, Position] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    data: DataChoice = field(default_factory=DataChoice)
    groups: Groups = field(default_factory=Groups)
    dismissed: frozenset[tuple[str, str]] = frozenset()
    comments: Mapping[str, Comment] = field(default_factory=dict)
    flow: Direction = Direction.DOWN

    def __post_init__(self) -> None:
        for name in ("positions", "comments"):
            if not isinstance(getattr(self, name), MappingProxyType):
                object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), (
            self.graph, dict(self.positions), self.plan, self.data, self.groups, self.dismissed,
            dict(self.comments), self.flow,
        )  # fmt: skip

    def with_graph(self, graph: Graph) -> Design:
        """The design with another graph; groups follow it, GraphError where they cannot.

        Positions of what is gone are forgotten.
        """
        groups = self.groups.following(self.graph, graph)
        if graph.wires != self.graph.wires:
            groups.check(graph)
        return replace(self, graph=graph)._grouped(groups)

    def with_groups(self, groups: Groups) -> Design:
        """The design with other groups; GraphError where they would show a circle."""
        groups.check(self.graph)
        return self._grouped(groups)

    def _grouped(self, groups: Groups) -> Design:
        known = self.graph.nodes.keys() | groups.by_id.keys()
        kept = {id: at for id, at in self.positions.items() if id in known}
        told = frozenset(one for one in self.dismissed if one[0] in self.graph.nodes)
        return replace(self, groups=groups, positions=kept, dismissed=told)

    def placed(self, places: Mapping[str, Position]) -> Design:
        """The design with some nodes, groups and comments at other places, by id."""
        known = self.comments
        notes = {id: replace(known[id], at=at) for id, at in places.items() if id in known}
        rest = {id: at for id, at in places.items() if id not in known}
        return replace(self, positions={**self.positions, **rest}, comments={**known, **notes})
