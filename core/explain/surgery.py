"""What a network is worth without some maps of a layer, and how much each of the others counts.

A muted map gives 0 everywhere; all that comes after it is computed anew. No weight changes.

Source: the idea of ablation as in Morcos, Barrett, Rabinowitz and Botvinick 2018.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.fitted_split import FittedSplit
from core.explain.pace import Pace
from core.explain.probe import Labels
from core.explain.score import class_count
from core.metrics import answers
from core.network import Array, Network

Floats = NDArray[np.float64]
_AT_ONCE = 64  # items of a batch, and maps of a piece, at most


@dataclass(frozen=True)
class Worth:
    """Mean loss over some items, and the share of right answers, nan where there are no classes."""

    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Ablation:
    """What muting does, over `count` items.

    Attributes:
        whole: with all maps.
        muted: without those that are muted.
        losses, accuracies: without them and one more, for each map (C,).
    """

    count: int
    whole: Worth
    muted: Worth
    losses: Floats
    accuracies: Floats


def ablation(
    network: Network, split: FittedSplit, node: str, *, muted: Collection[int], count: int
) -> Generator[tuple[int, int], None, Ablation]:
    """Mute each map of a node in turn, beside those that are muted anyway, over some items.

    Yields steps done and steps in all; nothing is kept in the network between two of them.
    """
    node = network.whole.giver(node) or node
    (maps, *_) = network.inference.nodes[node].output or (0,)
    total = min(count, len(split))
    chosen = np.linspace(0, len(split) - 1, total).astype(np.intp)
    cases = [set[int](), set(muted), *({*muted, channel} for channel in range(maps))]
    sums = np.zeros((len(cases), 2))
    items, maps_at_once, seen = Pace(_AT_ONCE), Pace(_AT_ONCE), 0
    while seen < total:
        batch = chosen[seen : seen + items.size]
        x, labels = split.batch(batch)
        first = 0
        while first < len(cases):
            # The first case tells how many items a piece can take, the others how many cases.
            pace, size = (maps_at_once, maps_at_once.size) if first else (items, 1)
            part = cases[first : first + size]
            with pace.piece():
                found = list(worths(network, x, labels, node, part))
            sums[first : first + len(part)] += np.array(found) * len(batch)
            first += len(part)
            yield seen * len(cases) + first * len(batch), total * len(cases)
        seen += len(batch)
    means = sums / max(1, total)
    whole, without = (Worth(float(loss), float(right)) for loss, right in means[:2])
    return Ablation(total, whole, without, means[2:, 0], means[2:, 1])


def said_without(
    network: Network, x: NDArray[Any], node: str, muted: Collection[int], output: str
) -> NDArray[Any]:
    """What an Output says to one item (C, H, W) without some maps of a node: shares or values."""
    node = network.whole.giver(node) or node
    values = network.run_forward(network.upload(x[None]))
    z = _without(network, values, node, muted)[output]
    said = network.output(output).loss.predict(network.backend.xp, z)
    return np.array(network.backend.asnumpy(said)[0])


def worths(
    network: Network, x: NDArray[Any], labels: Labels, node: str, cases: list[set[int]]
) -> Iterator[tuple[float, float]]:
    """Loss and share of right answers of a batch, with the maps of each case muted."""
    batch, targets = network.prepare(x, labels)
    values = dict(network.run_forward(batch))
    primary, right = network.outputs[0], float("nan")
    values[node] = values[node].copy()  # what comes after it may lie in the same memory
    for muted in cases:
        changed = _without(network, values, node, muted)
        if class_count(network, primary):
            said = network.backend.asnumpy(answers(changed[primary]))
            right = float((said == network.field(primary, labels).reshape(-1)).mean())
        yield float(network.losses(changed, targets).total), right


def _without(
    network: Network, values: dict[str, Array], node: str, muted: Collection[int]
) -> dict[str, Array]:
    """Every node's value with some maps of one node at 0, computed from those before it."""
    changed = dict(values)
    changed[node] = values[node].copy()
    changed[node][:, sorted(muted)] = 0
    moved = {node}
    for id in network.graph.order:
        sources = network.graph.inputs_of(id)
        if moved.isdisjoint(sources):
            continue
        moved.add(id)
        run, weights, _ = network.parts(id)
        inputs = (changed[source] for source in sources)
        changed[id], _ = network.graph[id].layer.forward(run, weights, *inputs)
    return changed
