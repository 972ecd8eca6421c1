"""Candidates where a layer cannot take its one input: too small, of another kind, indivisible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import gcd, isqrt
from typing import Any

from core.fixes import upstream
from core.fixes.fix import AddLayers, Fix, PutLayer, TakeOut
from core.graph import Graph, Node
from core.infer import Inference
from core.layers import BY_NAME, Flatten, Input, Layer, Reshape
from core.settings import SettingError, settings_of
from core.shapes import Shape, ShapeError, shape_text, volume
from core.tongue import tr

SAMPLES: tuple[Shape, ...] = ((64,), (4, 64), (4, 32, 32))  # a vector, a signal, maps
VECTOR_MAKERS = ("Flatten", "GlobalAvgPool", "GlobalMaxPool")  # how their names begin


def candidates(graph: Graph, known: Inference, id: str) -> Iterator[Fix]:
    """Fixes for a node that cannot take its input: those its layer names, then all others."""
    node, shapes = graph[id], known.nodes[id].inputs
    yield from _remedies(graph, node, shapes)
    if not shapes:  # an Input of more values than there is room for
        yield from upstream.other_input(graph, id, larger=False)
    if len(shapes) != 1:
        return
    (shape,) = shapes
    ranks = _ranks(node.layer)
    if ranks and len(shape) not in ranks:
        yield from _other_kind(graph, node, shape, ranks)
        return
    yield from _divisible(node, shape)
    yield from upstream.larger_maps(graph, graph.inputs_of(id)[0])
    yield from upstream.other_input(graph, id, larger=True)
    yield from upstream.other_input(graph, id, larger=False)
    yield from _more_channels(graph, id, shape)


def _remedies(graph: Graph, node: Node, shapes: tuple[Shape, ...]) -> Iterator[Fix]:
    """What the layer itself says would help."""
    try:
        node.layer.infer(*shapes)
    except ShapeError as error:
        for text, remedy in error.remedies:
            if isinstance(remedy, str):
                yield _inserted(graph, node.id, text, BY_NAME[remedy]())
            else:
                yield from upstream.with_settings(text, node, **remedy)
    loss = getattr(node.layer, "loss", None)
    if getattr(loss, "class_weights", ()):
        even = loss.replace(class_weights=()) if loss is not None else None
        yield from upstream.with_settings(tr("Let all classes count the same"), node, loss=even)


def _ranks(layer: Layer) -> set[int]:
    """How many axes an input may have for a layer; empty where it names none."""
    found = set()
    for sample in SAMPLES:
        try:
            layer.infer(sample)
        except ShapeError as error:
            if not error.setting:
                continue
        found.add(len(sample))
    return found if len(found) < len(SAMPLES) else set()


def _inserted(graph: Graph, id: str, text: str, layer: Layer) -> Fix:
    wire = graph.incoming(id)[0]
    return Fix(text, (AddLayers((layer,), wire.source, id, wire.slot),))


# ---- another kind of input --------------------------------------------------------------


def _other_kind(graph: Graph, node: Node, shape: Shape, ranks: set[int]) -> Iterator[Fix]:
    """Maps, a signal or a vector where the layer needs another of these."""
    for cls, text in _counterparts(node.layer):
        if len(shape) in _ranks(cls):
            yield Fix(text, (PutLayer(node.id, cls),))
    source = graph[graph.inputs_of(node.id)[0]]
    if type(source.layer).__name__.startswith(VECTOR_MAKERS):
        yield Fix(tr("Take out {title}", title=source.title), (TakeOut(source.id),))
    for wanted in _reshaped(shape, ranks):
        if isinstance(source.layer, Input):
            yield from upstream.resized_input(graph, wanted)
        text = tr("Reshape to {wanted}", wanted=shape_text(wanted))
        with suppress(SettingError):  # a side may be longer than the setting takes
            yield _inserted(graph, node.id, text, Reshape(wanted))
    if 1 in ranks:
        yield _inserted(graph, node.id, tr("Insert Flatten"), Flatten())


def _counterparts(layer: Layer) -> Iterator[tuple[Layer, str]]:
    """The same layer for signals instead of maps, or for maps instead of signals."""
    name = type(layer).__name__
    other = name[:-2] + {"1d": "2d", "2d": "1d"}.get(name[-2:], "")
    if other in BY_NAME:
        with suppress(SettingError):
            yield _resettled(layer, BY_NAME[other]), tr("Use {other} instead", other=other)


def _resettled(layer: Layer, cls: type[Layer]) -> Layer:
    """A layer of another class with the same settings, as far as it has them."""
    flat = cls.__name__.endswith("1d")
    values = {
        item.name: _along_one_axis(getattr(layer, item.name)) if flat else
        _along_both_axes(getattr(layer, item.name))
        for item in settings_of(cls)
        if hasattr(layer, item.name)
    }  # fmt: skip
    return cls(**values)


def _along_one_axis(value: Any) -> Any:
    """Settings of maps as those of a signal: the width's."""
    if isinstance(value, tuple) and len(value) == 4:
        return value[2:]
    return value[1] if isinstance(value, tuple) and len(value) == 2 else value


def _along_both_axes(value: Any) -> Any:
    """Settings of a signal as those of maps: padding on all sides; one number goes for both."""
    return (*value, *value) if isinstance(value, tuple) and len(value) == 2 else value


def _reshaped(shape: Shape, ranks: set[int]) -> Iterator[Shape]:
    """The same values as maps or as a signal: as square as they can be, then in one row."""
    n = volume(shape)
    if 3 in ranks and len(shape) == 2:
        yield (shape[0], 1, shape[1])
    elif 3 in ranks:
        side = max((s for s in range(2, isqrt(n) + 1) if n % (s * s) == 0), default=1)
        yield (n // (side * side), side, side)
    if 2 in ranks:
        yield (shape[0], n // shape[0]) if len(shape) > 1 else (1, n)


# ---- channels ---------------------------------------------------------------------------


def _divisible(node: Node, shape: Shape) -> Iterator[Fix]:
    """Groups that divide channels and filters, or filters that the groups divide."""
    groups, filters = getattr(node.layer, "groups", 1), getattr(node.layer, "out_channels", 0)
    if groups == 1 or not filters:
        return
    common = gcd(shape[0], filters)
    fits = max(n for n in range(1, min(groups, common) + 1) if common % n == 0)
    if fits > 1:
        yield from upstream.with_settings(tr("Use {fits} groups", fits=fits), node, groups=fits)
    if shape[0] % groups == 0:
        more = -(-filters // groups) * groups
        yield from upstream.with_settings(
            tr("Make it {more} filters", more=more), node, out_channels=more
        )


def _more_channels(graph: Graph, id: str, shape: Shape) -> Iterator[Fix]:
    """One channel more from the layer that gives them."""
    made = upstream.maker(graph, graph.inputs_of(id)[0])
    for name in ("out_channels", "planes", "out_features"):
        if hasattr(made.layer, name):
            text = tr("Give {title} {shape} channels", title=made.title, shape=shape[0] + 1)
            yield from upstream.with_settings(text, made, **{name: shape[0] + 1})
