"""Which settings give a layer the output one wants: kernel, stride, padding and their like.

Every answer is checked by the layer's own shape rule, whatever that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from core.layers import Layer
from core.settings import Setting, SettingError, settings_of
from core.shapes import Shape, ShapeError
from core.tongue import tr

MOST = 5  # answers
WIDEST = 32  # value of one setting that is tried alone
WIDEST_OF_TWO = 11  # and of two that change together
# What changes a size, in the order in which people like to change it.
ALONE = (
    "padding",
    "stride",
    "kernel_size",
    "ceil_mode",
    "scale_factor",
    "output_size",
    "cropping",
    "tail",
    "offset",
    "dilation",
)
TOGETHER = ("padding", "stride", "kernel_size", "output_padding", "cropping", "scale_factor")
RINGS = ("padding", "cropping")  # two sides on each axis
FROM_ZERO = (*RINGS, "output_padding", "tail", "offset")
MODES = ("same", "half", "full", "ceil")

Values = tuple[Any, ...]  # one for each setting that is tried


@dataclass(frozen=True)
class Solution:
    """Settings that give the wanted size, and how a person reads them: `padding 2 · stride 2`."""

    settings: tuple[tuple[str, Any], ...]
    text: str


def solve_for(
    layer: Layer, inputs: tuple[Shape, ...], wanted: tuple[int, ...]
) -> tuple[Solution, ...]:
    """Settings by which a layer makes maps of `wanted` height and width, or a signal so long.

    Fewest changes first, and among these the values nearest to today's; none where the layer does
    so already, or where no settings do. ValueError where `wanted` has not the sizes that the
    layer's output has, or one of them is below 1.
    """
    if not inputs or len(wanted) != len(inputs[0]) - 1 or min(wanted, default=0) < 1:
        count = len(inputs[0]) - 1 if inputs else 0
        raise ValueError(
            tr("{count} sizes of 1 or more are expected, {wanted} came", count=count, wanted=wanted)
        )
    if _size(layer, inputs, {}) == wanted:
        return ()
    declared = {item.name: item for item in settings_of(type(layer))}
    found: list[Solution] = []
    for names, count in ((ALONE, 1), (TOGETHER, 2)):
        for chosen in combinations([declared[name] for name in names if name in declared], count):
            answer = _answer(layer, inputs, wanted, chosen)
            if answer is not None and answer not in found:
                found.append(answer)
    return tuple(found[:MOST])


def _answer(
    layer: Layer, inputs: tuple[Shape, ...], wanted: tuple[int, ...], chosen: tuple[Setting, ...]
) -> Solution | None:
    """The nearest values of these settings that do it, each axis by itself; None if none do."""
    names, axes = [item.name for item in chosen], len(wanted)
    by_axis = []
    for axis, want in enumerate(wanted):
        for values in _tries(layer, names, axis, axes):
            everywhere = (_joined(value, axes) for value in values)
            size = _size(layer, inputs, dict(zip(names, everywhere, strict=True)))
            if size[axis : axis + 1] == (want,):
                by_axis.append(values)
                break
        else:
            return None
    settings = {name: _each([values[n] for values in by_axis]) for n, name in enumerate(names)}
    if _size(layer, inputs, settings) != wanted:
        return None
    made = layer.replace(**settings)
    changed = [item for item in chosen if getattr(made, item.name) != getattr(layer, item.name)]
    if len(changed) < len(chosen):
        return None  # another answer already says this with fewer settings
    return Solution(tuple(settings.items()), _told(made, chosen))


def _size(layer: Layer, inputs: tuple[Shape, ...], settings: Mapping[str, Any]) -> tuple[int, ...]:
    """Output sizes with other settings; empty where the layer cannot have them."""
    try:
        return layer.replace(**settings).infer(*inputs)[1:]
    except (SettingError, ShapeError):
        return ()


def _tries(layer: Layer, names: list[str], axis: int, axes: int) -> Iterable[Values]:
    """Values to try on one axis, those nearest to today's first."""
    widest = WIDEST if len(names) == 1 else WIDEST_OF_TWO
    rows = [list(_values(name, getattr(layer, name), axis, axes, widest)) for name in names]
    if len(rows) == 1:
        return ((value,) for value in rows[0])
    ranked = [(i + j, i, (a, b)) for i, a in enumerate(rows[0]) for j, b in enumerate(rows[1])]
    return (values for _, _, values in sorted(ranked, key=lambda one: one[:2]))


def _values(name: str, now: Any, axis: int, axes: int, widest: int) -> Iterator[Any]:
    """Values of one setting on one axis, the nearest to today's first; of a ring its two sides."""
    if isinstance(now, bool):
        yield not now
        return
    today = 0 if isinstance(now, str) else _along(now, axis, axes)
    numbers = range(0 if name in FROM_ZERO else 1, widest + 1)
    nearest = sorted(numbers, key=lambda one: (abs(one - today), one))
    if name not in RINGS:
        yield from nearest
        return
    yield from ((cells, cells) for cells in nearest)
    if name == "padding":
        yield from MODES
    yield from ((cells, cells + 1) for cells in nearest)


def _along(value: Any, axis: int, axes: int) -> int:
    """Today's value on one axis; of a ring its first side."""
    if isinstance(value, int):
        return value
    return int(value[axis * len(value) // axes])


def _joined(value: Any, axes: int) -> Any:
    """The setting that has this value on every axis."""
    return value * axes if isinstance(value, tuple) else value


def _each(values: list[Any]) -> Any:
    """The setting with one value for each axis."""
    if len(set(values)) == 1:
        return _joined(values[0], len(values))
    if all(isinstance(value, tuple) for value in values):
        return sum(values, ())
    return tuple(values)


def _told(made: Layer, chosen: tuple[Setting, ...]) -> str:
    words = []
    for item in chosen:
        value = getattr(made, item.name)
        words.append(item.label.lower() + ("" if value is True else f" {item.kind.show(value)}"))
    return " · ".join(words)
