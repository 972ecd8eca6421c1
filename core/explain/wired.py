"""A layer as links: the form in which steppers take every layer, and how links are written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.endings import Ending
from core.explain.links import Floats, Ints, Links, Starts
from core.shapes import Shape, Window

Arrays = Mapping[str, NDArray[Any]]
Maps = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Wired:
    """A layer as links.

    Attributes:
        links: which cells meet under which weight.
        weight: (P, Q, K, kh, kw), or (1, 1, K, kh, kw).
        wide, narrow: the maps (C, H, W) that its vectors and signals count as.
        transposed: whether the input is the narrow grid.
        learned: the name of the weight that the kernels are, "" where they are shares.
        bias: one for each output map (O,), one for each output value (O, P, Q), or None.
        picks: whether each window takes its largest value alone, as max pooling does.
        power: the p of a p-norm, whose shares are of |x|ᵖ; 0 elsewhere.
        ending: what becomes of the sum, None where it is the value.
        distance: whether factors meet as −(x − w)² in place of a product.
        slopes: the shares of a gradient, where they are not those of the value.
        back: the data gradient as a layer of its own, whose input the gradients are; None where
            the links themselves, gone backwards, give it.
    """

    links: Links
    weight: Floats
    wide: Maps
    narrow: Maps
    transposed: bool = False
    learned: str = "weight"
    picks: bool = False
    bias: Floats | None = None
    power: float = 0.0
    ending: Ending | None = None
    distance: bool = False
    slopes: Floats | None = None
    back: Wired | None = None


def as_maps(shape: Shape) -> Maps:
    """A shape as maps: a signal (C, T) is one row high, a vector (N,) one map of one row."""
    if len(shape) == 3:
        return (shape[0], shape[1], shape[2])
    return (shape[0], 1, shape[1]) if len(shape) == 2 else (1, 1, shape[0])


def linked(
    window: Window,
    wide: Maps,
    narrow: Maps,
    maps: tuple[Ints, Ints],
    *,
    fill: str = "zeros",
    kernels: Ints | None = None,
    starts: Starts | None = None,
) -> Links:
    """Links between maps (wide, narrow); each plane has a kernel of its own if none are given."""
    which = np.arange(len(maps[0])) if kernels is None else kernels
    return Links(window, wide[1:], narrow[1:], fill, *maps, which, starts)


def grouped(wide: int, narrow: int, groups: int) -> tuple[Ints, Ints]:
    """The wide and the narrow map of every plane, in the order of PyTorch's weights."""
    each = wide // groups
    narrow_maps = np.repeat(np.arange(narrow), each)
    first = narrow_maps // (narrow // groups) * each
    return first + np.tile(np.arange(each), narrow), narrow_maps


def floats(values: NDArray[Any] | None) -> Floats | None:
    """An array in 64 bits, or None."""
    return None if values is None else values.astype(np.float64)
