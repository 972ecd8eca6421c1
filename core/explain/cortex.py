"""Cells of the visual cortex: a simple cell, a complex cell made of many, and the spikes of both.

A simple cell is one filter at one place, s = Σ f·x / Σ|f|, so that s lies between −1 and 1 for
light between −1 and 1. It fires where s is above 0. A complex cell asks simple cells at all places
nearby and takes the most, or adds the squares of two that see a line and an edge.

Sources: Hubel and Wiesel 1962; Adelson and Bergen 1985 for the energy; lecture 004, which makes
the first layers of a convolutional network of these cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.explain.stimulus import KINDS, Kind, Stimulus, pictures
from core.filterbank import Filter, gabor

Floats = NDArray[np.float64]

SIDE = 31  # cells of the picture, or one more, or as many as the filter needs
MOST_SHIFT = 8  # cells from the middle to the farthest simple cell of a complex one
PEAK = 100.0  # spikes a second of a cell whose response is 1
CEILING = 2 * PEAK  # what noise can drive a cell to, at most
ANGLES = np.arange(0.0, 181.0, 5.0)
PLACES = np.arange(-12.0, 12.5, 0.5)
_SIZE, _WAVELENGTH = 13, 6.0
_DIGITS = 12  # what is beyond is rounding: light everywhere gives 0, and + 0.0 makes it no −0
_CENTER, _SURROUND = 1.5, 3.0  # standard deviations in cells


def _centered(sign: float) -> Filter:
    """Light in the middle against light around it, each adding up to 1."""
    at = np.arange(_SIZE) - (_SIZE - 1) / 2
    distance = at[:, None] ** 2 + at[None, :] ** 2
    center, surround = (
        bell / bell.sum()
        for bell in (np.exp(-distance / (2 * s * s)) for s in (_CENTER, _SURROUND))
    )
    return sign * np.asarray(center - surround)


RECEPTIVE: MappingProxyType[str, Callable[[float], Filter]] = MappingProxyType(
    {
        "line": lambda angle: gabor(angle, size=_SIZE, wavelength=_WAVELENGTH),
        "edge": lambda angle: gabor(angle, size=_SIZE, wavelength=_WAVELENGTH, phase=90.0),
        "on": lambda angle: _centered(1.0),
        "off": lambda angle: _centered(-1.0),
    }
)
"""Receptive fields by name, at an angle: a line, an edge (Gabor), on-center and off-center."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A simple cell and the complex cell above it.

    Attributes:
        filter: the simple cell's field (h, w).
        radius: the complex cell asks simple cells up to so many cells away, each way.
        partner: the field at a quarter of a wave from it; where given the complex cell is the
            energy of both at one place.
    """

    filter: Filter
    radius: int = 4
    partner: Filter | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture; the field's middle is its middle."""
        sides = (max(SIDE, side + 2 * MOST_SHIFT) for side in self.filter.shape)
        h, w = (
            have + (have - side) % 2 for have, side in zip(sides, self.filter.shape, strict=True)
        )
        return h, w

    def simple(self, seen: Floats) -> Floats:
        """Responses (N,) of the simple cell to pictures (N, H, W); below 0 it is silent."""
        return _shifted(seen, self.filter, 0)[:, 0, 0]

    def complex(self, seen: Floats) -> Floats:
        """Responses (N,) of the complex cell, never below 0."""
        if self.partner is not None:
            other = _shifted(seen, self.partner, 0)[:, 0, 0]
            return np.asarray(np.hypot(self.simple(seen), other))
        return np.asarray(_shifted(seen, self.filter, self.radius).max(axis=(1, 2)).clip(0.0))


def cell(name: str, angle: float, *, radius: int = 4, energy: bool = False) -> Cell:
    """A cell with a field of `RECEPTIVE`; `energy` where the field is a line or an edge."""
    other = {"line": "edge", "edge": "line"}.get(name) if energy else None
    partner = RECEPTIVE[other](angle) if other else None
    return Cell(RECEPTIVE[name](angle), radius, partner)


