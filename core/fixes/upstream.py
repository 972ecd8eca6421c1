"""What lies before a node, and candidates that change it: settings, stride, the Input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.fixes.fix import Fix, PutLayer
from core.graph import Graph, Node
from core.infer import infer
from core.layers import Input, Layer
from core.settings import SettingError, settings_of
from core.shapes import Shape, Window, shape_text
from core.tongue import tr

KEEPS = ("activation", "normalization", "regularization")  # families that leave shapes alone
LARGEST = 1024  # cells of a side that an Input is made for a fix


def with_settings(text: str, node: Node, **settings: Any) -> Iterator[Fix]:
    """A fix by other settings of a node; nothing where the layer cannot take them together."""
    known = {item.name for item in settings_of(type(node.layer))}
    if not settings.keys() <= known:
        return
    try:
        layer = node.layer.replace(**settings)
    except SettingError:
        return
    if layer != node.layer:
        yield Fix(text, (PutLayer(node.id, layer),))


def back_from(graph: Graph, node: str) -> Iterator[Node]:
    """A node and those that lead to it, the nearest first, up to where several ways meet."""
    yield graph[node]
    while len(sources := graph.inputs_of(node)) == 1:
        node = sources[0]
        yield graph[node]


def maker(graph: Graph, node: str) -> Node:
    """The node that decided the number of channels: this one, or the one before what keeps it."""
    found = graph[node]
    while found.layer.family in (*KEEPS, "pooling") and len(graph.inputs_of(found.id)) == 1:
        found = graph[graph.inputs_of(found.id)[0]]
    return found


def larger_maps(graph: Graph, node: str, *, most: int = 3) -> Iterator[Fix]:
    """A node and those before it keep their maps larger: padding that keeps the size, stride 1."""
    found = list[Fix]()
    for one in back_from(graph, node):
        window = window_of(one.layer)
        if window is None or isinstance(one.layer, Input):
            continue
        found += _padded(one)
        if max(window.stride) > 1:
            text = tr("Give {title} stride 1", title=one.title)
            found += with_settings(text, one, stride=1)
    yield from found[:most]


def all_padded(graph: Graph, node: str) -> Iterator[Fix]:
    """A node and all before it, up to where the way forks, keep the size of their maps."""
    found = dict[str, Fix]()
    for one in back_from(graph, node):
        if one.id != node and len(graph.outgoing(one.id)) > 1:
            break
        for fix in _padded(one):
            found[one.title] = fix
    if len(found) > 1:
        titles = list(reversed(found))
        listed = tr("{titles} and {title}", titles=", ".join(titles[:-1]), title=titles[-1])
        listed = listed if len(titles) < 4 else tr("{count} layers", count=len(titles))
        changes = tuple(change for fix in found.values() for change in fix.changes)
        yield Fix(tr("Pad {listed} to keep their size", listed=listed), changes)


def _padded(node: Node) -> Iterator[Fix]:
    """Padding that keeps the size, where a window has none."""
    window = window_of(node.layer)
    if window is not None and max(window.kernel) > 1 and not any(window.padding):
        yield from with_settings(
            tr("Pad {title} to keep its size", title=node.title), node, padding="same"
        )


def window_of(layer: Layer) -> Window | None:
    """The window of a layer as its settings say it, its padding as wide as its widest side.

    What a named mode pads depends on the input: here that counts as one cell.
    """
    kernel = getattr(layer, "kernel_size", None)
    if kernel is None:
        return None
    stride = getattr(layer, "stride", kernel)
    padding = getattr(layer, "padding", 0)
    sides = (1, 1, 1, 1) if isinstance(padding, str) and padding != "valid" else (0, 0, 0, 0)
    if not isinstance(padding, str | int):
        sides = (max(padding),) * 4
    return Window(_pair(kernel), _pair(stride), sides)


def input_of(graph: Graph) -> Node | None:
    """The Input, if there is just one."""
    inputs = graph.of_type(Input)
    return inputs[0] if len(inputs) == 1 else None


def other_input(graph: Graph, node: str, *, larger: bool) -> Iterator[Fix]:
    """The Input so much larger or smaller that a node can take what comes: the nearest such size.

    Its sides grow together; of all sizes that do, the one that changes least.
    """
    source = input_of(graph)
    if source is None or not isinstance(source.layer, Input) or len(source.layer.shape) < 2:
        return
    needed = _leading_to(graph, node)
    c, *sides = source.layer.shape
    if source.id not in needed.nodes:
        return
    low, high = (0, LARGEST - max(sides)) if larger else (1 - min(sides), 0)

    def fits(more: int) -> bool:
        shape = (c, *(side + more for side in sides))
        found = infer(needed.with_layer(source.id, Input(shape)))
        return found.nodes[node].output is not None

    edge = high if larger else low
    if low >= high or not fits(edge):
        return
    bad = low if larger else high
    while abs(edge - bad) > 1:
        middle = (edge + bad) // 2
        edge, bad = (middle, bad) if fits(middle) else (edge, middle)
    shape = (c, *(side + edge for side in sides))
    yield from with_settings(
        tr("Make the input {shape}", shape=shape_text(shape)), source, shape=shape
    )


def resized_input(graph: Graph, shape: Shape) -> Iterator[Fix]:
    """Another shape of the Input."""
    source = input_of(graph)
    if source is not None:
        yield from with_settings(
            tr("Make the input {shape}", shape=shape_text(shape)), source, shape=shape
        )


def _leading_to(graph: Graph, node: str) -> Graph:
    """The part of a graph that a node depends on, itself included."""
    kept, todo = {node}, [node]
    while todo:
        fresh = [source for source in graph.inputs_of(todo.pop()) if source not in kept]
        kept.update(fresh)
        todo += fresh
    return graph.without(graph.nodes.keys() - kept)


def _pair(value: Any) -> tuple[int, int]:
    """A pair of settings; a signal's one number as that of a map one cell high."""
    return (1, value) if isinstance(value, int) else (value[0], value[1])
