"""What the cortex lab asks of the engine process, and what it answers; see `exploring`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.neocognitron import Answers
from core.hebb import Hebb
from core.messages import Going
from core.questions.exploring import Exploration, Explored
from core.training.events import Presented


@dataclass(frozen=True)
class ShowFields(Exploration):
    """The filters of the first layer that has some, as fields of simple cells."""

    kind = "fields"


@dataclass(frozen=True)
class FieldsShown(Explored):
    """The node, and its filters added up over their input maps (O, h, w)."""

    kind = "fields"
    asked: ShowFields
    node: str
    fields: NDArray[np.float64]


@dataclass(frozen=True)
class ShowPlanes(Exploration):
    """What the S-cells of a node and the C-cells behind it give for an item.

    With `hebb` they learn by it first, in a copy of the network; `count` items are then sorted.
    """

    kind = "planes"
    node: str
    hebb: Hebb | None = None
    sample: int = 0
    item: NDArray[Any] | None = None
    count: int = 256


@dataclass(frozen=True)
class Presenting(Going):
    """How far learning has come: what was told, the picture x (C, H, W), its S-planes s."""

    presented: Presented
    x: NDArray[Any]
    s: NDArray[Any]


@dataclass(frozen=True)
class PlanesShown(Explored):
    """The item's number, class and values, the answers to it, and how the layer learned.

    `planes` are the strengths a (K, C, kh, kw) as they are now, `frames` what was told of this
    layer as it learned. `table` (K + 1, classes) counts the items that each plane won, silence
    last.
    """

    kind = "planes"
    asked: ShowPlanes
    sample: int
    label: str
    x: NDArray[Any]
    found: Answers
    planes: NDArray[Any]
    frames: tuple[Presented, ...]
    table: NDArray[np.int64]
    names: tuple[str, ...]
