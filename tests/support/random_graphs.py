"""Small random networks that branch and meet, for hypothesis: every layer of the catalogue."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from core import layers as L  # noqa: N812
from core.graph import Graph
from core.layers import Layer
from core.losses import LOSSES, Loss
from core.shapes import Shape, ShapeError, volume

LARGEST = 160  # values of an item anywhere in a network
TRIES = 5  # before a node that fits nothing becomes Tanh

Strategy = st.SearchStrategy[Any]
Wanted = type[Layer] | Layer
"""A kind of layer whose settings are drawn, or a layer as it is."""

few, small, flag = st.integers(1, 3), st.integers(1, 2), st.booleans()
eps = st.sampled_from([0.1, 1.0])  # small ones bend so much that differences say little
pair, stride = st.tuples(few, few), st.tuples(small, small)
cells = st.tuples(*[st.integers(0, 2)] * 4)
pads = st.one_of(cells, st.sampled_from(["valid", "half", "full", "same", "ceil"]))
fills = st.sampled_from(["zeros", "replicate", "reflect"])
WINDOW = {"kernel_size": pair, "stride": stride, "padding": pads, "dilation": stride}
POOL = {
    "kernel_size": pair,
    "stride": stride,
    "padding": st.sampled_from([0, "half", "same"]),
    "ceil_mode": flag,
}
SIGNAL: dict[str, Strategy] = {"kernel_size": few, "stride": small}
GROUPED = {"groups": small, "bias": flag}

MAPS: dict[type[Layer], dict[str, Strategy]] = {
    L.Conv2d: {"out_channels": st.integers(1, 4), **WINDOW, **GROUPED, "padding_mode": fills},
    L.DepthwiseConv2d: {**WINDOW, "depth_multiplier": small, "padding_mode": fills},
    L.SeparableConv2d: {"out_channels": few, **WINDOW, "depth_multiplier": small},
    L.ConvTranspose2d: {
        "out_channels": st.integers(1, 4),
        "kernel_size": pair,
        "stride": stride,
        "padding": st.sampled_from([0, (0, 1, 1, 0)]),
        **GROUPED,
    },
    L.LocallyConnected2d: {"out_channels": few, **WINDOW, "bias": flag},
    L.MaskedConv2d: {"connections": st.sampled_from(["0 0", "0,1 1 0", "0-2 1"]), **WINDOW},
    L.TiedConv2d: {
        "out_channels": small,
        "rotations": st.sampled_from(["1", "4", "8"]),
        "reflections": flag,
        "combine": st.sampled_from(["max", "maps"]),
    },
    L.MaxPool2d: POOL,
    L.AvgPool2d: {**POOL, "count_include_pad": flag},
    L.LpPool2d: {**POOL, "norm_type": st.sampled_from([2.0, 3.0])},
    L.LearnedPool2d: {"kernel_size": pair, "bias": flag},
    L.ScaledPool2d: POOL,
    L.GlobalAvgPool2d: {},
    L.GlobalMaxPool2d: {},
    L.AdaptiveAvgPool2d: {"output_size": pair},
    L.BatchNorm2d: {"eps": eps},
    L.InstanceNorm2d: {"eps": eps, "affine": flag},
    L.GroupNorm: {"num_groups": small, "eps": eps},
    L.LocalResponseNorm: {"size": st.sampled_from([1, 3]), "alpha": st.just(0.1)},
    L.Dropout2d: {"p": st.just(0.3)},
    L.Upsample: {"scale_factor": stride, "mode": st.sampled_from(["nearest", "bilinear"])},
    L.Pad2d: {"padding": cells, "mode": fills},
    L.Crop2d: {"cropping": st.tuples(*[st.integers(0, 1)] * 4)},
    L.Slice2d: {"stride": stride, "stop": small},
    L.ZeroInsert2d: {"stride": stride},
    L.ChannelPad: {"before": st.integers(0, 2), "after": st.integers(0, 2)},
    L.NeoS: {"planes": few, "kernel_size": pair, "stride": stride},
    L.NeoC: {"kernel_size": pair, "stride": stride},
}
SIGNALS: dict[type[Layer], dict[str, Strategy]] = {
    L.Conv1d: {"out_channels": st.integers(1, 4), **SIGNAL, **GROUPED},
    L.ConvTranspose1d: {"out_channels": few, **SIGNAL},
    L.DepthwiseConv1d: {**SIGNAL, "depth_multiplier": small},
    L.SeparableConv1d: {"out_channels": few, **SIGNAL, "depth_multiplier": small},
    L.MaxPool1d: SIGNAL,
    L.AvgPool1d: SIGNAL,
    L.LpPool1d: {**SIGNAL, "norm_type": st.sampled_from([2.0, 3.0])},
    L.LearnedPool1d: {"kernel_size": few, "bias": flag},
    L.GlobalAvgPool1d: {},
    L.GlobalMaxPool1d: {},
    L.AdaptiveAvgPool1d: {"output_size": few},
}
VECTORS: dict[type[Layer], dict[str, Strategy]] = {
    L.Linear: {"out_features": few, "bias": flag},
    L.RBF: {"out_features": few},
}
ANY: dict[type[Layer], dict[str, Strategy]] = {
    L.ReLU: {},
    L.LeakyReLU: {},
    L.PReLU: {"per_channel": flag},
    L.ELU: {},
    L.SELU: {},
    L.GELU: {},
    L.SiLU: {},
    L.Mish: {},
    L.Softplus: {},
    L.Sigmoid: {},
    L.HardSigmoid: {},
    L.HardSwish: {},
    L.Tanh: {},
    L.Softmax: {},
    L.LogSoftmax: {},
    L.BatchNorm1d: {"eps": eps},
    L.LayerNorm: {"eps": eps},
    L.Scale: {"bias": flag},
    L.Dropout: {"p": st.just(0.3)},
    L.Flatten: {},
    L.Reshape: {},
    L.Add: {},
    L.Multiply: {},
    L.Concat: {"axis": st.sampled_from(["channels", "height", "width"])},
}


INNER: tuple[type[Layer], ...] = (*MAPS, *SIGNALS, *VECTORS, *ANY)


@st.composite
def graphs(draw: st.DrawFn, *wanted: Wanted) -> Graph:
    """A network of some inner nodes, one to three outputs, and perhaps loose ends.

    It begins with a Scale, so that all layers after it must hand gradients back. Those `wanted` are
    sure to follow it one after the other, and to lead to an output.
    """
    own = next((kind for kind in _RANKS if _kind(wanted) in _RANKS[kind]), draw(RANKS))
    first: Shape = (draw(few), *draw(st.tuples(*[st.integers(3, 5)] * (own - 1))))
    graph = _wired(Graph().with_node(L.Input(first), id="input"), L.Scale(), "scale", "input")
    shapes: dict[str, Shape] = {"input": first, "scale": first}
    for one in wanted:
        graph = _grown(draw, graph, shapes, one)
    head = next(reversed(shapes))
    for _ in range(draw(st.integers(1, 6))):
        graph = _grown(draw, graph, shapes)
    for number in range(draw(few)):
        graph = _ended(draw, graph, shapes, head, number)
        head = draw(st.sampled_from(sorted(shapes)))
    return graph


_RANKS = {3: MAPS, 2: SIGNALS, 1: VECTORS}
RANKS = st.sampled_from((3, 3, 2))


def _kind(wanted: tuple[Wanted, ...]) -> type[Layer] | None:
    """What the first layer wanted is."""
    return next((one if isinstance(one, type) else type(one) for one in wanted), None)


def _grown(
    draw: st.DrawFn, graph: Graph, shapes: dict[str, Shape], wanted: Wanted | None = None
) -> Graph:
    """One more node after nodes that fit it; one of the kind wanted after the newest node."""
    for _ in range(TRIES):
        first = next(reversed(shapes)) if wanted else draw(st.sampled_from(sorted(shapes)))
        layer = draw(_layers_for(shapes[first], wanted))
        sources = _sources(draw, layer, first, shapes)
        shape = _taken(layer, *(shapes[source] for source in sources))
        if shape is not None:
            break
    else:
        assume(wanted is None)
        layer, sources, shape = L.Tanh(), [first], shapes[first]
    node = graph.new_id(type(layer).__name__)
    shapes[node] = shape
    return _wired(graph, layer, node, *sources)


def _layers_for(shape: Shape, wanted: Wanted | None) -> Strategy:
    """Layers that take maps, signals or vectors, whichever the shape is, or those wanted."""
    if isinstance(wanted, Layer):
        return st.just(wanted)
    own = _RANKS[len(shape)]
    meeting: list[type[Layer]] = [L.Add, L.Multiply, L.Concat]
    kinds = [wanted] if wanted else [*own, *ANY, *4 * meeting]
    settings = {**own, **ANY, L.Reshape: {"shape": st.sampled_from(_reshaped(shape))}}
    return st.sampled_from(kinds).flatmap(lambda kind: st.builds(kind, **settings[kind]))


def _reshaped(shape: Shape) -> list[Shape]:
    """Shapes of as many values."""
    return [shape[::-1], (1, volume(shape)), (volume(shape), 1, 1), (1, 1, volume(shape))]


def _sources(draw: st.DrawFn, layer: Layer, first: str, shapes: dict[str, Shape]) -> list[str]:
    """The first one, and for a layer of many slots one or two that may go with it."""
    if not layer.many_slots:
        return [first]
    alike = [node for node in sorted(shapes) if _taken(layer, shapes[first], shapes[node])]
    return [first, *draw(st.lists(st.sampled_from(alike or [first]), min_size=1, max_size=2))]


def _taken(layer: Layer, *inputs: Shape) -> Shape | None:
    """What the layer gives for these inputs; None where it refuses or it would be large."""
    try:
        shape = layer.infer(*inputs)
    except ShapeError:
        return None
    return shape if volume(shape) <= LARGEST else None


def _ended(
    draw: st.DrawFn, graph: Graph, shapes: dict[str, Shape], start: str, number: int
) -> Graph:
    """An output after a node."""
    ends: list[Layer] = [L.Flatten(), L.GlobalAvgPool2d(), L.GlobalMaxPool2d()]
    loss: Loss = draw(st.sampled_from(LOSSES))()
    output = L.Output(loss, draw(st.sampled_from([0.5, 1.0, 3.0])))
    end = draw(st.sampled_from(ends)) if len(shapes[start]) == 3 else L.Flatten()
    chain = (end, L.Linear(draw(few)), output)
    for layer in chain[len(shapes[start]) == 1 :]:
        node = f"{type(layer).__name__.lower()}_{number}"
        graph = _wired(graph, layer, node, start)
        start = node
    return graph


def _wired(graph: Graph, layer: Layer, node: str, *sources: str) -> Graph:
    graph = graph.with_node(layer, id=node)
    for source in sources:
        graph = graph.with_wire(source, node)
    return graph
