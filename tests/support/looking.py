"""Looking at a network with every view's model, as the engine does it: nothing may fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from math import prod
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.data.policy import DataPolicy
from core.data.sources import Written
from core.data.sources.written import MOST
from core.design import DataChoice, Design
from core.explain.effective import Effective, effective
from core.explain.frames import Target
from core.explain.loss_steps import loss_table
from core.explain.reach import seen_by
from core.explain.ruler import blocks, largest_batch
from core.explain.score import class_count
from core.explain.sizes import explained
from core.explain.steps import parts, steps
from core.explain.walk import Walk
from core.explain.wiring import is_wired
from core.graph import Graph
from core.layers import Input, Layer, Output
from core.layers.normalization_item import ItemNorm
from core.network import Network
from core.optimizers import SGD
from core.questions.viewing import MistakesShown, ShowFilters, ShowMaps, ShowMistakes
from core.training.checkup import Checkup
from core.training.learner import Learner

ITEMS = 3
_WANTS = ("x", "y", "dx", "dy", "z", "dz", "v", "target")
_SURE = 2e-3  # relative to a sum's own size; deep networks in 32 bits
_MOST_USED = 4  # nodes of a network whose effective fields are looked at, about
_MOST_STEPPED = 40_000  # weights of a layer whose sums are looked at


def on_numbers(graph: Graph) -> Design:
    """The graph as a design whose items are random numbers of the shape of its Input."""
    shape = graph.of_type(Input)[0].layer.infer()
    count = min(ITEMS * prod(shape), MOST)  # the last item begins again
    values = np.random.default_rng(0).random(count).round(3)
    data = DataChoice(Written(shape, tuple(values.tolist())), DataPolicy())
    return Design(graph, data=data)


def look_at(graph: Graph) -> Counter[str]:
    """Every view on every node of a network; gives how much each view has shown."""
    studio, seen = Studio(), Counter[str]()
    studio.show(on_numbers(graph))
    network = studio.network()
    known = network.inference
    for node in network.graph.order:
        layer, info = network.graph[node].layer, known.nodes[node]
        if any(len(weight.shape) > 1 for weight in info.weights.values()):
            seen["filters"] += _filters(studio, network, node)
        shown = ViewAnswers(studio).maps(network, ShowMaps(node, 0, True, sources_of=0))
        assert np.isfinite(shown.maps).all(), node
        seen["maps"] += 1
        if info.output is not None:
            seen["field"] += seen_by(graph, known, node, _middle(info.output)) is not None
        explained(layer, info.inputs)
        seen["steps"] += _steps(studio, network, node, layer)
    sized = blocks(graph, known)
    assert [one.node for one in sized] == list(network.graph.order)
    assert sum(one.parameters for one in sized) == known.parameters
    assert largest_batch(known, 2**34, training=True) > 0
    seen["ruler"] += len(sized)
    seen["effective"] += _used(studio, network)
    _answers(studio, network, seen)
    seen["health"] += _checked(network)  # last: it learns one step
    return seen


def _middle(shape: tuple[int, ...]) -> tuple[int, int]:
    """The cell in the middle of maps; of a signal a column, of a vector its one cell."""
    row, column = ((size - 1) // 2 for size in ((1, 1), (1, *shape[1:]), shape[1:])[len(shape) - 1])
    return row, column


def _filters(studio: Studio, network: Network, node: str) -> int:
    try:
        shown = ViewAnswers(studio).filters(network, ShowFilters(node, gradients=True))
    except Exception as error:
        if "has no filters" in str(error):
            return 0
        raise
    assert np.isfinite(shown.filters.tiles).all(), node
    return 1


def _steps(studio: Studio, network: Network, node: str, layer: Layer) -> int:
    """Forward and backward steps: the corners of the first and of the last map."""
    weights = network.inference.nodes[node].weights
    if isinstance(layer, Output):
        found = ViewAnswers(studio).tensors(network, node, 0, ("x", "target")).tensors
        assert np.isfinite(loss_table(layer.loss, found["x"], found["target"]).loss)
        return 1
    size = sum(prod(weight.shape) for weight in weights.values())
    if not is_wired(layer) or size > _MOST_STEPPED:
        return 0
    wants = (*_WANTS, *weights, *(f"d{name}" for name in weights))
    tensors = ViewAnswers(studio).tensors(network, node, 1, wants).tensors
    shown = 0
    for part in parts(layer) or ("",):
        modes = steps(layer, tensors, part=part)
        walk = Walk(modes)
        for mode, one in modes.items():
            walk.set_mode(mode)
            walk.set_scatters(False)
            h, w = one.size
            for target in (Target(0, 0, 0), Target(one.maps - 1, h - 1, w - 1)):
                walk.aim(channel=target.map, row=target.row, column=target.column)
                frame = walk.view().frame
                assert frame is not None
                assert frame.engine is not None, (node, mode)
                scale = max(1.0, float(np.abs(frame.parts).sum()), abs(frame.total))
                assert abs(frame.total - frame.engine) <= _SURE * scale, (node, mode, target)
                shown += 1
            if walk.can_scatter:
                walk.set_scatters(True)
                assert np.isfinite(walk.view().right.values).all()
    return shown


def _used(studio: Studio, network: Network) -> int:
    """What values of some nodes really use of an item: nothing beyond what they can see."""
    data, known, shown = studio.data_of(network), network.inference, 0
    # The moments of an item join all its cells, beyond what windows see.
    joined = any(isinstance(network.graph[node].layer, ItemNorm) for node in network.graph.order)
    shape = data.fitting.kept_shape
    sighted = [node for node in network.graph.order if known.nodes[node].output is not None]
    for node in sighted[:: max(1, len(sighted) // _MOST_USED)]:
        sizes = known.nodes[node].output or ()
        cell = _middle(sizes)
        work = effective(
            network, data.validation, node, channel=0, cell=cell, shape=shape, count=ITEMS
        )
        found = _result(work)
        assert np.isfinite(found.weights).all(), node
        seen = seen_by(network.graph, known, node, cell)
        if seen is not None and not joined and shape == network.input_shape:
            beyond = found.weights.copy()
            (top, bottom), (left, right) = seen.rows, seen.columns
            beyond[top : bottom + 1, left : right + 1] = 0
            assert not beyond.any(), node
        shown += 1
    return shown


def _result(work: Generator[Any, None, Effective]) -> Effective:
    """What work gives in the end."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return cast(Effective, end.value)


