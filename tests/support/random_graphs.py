"""Small random networks that branch and meet, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from core.graph import Graph
from core.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Input,
    Layer,
    Linear,
    Output,
    Sigmoid,
    Softmax,
    Tanh,
)
from core.losses import BinaryCrossEntropy, CrossEntropy, SquaredError
from core.shapes import Shape

SMOOTH: tuple[Layer, ...] = (  # without kinks, so that differences are trustworthy
    Conv2d(2, 3, padding="same"),
    Conv2d(3, 1),
    Conv2d(2, 2, 2),
    Conv2d(4, (3, 2), padding=(1, 1, 0, 1), bias=False),
    Tanh(),
    Sigmoid(),
    Softmax(),
    AvgPool2d(2, 1),
    BatchNorm2d(eps=0.1),
)
LOSSES = (CrossEntropy(), BinaryCrossEntropy(), SquaredError())


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A network of up to nine inner nodes, one or two outputs, and perhaps loose ends."""
    first = (draw(st.integers(1, 2)), draw(st.integers(3, 5)), draw(st.integers(3, 5)))
    graph = Graph().with_node(Input(first), id="input")
    shapes: dict[str, Shape] = {"input": first}
    for _ in range(draw(st.integers(1, 9))):
        graph, node, shape = _grown(draw, graph, shapes)
        shapes[node] = shape
    for number in range(draw(st.integers(1, 2))):
        start = draw(st.sampled_from(sorted(shapes)))
        end: Layer = draw(st.sampled_from([Flatten(), GlobalAvgPool2d()]))
        output = Output(draw(st.sampled_from(LOSSES)), draw(st.sampled_from([0.5, 1.0, 3.0])))
        for layer in (end, Linear(3), output):
            name = f"{type(layer).__name__.lower()}_{number}"
            graph = graph.with_node(layer, id=name).with_wire(start, name)
            start = name
    return graph


def _grown(draw: st.DrawFn, graph: Graph, shapes: dict[str, Shape]) -> tuple[Graph, str, Shape]:
    """One more node after nodes that fit it."""
    first = draw(st.sampled_from(sorted(shapes)))
    size = shapes[first][1:]
    layers: list[Layer] = [one for one in SMOOTH if _fits(one, shapes[first])]
    layer = draw(st.sampled_from([*layers, Add(), Concat()]))
    sources = [first]
    if layer.many_slots:
        alike = [
            node
            for node, shape in shapes.items()
            if (shape == shapes[first] if isinstance(layer, Add) else shape[1:] == size)
        ]
        sources += draw(st.lists(st.sampled_from(sorted(alike)), min_size=1, max_size=2))
    node = graph.new_id(type(layer).__name__)
    graph = graph.with_node(layer, id=node)
    for source in sources:
        graph = graph.with_wire(source, node)
    return graph, node, layer.infer(*(shapes[source] for source in sources))


def _fits(layer: Layer, shape: Shape) -> bool:
    """Whether maps of this size are large enough for the layer."""
    window = layer.window(shape)
    return window is None or min(window.output((shape[1], shape[2]))) >= 1
