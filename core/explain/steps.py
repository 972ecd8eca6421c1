"""The steps of a layer: how its output, its data gradient and its filter gradient come about.

`steps` takes what `core.explain.probe` gives and makes one `Steps` for each mode:

    forward   output values from the input and the filter,
    data      gradients by input values from the output's gradients and the filter,
    filter    gradients by weights from the input and the output's gradients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.explain.stepping import Steps
from core.explain.wired import Wired, linked
from core.explain.wired_cells import PARTS as CELL_PARTS
from core.explain.wired_cells import excited, with_inhibition
from core.explain.wiring import kernels, wired
from core.layers import RBF, Layer, NeoC, NeoS, ScaledPool2d, SeparableConv2d, TiedConv2d
from core.layers.signals import SignalLayer
from core.shapes import Window
from core.tongue import tr

Mode = Literal["forward", "data", "filter"]
MODES: tuple[Mode, ...] = ("forward", "data", "filter")
Arrays = Mapping[str, NDArray[Any]]


def parts(layer: Layer) -> tuple[str, ...]:
    """The parts of a layer that is two in one; empty for all others."""
    layer = layer.plane if isinstance(layer, SignalLayer) else layer
    if isinstance(layer, NeoS | NeoC):
        return CELL_PARTS
    return ("depthwise", "pointwise") if isinstance(layer, SeparableConv2d) else ()


def steps(layer: Layer, tensors: Arrays, *, part: str = "") -> dict[Mode, Steps]:
    """The steps of each mode that the tensors of one item suffice for.

    They are "x" and the weights by name, and where they are known "y", "dy", "dx" and the weights'
    gradients, such as "dweight"; for two parts in one also "z" and "dz", which lie between, or "v",
    by which cells of a neocognitron are inhibited.
    ValueError for a layer without links.
    """
    if isinstance(layer, SignalLayer):
        tensors, layer = _heightened(layer, tensors), layer.plane
    found = _of_part(layer, tensors, part or (*parts(layer), "")[0])
    made = wired(layer, tensors, part=part)
    x, y = (made.narrow, made.wide) if made.transposed else (made.wide, made.narrow)
    for name, shape in (("x", x), ("dx", x), ("y", y), ("dy", y)):
        if name in found:  # vectors too
            found[name] = found[name].reshape(shape)
    modes: dict[Mode, Steps] = {"forward": _forward(made, found)}
    if "dy" in found:
        modes["data"] = _data_of(layer, made, found)
        if made.learned and _is_summed(layer):
            modes["filter"] = _filter_of(layer, made, found)
    for one in modes.values():
        one.learned = bool(made.learned)
        one.picks = made.picks
    if isinstance(layer, ScaledPool2d) and "dy" in found:
        modes["filter"] = _scales(layer, made, found)
    return modes


def _is_summed(layer: Layer) -> bool:
    """Whether the gradient of a layer's weight is a sum of products, and wanted."""
    if isinstance(layer, RBF):
        return layer.trained
    if isinstance(layer, NeoS):
        return layer.backprop
    return not isinstance(layer, TiedConv2d)  # copies hand theirs back through their transforms


def _heightened(layer: SignalLayer, tensors: Arrays) -> dict[str, NDArray[Any]]:
    """Signals (C, T) and filters (…, k) as maps and filters of one row."""
    high = {*layer.filters, *(f"d{name}" for name in layer.filters)}
    signals = {name for name in ("x", "y", "z", "dx", "dy", "dz") if name in tensors}
    high |= {name for name in signals if tensors[name].ndim == 2}
    return {name: one[..., None, :] if name in high else one for name, one in tensors.items()}


