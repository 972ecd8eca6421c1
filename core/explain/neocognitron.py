"""What the cells of a neocognitron give for an item, and which plane answers to which class.

Letters: K planes, P Q their size; `a b e h v u r` are those of `core.layers.neocognitron`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.clusters import clusters, winning_planes
from core.explain.pace import Pace
from core.graph import Graph
from core.hebb import Cells, strongest, strongest_in_columns
from core.layers import Conv2d, NeoC, NeoS
from core.network import Network

Host = NDArray[Any]
_AT_ONCE = 16  # items, at most, that go through the network together


@dataclass(frozen=True)
class Winner:
    """The S-cell that answers most: u = r · φ[(1 + e)/(1 + h) − 1] with h = 2r/(1 + r) · b · v."""

    plane: int
    row: int
    column: int
    e: float
    v: float
    b: float
    r: float
    u: float

    @property
    def h(self) -> float:
        """How much it is inhibited."""
        return 2 * self.r / (1 + self.r) * self.b * self.v


@dataclass(frozen=True, eq=False)
class Answers:
    """What an S-layer gives for one item, and the C-layer behind it.

    Attributes:
        s: the S-planes (K, P, Q).
        c: the C-planes, and `c_node` their node; None and "" where no C-layer follows.
        winners: plane, row and column of the cells that would learn.
        best: the first of them, None where every cell is silent.
    """

    s: Host
    c: Host | None
    c_node: str
    winners: tuple[tuple[int, int, int], ...]
    best: Winner | None


def answers(network: Network, x: Host, node: str, *, columns: bool = False) -> Answers:
    """The cells of an S-layer for one item (C, H, W).

    One cell wins in the whole picture, or with `columns` one at every place, though at most one in
    a plane.
    """
    graph = network.graph
    layer, source, behind = graph[node].layer, graph.inputs_of(node)[0], c_layer(graph, node)
    assert isinstance(layer, NeoS)
    given = network.activations(x[None], [source, node, *([behind] if behind else [])])
    a, b = (network.weight(f"{node}.{name}") for name in ("weight", "inhibition"))
    cells = Cells(layer, a, b)
    patches, v, u = cells.see(given[source][0])
    found = strongest_in_columns(u) if columns else strongest(u)
    wide = given[node].shape[3]
    winners = tuple((plane, *divmod(at, wide)) for at, plane in found)
    best = None
    if found:
        at, plane = max(found, key=lambda one: float(u[one]))
        row, column = divmod(at, wide)
        best = Winner(
            plane, row, column,
            e=float(patches[at] @ cells.a[plane]), v=float(v[at]), b=float(cells.b[plane]),
            r=layer.selectivity, u=float(u[at, plane]),
        )  # fmt: skip
    return Answers(given[node][0], given[behind][0] if behind else None, behind, winners, best)


def c_layer(graph: Graph, node: str) -> str:
    """The first C-layer that takes what a node gives, or ""."""
    takers = sorted(wire.target for wire in graph.outgoing(node))
    return next((id for id in takers if isinstance(graph[id].layer, NeoC)), "")


def learners(graph: Graph, node: str) -> tuple[str, ...]:
    """The S-layers that must have learned before this one can, and itself, in their order."""
    nodes = {one.id for one in graph.of_type(NeoS)}
    return tuple(id for id in graph.order if id in nodes and graph.reaches(id, node)) or (node,)


def sorting(
    network: Network, split: FittedSplit, node: str, *, classes: int, count: int
) -> Generator[tuple[int, int], None, NDArray[np.int64]]:
    """Which plane wins how many items of each class, (K + 1, classes), silence last.

    Items are spread over the whole split; yields items done and in all.
    """
    total = min(count, len(split))
    chosen = np.linspace(0, len(split) - 1, total).astype(np.intp)
    winners, done, pace = np.zeros(total, np.int64), 0, Pace(_AT_ONCE)
    planes = 0
    while done < total:
        part = chosen[done : done + pace.size]
        with pace.piece():
            given = network.activations(split.batch(part)[0], [node])[node]
            winners[done : done + len(part)], planes = winning_planes(given), given.shape[1]
        done += len(part)
        yield done, total
    return clusters(winners, split.labels(chosen), planes=planes, classes=classes)


def moments(frames: int, most: int) -> list[int]:
    """Which of so many frames to show, at most `most`: the first, the last, some between."""
    return sorted({round(at) for at in np.linspace(0, frames - 1, min(most, frames))})


def gallery(planes: Sequence[Host]) -> NDArray[np.float64]:
    """Strengths at several moments (K, C, kh, kw) as tiles (moments · K, kh, kw), one by one.

    A tile is the mean over the C input planes.
    """
    return np.concatenate([one.mean(axis=1, dtype=np.float64) for one in planes])


# ---- filters as receptive fields --------------------------------------------------------


def first_filters(graph: Graph) -> str:
    """The first layer of a network whose filters are the fields of simple cells, or ""."""
    active = graph.active
    return next((id for id in active.order if isinstance(active[id].layer, Conv2d | NeoS)), "")


def fields(network: Network, node: str) -> NDArray[np.float64]:
    """Each filter of a layer as light falls on it, (O, h, w): added up over its input maps.

    Gray light is the same in all of them. Strengths of S-cells count without their sign.
    """
    weight = network.weight(f"{node}.weight").astype(np.float64)
    if isinstance(network.whole[node].layer, NeoS):
        weight = np.abs(weight)
    return np.asarray(weight.sum(axis=1))
