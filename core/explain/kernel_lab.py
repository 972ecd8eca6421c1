"""What a kernel makes of a picture: the convolution of a layer, with numbers of one's own.

Each color is filtered by itself: y[c, p, q] = Σ_ij k[i, j] · x[c, p·s + i·d − top, q·s + j·d −
left], not flipped, as in `Conv2d`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Links
from core.filterbank import Filter, fitted
from core.infer import Inference
from core.initializers import Listed
from core.shapes import Window, resolve_padding
from core.tongue import tr
from core.weights import stream_of

Floats = NDArray[np.float64]
MOST_WRITTEN = 4096  # weights that a design can hold as numbers


@dataclass(frozen=True)
class Way:
    """How the kernel goes over the picture.

    Attributes:
        stride, dilation: in cells, the same down and across.
        padding: "valid", "same", "half" or "full"; `fill` says what it holds: "zeros",
            "replicate" or "reflect".
        normalized: whether the kernel is divided by its `divisor`.
        rectified: whether negative results become 0, as by ReLU.
    """

    stride: int = 1
    dilation: int = 1
    padding: str = "same"
    fill: str = "zeros"
    normalized: bool = False
    rectified: bool = False


@dataclass(frozen=True, eq=False)
class Stage:
    """One kernel of a chain, and how it goes over what the one before has made."""

    kernel: Filter
    way: Way


def divisor(kernel: Filter) -> float:
    """What a kernel is divided by so that its results stay in the range of the picture.

    Its sum, so that an even surface keeps its brightness; where that is 0 the sum of its positive
    numbers, so that the strongest edge gives 1. 1 for a kernel of zeros.
    """
    total = float(kernel.sum())
    if abs(total) > 1e-9:
        return total
    return float(kernel[kernel > 0].sum()) or 1.0


def window_of(kernel: Filter, size: tuple[int, int], way: Way) -> Window:
    """The sliding window over a picture of `size` (H, W)."""
    plain = Window(kernel.shape, (way.stride,) * 2, dilation=(way.dilation,) * 2)
    sides = resolve_padding(way.padding, size, plain)
    return Window(plain.kernel, plain.stride, sides, plain.dilation)


def refusal(kernel: Filter, size: tuple[int, int], way: Way) -> str:
    """Why this kernel cannot go over a picture of `size`; "" where it can."""
    window = window_of(kernel, size, way)
    if min(window.output(size)) < 1:
        reach = "×".join(str(cells) for cells in window.reach)
        return tr(
            "The picture is {size}×{size2}, the kernel reaches over {reach} cells. Choose a"
            " smaller kernel or dilation, or padding.",
            size=size[0],
            size2=size[1],
            reach=reach,
        )
    if way.fill == "reflect" and max(window.padding) >= min(size):
        return tr("The picture is too small to be mirrored so far. Choose other padding.")
    return ""


def filtered(picture: NDArray[Any], kernel: Filter, way: Way) -> Floats:
    """What the kernel makes of a picture (C, H, W): (C, P, Q). Ask `refusal` first."""
    size = (picture.shape[1], picture.shape[2])
    window = window_of(kernel, size, way)
    channels = np.arange(len(picture))
    links = Links(
        window, size, window.output(size), way.fill, channels, channels, np.zeros_like(channels)
    )
    used = kernel / divisor(kernel) if way.normalized else kernel
    weight = used[None, None, None]
    found = np.stack([links.gathered(picture, weight, int(channel)) for channel in channels])
    return np.maximum(found, 0) if way.rectified else found


def through(picture: NDArray[Any], chain: Sequence[Stage]) -> Floats:
    """What kernels make of a picture (C, H, W) one after another.

    Ask `refusal` of each before it is put into the chain.
    """
    found = np.asarray(picture, np.float64)
    for stage in chain:
        found = filtered(found, stage.kernel, stage.way)
    return found


def products(picture: NDArray[Any], stage: Stage, at: tuple[int, int]) -> Floats:
    """What each number of a kernel adds to the result at a row and column: (kh, kw).

    Of the mean of the colors; before ReLU. Together they are the mean of the result there.
    """
    kernel, way = stage.kernel, stage.way
    size = (picture.shape[1], picture.shape[2])
    window = window_of(kernel, size, way)
    top, bottom, left, right = window.padding
    mode: Any = {"zeros": "constant", "replicate": "edge", "reflect": "reflect"}[way.fill]
    wide = np.pad(picture.mean(axis=0), ((top, bottom), (left, right)), mode=mode)
    rows, columns = (
        start * step + dilation * np.arange(cells)
        for start, step, dilation, cells in zip(
            at, window.stride, window.dilation, window.kernel, strict=True
        )
    )
    used = kernel / divisor(kernel) if way.normalized else kernel
    found: Floats = used * wide[np.ix_(rows, columns)]
    return found


def first_weight(known: Inference, node: str, seed: int) -> Floats:
    """The weight that a layer starts to learn from with this seed: (O, C, kh, kw)."""
    weight = known.nodes[node].weights["weight"]
    return weight.initializer.draw(stream_of(seed, node), weight.shape, weight.fan)


def as_start(kernel: Filter, weight: NDArray[Any], unit: int) -> Listed:
    """An initializer that begins with `weight` (O, C, kh, kw), its filter `unit` being the kernel.

    Each of the C maps gets an equal share of the kernel, which is put in the middle of a larger
    filter or cut to a smaller one. ValueError where there are too many weights to be written.
    """
    if weight.size > MOST_WRITTEN:
        raise ValueError(
            tr(
                "A design can hold {most_written:,} weights as numbers; this layer has {size:,}."
                " Choose a layer with fewer, such as the first.",
                most_written=MOST_WRITTEN,
                size=weight.size,
            )
        )
    values = np.array(weight, np.float64)
    values[unit] = fitted(kernel, values.shape[2:]) / values.shape[1]
    return Listed(tuple(float(one) for one in values.ravel()))
