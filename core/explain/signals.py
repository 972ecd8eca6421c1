"""Signals over time: what a layer makes of them, and the sum behind one value, tap by tap.

A lane is a strip of values with a place: (F, T) of F frequencies, 1 where there are none, and T
moments, each value lying somewhere on the item. Letters: C maps, kh × kw taps, k of a filter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.spectrogram import Sampling, spectrogram
from core.explain.frames import Target
from core.explain.stepping import Steps
from core.explain.steps import parts, steps
from core.explain.wiring import is_wired
from core.infer import Field
from core.kinds import Pair
from core.layers import Layer
from core.layers.signals import SignalLayer
from core.tongue import tr

Floats = NDArray[np.float64]
Axis = Literal[0, 1]
FREQUENCY: Axis = 0
TIME: Axis = 1
How = Literal["max", "mean"]
Form = Literal["mean", "change", "ridge"]

WINDOW, STEP = 128, 32  # samples, of the spectrogram of a wave


@dataclass(frozen=True, eq=False)
class Lane:
    """Values (F, T) and where they lie on the item.

    Attributes:
        name: what it is called.
        first: row and column of the item under the middle of the first value.
        step: rows and columns of the item from one value to the next.
    """

    name: str
    values: NDArray[Any]
    first: tuple[float, float] = (0.0, 0.0)
    step: tuple[float, float] = (1.0, 1.0)

    def place(self, row: float, column: float) -> tuple[float, float]:
        """The row and column of the item under the middle of a value."""
        return self.first[0] + row * self.step[0], self.first[1] + column * self.step[1]

    def nearest(self, row: float, column: float) -> Pair:
        """The value whose middle is nearest to a place on the item."""
        found = (
            min(max(round((at - first) / step), 0), size - 1)
            for at, first, step, size in zip(
                (row, column), self.first, self.step, self.values.shape, strict=True
            )
        )
        return next(found), next(found)


@dataclass(frozen=True, eq=False)
class Signal:
    """An item (C, F, T) and what a node has at hand for it, named as in `core.explain.probe`."""

    item: NDArray[Any]
    sampling: Sampling | None
    tensors: Mapping[str, NDArray[Any]]


def as_strip(values: NDArray[Any]) -> NDArray[Any]:
    """Maps of a signal (C, T) as (C, 1, T); those of a spectrogram (C, F, T) stay."""
    return values[:, None] if values.ndim == 2 else values


def lanes(maps: NDArray[Any], field: Field | None, item: Pair) -> list[Lane]:
    """The maps (C, F, T) of a layer over an item of so many rows and columns.

    `field` says where its values lie; where that is not known they are spread evenly.
    """
    field = field or _even((maps.shape[1], maps.shape[2]), item)
    return [
        Lane(tr("map {number}", number=number), one, field.start, field.step)
        for number, one in enumerate(maps)
    ]


def _even(size: Pair, item: Pair) -> Field:
    down, across = (whole / part for whole, part in zip(item, size, strict=True))
    return Field((1, 1), (down, across), ((down - 1) / 2, (across - 1) / 2))


def seen_as_spectrogram(item: Lane) -> Lane | None:
    """A wave (1, T) by its frequencies, over the same time; None where it is too short."""
    wave = np.asarray(item.values, np.float32)
    if wave.shape[0] != 1 or wave.shape[1] < WINDOW:
        return None
    strength = spectrogram(wave, window=WINDOW, step=STEP)[0]
    return Lane("spectrogram", strength, (0.0, (WINDOW - 1) / 2), (1.0, float(STEP)))


def sampling_of(shown: Lane, item: Sampling | None) -> Sampling | None:
    """How a lane of the item lies in time and frequency: the item itself, or its spectrogram."""
    if item is None or shown.values.shape[0] == 1 or item.window:
        return item
    return Sampling(item.rate, WINDOW, STEP)


# ---- pooling and filtering along one axis -----------------------------------------------


def pooled(lane: Lane, size: int, *, axis: Axis = TIME, how: How = "max") -> Lane:
    """What is left of a lane by windows of `size` that do not overlap, as a layer of pooling does.

    A rest that fills no window is left out. ValueError where no window fits.
    """
    count = lane.values.shape[axis] // size
    if not count:
        raise ValueError(
            tr(
                "{name} has {shape} values, {size} are needed.",
                name=lane.name,
                shape=lane.values.shape[axis],
                size=size,
            )
        )
    whole = np.take(lane.values, np.arange(count * size), axis)
    pools = whole.reshape(*whole.shape[:axis], count, size, *whole.shape[axis + 1 :])
    values = pools.max(axis=axis + 1) if how == "max" else pools.mean(axis=axis + 1)
    moved = replace(lane, name=tr("pool {size}", size=size), values=values)
    return _rescaled(moved, axis, offset=(size - 1) / 2, factor=size)


def slid(lane: Lane, weights: Floats, *, axis: Axis) -> Lane:
    """A filter (k,) slid along one axis, as in `Conv1d`: k values meet it, nothing is flipped.

    ValueError where the lane is shorter than the filter.
    """
    length, k = lane.values.shape[axis], len(weights)
    if length < k:
        raise ValueError(
            tr("{name} has {length} values, the filter {k}.", name=lane.name, length=length, k=k)
        )
    windows = np.lib.stride_tricks.sliding_window_view(lane.values, k, axis=axis)
    moved = replace(lane, values=np.asarray(windows @ weights))
    return _rescaled(moved, axis, offset=(k - 1) / 2, factor=1)


def filter_of(form: Form, size: int) -> Floats:
    """A filter of `size` taps.

    "mean": all 1/k. "change": the mean of the later half less that of the earlier one. "ridge":
    the middle less the mean of the others. ValueError for less than 3 taps or an even number.
    """
    if size < 3 or size % 2 == 0:
        raise ValueError(tr("A filter has an odd number of taps from 3, not {size}.", size=size))
    half = size // 2
    if form == "mean":
        return np.full(size, 1 / size)
    if form == "change":
        return np.sign(np.arange(size) - half) / half
    ridge = np.full(size, -1 / (size - 1))
    ridge[half] = 1.0
    return ridge


def _rescaled(lane: Lane, axis: Axis, *, offset: float, factor: int) -> Lane:
    """The lane with its first value moved by `offset` old steps, and longer steps."""
    first, step = list(lane.first), list(lane.step)
    first[axis] += offset * step[axis]
    step[axis] *= factor
    return replace(lane, first=(first[0], first[1]), step=(step[0], step[1]))


# ---- the sum behind one value -----------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Taps:
    """A value as the sum that it is; the maps are those of the input that take part.

    Attributes:
        maps: their numbers (C,).
        rows, columns: where the taps lie on the input (kh,) and (kw,); outside in the padding.
        values, weights, products: what meets there (C, kh, kw), 0 in the padding.
        bias: what is added, None where there is none.
        total: the sum.
        learned: whether the weights are, and not the shares of a pool.
    """

    maps: NDArray[np.int64]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Floats
    weights: Floats
    products: Floats
    bias: float | None
    total: float
    learned: bool

    @property
    def over_time(self) -> Floats:
        """What each moment adds (kw,)."""
        found: Floats = self.products.sum(axis=(0, 1))
        return found

    @property
    def strongest(self) -> int:
        """The place, among the maps, of the one whose products are largest, signs left out."""
        return int(np.abs(self.products).sum(axis=(1, 2)).argmax())


def steps_of(layer: Layer, tensors: Mapping[str, NDArray[Any]]) -> Steps | None:
    """The sums of a layer whose window slides, from its tensors; None where it has no such sums."""
    plain = layer.plane if isinstance(layer, SignalLayer) else layer
    if not is_wired(plain) or parts(layer) or "x" not in tensors or tensors["x"].ndim < 2:
        return None
    found = steps(layer, {name: one for name, one in tensors.items() if not name.startswith("d")})
    forward = found["forward"]
    is_sum = forward.ending is None and not (forward.power or forward.distance)
    return forward if forward.partner == "narrow" and is_sum else None


def taps_of(found: Steps, channel: int, row: int, column: int) -> Taps:
    """The sum behind one value of the output."""
    target = Target(channel, row, column)
    planes, links = found.planes(channel), found.links
    terms = found.terms(target)
    values, weights = found.factors(terms)
    place = np.searchsorted(planes, terms.plane)
    at = (place, terms.tap[:, 0], terms.tap[:, 1])
    sheets = np.zeros((3, len(planes), *links.window.kernel))
    sheets[0][at], sheets[1][at] = values, weights
    sheets[2] = sheets[0] * sheets[1]
    bias = None
    if found.bias is not None:
        bias = float(found.bias[channel] if found.bias.ndim == 1 else found.bias[target])
    rows, columns = links.places
    return Taps(
        links.wide_maps[planes], rows[row], columns[column], sheets[0], sheets[1], sheets[2], bias,
        float(sheets[2].sum()) + (bias or 0.0), found.learned,
    )  # fmt: skip
