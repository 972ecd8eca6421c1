"""Where a step's time goes: `python -m core.bench.profile '{"threads": 2}' lenet5/32 20`.

Every layer's forward and backward is timed where it is called, so what the engine does beside them
(loss, update, copying) is what is left of the step.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from core.bench.conditions import Conditions
from core.bench.ours import step_of
from core.bench.sides import WARM_UP, answer, clock_of
from core.bench.tables import columns, markdown
from core.bench.workloads import Workload, chosen
from core.network import Network

LEAST_SECONDS = 2.0
WAYS = ("forward", "backward")
HEAD = ("node", "layer", "forward, ms", "backward, ms", "of the step")


@dataclass(frozen=True)
class Part:
    """One node's share of a step, in milliseconds."""

    node: str
    layer: str
    forward: float
    backward: float

    @property
    def total(self) -> float:
        """Both directions."""
        return self.forward + self.backward


@dataclass(frozen=True)
class Profile:
    """The nodes in the order data flows, and the whole step in milliseconds."""

    parts: tuple[Part, ...]
    step: float

    @property
    def rest(self) -> float:
        """Milliseconds outside of all layers."""
        return self.step - sum(part.total for part in self.parts)


def profile(load: Workload, conditions: Conditions) -> Profile:
    """The profile of a workload, measured in a process of its own. SideError where that fails."""
    found = answer("core.bench.profile", load.id, conditions=conditions)
    return Profile(tuple(Part(**part) for part in found["parts"]), found["step"])


def as_text(found: Profile) -> str:
    """The profile for a terminal."""
    return "\n".join((*columns(HEAD, _rows(found)), by_layer(found)))


def as_markdown(found: Profile) -> str:
    """The profile as a table in Markdown, and a sentence."""
    return f"{markdown(HEAD, _rows(found))}\n\n{by_layer(found)}"


def by_layer(found: Profile) -> str:
    """How much of the step each kind of layer takes, the most expensive first; a sentence."""
    totals = defaultdict(float, {"everything else": found.rest})
    for part in found.parts:
        totals[part.layer] += part.total
    dearest = sorted(totals.items(), key=lambda one: -one[1])
    shares = (f"{layer} {total / found.step:.0%}" for layer, total in dearest)
    return f"Of {found.step:.3f} ms: {', '.join(shares)}."


def _rows(found: Profile) -> list[tuple[str, ...]]:
    """The nodes, the most expensive first; what is left; the whole."""
    parts = sorted(found.parts, key=lambda part: -part.total)
    rows = [
        (part.node, part.layer, f"{part.forward:.3f}", f"{part.backward:.3f}", part.total)
        for part in parts
    ]
    rows.append(("everything else", "", "", f"{found.rest:.3f}", found.rest))
    rows.append(("the whole step", "", "", f"{found.step:.3f}", found.step))
    return [(*row, f"{total / found.step:.1%}") for *row, total in rows]


def measured(load: Workload, conditions: Conditions) -> Profile:
    """The profile of a workload in this process."""
    network, clock = load.network(conditions.backend()), clock_of(conditions)
    step = step_of(load, network)

    def now() -> float:
        network.backend.synchronize()
        return clock()

    def taken(steps: int) -> float:
        start = now()
        for _ in range(steps):
            step()
        return now() - start

    taken(WARM_UP)
    steps = max(1, math.ceil(LEAST_SECONDS / max(taken(1), 1e-9)))
    with watched(network, now) as seconds:
        whole = taken(steps)
    each = 1000 / steps
    parts = (
        Part(id, type(node.layer).__name__, *(each * seconds[way, id] for way in WAYS))
        for id in network.graph.order
        if (node := network.graph.nodes[id])
    )
    return Profile(tuple(parts), each * whole)


@contextmanager
def watched(
    network: Network, now: Callable[[], float]
) -> Iterator[Mapping[tuple[str, str], float]]:
    """Meanwhile the calls of a network's layers are timed: seconds by way and node.

    A layer is known by the run it is handed; where one calls another, the outer one counts.
    """
    nodes = {id(network.parts(node).run): node for node in network.graph.order}
    seconds: dict[tuple[str, str], float] = defaultdict(float)
    inside = False

    def watch(way: str, inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(layer: Any, run: Any, *rest: Any) -> Any:
            nonlocal inside
            node = nodes.get(id(run))
            if inside or node is None:
                return inner(layer, run, *rest)
            inside, start = True, now()
            try:
                return inner(layer, run, *rest)
            finally:
                seconds[way, node] += now() - start
                inside = False

        return call

    kinds = {type(node.layer) for node in network.graph.nodes.values()}
    with ExitStack() as stack:
        for kind in kinds:
            for way in WAYS:
                stack.enter_context(_replaced(kind, way, watch(way, getattr(kind, way))))
        yield seconds


@contextmanager
def _replaced(kind: type, name: str, value: object) -> Iterator[None]:
    """Meanwhile a class has another attribute, be its own one its own or inherited."""
    own = kind.__dict__.get(name)
    setattr(kind, name, value)
    try:
        yield
    finally:
        if own is None:
            delattr(kind, name)
        else:
            setattr(kind, name, own)


if __name__ == "__main__":
    print(json.dumps(asdict(measured(chosen([sys.argv[2]])[0], Conditions.of_text(sys.argv[1])))))
