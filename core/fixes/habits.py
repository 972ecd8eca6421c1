"""Candidates for what a teacher would mention, and for layers that do what is done already."""

from __future__ import annotations

from collections.abc import Iterator

from core.fixes import upstream
from core.fixes.fix import AddLayers, Fix, PutLayer, TakeOut
from core.graph import Graph, Node
from core.infer import Inference, Problem
from core.layers import Dropout, Flatten, GlobalAvgPool2d, Input, MaxPool2d, ReLU
from core.tongue import tr


def taken_out(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """The activation that is one too many goes."""
    node = graph[problem.node]
    if node.layer.family == "endpoints":
        node = graph[graph.inputs_of(node.id)[0]]
    yield Fix(tr("Take out {title}", title=node.title), (TakeOut(node.id),))


def more_units(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """As many units before the Output as the data have classes."""
    made, count = upstream.maker(graph, graph.inputs_of(problem.node)[0]), problem.wanted
    for name, what in (("out_features", "units"), ("out_channels", "filters")):
        text = tr("Give {title} {count} {what}", title=made.title, count=count, what=what)
        yield from upstream.with_settings(text, made, **{name: count})


def stride_within_kernel(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """A shorter stride, or a kernel as large as the stride."""
    node = graph[problem.node]
    kernel, stride = (getattr(node.layer, name) for name in ("kernel_size", "stride"))
    yield from upstream.with_settings(
        tr("Make the stride {kernel}", kernel=_times(kernel)), node, stride=kernel
    )
    yield from upstream.with_settings(
        tr("Make the kernel {stride}", stride=_times(stride)), node, kernel_size=stride
    )


def nothing_dropped(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """Padding or rounding up reaches the last cells, or the Input is so large that none is left."""
    node = graph[problem.node]
    yield from upstream.with_settings(tr("Round up instead"), node, ceil_mode=True)
    yield from upstream.with_settings(tr("Pad to reach every cell"), node, padding="same")
    yield from upstream.with_settings(tr("Pad by half the kernel"), node, padding="half")
    source = upstream.input_of(graph)
    if source is None or not isinstance(source.layer, Input):
        return
    c, *sides = source.layer.shape
    for more in (1, -1, 2, -2, 3, -3):
        shape = (c, *(side + more for side in sides))
        if sides and min(shape) > 0:
            yield from upstream.resized_input(graph, shape)


def odd_kernel(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """A kernel one cell larger or smaller."""
    node = graph[problem.node]
    kernel = node.layer.kernel_size  # type: ignore[attr-defined]
    for more in (1, -1):
        odd = _odd(kernel, more)
        yield from upstream.with_settings(
            tr("Make the kernel {odd}", odd=_times(odd)), node, kernel_size=odd
        )


def lighter_dense(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """Fewer cells before the dense layer: pooled over the whole map, or by half."""
    for node in upstream.back_from(graph, problem.node):
        if isinstance(node.layer, Flatten):
            yield Fix(
                tr("Pool the whole maps instead of Flatten"),
                (PutLayer(node.id, GlobalAvgPool2d()),),
            )
            wire = graph.incoming(node.id)[0]
            halves = AddLayers((MaxPool2d(),), wire.source, node.id, wire.slot)
            yield Fix(tr("Insert MaxPool2d before {title}", title=node.title), (halves,))
            return


def wider_view(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """The kernel before the pooling spreads, or maps are halved earlier."""
    found = list[Fix]()
    for node in upstream.back_from(graph, problem.node):
        kernel, spread = (getattr(node.layer, name, None) for name in ("kernel_size", "dilation"))
        if node.layer.family == "convolution" and spread and max(kernel or (1,)) > 1:
            found += _spread(node)
            wire = graph.outgoing(node.id)[0]
            halves = AddLayers((MaxPool2d(),), node.id, wire.target, wire.slot)
            found.append(Fix(tr("Insert MaxPool2d behind {title}", title=node.title), (halves,)))
    yield from found


def _spread(node: Node) -> Iterator[Fix]:
    for dilation in (2, 4, 8):
        text = tr("Give {title} dilation {dilation}", title=node.title, dilation=dilation)
        yield from upstream.with_settings(text, node, dilation=dilation, padding="same")


def without_bias(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """The bias goes."""
    yield from upstream.with_settings(tr("Leave the bias out"), graph[problem.node], bias=False)


def something_between(graph: Graph, known: Inference, problem: Problem) -> Iterator[Fix]:
    """An activation between the two layers, behind the first one."""
    node = graph[problem.node]
    wire = graph.incoming(node.id)[0]
    while isinstance(graph[wire.source].layer, Flatten | Dropout):
        wire = graph.incoming(wire.source)[0]
    relu = AddLayers((ReLU(),), wire.source, wire.target, wire.slot)
    yield Fix(tr("Insert ReLU"), (relu,))


def _times(value: int | tuple[int, ...]) -> str:
    return str(value) if isinstance(value, int) else "×".join(str(one) for one in value)


def _odd(kernel: int | tuple[int, ...], more: int) -> int | tuple[int, ...]:
    if isinstance(kernel, int):
        return max(1, kernel + more) if kernel % 2 == 0 else kernel
    return tuple(max(1, size + more) if size % 2 == 0 else size for size in kernel)