def _checked(network: Network) -> int:
    """One step of learning, and the figures of every node after it."""
    checkup, learner = Checkup(network, 1.0), Learner(network, SGD(lr=1e-4))
    labels = _labels(network)
    x = np.random.default_rng(2).random((ITEMS, *network.input_shape)).astype(np.float32)
    checkup.begin()
    learner.step(x, labels)
    found = checkup.end(x, labels)
    assert set(found) == set(network.graph.order)
    assert np.isfinite(checkup.loss)
    learned = network.weights()
    for node, health in found.items():
        assert np.isfinite([health.mean, health.std]).all(), node
        trained = [learned[f"{node}.{name}"] for name in network.parts(node).gradients]
        if trained:
            norm = np.sqrt(sum(np.square(one, dtype=np.float64).sum() for one in trained))
            assert np.isclose(health.weight, norm, rtol=1e-4), node
            assert np.isfinite(health.gradient), node
    return len(found)


def _labels(network: Network) -> dict[str, NDArray[np.int64]]:
    """Class numbers that every output has, by the field that it learns."""
    fields: dict[str, int] = {}
    for id in network.outputs:
        (units,) = network.inference.nodes[id].output or (1,)
        name = network.output(id).target
        fields[name] = min(units, fields.get(name, units))
    return {name: np.arange(ITEMS) % units for name, units in fields.items()}


def _answers(studio: Studio, network: Network, seen: Counter[str]) -> None:
    """What the network says to an item, and its mistakes where it tells classes apart."""
    item = np.random.default_rng(1).random(network.input_shape).astype(np.float32)
    said = ViewAnswers(studio).prediction(network, item)
    assert np.isfinite(said.values).all()
    seen["drawing"] += 1
    for output in network.outputs:
        if class_count(network, output):
            *_, last = ViewAnswers(studio).mistakes(network, ShowMistakes(output, items=True))
            assert isinstance(last, MistakesShown)
            assert last.counts.sum() == ITEMS
            seen["mistakes"] += 1
