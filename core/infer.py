"""Walk a graph once: shapes, weights, costs, receptive fields and problems.

A broken design is never an exception here: it is a list of `Problem`s, each naming a node, a
setting where one is to blame, and a sentence. `core.fixes` knows the ways out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType

from core.graph import Graph
from core.layers import Input, Layer, Output, Weight
from core.layers.base import Cost
from core.shapes import Shape, ShapeError, Step, Window, volume
from core.tongue import tr


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
class Problem:
    """Something that keeps a network from working, or that one should know of.

    Attributes:
        node: which one is meant; "" is the whole network.
        kind: what is wrong, a stable word such as "shape" or "even-kernel".
        sentence: starts with the node's name.
        setting: the one to change, "" where it is a wire or no single one.
        severity: "error", "warning" (it runs, but hardly as meant) or "advice".
        wanted: the number that would be right, 0 where no number is to blame.
    """

    node: str
    kind: str
    sentence: str
    setting: str = ""
    severity: str = "error"
    wanted: int = 0


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
        return self._by_node.get(node, ())

    @cached_property
    def _by_node(self) -> dict[str, tuple[Problem, ...]]:
        found: dict[str, tuple[Problem, ...]] = {}
        for problem in self.problems:
            found[problem.node] = (*found.get(problem.node, ()), problem)
        return found

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


@dataclass(frozen=True)
class _Sight:
    """What of a layer its receptive field depends on.

    Attributes: its `window`, or the one that it runs `backwards`; whether it `passes` on what its
    inputs see, and whether maps of the network's own input start here.
    """

    window: Window | None = None
    backwards: Window | None = None
    passes: bool = False
    starts: bool = False


def infer(graph: Graph) -> Inference:
    """Shapes, weights, costs, receptive fields and problems of a graph, in one walk."""
    found: dict[str, NodeInfo] = {}
    problems: list[Problem] = list(_whole(graph))
    active = graph.active
    for id in active.order:
        found[id], problem = _node(active, id, found)
        problems += [problem] if problem else []
    problems += _warnings(active)
    for id in graph.nodes.keys() - active.nodes.keys():
        found[id] = _bypassed(graph, id, found)
    return Inference(MappingProxyType(found), tuple(problems))


def _node(graph: Graph, id: str, found: dict[str, NodeInfo]) -> tuple[NodeInfo, Problem | None]:
    node = graph[id]
    missing = _missing(graph, id)
    if missing:
        return NodeInfo(), Problem(id, "missing-wire", f"{node.title} {missing}")
    shapes = tuple(found[source].output for source in graph.inputs_of(id))
    if any(shape is None for shape in shapes):
        return NodeInfo(), None  # the problem is told where it starts
    known = tuple(shape for shape in shapes if shape is not None)
    fields = tuple(found[source].receptive for source in graph.inputs_of(id))
    info, error = _known(node.layer, known, fields)
    if error:
        return info, Problem(id, "shape", f"{node.title} {error.sentence}", error.setting)
    return info, None


def _bypassed(graph: Graph, id: str, found: dict[str, NodeInfo]) -> NodeInfo:
    """A node that is skipped: it hands on what comes in, costs nothing, and its weights rest."""
    giver = graph.giver(id)
    before = found[giver] if giver is not None else NodeInfo()
    if before.output is None:
        return NodeInfo()
    weights = {}
    if len(graph.incoming(id)) == 1:
        own, _, _ = _layer(graph[id].layer, (before.output,))
        weights = {name: replace(one, trained=False) for name, one in own.weights.items()}
    return NodeInfo(
        inputs=(before.output,),
        output=before.output,
        weights=MappingProxyType(weights),
        receptive=before.receptive,
    )


def misfit(graph: Graph, known: Inference, source: str, target: str, slot: int | None) -> str:
    """Why a wire that could be laid would bring what its target cannot take; "" for no reason.

    `known` is what `infer` says of the graph. Where an input is missing or unknown there is none.
    """
    node = graph[target]
    given = {wire.slot: known.nodes[wire.source].output for wire in graph.incoming(target)}
    given[max(given, default=-1) + 1 if slot is None else slot] = known.nodes[source].output
    shapes = [given[at] for at in sorted(given)]
    whole = len(shapes) >= (2 if node.layer.many_slots else len(node.layer.slots))
    if node.bypassed or not whole:
        return ""
    try:
        known_shapes = [shape for shape in shapes if shape is not None]
        if len(known_shapes) == len(shapes):
            node.layer.infer(*known_shapes)
    except ShapeError as error:
        return f"{node.title} {error.sentence}"
    return ""


@lru_cache(maxsize=4096)
def _known(
    layer: Layer, shapes: tuple[Shape, ...], fields: tuple[Field | None, ...]
) -> tuple[NodeInfo, ShapeError | None]:
    """All that is known of a node; equal nodes share one object, which is quickly compared."""
    info, error, sight = _layer(layer, shapes)
    if error:
        return info, error
    seen = _field(sight, fields)
    return NodeInfo(info.inputs, info.output, info.weights, info.steps, info.cost, seen), None


@lru_cache(maxsize=1024)
def _layer(layer: Layer, shapes: tuple[Shape, ...]) -> tuple[NodeInfo, ShapeError | None, _Sight]:
    """All that a layer says of these input shapes; remembered, since most edits touch one node."""
    try:
        output = layer.infer(*shapes)
        if volume(output) > 1 << 40:
            raise ShapeError("", tr("would give more values than any computer holds."))
        weights = MappingProxyType(layer.weights(*shapes))
        steps, cost = layer.explain(*shapes), layer.cost(*shapes)
        if shapes:
            passes = len(output) == len(shapes[0]) > 1
            sight = _Sight(layer.window(*shapes), layer.window_backwards(*shapes), passes)
        else:
            sight = _Sight(starts=isinstance(layer, Input) and len(output) > 1)
        return NodeInfo(shapes, output, weights, steps, cost), None, sight
    except ShapeError as error:
        return NodeInfo(shapes), error, _Sight()


def _missing(graph: Graph, id: str) -> str:
    """What a node still waits for; "" where all its slots have wires."""
    layer, wires = graph[id].layer, graph.incoming(id)
    if layer.many_slots:
        return (
            ""
            if len(wires) >= 2
            else tr("needs two or more inputs, it has {count}.", count=len(wires))
        )
    if len(wires) < len(layer.slots):
        return tr("has no input yet: draw a wire to it.")
    return ""


@lru_cache(maxsize=4096)
def _field(sight: _Sight, before: tuple[Field | None, ...]) -> Field | None:
    """The receptive field after a layer: all that its inputs see, grown by its window.

    size += (k − 1)·step and step ·= s, with the dilated kernel k and the stride s. A convolution
    run backwards sees ⌈k/s⌉ cells at most, and its outputs lie s times closer.
    """
    if sight.starts:
        return Field()
    known = [one for one in before if one is not None]
    if not known or len(known) < len(before):
        return None
    widest = _together(known)
    window, backwards = sight.window, sight.backwards
    if backwards is not None:
        return _joined(_seen_backwards(widest, backwards, axis) for axis in (0, 1))
    if window is not None:
        return _joined(_seen(widest, window, axis) for axis in (0, 1))
    return widest if sight.passes else None


def _together(fields: list[Field]) -> Field:
    """The field around several whose first values lie at the same place of a map."""
    widest = max(fields, key=lambda one: one.size)
    if all(one == widest for one in fields):
        return widest
    axes = []
    for axis in (0, 1):
        reach = [((one.size[axis] - 1) / 2, one.start[axis]) for one in fields]
        low, high = min(s - r for r, s in reach), max(s + r for r, s in reach)
        axes.append((math.ceil(high - low) + 1, widest.step[axis], (low + high) / 2))
    return _joined(axes)


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
        return [Problem("", "empty", tr("The network is empty: add an Input to start."))]
    inputs, problems = graph.of_type(Input), list[Problem]()
    if not inputs:
        sentence = tr("The network has no Input: add one to say what comes in.")
        problems.append(Problem("", "no-input", sentence))
    for extra in inputs[1:]:
        sentence = tr("{title} is a second Input: a network takes one.", title=extra.title)
        problems.append(Problem(extra.id, "second-input", sentence))
    if not graph.of_type(Output):
        sentence = tr("The network has no Output: add one to train it.")
        problems.append(Problem("", "no-output", sentence))
    return problems


def _warnings(graph: Graph) -> list[Problem]:
    """What lets the network run, but hardly as meant."""
    found = []
    for id, node in graph.nodes.items():
        if not graph.outgoing(id) and not isinstance(node.layer, Output) and len(graph.nodes) > 1:
            sentence = tr("{title} leads nowhere: nothing uses what it gives.", title=node.title)
            found.append(Problem(id, "loose", sentence, severity="warning"))
        sources = graph.inputs_of(id)
        if isinstance(node.layer, Output) and sources:
            last = graph[sources[0]]
            twice = type(last.layer).__name__ == "Softmax"
            if twice and type(node.layer.loss).__name__ == "CrossEntropy":
                sentence = tr(
                    "{title} is one softmax too many: {title2} applies it itself.",
                    title=last.title,
                    title2=node.title,
                )
                found.append(Problem(last.id, "twice-softmax", sentence, severity="warning"))
    return found


__all__ = ["Field", "Inference", "NodeInfo", "Problem", "infer", "misfit"]
