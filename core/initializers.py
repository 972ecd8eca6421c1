"""How weights start. All are drawn by NumPy on the host, so that every device starts equal."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.settings import Declared, Float, setting


@dataclass(frozen=True)
class Initializer(Declared, ABC):
    """Draws the first values of a weight."""

    @abstractmethod
    def draw(
        self, random: np.random.Generator, shape: tuple[int, ...], fan: tuple[int, int]
    ) -> NDArray[np.float64]:
        """Values of `shape`; `fan` counts (inputs, outputs) of one unit."""


@dataclass(frozen=True)
class HeNormal(Initializer):
    """Normal with σ = √(2 / fan_in): keeps the variance through ReLU layers.

    Source: He et al. 2015, "Delving Deep into Rectifiers". Keras: he_normal (truncated there).
    """

    def draw(
        self, random: np.random.Generator, shape: tuple[int, ...], fan: tuple[int, int]
    ) -> NDArray[np.float64]:
        return random.normal(0.0, math.sqrt(2.0 / max(fan[0], 1)), shape)


@dataclass(frozen=True)
class GlorotUniform(Initializer):
    """Uniform in ±√(6 / (fan_in + fan_out)): for sigmoid, tanh and linear outputs.

    Source: Glorot and Bengio 2010. Keras: glorot_uniform; PyTorch: xavier_uniform_.
    """

    def draw(
        self, random: np.random.Generator, shape: tuple[int, ...], fan: tuple[int, int]
    ) -> NDArray[np.float64]:
        limit = math.sqrt(6.0 / max(sum(fan), 1))
        return random.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class Normal(Initializer):
    """Normal around 0 with a standard deviation of your choice (002 uses 0.1)."""

    std: float = setting(0.1, Float(low=0.0), help="Standard deviation of the values.")

    def draw(
        self, random: np.random.Generator, shape: tuple[int, ...], fan: tuple[int, int]
    ) -> NDArray[np.float64]:
        return random.normal(0.0, self.std, shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """The same value everywhere; 0 for biases, 1 for scales."""

    value: float = setting(0.0, Float(), help="The value of every weight.")

    def draw(
        self, random: np.random.Generator, shape: tuple[int, ...], fan: tuple[int, int]
    ) -> NDArray[np.float64]:
        return np.full(shape, self.value)


INITIALIZERS: tuple[type[Initializer], ...] = (HeNormal, GlorotUniform, Normal, Constant)
