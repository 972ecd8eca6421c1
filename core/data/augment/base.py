"""What an augmentation is: settings that can be saved, random draws, and a change of pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.data.draws import Draws
from core.kinds import Pair
from core.settings import Declared

Drawn = Mapping[str, NDArray[Any]]
"""What was drawn for N items, each (N,): for example `{"degrees": ...}`."""

Maps = NDArray[np.float64]
"""(N, 3, 3) maps of points (x, y, 1) in pixels from the middle of the picture, y downward."""


@dataclass(frozen=True)
class Augmentation(Declared, ABC):
    """Base of everything that is changed at random, anew for each item in each epoch.

    `title` stands on screen, `verb` in sentences: "each picture is rotated".
    """

    title: ClassVar[str] = ""
    verb: ClassVar[str] = ""
    takes_values: ClassVar[bool] = False  # signals and vectors too, not pictures alone

    @property
    def label(self) -> str:
        return self.title

    @abstractmethod
    def draw(self, random: Draws, size: Pair) -> Drawn:
        """The random numbers for a batch of pictures of (height, width)."""


@dataclass(frozen=True)
class Geometric(Augmentation, ABC):
    """Base of those that move points. A row of them is one map: pixels are resampled once."""

    @abstractmethod
    def maps(self, drawn: Drawn) -> Maps:
        """Where a point of each picture goes."""


@dataclass(frozen=True)
class Change(Augmentation, ABC):
    """Base of those that change values where they are."""

    @abstractmethod
    def apply(self, x: NDArray[np.float32], drawn: Drawn, random: Draws, full: float) -> None:
        """Change items (N, ...) in place; their values usually lie within `full`."""
