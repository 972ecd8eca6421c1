"""Walk a graph once: shapes, weights, costs, receptive fields and problems.

A broken design is never an exception here: it is a list of `Problem`s, each naming a node, a
setting where one is to blame, a sentence, and fixes where there is a sensible one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from core.graph import Graph
from core.layers import BY_NAME, Input, Layer, Output, Weight
from core.layers.base import Cost
from core.settings import SettingError
from core.shapes import Shape, ShapeError, Step, Window, volume


@dataclass(frozen=True)
class Field:
    """What one value of a map can see of the input, per axis (height, width).

    Attributes: `size` in input cells, `step` (cells between neighbours), `start` (center of the
    first value, in cells); both may be fractional. Signals have the height 1.
    """

    size: tuple[int, int] = (1, 1)
    step: tuple[float, float] = (1, 1)
    start: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Fix:
    """A repair that a button offers: new settings, or a layer to insert before the node.

    Attributes: `text` (the button), `node`, `settings` (to change there) or `insert` (a layer).
    """

    text: str
    node: str
    settings: tuple[tuple[str, Any], ...] = ()
    insert: Layer | None = None


@dataclass(frozen=True)
class Problem:
    """Something that keeps a network from working ("error") or that a teacher would mention.

    Attributes: `node` ("" where the whole network is meant), `setting` ("" where it is a wire),
    `sentence` (starts with the node's name), `fixes`, `severity` ("error" or "warning").
    """

    node: str
    sentence: str
    setting: str = ""
    fixes: tuple[Fix, ...] = ()
    severity: str = "error"


@dataclass(frozen=True)
class NodeInfo:
    """What is known of one node; `output` is None where its shape cannot be known."""

    inputs: tuple[Shape, ...] = ()
    output: Shape | None = None
    weights: Mapping[str, Weight] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[Step, ...] = ()
    cost: Cost = Cost(0, 0, 0)
    receptive: Field | None = None


@dataclass(frozen=True)
class Inference:
    """Everything that follows from a graph."""

    nodes: Mapping[str, NodeInfo]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the network can run and learn: no problem is an error."""
        return all(problem.severity != "error" for problem in self.problems)

    def problems_of(self, node: str) -> tuple[Problem, ...]:
        """The problems of one node."""
        return tuple(problem for problem in self.problems if problem.node == node)

    @cached_property
    def parameters(self) -> int:
        """Trained values of the whole network."""
        return sum(info.cost.parameters for info in self.nodes.values())

    @cached_property
    def macs(self) -> int:
        """Multiply-adds for one item, biases not counted; 1 MAC = 2 FLOPs."""
        return sum(info.cost.macs for info in self.nodes.values())

    def memory(self, batch: int, *, training: bool, itemsize: int = 4) -> int:
        """Bytes a batch needs at least: weights, outputs, and while training their gradients."""
        outputs = sum(info.cost.outputs for info in self.nodes.values()) * batch
        copies = 2 if training else 1
        return itemsize * (outputs * copies + self.parameters * (2 * copies - 1))


def infer(graph: Graph) -> Inference:
    """Shapes, weights, costs, receptive fields and problems of a graph, in one walk."""
    found: dict[str, NodeInfo] = {}
    problems: list[Problem] = list(_whole(graph))
    for id in graph.order:
        found[id], problem = _node(graph, id, found)
        problems += [problem] if problem else []
    problems += _advice(graph, found)
    return Inference(MappingProxyType(found), tuple(problems))


def repaired(graph: Graph, fix: Fix) -> Graph:
    """The graph after a fix."""
    if fix.insert is None:
        return graph.with_layer(fix.node, graph[fix.node].layer.replace(**dict(fix.settings)))
    first = graph.incoming(fix.node)[0]
    before = set(graph.nodes)
    graph = graph.without_wire(first).with_node(fix.insert)
    (new,) = set(graph.nodes) - before
    return graph.with_wire(first.source, new).with_wire(new, fix.node, first.slot)


def _node(graph: Graph, id: str, found: dict[str, NodeInfo]) -> tuple[NodeInfo, Problem | None]:
    node = graph[id]
    missing = _missing(graph, id)
    if missing:
        return NodeInfo(), Problem(id, f"{node.title} {missing}")
    shapes = tuple(found[source].output for source in graph.inputs_of(id))
    if any(shape is None for shape in shapes):
        return NodeInfo(), None  # the problem is told where it starts
    known = tuple(shape for shape in shapes if shape is not None)
    info, error = _layer(node.layer, known)
    if error:
        offered = (_fix(id, text, remedy, node.layer) for text, remedy in error.remedies)
        fixes = tuple(fix for fix in offered if fix)
        return info, Problem(id, f"{node.title} {error.sentence}", error.setting, fixes)
    fields = [found[source].receptive for source in graph.inputs_of(id)]
    return replace(info, receptive=_field(node.layer, known, fields)), None


@lru_cache(maxsize=20_000)
def _layer(layer: Layer, shapes: tuple[Shape, ...]) -> tuple[NodeInfo, ShapeError | None]:
    """All that a layer says of these input shapes; remembered, since most edits touch one node."""
    try:
        output = layer.infer(*shapes)
        if volume(output) > 1 << 40:
            raise ShapeError("", "would give more values than any computer holds.")
        weights = MappingProxyType(layer.weights(*shapes))
        steps, cost = layer.explain(*shapes), layer.cost(*shapes)
        return NodeInfo(shapes, output, weights, steps, cost), None
    except ShapeError as error:
        return NodeInfo(shapes), error


def _missing(graph: Graph, id: str) -> str:
    """What a node still waits for; "" where all its slots have wires."""
    layer, wires = graph[id].layer, graph.incoming(id)
    if layer.many_slots:
        return "" if len(wires) >= 2 else f"needs two or more inputs, it has {len(wires)}."
    if len(wires) < len(layer.slots):
        return "has no input yet: draw a wire to it."
    return ""


def _fix(node: str, text: str, remedy: Any, layer: Layer) -> Fix | None:
    """A remedy as a button; None where it would break a rule between the layer's settings."""
    if isinstance(remedy, str):
        return Fix(text, node, insert=BY_NAME[remedy]())
    try:
        layer.replace(**remedy)
    except SettingError:
        return None
    return Fix(text, node, tuple(remedy.items()))


def _field(layer: Layer, shapes: tuple[Shape, ...], before: list[Field | None]) -> Field | None:
    """The receptive field after a layer: the largest over its inputs, grown by its window.

    size += (k − 1)·step and step ·= s, with the dilated kernel k and the stride s. A convolution
    run backwards sees ⌈k/s⌉ cells at most, and its outputs lie s times closer.
    """
    if not shapes:
        return Field() if isinstance(layer, Input) and len(layer.shape) > 1 else None
    known = [one for one in before if one is not None]
    if not known or len(known) < len(before):
        return None
    widest = max(known, key=lambda one: one.size)
    window, backwards = layer.window(*shapes), layer.window_backwards(*shapes)
    if backwards is not None:
        return _joined(_seen_backwards(widest, backwards, axis) for axis in (0, 1))
    if window is not None:
        return _joined(_seen(widest, window, axis) for axis in (0, 1))
    return widest if len(layer.infer(*shapes)) == len(shapes[0]) > 1 else None


def _seen(field: Field, window: Window, axis: int) -> tuple[int, float, float]:
    """Size, step and start on one axis after a window."""
    size, step, start = field.size[axis], field.step[axis], field.start[axis]
    reach, before = window.reach[axis], window.sides(axis)[0]
    grown = size + math.ceil((reach - 1) * step)
    return grown, step * window.stride[axis], start + ((reach - 1) / 2 - before) * step


def _seen_backwards(field: Field, window: Window, axis: int) -> tuple[int, float, float]:
    """Size, step and start on one axis after a convolution run backwards."""
    size, step, start = field.size[axis], field.step[axis], field.start[axis]
    reach, before, stride = window.reach[axis], window.sides(axis)[0], window.stride[axis]
    grown = size + math.ceil((reach - 1) // stride * step)
    return grown, step / stride, start + (before - (reach - 1) / 2) / stride * step


def _joined(axes: Iterable[tuple[int, float, float]]) -> Field:
    (size_h, step_h, start_h), (size_w, step_w, start_w) = axes
    return Field((size_h, size_w), (step_h, step_w), (start_h, start_w))


def _whole(graph: Graph) -> list[Problem]:
    """Problems of the network as a whole."""
    if not graph.nodes:
        return [Problem("", "The network is empty: add an Input to start.")]
    inputs, outputs = graph.of_type(Input), graph.of_type(Output)
    problems = []
    if not inputs:
        problems.append(Problem("", "The network has no Input: add one to say what comes in."))
    problems += [
        Problem(extra.id, f"{extra.title} is a second Input: a network takes one.")
        for extra in inputs[1:]
    ]
    if not outputs:
        problems.append(Problem("", "The network has no Output: add one to train it."))
    return problems


def _advice(graph: Graph, found: dict[str, NodeInfo]) -> list[Problem]:
    """Warnings: the network runs, but probably not as meant."""
    advice = []
    for id, node in graph.nodes.items():
        if not graph.outgoing(id) and not isinstance(node.layer, Output) and len(graph.nodes) > 1:
            advice.append(_warning(id, f"{node.title} leads nowhere: nothing uses what it gives."))
        sources = graph.inputs_of(id)
        if isinstance(node.layer, Output) and sources:
            before = graph[sources[0]]
            twice = type(before.layer).__name__ == "Softmax"
            if twice and type(node.layer.loss).__name__ == "CrossEntropy":
                advice.append(
                    _warning(
                        before.id,
                        f"{before.title} is one softmax too many: {node.title} applies it itself.",
                    )
                )
    return advice


def _warning(node: str, sentence: str) -> Problem:
    return Problem(node, sentence, severity="warning")


__all__ = ["Field", "Fix", "Inference", "NodeInfo", "Problem", "infer", "repaired"]
