"""Whether the backward step of every layer is the slope of its forward step.

    for check in check_gradients(graph):
        print(check.title, check.error)

Each layer is checked by itself, on the values that it really gets: a value a is moved by ±h and
the change of Σ dy·y compared with what the backward step says, in float64. Places where the slope
jumps, such as 0 for ReLU, are left out: no slope is right there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.graph import Graph
from core.layers import Input, Output
from core.losses import BinaryCrossEntropy, Loss
from core.network import Network
from core.tongue import tr

Array = NDArray[Any]
Change = Callable[[], float]
"""How far Σ dy·y has moved from where it was, for the values as they are now."""

WHOLE = ""  # the node of the check of the whole network
TOLERANCE = 1e-6  # of the largest gradient of an array
_STEP = 1e-5
_BENT = 1e-7  # difference of two step sizes that tells a kink, relative to the gradient
_SHARP = 1e-2  # jump of the slope that tells a kink, relative to the gradient
_TINY = 1e-6  # gradients below count as 0


@dataclass(frozen=True)
class GradientCheck:
    """What came of one layer, or of the whole network (`node` is then "").

    Attributes:
        title: the node's name for people.
        error: the largest difference, relative to the largest gradient of its array.
        worst: the array it was in: "x", "weight", …; "" where nothing was checked.
        checked, skipped: values compared, and those left out at kinks.
    """

    node: str
    title: str
    error: float
    worst: str
    checked: int
    skipped: int

    @property
    def passed(self) -> bool:
        """Whether the error is small enough."""
        return self.error <= TOLERANCE


def check_gradients(
    graph: Graph, *, batch: int = 4, samples: int = 8, seed: int = 0
) -> Iterator[GradientCheck]:
    """Check every layer, then the whole network, on random items and labels.

    `samples` values of each array are compared. NetworkError where the graph cannot run.
    """
    network = Network(graph, seed=seed, dtype=np.float64)
    random = np.random.Generator(np.random.Philox(key=np.array([seed, 1], np.uint64)))
    items = random.normal(size=(batch, *network.input_shape))
    kept = network.kept.copy()
    found = network.run_forward(items, training=True)
    values = {id: array.copy() for id, array in found.items()}
    targets = {id: _target(network, id, batch, random) for id in network.outputs}
    for id in graph.order:
        if isinstance(graph[id].layer, Input):
            continue
        network.kept[...] = kept  # running averages move with every forward step
        if isinstance(graph[id].layer, Output):
            arrays = _of_loss(network.output(id).loss, values[id], targets[id])
        else:
            arrays = _of_layer(network, id, values, random)
        yield _checked(id, graph[id].title, arrays, samples, random)
    network.kept[...] = kept
    whole = [_of_network(network, items, targets)]
    yield _checked(WHOLE, tr("whole network"), whole, samples, random)


# ---- what is compared -------------------------------------------------------------------


@dataclass(frozen=True)
class _Array:
    """An array that may be moved in place, what its gradient is said to be, and what follows."""

    name: str
    values: Array
    gradient: Array
    change: Change


def _of_layer(
    network: Network, id: str, values: dict[str, Array], random: np.random.Generator
) -> list[_Array]:
    """Inputs and trained weights of a layer, with a random gradient from behind."""
    layer, (run, weights, gradients) = network.graph[id].layer, network.parts(id)
    wanted, run.wants_dx, run.training = run.wants_dx, True, True
    inputs = [values[source].copy() for source in network.graph.inputs_of(id)]
    y, saved = layer.forward(run, weights, *inputs)
    start, dy = y.copy(), random.normal(size=y.shape)
    dxs = [dx if dx is None else dx.copy() for dx in layer.backward(
        run, weights, saved, dy, gradients
    )]  # fmt: skip
    run.wants_dx = wanted

    def change() -> float:
        # The difference first: a sum over all of y would lose the digits that count.
        return float((dy * (layer.forward(run, weights, *inputs)[0] - start)).sum())

    names = layer.slots if len(layer.slots) == len(inputs) else [f"x{n}" for n in range(len(dxs))]
    pairs = zip(names, inputs, dxs, strict=True)
    found = [_Array(name, x, dx, change) for name, x, dx in pairs if dx is not None]
    for name, gradient in gradients.items():
        found.append(_Array(name, weights[name], gradient.copy(), change))
    return found


def _of_loss(loss: Loss, z: Array, target: Array) -> list[_Array]:
    start, gradient = loss.value_and_gradient(np, z, target)

    def change() -> float:
        return float(loss.value_and_gradient(np, z, target)[0] - start)

    return [_Array("x", z, gradient, change)]


def _of_network(network: Network, items: Array, targets: dict[str, Array]) -> _Array:
    """All trained weights at once, and the loss."""

    def loss() -> float:
        values = network.run_forward(items, training=True)
        return float(network.losses(values, targets).total)

    values = network.run_forward(items, training=True)
    losses = network.losses(values, targets)
    start = float(losses.total)
    network.run_backward(losses.gradients)
    return _Array("weights", network.parameters, network.gradients.copy(), lambda: loss() - start)


def _target(network: Network, id: str, batch: int, random: np.random.Generator) -> Array:
    """Random targets, encoded."""
    loss, (units,) = network.output(id).loss, network.inference.nodes[id].output or (0,)
    if loss.takes_classes:
        return random.integers(0, units, batch)
    if isinstance(loss, BinaryCrossEntropy):
        return random.integers(0, 2, (batch, units)).astype(np.float64)
    return random.normal(size=(batch, units))


# ---- comparing --------------------------------------------------------------------------


def _checked(
    id: str, title: str, arrays: list[_Array], samples: int, random: np.random.Generator
) -> GradientCheck:
    """The worst of some places in each array."""
    error, worst, checked, skipped = 0.0, "", 0, 0
    for one in arrays:
        largest = max(float(np.abs(one.gradient).max(initial=0.0)), _TINY)
        taken = 0
        for place in random.permutation(one.values.size)[: 4 * samples]:
            if taken == samples:
                break
            slope = _slope(one, int(place), largest)
            if slope is None:
                skipped += 1
                continue
            taken += 1
            off = abs(slope - float(one.gradient.flat[place])) / max(largest, abs(slope))
            if off >= error:
                error, worst = off, one.name
        checked += taken
    return GradientCheck(id, title, error, worst, checked, skipped)


def _slope(one: _Array, place: int, largest: float) -> float | None:
    """The slope by central differences; None at a kink."""
    flat = one.values.reshape(-1)
    kept = flat[place]
    step = _STEP * max(1.0, abs(float(kept)))
    moved = []
    for move in (step, -step, step / 2, -step / 2):
        flat[place] = kept + move
        moved.append(one.change())
    flat[place] = kept
    wide, narrow = (moved[0] - moved[1]) / (2 * step), (moved[2] - moved[3]) / step
    scale = max(largest, abs(wide), abs(narrow))
    jump = abs(moved[0] + moved[1]) / step
    if abs(wide - narrow) > _BENT * scale or jump > _SHARP * scale:
        return None
    return (4 * narrow - wide) / 3  # what is left of the error falls with the fourth power
