"""What a good teacher would mention: the network runs, but this is often a slip.

Advice never blocks training. Each kind has a stable word, by which a person waves it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from core.graph import Graph, Node
from core.infer import Inference, NodeInfo, Problem
from core.layers import Conv1d, Conv2d, Input, Linear, Output
from core.layers.base import Layer
from core.shapes import AXES, Shape, Window
from core.tongue import tr

DENSE_SHARE = 0.9  # of all parameters in one dense layer
FEW = 10_000  # parameters of a network in which no layer is too heavy
FEWEST_LOST = 0.01  # of a side: fewer cells at the edge of a large picture are no loss
NARROW = 2 / 3  # of a side: a pooled cell that sees less than this
SAME = ("same", "ceil", "half")  # modes that mean to keep the size
LINEAR = (Linear, Conv1d, Conv2d)
POOLED = ("GlobalAvgPool2d", "GlobalMaxPool2d")


def advice(graph: Graph, known: Inference) -> tuple[Problem, ...]:
    """All advice on a graph, in the order data flows; `known` is what `infer` says of it."""
    found: list[Problem] = []
    graph = graph.active
    for id in graph.order:
        if known.nodes[id].output is None:
            continue
        for kind, rule in RULES.items():
            for setting, sentence in rule(graph, known, graph[id]):
                told = f"{graph[id].title} {sentence}"
                found.append(Problem(id, kind, told, setting, severity="advice"))
    return tuple(found)


def too_few_classes(graph: Graph, known: Inference, classes: int) -> tuple[Problem, ...]:
    """Outputs that cannot name all classes of the data; `classes` is how many these have."""
    found = []
    for node in graph.active.of_type(Output):
        layer, shape = node.layer, known.nodes[node.id].output
        assert isinstance(layer, Output)
        if shape is None or not layer.loss.takes_classes or layer.target != "label":
            continue
        if shape[0] < classes:
            sentence = tr(
                "{title} tells {shape} classes apart, the data have {classes}.",
                title=node.title,
                shape=shape[0],
                classes=classes,
            )
            found.append(Problem(node.id, FEW_CLASSES, sentence, "", "warning", classes))
    return tuple(found)


FEW_CLASSES = "few-classes"

Told = Iterator[tuple[str, str]]  # the setting to change, "" for none, and what to say
Rule = Callable[[Graph, Inference, Node], Told]


# ---- windows ----------------------------------------------------------------------------


def _stride_beyond_kernel(graph: Graph, known: Inference, node: Node) -> Told:
    for axis, window, _ in _sliding(node.layer, known.nodes[node.id]):
        step, reach = window.stride[axis], window.reach[axis]
        if step > reach > 1:  # single cells are a shortcut's, which means to leave some out
            yield (
                "stride",
                tr(
                    "jumps {step} cells and looks at {reach}: some cells are never seen.",
                    step=step,
                    reach=reach,
                ),
            )
            return


def _dropped_cells(graph: Graph, known: Inference, node: Node) -> Told:
    lost = []
    for axis, window, size in _sliding(node.layer, known.nodes[node.id]):
        cells = window.dropped(axis, size) - window.sides(axis)[1]
        if cells > FEWEST_LOST * size and window.stride[axis] <= window.reach[axis]:
            line = "value" if len(known.nodes[node.id].inputs[0]) == 2 else LINES[axis]
            lost.append(
                tr("the last {line}", line=line)
                if cells == 1
                else tr("the last {cells} {line}s", cells=cells, line=line)
            )
    if lost:
        yield (
            "stride",
            tr("never looks at {lost}: the stride does not divide.", lost=tr(" and ").join(lost)),
        )


LINES = (tr("row"), tr("column"))


def _even_kernel(graph: Graph, known: Inference, node: Node) -> Told:
    if getattr(node.layer, "padding", None) not in SAME:
        return
    for axis, window, _ in _sliding(node.layer, known.nodes[node.id]):
        before, after = window.sides(axis)
        if window.reach[axis] % 2 or window.stride[axis] > 1:
            continue
        what = tr(
            "pads {before} before and {after} after: the maps shift by half a cell",
            before=before,
            after=after,
        )
        if before == after:
            what = tr(
                "grows the maps by one cell: {before} on each side are too many", before=before
            )
        yield "kernel_size", tr("{what}. An odd kernel has a middle.", what=what)
        return


def _sliding(layer: Layer, info: NodeInfo) -> tuple[tuple[int, Window, int], ...]:
    """Axis, window and input size where a layer with a stride of its own slides a window."""
    return _windows(layer, info.inputs) if hasattr(layer, "kernel_size") else ()


@lru_cache(maxsize=2048)
def _windows(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[tuple[int, Window, int], ...]:
    """The same, remembered, since most edits touch one node."""
    window = None if getattr(layer, "ceil_mode", False) else layer.window(*inputs)
    if window is None:
        return ()
    sizes = inputs[0][1:]
    axes = (0, 1) if len(sizes) == len(AXES) else (1,)
    return tuple((axis, window, size) for axis, size in zip(axes, sizes, strict=True))


# ---- neighbors --------------------------------------------------------------------------


def _relu_before_loss(graph: Graph, known: Inference, node: Node) -> Told:
    if not isinstance(node.layer, Output) or not node.layer.loss.classifies:
        return
    last = graph[graph.inputs_of(node.id)[0]]
    if type(last.layer).__name__ in CUTTING:
        yield (
            "",
            tr(
                "gets scores that {title} keeps above 0: none can vote against a class.",
                title=last.title,
            ),
        )


CUTTING = ("ReLU", "Softplus", "Sigmoid", "HardSigmoid")


def _bias_before_norm(graph: Graph, known: Inference, node: Node) -> Told:
    if not getattr(node.layer, "bias", False) or node.layer.family not in ("convolution", "dense"):
        return
    onward = [graph[wire.target] for wire in graph.outgoing(node.id)]
    if onward and all(type(one.layer).__name__ in CENTERING for one in onward):
        yield (
            "bias",
            tr("adds a bias that {title} takes away again with the mean.", title=onward[0].title),
        )


CENTERING = ("BatchNorm1d", "BatchNorm2d", "InstanceNorm2d")


def _linear_on_linear(graph: Graph, known: Inference, node: Node) -> Told:
    if not isinstance(node.layer, LINEAR):
        return
    source = graph[graph.inputs_of(node.id)[0]]
    while type(source.layer).__name__ in PASSING:
        source = graph[graph.inputs_of(source.id)[0]]
    if isinstance(source.layer, LINEAR) and not _narrows(known, source, node):
        yield (
            "",
            tr(
                "follows {title} with nothing between: two linear layers are one.",
                title=source.title,
            ),
        )


PASSING = ("Flatten", "Reshape", "Dropout", "Dropout2d")


def _narrows(known: Inference, source: Node, node: Node) -> bool:
    """Whether two layers stand for one with fewer weights: a narrow place, or a split kernel."""
    if isinstance(source.layer, Conv2d) and isinstance(node.layer, Conv2d):
        first, second = source.layer.kernel_size, node.layer.kernel_size
        if source.layer.groups > 1 or node.layer.groups > 1 or first != second:
            return True
    middle = known.nodes[source.id].output
    into, out = known.nodes[source.id].inputs[0], known.nodes[node.id].output
    return bool(middle and out and middle[0] < min(into[0], out[0]))


# ---- the whole --------------------------------------------------------------------------


def _one_dense_layer(graph: Graph, known: Inference, node: Node) -> Told:
    if node.layer.family != "dense":
        return
    own, total = known.nodes[node.id].cost.parameters, known.parameters
    convolves = any(one.layer.family == "convolution" for one in graph.nodes.values())
    if convolves and total > FEW and own > DENSE_SHARE * total:
        yield (
            "",
            tr(
                "holds {own} % of all parameters: smaller maps make it lighter.",
                own=100 * own // total,
            ),
        )


def _narrow_view(graph: Graph, known: Inference, node: Node) -> Told:
    """A pooled cell that cannot see the whole picture; behind a dense layer all are put together.

    The picture stands for the object: what is known of the data does not tell its size.
    """
    if type(node.layer).__name__ not in POOLED:
        return
    inputs = graph.of_type(Input)
    seen = known.nodes[graph.inputs_of(node.id)[0]].receptive
    if seen is None or len(inputs) != 1:
        return
    _, *sides = inputs[0].layer.infer()
    if len(sides) != 2:
        return
    (sh, sw), (h, w) = seen.size, sides
    if sh < NARROW * h or sw < NARROW * w:
        yield (
            "",
            tr(
                "pools cells that see {sh} × {sw} of {h} × {w}: none sees a whole object.",
                sh=sh,
                sw=sw,
                h=h,
                w=w,
            ),
        )


RULES: dict[str, Rule] = {
    "stride-beyond-kernel": _stride_beyond_kernel,
    "dropped-cells": _dropped_cells,
    "even-kernel": _even_kernel,
    "relu-before-loss": _relu_before_loss,
    "one-dense-layer": _one_dense_layer,
    "narrow-view": _narrow_view,
    "bias-before-norm": _bias_before_norm,
    "linear-on-linear": _linear_on_linear,
}
