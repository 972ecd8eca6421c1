"""Candidates where several wires meet in one layer and their shapes differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from core.fixes import upstream
from core.fixes.fix import AddLayers, Fix
from core.graph import Graph, Wire
from core.infer import Inference
from core.layers import (
    AdaptiveAvgPool2d,
    ChannelPad,
    Concat,
    Conv1d,
    Conv2d,
    Crop2d,
    Flatten,
    Layer,
    Linear,
    Pad2d,
    Slice2d,
    Upsample,
)
from core.settings import SettingError
from core.shapes import Shape
from core.tongue import tr


def candidates(graph: Graph, known: Inference, id: str) -> Iterator[Fix]:
    """Fixes that give all inputs of a node the shape of one of them: of its longest way first."""
    wires, shapes = graph.incoming(id), known.nodes[id].inputs
    joins = isinstance(graph[id].layer, Concat)
    for model in _by_length(graph, wires):
        wanted = shapes[model]
        if joins and getattr(graph[id].layer, "axis", "") != "channels":
            return
        odd = [
            number for number, shape in enumerate(shapes) if _differs(shape, wanted, joins=joins)
        ]
        if len(odd) == 1:  # one wire to mend; with more, another model needs fewer changes
            wire, shape = wires[odd[0]], shapes[odd[0]]
            yield from _for_one(graph, wire, shape, wanted, joins=joins)
        elif odd:
            yield from _for_all(graph, [(wires[n], shapes[n]) for n in odd], wanted, joins=joins)


def _differs(shape: Shape, wanted: Shape, *, joins: bool) -> bool:
    return shape[1:] != wanted[1:] if joins else shape != wanted


def _by_length(graph: Graph, wires: tuple[Wire, ...]) -> list[int]:
    """The inputs by how many layers their way has that no other way shares, most first."""
    behind = [_ancestors(graph, wire.source) for wire in wires]

    def own(number: int) -> int:
        others = set[str]().union(*(one for n, one in enumerate(behind) if n != number))
        return len(behind[number] - others)

    return sorted(range(len(wires)), key=lambda number: -own(number))


def _ancestors(graph: Graph, node: str) -> set[str]:
    found, todo = {node}, [node]
    while todo:
        fresh = [source for source in graph.inputs_of(todo.pop()) if source not in found]
        found.update(fresh)
        todo += fresh
    return found


def _for_one(
    graph: Graph, wire: Wire, shape: Shape, wanted: Shape, *, joins: bool
) -> Iterator[Fix]:
    """One input made like the others: by layers on its wire, or by what made it so."""
    title = graph[wire.source].title
    for text, layers in _made(_adapters(shape, wanted, joins=joins)):
        yield Fix(tr("{text} behind {title}", text=text, title=title), (_on(wire, layers),))
    if shape[0] != wanted[0] and not joins:
        made = upstream.maker(graph, wire.source)
        for name, what in (("out_channels", "filters"), ("out_features", "units")):
            text = tr("Give {title} {wanted} {what}", title=made.title, wanted=wanted[0], what=what)
            yield from upstream.with_settings(text, made, **{name: wanted[0]})
    if shape[1:] != wanted[1:]:
        yield from upstream.larger_maps(graph, wire.source)
        yield from upstream.all_padded(graph, wire.source)


def _for_all(
    graph: Graph, odd: list[tuple[Wire, Shape]], wanted: Shape, *, joins: bool
) -> Iterator[Fix]:
    """Several inputs made like one other, each by the first layers that do it."""
    changes, words = [], set[str]()
    for wire, shape in odd:
        found = next(_made(_adapters(shape, wanted, joins=joins)), None)
        if found is None:
            return
        words.add(found[0])
        changes.append(_on(wire, found[1]))
    titles = [graph[wire.source].title for wire, _ in odd]
    text = words.pop() if len(words) == 1 else tr("Insert what fits")
    yield Fix(
        tr(
            "{text} behind {titles} and {title}",
            text=text,
            titles=", ".join(titles[:-1]),
            title=titles[-1],
        ),
        tuple(changes),
    )


def _on(wire: Wire, layers: tuple[Layer, ...]) -> AddLayers:
    return AddLayers(layers, wire.source, wire.target, wire.slot)


# ---- layers that give a shape another one -----------------------------------------------

Layers = tuple[Layer, ...]
Adapter = tuple[str, Callable[[], Layers]]  # the start of a button's text, and what makes layers


def _made(adapters: Iterator[Adapter]) -> Iterator[tuple[str, Layers]]:
    """Those whose layers can be: sizes of maps can go beyond what a setting takes."""
    for text, make in adapters:
        try:
            layers = make()
        except SettingError:
            continue
        yield text, layers


def _adapters(shape: Shape, wanted: Shape, *, joins: bool) -> Iterator[Adapter]:
    """Layers that give `shape` the shape `wanted`; where it joins, channels may stay."""
    if len(wanted) == 1:
        flat: Layers = () if len(shape) == 1 else (Flatten(),)
        text = tr("Insert Linear with {wanted} units", wanted=wanted[0])
        yield text, lambda: (*flat, Linear(wanted[0]))
        return
    if len(shape) != len(wanted):
        return
    channels = shape[0] if joins else wanted[0]
    if len(wanted) == 2:
        yield from _for_signals(shape, wanted, channels)
    elif all(have >= want for have, want in zip(shape[1:], wanted[1:], strict=True)):
        yield from _smaller(shape, wanted, channels)
    elif all(have <= want for have, want in zip(shape[1:], wanted[1:], strict=True)):
        yield from _larger(shape, wanted, channels)


def _for_signals(shape: Shape, wanted: Shape, channels: int) -> Iterator[Adapter]:
    stride = _stride(shape[1], wanted[1])
    if stride:
        text = tr("Insert {stride}", stride=_projection(stride))
        yield text, lambda: (Conv1d(channels, 1, stride),)


def _smaller(shape: Shape, wanted: Shape, channels: int) -> Iterator[Adapter]:
    down, across = (_stride(shape[axis], wanted[axis]) for axis in (1, 2))
    same = channels == shape[0]
    if down and across and not (same and down == across == 1):
        yield (
            tr("Insert {down}", down=_projection(down, across)),
            lambda: (Conv2d(channels, 1, (down, across)),),
        )
        if channels >= shape[0]:
            text = tr("Insert a shortcut without weights")
            yield text, partial(_option_a, shape, channels, down, across)
    elif not (down and across):
        yield _cropped(shape, wanted, channels)
        yield (
            tr("Insert average pooling{words}", words="" if same else tr(" and a 1×1 projection")),
            lambda: (AdaptiveAvgPool2d((wanted[1], wanted[2])), *_projected(shape, channels)),
        )


def _cropped(shape: Shape, wanted: Shape, channels: int) -> Adapter:
    """The border cut off, as convolutions without padding lose it; every so many cells before.

    Where the others are less than half as large, they took strides, and so does the shortcut: what
    is left then covers the same part of the picture.
    """
    strides = (shape[1] // wanted[1], shape[2] // wanted[2])
    spare = (-(-shape[axis] // strides[axis - 1]) - wanted[axis] for axis in (1, 2))
    ring = _ring(*spare)
    if strides == (1, 1):
        words = "" if channels == shape[0] else tr(" and a 1×1 projection")
        text = tr("Insert Crop2d{words}", words=words)
        return text, lambda: (Crop2d(ring), *_projected(shape, channels))
    text = tr("Insert {projection} and Crop2d", projection=_projection(*strides))
    return text, lambda: (Conv2d(channels, 1, strides), Crop2d(ring))


def _projected(shape: Shape, channels: int) -> Layers:
    """A 1×1 projection where maps of this shape have not so many channels."""
    return () if channels == shape[0] else (Conv2d(channels, 1),)


def _ring(down: int, across: int) -> tuple[int, int, int, int]:
    """So many rows and columns on four sides, the odd one at the bottom and at the right."""
    return down // 2, down - down // 2, across // 2, across - across // 2


def _larger(shape: Shape, wanted: Shape, channels: int) -> Iterator[Adapter]:
    more = partial(_projected, shape, channels)
    and_more = "" if channels == shape[0] else tr(" and a 1×1 projection")
    if wanted[1] % shape[1] == 0 and wanted[2] % shape[2] == 0:
        scale = (wanted[1] // shape[1], wanted[2] // shape[2])
        text = tr("Insert Upsample{and_more}", and_more=and_more)
        yield text, lambda: (Upsample(scale), *more())
    if wanted[1] < 2 * shape[1] and wanted[2] < 2 * shape[2]:  # a lost border, and no stride
        ring = _ring(wanted[1] - shape[1], wanted[2] - shape[2])
        text = tr("Insert Pad2d{and_more}", and_more=and_more)
        yield text, lambda: (Pad2d(ring), *more())


def _option_a(shape: Shape, channels: int, down: int, across: int) -> Layers:
    """Every so many cells, and channels of zeros around: He et al. 2016, option A."""
    layers = list[Layer]()
    if (down, across) != (1, 1):
        layers.append(Slice2d(stride=(down, across)))
    extra = channels - shape[0]
    if extra:
        layers.append(ChannelPad(extra // 2, -(-extra // 2)))
    return tuple(layers)


def _projection(*strides: int) -> str:
    kernel = tr("1×1 projection") if len(strides) == 2 else "projection"
    if max(strides) == 1:
        return f"a {kernel}"
    text = strides[0] if len(set(strides)) == 1 else "×".join(str(one) for one in strides)
    return tr("a {kernel} with stride {text}", kernel=kernel, text=text)


def _stride(size: int, wanted: int) -> int:
    """The stride of single cells that leaves so many of a size, ⌈size/s⌉ = wanted; 0 if none."""
    return next((s for s in range(1, size + 1) if -(-size // s) == wanted), 0)
