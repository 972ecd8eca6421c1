"""What the signal view draws on each of its pages. Nothing here needs Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.explain import signals
from core.explain.reach import seen_by
from core.explain.signals import (
    FREQUENCY,
    TIME,
    Axis,
    Floats,
    How,
    Lane,
    Signal,
    Taps,
    pooled,
    sampling_of,
    seen_as_spectrogram,
    slid,
    steps_of,
    taps_of,
)
from core.explain.stepping import Steps
from core.graph import Graph
from core.infer import Inference
from core.kinds import Pair
from core.tongue import tr
from designer.viewers.timeline import Filter, Frame, Timeline

SIZES = (1, 2, 4, 8, 16)  # of pools
_OVER = {TIME: tr("over time"), FREQUENCY: tr("over frequency")}


@dataclass(frozen=True, eq=False)
class Reading:
    """A signal, what a node makes of it, and where in the network that is."""

    signal: Signal
    graph: Graph
    known: Inference
    node: str

    @cached_property
    def item(self) -> Lane:
        """The first channel of the item."""
        values = self.signal.item[0]
        return Lane("wave" if len(values) == 1 else "item", values)

    @cached_property
    def by_frequency(self) -> Lane | None:
        """The item by its frequencies, None where it has none."""
        return self.item if len(self.item.values) > 1 else seen_as_spectrogram(self.item)

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """The maps of the node."""
        maps = self.signal.tensors["y"]
        maps = maps[:, None] if maps.ndim == 2 else maps
        shape = (self.item.values.shape[0], self.item.values.shape[1])
        return tuple(signals.lanes(maps, self.known.nodes[self.node].receptive, shape))

    @cached_property
    def limit(self) -> float:
        """The largest |value| of all maps."""
        return _largest(self.lanes)

    @cached_property
    def _steps(self) -> Steps | None:
        if self.node not in self.graph.nodes:  # bypassed, it hands on what it gets
            return None
        return steps_of(self.graph[self.node].layer, self.signal.tensors)

    def taps(self, cell: tuple[int, int, int]) -> Taps | None:
        """The sum behind a value of the node, None where it is none."""
        return None if self._steps is None else taps_of(self._steps, *cell)

    def seen(self, cell: Pair) -> tuple[Frame, ...]:
        """What a value can see of the item, and with dashes what it would with the padding."""
        frames = []
        seen = seen_by(self.graph, self.known, self.node, cell)
        if seen is not None:
            frames.append(Frame(seen.rows, seen.columns))
        field = self.known.nodes[self.node].receptive
        if field is not None:
            middle = [start + step * at for start, step, at in zip(
                field.start, field.step, cell, strict=True)]  # fmt: skip
            rows, columns = (
                (at - (size - 1) / 2, at + (size - 1) / 2)
                for at, size in zip(middle, field.size, strict=True)
            )
            whole = Frame(rows, columns, solid=False)
            if not frames or (whole.rows, whole.columns) != (frames[0].rows, frames[0].columns):
                frames.append(whole)
        return tuple(frames)

    def filter_at(self, taps: Taps) -> Filter | None:
        """The filter of a sum where its taps lie on the item; of maps of rows the strongest one."""
        sources = self.graph.inputs_of(self.node)
        field = self.known.nodes[sources[0]].receptive if sources else None
        if field is None:
            return None
        flat = taps.weights.shape[1] == 1
        weights = taps.weights[:, 0] if flat else taps.weights[taps.strongest]
        columns = field.start[1] + field.step[1] * taps.columns.astype(np.float64)
        return Filter("filter" if taps.learned else "shares", weights, columns, field.step[1])


def shown_item(reading: Reading, *, spectrum: bool) -> Timeline:
    """The item alone: as it is, or by its frequencies."""
    item, length = reading.item, reading.item.values.shape[1]
    shown = reading.by_frequency if spectrum else item
    shown = shown or item
    heights = sampling_of(shown, reading.signal.sampling) if len(shown.values) > 1 else None
    rows = (0.0, float(len(shown.values) - 1))
    return Timeline(shown, length, reading.signal.sampling, heights, rows)


def layer_page(reading: Reading, cell: tuple[int, int, int], *, spectrum: bool) -> Timeline:
    """The maps of the node below the item, with what the chosen value sees and its filter."""
    plain = shown_item(reading, spectrum=spectrum)
    frames = reading.seen(cell[1:])
    if plain.item is not reading.item:  # a wave by its frequencies: a span of time has all of them
        frames = tuple(replace(frame, rows=plain.rows) for frame in frames)
    taps = reading.taps(cell)
    return replace(
        plain,
        lanes=reading.lanes,
        chosen=cell[0],
        place=reading.lanes[cell[0]].place(cell[1], cell[2]),
        frames=frames,
        filter=None if taps is None else reading.filter_at(taps),
        limit=reading.limit,
    )


def pooling_page(
    reading: Reading, cell: tuple[int, int, int], *, spectrum: bool, axis: Axis, how: How
) -> Timeline:
    """What becomes of one map in pools of 1 to 16, as far as it is long enough."""
    lane = reading.lanes[cell[0]]
    kept = [
        pooled(lane, size, axis=axis, how=how) for size in SIZES if size <= lane.values.shape[axis]
    ]
    named = tuple(replace(one, name=f"{one.name} → {one.values.shape[axis]}") for one in kept)
    page = layer_page(reading, cell, spectrum=spectrum)
    return replace(
        page, lanes=named, chosen=-1, filter=None,
        limit=_largest((lane,)),
    )  # fmt: skip


def axes_page(
    reading: Reading, place: tuple[float | None, float], weights: Floats
) -> Timeline | None:
    """One filter over time and the same over frequency, side by side; None without frequencies.

    `place` is the row of the spectrogram, None for the strongest one, and the column of the item.
    """
    shown = reading.by_frequency
    k = len(weights)
    if shown is None or min(shown.values.shape) < k:
        return None
    page = shown_item(reading, spectrum=True)
    found = tuple(
        replace(slid(shown, weights, axis=axis), name=_OVER[axis]) for axis in (TIME, FREQUENCY)
    )
    half = k // 2
    row, column = shown.nearest(place[0] or 0.0, place[1])
    if place[0] is None:
        row = int(shown.values[:, column].argmax())
    row, column = (
        min(max(at, half), size - 1 - half)
        for at, size in zip((row, column), shown.values.shape, strict=True)
    )
    middle = shown.place(row, column)
    wide = shown.step[1]
    columns = (middle[1] - (wide - 1) / 2, middle[1] + (wide - 1) / 2)
    over_time = Frame((row, row), (columns[0] - half * wide, columns[1] + half * wide))
    over_frequency = Frame((row - half, row + half), columns)
    frames = (over_time, over_frequency)
    return replace(page, lanes=found, place=middle, frames=frames, limit=_largest(found))


def _largest(lanes: tuple[Lane, ...]) -> float:
    """The largest |value| of all, 1 where there is none but zero."""
    return max(float(np.abs(lane.values).max(initial=0.0)) for lane in lanes) or 1.0
