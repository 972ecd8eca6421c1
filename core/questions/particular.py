"""What the views of one kind of data ask of the engine process; see `core.questions.exploring`.

Where the data are of another kind the answer has nothing `found`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.boxes import Places
from core.explain.signals import Signal
from core.questions.exploring import Exploration, Explored


@dataclass(frozen=True)
class ShowSignal(Exploration):
    """A validation item over time, or an `item` of one's own, and what a node makes of it."""

    kind = "signal"
    node: str
    sample: int = 0
    item: NDArray[Any] | None = None


@dataclass(frozen=True)
class SignalShown(Explored):
    """The item's number, its class, and the signal; None where the data have no time."""

    kind = "signal"
    asked: ShowSignal
    sample: int
    label: str
    found: Signal | None


@dataclass(frozen=True)
class ShowBoxes(Exploration):
    """Where an Output ("" is the first that learns a box or points) says that things are.

    Of the first `count` validation items the `shown` worst come as pictures, and the one that is
    looked at, or an `item` of one's own.
    """

    kind = "boxes"
    output: str = ""
    sample: int = 0
    item: NDArray[Any] | None = None
    count: int = 256
    shown: int = 24


@dataclass(frozen=True, eq=False)
class Located:
    """Where things are, and where an Output says they are.

    Attributes:
        outputs: all Outputs that learn a box or points.
        answer: what the network takes the item for, "" where it tells no classes.
        picture: the item, uint8 (1 or 3, H, W).
        truth, said: its points (J, 2); one's own has no truth.
        many: what is said of the first items.
        pictures: the worst of these, uint8 (K, 1 or 3, H, W), in the order of `many.worst`.
    """

    outputs: tuple[str, ...]
    answer: str
    picture: NDArray[np.uint8]
    truth: NDArray[np.float32] | None
    said: NDArray[np.float32]
    many: Places
    pictures: NDArray[np.uint8]


@dataclass(frozen=True)
class BoxesShown(Explored):
    """The item's number, its class, and what was found; None where no Output learns places."""

    kind = "boxes"
    asked: ShowBoxes
    sample: int
    label: str
    found: Located | None