def _shifted(seen: Floats, field: Filter, radius: int) -> Floats:
    """s at all places up to `radius` from the middle, (N, 2·radius + 1, 2·radius + 1)."""
    (h, w), whole = field.shape, float(np.abs(field).sum())
    top, left = (seen.shape[1] - h) // 2, (seen.shape[2] - w) // 2
    near = seen[:, top - radius : top + radius + h, left - radius : left + radius + w]
    sums = np.einsum("nyxij,ij->nyx", sliding_window_view(near, (h, w), axis=(1, 2)), field)
    return np.round(sums / whole, _DIGITS) + 0.0 if whole else np.zeros_like(sums)


# ---- what one stimulus does -------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """What excites a simple cell and what inhibits it, and the most there could be, Σ|f|."""

    excited: float
    inhibited: float
    whole: float

    @property
    def response(self) -> float:
        """s, 0 for a field of zeros."""
        s = (self.excited + self.inhibited) / self.whole if self.whole else 0.0
        return round(s, _DIGITS) + 0.0


def summed(cell: Cell, seen: Floats) -> Sum:
    """The sum of a simple cell over one picture (H, W), in its two parts."""
    h, w = cell.filter.shape
    top, left = (seen.shape[0] - h) // 2, (seen.shape[1] - w) // 2
    parts = cell.filter * seen[top : top + h, left : left + w]
    whole = float(np.abs(cell.filter).sum())
    return Sum(float(parts[parts > 0].sum()), float(parts[parts < 0].sum()), whole)


def by_kind(cell: Cell, stimulus: Stimulus) -> dict[Kind, tuple[float, float]]:
    """Responses (simple, complex) to every kind of stimulus in this one's place."""
    seen = pictures([replace(stimulus, kind=kind) for kind in KINDS], cell.size)
    pairs = zip(cell.simple(seen).tolist(), cell.complex(seen).tolist(), strict=True)
    return dict(zip(KINDS, pairs, strict=True))


# ---- tuning -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Tuning:
    """Responses of both cells along one axis: places, (A,) each."""

    at: Floats
    simple: Floats
    complex: Floats


def over_angle(cell: Cell, stimulus: Stimulus) -> Tuning:
    """The stimulus turned about its middle."""
    return _tuned(cell, ANGLES, [replace(stimulus, angle=float(one)) for one in ANGLES])


def over_place(cell: Cell, stimulus: Stimulus) -> Tuning:
    """The stimulus moved at right angles to its direction; a spot likewise."""
    return _tuned(cell, PLACES, [stimulus.moved(float(one)) for one in PLACES])


def span(at: Floats, responses: Floats) -> float:
    """How much of an evenly divided axis gives at least half of the largest response; 0 if none."""
    largest = float(responses.max())
    if largest <= 0:
        return 0.0
    return float(at[1] - at[0]) * int((responses >= largest / 2).sum())


def _tuned(cell: Cell, at: Floats, stimuli: list[Stimulus]) -> Tuning:
    seen = pictures(stimuli, cell.size)
    return Tuning(at, np.maximum(cell.simple(seen), 0.0), cell.complex(seen))


# ---- spikes -----------------------------------------------------------------------------


def rate(response: float) -> float:
    """Spikes a second: `PEAK` times the response, none below 0. A model, not a measurement."""
    return min(PEAK * max(0.0, response), CEILING)


def spikes(rate: float, *, trials: int, seed: int) -> list[Floats]:
    """Times within a second, in order, of each trial: a Poisson process of this rate.

    Of a process of the highest rate each spike is kept with the same chance, so that with one seed
    a lower rate has fewer of the same spikes.
    """
    random = np.random.default_rng(seed)
    found = []
    for _ in range(trials):
        number = random.poisson(CEILING)
        times, chances = np.sort(random.random(number)), random.random(number)
        found.append(times[chances < rate / CEILING])
    return found
