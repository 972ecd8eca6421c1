"""What lies over one time axis: an item, frames on it, a filter, lanes. Nothing here needs Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.spectrogram import Sampling
from core.explain.signals import Lane

Span = tuple[float, float]  # the first and last row, or column, of the item


@dataclass(frozen=True)
class Frame:
    """A rectangle over the item, by its first and last row and column; `solid` or dashed."""

    rows: Span
    columns: Span
    solid: bool = True


@dataclass(frozen=True, eq=False)
class Filter:
    """A filter at its place.

    Attributes:
        name: what it is called.
        weights: (R, k): R rows of taps.
        columns: where on the item each tap lies (k,).
        width: of a tap, in columns of the item.
    """

    name: str
    weights: NDArray[Any]
    columns: NDArray[np.float64]
    width: float


@dataclass(frozen=True, eq=False)
class Timeline:
    """What is drawn over one time axis.

    Attributes:
        item: the item, or its spectrogram.
        length: columns of the item: the time axis goes from the first to the last.
        sampling: how these lie in time; None where that is not known.
        heights: how the rows of `item` lie in frequency; None where they do not.
        rows: the first and the last row of the item.
        lanes: what lies below.
        chosen: the lane that is looked at, −1 for none.
        place: the row and column of the item that are looked at.
        frames: what is framed on the item.
        filter: a filter to draw at its place.
        limit: of the colors and curves of all lanes.
    """

    item: Lane
    length: int
    sampling: Sampling | None = None
    heights: Sampling | None = None
    rows: Span = (0.0, 0.0)
    lanes: tuple[Lane, ...] = ()
    chosen: int = -1
    place: tuple[float, float] = (0.0, 0.0)
    frames: tuple[Frame, ...] = ()
    filter: Filter | None = None
    limit: float = 1.0
