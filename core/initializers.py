"""How weights start. All are drawn by NumPy on the host, so that every device starts equal.

The names say what is kept: He the variance through ReLU, Glorot that of values and gradients
through tanh, LeCun that through SELU. `fan_in` and `fan_out` count the inputs and outputs of one
unit, those of the window included, as in PyTorch.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.filterbank import TITLES, fitted, hand_made
from core.glyphs import digits
from core.kinds import Choice, Float, Floats
from core.settings import Declared, SettingError, setting
from core.tongue import tr

Drawn = NDArray[np.float64]
Fan = tuple[int, int]


@dataclass(frozen=True)
class Initializer(Declared, ABC):
    """Draws the first values of a weight."""

    title: ClassVar[str] = ""

    @property
    def label(self) -> str:
        return self.title or type(self).__name__

    @abstractmethod
    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        """Values of `shape`; `fan` counts (inputs, outputs) of one unit."""


@dataclass(frozen=True)
class HeNormal(Initializer):
    """Normal with σ = √(2 / fan_in): keeps the variance through ReLU layers.

    Source: He et al. 2015, "Delving Deep into Rectifiers". PyTorch: kaiming_normal_ with
    nonlinearity="relu". Keras: he_normal (cut off at 2 σ there).
    """

    title = tr("He normal")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return random.normal(0.0, math.sqrt(2.0 / max(fan[0], 1)), shape)


@dataclass(frozen=True)
class HeUniform(Initializer):
    """Uniform in ±√(6 / fan_in): the variance of HeNormal without its far values.

    Source: He et al. 2015. PyTorch: kaiming_uniform_ with nonlinearity="relu". Keras: he_uniform.
    """

    title = tr("He uniform")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return _evenly(random, math.sqrt(6.0 / max(fan[0], 1)), shape)


@dataclass(frozen=True)
class GlorotNormal(Initializer):
    """Normal with σ = √(2 / (fan_in + fan_out)): for sigmoid, tanh and linear outputs.

    Source: Glorot and Bengio 2010. PyTorch: xavier_normal_. Keras: glorot_normal (cut off at 2 σ).
    """

    title = tr("Glorot normal")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return random.normal(0.0, math.sqrt(2.0 / max(sum(fan), 1)), shape)


@dataclass(frozen=True)
class GlorotUniform(Initializer):
    """Uniform in ±√(6 / (fan_in + fan_out)): for sigmoid, tanh and linear outputs.

    Source: Glorot and Bengio 2010. PyTorch: xavier_uniform_. Keras: glorot_uniform, its default.
    """

    title = tr("Glorot uniform")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return _evenly(random, math.sqrt(6.0 / max(sum(fan), 1)), shape)


@dataclass(frozen=True)
class LeCunNormal(Initializer):
    """Normal with σ = √(1 / fan_in): keeps the variance through linear and SELU layers.

    Source: LeCun et al. 1998, "Efficient BackProp"; Klambauer et al. 2017. PyTorch:
    kaiming_normal_ with nonlinearity="linear". Keras: lecun_normal (cut off at 2 σ there).
    """

    title = tr("LeCun normal")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return random.normal(0.0, math.sqrt(1.0 / max(fan[0], 1)), shape)


@dataclass(frozen=True)
class Normal(Initializer):
    """Normal around 0 with a standard deviation of your choice (lecture 002 uses 0.1)."""

    title = tr("Normal")

    std: float = setting(0.1, Float(low=0.0), help="Standard deviation of the values.")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return random.normal(0.0, self.std, shape)


@dataclass(frozen=True)
class Uniform(Initializer):
    """Every value between two limits is as likely as any other."""

    title = tr("Uniform")

    low: float = setting(-0.1, Float(), help="The smallest value.")
    high: float = setting(0.1, Float(), help="The largest value.")

    def check(self) -> None:
        if self.high < self.low:
            raise SettingError(
                "high",
                tr("{low:g} or more is expected, {high:g} came", low=self.low, high=self.high),
            )

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return random.uniform(self.low, self.high, shape)


@dataclass(frozen=True)
class Zeros(Initializer):
    """Zero everywhere. Units that start equal stay equal: for the last layer alone, or to see it.

    PyTorch: zeros_. Keras: zeros.
    """

    title = tr("Zeros")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return np.zeros(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """The same value everywhere; 0 for biases, 1 for scales."""

    title = tr("Constant")

    value: float = setting(0.0, Float(), help="The value of every weight.")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return np.full(shape, self.value)


@dataclass(frozen=True)
class Identity(Initializer):
    """Hands its input on: unit n gives input n, filter n gives map n. Units beyond stay silent.

    PyTorch: eye_ for Linear, dirac_ (with its groups) for convolutions. Keras: identity, for
    Dense only.
    """

    title = tr("Identity")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        values = np.zeros(shape)
        if len(shape) < 2:
            return values
        # The middle of the window; the lower or right one where it lies between two cells.
        middle = tuple(size // 2 for size in shape[2:])
        units = _units_in_group(shape, fan)
        for first in range(0, shape[0], units):
            for place in range(min(units, shape[1])):
                values[(first + place, place, *middle)] = 1.0
        return values


@dataclass(frozen=True)
class HandMade(Initializer):
    """Filters that people made by hand: see what blur, Sobel or Gabor do to real data.

    Each filter looks at the mean of its input maps. It lies in the middle of a larger window; a
    smaller window shows its middle. A Linear layer sees its inputs as a square picture where their
    number is a square, else as one row. Source: lectures 001 and 002.
    """

    title = tr("Filters made by hand")

    name: str = setting(
        "all",
        Choice(("all", *TITLES), ("All in turn", *TITLES.values())),
        label="Filter",
        help="Which one every unit gets; all in turn gives one after another.",
    )
    angle: float = setting(
        0.0,
        Float(-360.0, 360.0),
        help="Direction of the lines that Gabor answers to: degrees counterclockwise from level.",
    )

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        if len(shape) < 2:
            return np.zeros(shape)
        names = tuple(TITLES) if self.name == "all" else (self.name,)
        filters = [hand_made(name, angle=self.angle) for name in names]
        window, channels = _window(shape)
        values = np.empty((shape[0], channels, *window))
        for unit in range(shape[0]):
            values[unit] = fitted(filters[unit % len(filters)], window) / channels
        return values.reshape(shape)


@dataclass(frozen=True)
class Listed(Initializer):
    """The numbers you write, in the order of the weight; they begin again where it has more.

    Filters go one after another, each map by map and row by row: PyTorch's order.
    """

    title = tr("Numbers you write")

    values: tuple[float, ...] = setting(
        (0.0,), Floats(longest=4096), help="The numbers, for example 0, 1, 0, 1, −4, 1, 0, 1, 0."
    )

    def check(self) -> None:
        if not self.values:
            raise SettingError("values", tr("one number or more is expected"))

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        return np.resize(np.array(self.values, np.float64), shape)


@dataclass(frozen=True)
class Glyphs(Initializer):
    """The digits 0 to 9, drawn in 7 × 12 cells of −1 and 1, for units with 84 inputs.

    Units beyond the tenth, and those with other inputs, get −1 and 1 at random. Source: LeCun et
    al. 1998, the output of LeNet-5.
    """

    title = tr("Patterns of digits")

    def draw(self, random: np.random.Generator, shape: tuple[int, ...], fan: Fan) -> Drawn:
        values = random.choice([-1.0, 1.0], shape)
        known = digits()
        if values.ndim == 2 and values.shape[1] == known.shape[1]:
            count = min(len(values), len(known))
            values[:count] = known[:count]
        return values


INITIALIZERS: tuple[type[Initializer], ...] = (
    HeNormal,
    HeUniform,
    GlorotNormal,
    GlorotUniform,
    LeCunNormal,
    Normal,
    Uniform,
    Zeros,
    Constant,
    Identity,
    HandMade,
    Listed,
    Glyphs,
)


def _evenly(random: np.random.Generator, limit: float, shape: tuple[int, ...]) -> Drawn:
    return random.uniform(-limit, limit, shape)


def _units_in_group(shape: tuple[int, ...], fan: Fan) -> int:
    """How many of the units along the first axis see the same inputs.

    Both fans are counts for one group times the window; the second axis is one of these counts, so
    the other is ours.
    """
    cells = prod(shape[2:])
    units = fan[0] * fan[1] // (cells * cells * shape[1])
    return units if units > 0 and shape[0] % units == 0 else shape[0]


def _window(shape: tuple[int, ...]) -> tuple[tuple[int, int], int]:
    """Height and width that a weight of (units, inputs, …) spans, and the maps below it."""
    if len(shape) == 2:
        side = math.isqrt(shape[1])
        return ((side, side) if side * side == shape[1] else (1, shape[1])), 1
    *height, width = shape[2:]
    return (prod(height), width), shape[1]