def _of_part(layer: Layer, tensors: Arrays, part: str) -> dict[str, NDArray[Any]]:
    """The tensors of one part under the names of a whole layer.

    Of a separable convolution the first part's output, the second part's input is "z"; of cells
    the inhibition's output is "v", and it has no gradients of its own.
    """
    found = dict(tensors)
    names: dict[str, str] = {}
    if isinstance(layer, SeparableConv2d):
        names = {"y": "z", "dy": "dz"} if part == "depthwise" else {"x": "z", "dx": "dz"}
    elif part == "inhibition":
        names = {"y": "v", "dy": "", "dx": ""}
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
        result=found.get("y"), power=made.power, ending=made.ending, distance=made.distance,
    )  # fmt: skip


def _data_of(layer: Layer, made: Wired, found: Arrays) -> Steps:
    if made.back is not None:
        return _data_back(made.back, found)
    if isinstance(layer, NeoS):
        links, weight, narrow = with_inhibition(layer, made, found)
        return Steps(
            links, weight, "wide", made.wide[0], narrow=narrow, result=found.get("dx"),
            left_name=tr("de and dv"),
        )  # fmt: skip
    if isinstance(layer, NeoC):
        return _data(made, {**found, "dy": excited(layer, made, found)}, left_name="dm")
    return _data(made, found)


def _data(made: Wired, found: Arrays, *, left_name: str = "") -> Steps:
    weight = made.weight if made.slopes is None else made.slopes
    if made.transposed:
        return Steps(
            made.links, weight, "narrow", made.narrow[0], wide=found["dy"], result=found.get("dx")
        )
    return Steps(
        made.links, weight, "wide", made.wide[0], narrow=found["dy"], result=found.get("dx"),
        left_name=left_name,
    )  # fmt: skip


def _data_back(back: Wired, found: Arrays) -> Steps:
    """Gradients as the input of a layer of their own, such as units folded under a filter each."""
    dy, dx = found["dy"].reshape(back.wide), found.get("dx")
    result = None if dx is None else dx.reshape(back.narrow)
    return Steps(back.links, back.weight, "narrow", back.narrow[0], wide=dy, result=result)


def _filter_of(layer: Layer, made: Wired, found: Arrays) -> Steps:
    if isinstance(layer, RBF):
        return _patterns(made, found)
    if isinstance(layer, NeoS):  # strengths are used without their sign
        slopes = found.get("dweight")
        told = {**found, "dy": excited(layer, made, found)}
        if slopes is not None:
            told["dweight"] = np.where(found["weight"] < 0, -slopes, slopes)
        return _filter(made, layer, told, middle_name="de")
    return _filter(made, layer, found)


def _filter(made: Wired, layer: Layer, found: Arrays, *, middle_name: str = "") -> Steps:
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
        middle_name=middle_name,
    )


def _patterns(made: Wired, found: Arrays) -> Steps:
    """Patterns that learn: 2·(x − w) under each of them, times the unit's gradient."""
    gradient = found.get("dweight")
    units = np.arange(made.narrow[0])
    slopes = 2 * (found["x"].astype(np.float64) - made.weight[0, 0])  # (K, h, w)
    links = linked(made.links.window, slopes.shape, made.narrow, (units, units))
    return Steps(
        links, made.weight, "tap", len(units), wide=slopes, narrow=found["dy"],
        result=None if gradient is None else gradient.reshape(made.weight.shape),
        left_name="2(x − w)",
    )  # fmt: skip


def _scales(layer: ScaledPool2d, made: Wired, found: Arrays) -> Steps:
    """The one weight of each map of a trained pooling: the pooled map times its gradient."""
    shape, maps = made.narrow, np.arange(made.narrow[0])
    scale = found["weight"].astype(np.float64)
    alone = wired(layer, {**found, "weight": np.ones_like(scale)})
    pooled = np.stack([made.links.gathered(found["x"], alone.weight, int(one)) for one in maps])
    gradient = found.get("dweight")
    return Steps(
        linked(Window((1, 1)), shape, shape, (maps, maps)), scale[None, None, :, None, None], "tap",
        len(maps), wide=pooled, narrow=found["dy"],
        result=None if gradient is None else gradient[None, None, :, None, None],
        left_name=tr("pooled"),
    )  # fmt: skip
