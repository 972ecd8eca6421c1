"""What a stage shows: sums, sheets, the table of a loss, or formulas, from the engine's tensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Floats
from core.explain.loss_steps import LossTable, loss_table
from core.explain.pages import sections
from core.explain.sizes import Explained, explained
from core.explain.steps import MODES, Mode, steps
from core.explain.walk import Walk
from core.explain.wired import as_maps
from core.layers import Layer, Output
from core.lessons.example import Stage
from core.shapes import Shape
from core.tongue import tr

_TENSORS = ("x", "y", "dx", "dy", "z", "dz", "v", "target")
FORMULAS = ("size", "parameters", "macs")


@dataclass(frozen=True, eq=False)
class Sheets:
    """Two grids: what a layer takes and what it gives, or the gradients the other way round.

    Attributes: `left`, `right` (h, w), `left` None where nothing comes in; `names` of both; `line`,
    the layer's own formula.
    """

    left: Floats | None
    right: Floats
    names: tuple[str, str]
    line: str


Shown = Walk | Sheets | LossTable | Explained


def wants(stage: Stage, weights: Iterable[str]) -> tuple[str, ...]:
    """The tensors that a stage needs of its node; formulas need none."""
    if stage.show in FORMULAS:
        return ()
    names = tuple(weights)
    return (*_TENSORS, *names, *(f"d{name}" for name in names))


def shown(
    stage: Stage, layer: Layer, inputs: tuple[Shape, ...], tensors: Mapping[str, NDArray[Any]]
) -> Shown:
    """What a stage shows of its node: the layer, its input shapes and the tensors it `wants`.

    ValueError where the layer, or what is known of it, has no such thing to show.
    """
    if stage.show in FORMULAS:
        return explained(layer, inputs)
    if stage.show in MODES:
        return _walk(stage, layer, tensors)
    if stage.show == "loss":
        if not isinstance(layer, Output) or "target" not in tensors:
            raise ValueError(tr("{label} has no loss to show.", label=layer.label))
        return loss_table(layer.loss, tensors["x"], tensors["target"], weight=layer.weight)
    return _sheets(stage, layer, tensors)


def number(stage: Stage, found: Shown) -> float:
    """The number that a stage points at, as the engine has it."""
    _, row, column = stage.at
    match found:
        case Walk():
            frame = found.steps.frame(found.target, found.plane, at=found.at)
            return frame.total if frame.engine is None else frame.engine
        case Sheets():
            return float(found.right[row, column])
        case LossTable():
            return float(found.columns[column].values[row])
    return _formula_value(stage, found)


def whole(stage: Stage, found: Shown) -> Floats:
    """Every number of the sheet that a stage points into."""
    match found:
        case Walk():
            sheet = found.steps.right(found.target.map, at=found.at)
            inside: Floats = sheet.values[sheet.kinds % 3 == 0]  # values, covered or not
            return inside.reshape(found.steps.size)
        case Sheets():
            return found.right
        case LossTable():
            return np.stack([column.values for column in found.columns], axis=1)
    return np.array([[_formula_value(stage, found)]])


def _walk(stage: Stage, layer: Layer, tensors: Mapping[str, NDArray[Any]]) -> Walk:
    modes = steps(layer, tensors, part=stage.part)
    mode = cast(Mode, stage.show)
    if mode not in modes:
        raise ValueError(tr("{label} has no {mode} steps to show.", label=layer.label, mode=mode))
    walk = Walk(modes)
    walk.set_mode(mode)
    channel, row, column = stage.at
    walk.aim(channel=channel, row=row, column=column)
    return walk


_NAMES = {"maps": ("x", "y"), "slopes": ("dy", "dx"), "learning": ("weight", "dweight")}


def _sheets(stage: Stage, layer: Layer, tensors: Mapping[str, NDArray[Any]]) -> Sheets:
    names = _NAMES[stage.show]
    if names[1] not in tensors:
        raise ValueError(tr("{label} has no {name} to show.", label=layer.label, name=names[1]))
    left = tensors.get(names[0])
    told = sections(type(layer)).get("Formula" if stage.show == "maps" else "Backward", "")
    return Sheets(
        None if left is None else _map(left, stage.at[0]), _map(tensors[names[1]], stage.at[0]),
        names, told,
    )  # fmt: skip


def _map(values: NDArray[Any], channel: int) -> Floats:
    """A map of maps, the row of a signal, or a vector as one row; the first where there is none."""
    is_filter = values.ndim == 4  # the sheets of a weight (O, C, kh, kw), one after another
    shape = (-1, *values.shape[2:]) if is_filter else as_maps(values.shape)
    maps = values.reshape(shape).astype(np.float64)
    chosen: Floats = maps[channel if channel < len(maps) else 0]
    return chosen


def _formula_value(stage: Stage, found: Explained) -> float:
    if stage.show == "size":
        return float(found.steps[0].value if found.steps else found.values.value)
    return float((found.parameters if stage.show == "parameters" else found.macs).value)
