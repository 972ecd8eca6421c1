"""The steps of a layer: how its output, its data gradient and its filter gradient come about.

`steps` takes what `core.explain.probe` gives and makes one `Steps` for each mode:

    forward   output values from the input and the filter,
    data      gradients by input values from the output's gradients and the filter,
    filter    gradients by weights from the input and the output's gradients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from numpy.typing import NDArray

from core.explain.stepping import Steps
from core.explain.wiring import Wired, dense_backwards, kernels, wired
from core.layers import Layer, Linear, SeparableConv2d, TiedConv2d
from core.layers.signals import SignalLayer

Mode = Literal["forward", "data", "filter"]
MODES: tuple[Mode, ...] = ("forward", "data", "filter")
Arrays = Mapping[str, NDArray[Any]]


def parts(layer: Layer) -> tuple[str, ...]:
    """The parts of a layer that is two in one; empty for all others."""
    layer = layer.plane if isinstance(layer, SignalLayer) else layer
    return ("depthwise", "pointwise") if isinstance(layer, SeparableConv2d) else ()


def steps(layer: Layer, tensors: Arrays, *, part: str = "") -> dict[Mode, Steps]:
    """The steps of each mode that the tensors of one item suffice for.

    They are "x" and the weights by name, and where they are known "y", "dy", "dx" and the weights'
    gradients, such as "dweight"; for two parts in one also "z" and "dz", which lie between.
    ValueError for a layer without links.
    """
    if isinstance(layer, SignalLayer):
        tensors, layer = _heightened(layer, tensors), layer.plane
    found = _between(tensors, part or "depthwise") if parts(layer) else dict(tensors)
    made = wired(layer, tensors, part=part)
    x, y = (made.narrow, made.wide) if made.transposed else (made.wide, made.narrow)
    for name, shape in (("x", x), ("dx", x), ("y", y), ("dy", y)):
        if name in found:  # vectors too
            found[name] = found[name].reshape(shape)
    modes: dict[Mode, Steps] = {"forward": _forward(made, found)}
    if "dy" in found:
        modes["data"] = _dense_data(found) if isinstance(layer, Linear) else _data(made, found)
        # The gradients of tied copies go through their transforms: no single sum of products.
        if made.learned and not isinstance(layer, TiedConv2d):
            modes["filter"] = _filter(made, layer, found)
    for one in modes.values():
        one.learned = bool(made.learned)
    return modes


def _heightened(layer: SignalLayer, tensors: Arrays) -> dict[str, NDArray[Any]]:
    """Signals (C, T) and filters (…, k) as maps and filters of one row."""
    high = {*layer.filters, *(f"d{name}" for name in layer.filters)}
    signals = {name for name in ("x", "y", "z", "dx", "dy", "dz") if name in tensors}
    high |= {name for name in signals if tensors[name].ndim == 2}
    return {name: one[..., None, :] if name in high else one for name, one in tensors.items()}


def _between(tensors: Arrays, part: str) -> dict[str, NDArray[Any]]:
    """The tensors of one part: the first one's output, the second one's input is "z"."""
    found = dict(tensors)
    names = {"y": "z", "dy": "dz"} if part == "depthwise" else {"x": "z", "dx": "dz"}
    for name, inner in names.items():
        found.pop(name, None)
        if inner in tensors:
            found[name] = tensors[inner]
    return found


def _forward(made: Wired, found: Arrays) -> Steps:
    if made.transposed:
        return Steps(
            made.links, made.weight, "wide", made.wide[0], narrow=found["x"], bias=made.bias,
            result=found.get("y"),
        )  # fmt: skip
    return Steps(
        made.links, made.weight, "narrow", made.narrow[0], wide=found["x"], bias=made.bias,
        result=found.get("y"), power=made.power,
    )  # fmt: skip


def _data(made: Wired, found: Arrays) -> Steps:
    weight = made.weight if made.slopes is None else made.slopes
    if made.transposed:
        return Steps(
            made.links, weight, "narrow", made.narrow[0], wide=found["dy"], result=found.get("dx")
        )
    return Steps(
        made.links, weight, "wide", made.wide[0], narrow=found["dy"], result=found.get("dx")
    )


def _dense_data(found: Arrays) -> Steps:
    """Gradients of units, folded like an input, under a filter for each input."""
    back = dense_backwards(found["weight"])
    dy, dx = found["dy"].reshape(back.wide), found.get("dx")
    result = None if dx is None else dx.reshape(back.narrow)
    return Steps(back.links, back.weight, "narrow", back.narrow[0], wide=dy, result=result)


def _filter(made: Wired, layer: Layer, found: Arrays) -> Steps:
    gradient = found.get(f"d{made.learned}")
    result = None if gradient is None else kernels(layer, gradient)
    wide, narrow = ("dy", "x") if made.transposed else ("x", "dy")
    return Steps(
        made.links,
        made.weight,
        "tap",
        made.weight.shape[2],
        wide=found[wide],
        narrow=found[narrow],
        result=result,
    )
