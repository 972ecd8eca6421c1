"""What views ask of whole layers: their mean maps, all of them at once, their weights changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.operation import Cut, Operation
from core.questions.exploring import Exploration, Explored


@dataclass(frozen=True)
class ShowMeanMaps(Exploration):
    """The mean of the maps of a node over `count` validation items."""

    kind = "mean-maps"
    node: str
    count: int = 64


@dataclass(frozen=True)
class MeanMapsShown(Explored):
    """The mean maps (C, H, W) over `count` items."""

    kind = "mean-maps"
    asked: ShowMeanMaps
    count: int
    maps: NDArray[np.float32]


@dataclass(frozen=True)
class ShowAllLayers(Exploration):
    """The first `most` maps of every node for a validation item, or for an `item` of one's own."""

    kind = "all-layers"
    sample: int = 0
    item: NDArray[Any] | None = None
    most: int = 16


@dataclass(frozen=True)
class AllLayersShown(Explored):
    """Small maps (C, H, W) by node, in the order data flow."""

    kind = "all-layers"
    asked: ShowAllLayers
    maps: dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class ShowOperation(Exploration):
    """What the network is worth with weights of a node changed by hand, over `count` items.

    The sheet of weights that `unit` has for the input map `plane` comes along.
    """

    kind = "operation"
    node: str
    unit: int = 0
    plane: int = 0
    cuts: tuple[Cut, ...] = ()
    count: int = 256
    sample: int = 0


@dataclass(frozen=True)
class OperationShown(Explored):
    """The worth, and of an item what the unit gives and what the primary Output says.

    Attributes:
        sheet: the weights (kh, kw) after the cuts; the layer has `size` (O, I) units and planes.
        maps: what the unit gives before and after (2, H, W).
        names, label: the choices of the Output, and the item's class by name.
        said, said_after: what the Output says (K,).
    """

    kind = "operation"
    asked: ShowOperation
    found: Operation
    sheet: NDArray[Any]
    size: tuple[int, int]
    maps: NDArray[np.float32]
    names: tuple[str, ...]
    label: str
    said: NDArray[Any]
    said_after: NDArray[Any]
