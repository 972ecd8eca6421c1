"""A convolution as a matrix: the same numbers, written as one large product y = M·x + b.

A row of M holds the weights that one output cell gives to all input cells, a column what one input
cell gives to all output cells. Every weight of the filter stands in many places, everything else
is 0. The transpose of M is the transposed convolution, and the way of the gradient back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.links import Links
from core.layers import Conv2d, Layer
from core.layers.base import maps
from core.shapes import Shape, Window, resolve_padding
from core.tongue import tr

MOST_SIDE = 10  # cells of a map, so that the matrix can be seen
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Toeplitz:
    """What one input map gives to one output map.

    Attributes:
        matrix: M (P·Q, H·W).
        taps: which weight of the filter each entry is, counted row by row; −1 for none.
        x, y: the maps (H, W) and (P, Q), y = M·x without the bias and the other input maps.
        kernel: the weights (kh, kw).
    """

    matrix: Floats
    taps: NDArray[np.int64]
    x: Floats
    y: Floats
    kernel: Floats

    @property
    def weights_shared(self) -> int:
        """How many entries hold a weight."""
        return int((self.taps >= 0).sum())


def as_matrix(
    layer: Layer, weight: NDArray[Any], x: NDArray[Any], *, source: int, channel: int
) -> Toeplitz:
    """The matrix from map `source` of the input x (C, H, W) to map `channel` of the output.

    Of a larger map `MOST_SIDE` cells in its middle are taken as if they were the whole. ValueError
    where the layer is no convolution or where the two maps do not meet.
    """
    if not isinstance(layer, Conv2d):
        raise ValueError(tr("Only a Conv2d layer is shown as a matrix. Select one."))
    inputs, outputs = weight.shape[1], len(weight)
    group = channel // (outputs // layer.groups)
    if not group * inputs <= source < (group + 1) * inputs:
        raise ValueError(
            tr(
                "Map {source} is of another group than map {channel}. Choose another.",
                source=source,
                channel=channel,
            )
        )
    rows, columns = (_middle(size) for size in x.shape[1:])
    part = np.asarray(x[source, rows, columns], np.float64)
    links = _links(layer, (1, *part.shape))
    if min(links.narrow) < 1:
        raise ValueError(tr("The filter is too large for the part that is shown."))
    kernel = np.asarray(weight[channel, source - group * inputs], np.float64)
    taps = tap_table(links)
    matrix = np.zeros(taps[0].shape)
    found = np.full(taps[0].shape, -1)
    for number, meets in enumerate(taps):
        matrix += kernel.ravel()[number] * meets
        found[meets > 0] = number
    y = (matrix @ part.ravel()).reshape(links.narrow)
    return Toeplitz(matrix, found, part, y, kernel)


def tap_table(links: Links) -> NDArray[np.int64]:
    """How often each tap leads from each wide to each narrow cell: (kh·kw, P·Q, H·W).

    More than once only where the padding copies cells.
    """
    rows, columns = links.sources  # (P, kh) and (Q, kw), −1 in a padding of zeros
    (p, q), (h, w), (kh, kw) = links.narrow, links.wide, links.window.kernel
    found = np.zeros((kh * kw, p * q, h * w), np.int64)
    for i, j, down, across in np.ndindex(kh, kw, p, q):
        row, column = rows[down, i], columns[across, j]
        if row >= 0 and column >= 0:
            found[i * kw + j, down * q + across, row * w + column] += 1
    return found


def _middle(size: int) -> slice:
    """The cells in the middle of an axis, `MOST_SIDE` at most."""
    first = max(0, (size - MOST_SIDE) // 2)
    return slice(first, first + MOST_SIDE)


def _links(layer: Conv2d, shape: Shape) -> Links:
    """Which cells meet, on one map of this size."""
    _, height, width = maps(shape)
    size = (height, width)
    plain = Window(layer.kernel_size, layer.stride, dilation=layer.dilation)
    sides = resolve_padding(layer.padding, size, plain)
    window = Window(plain.kernel, plain.stride, sides, plain.dilation)
    one = np.zeros(1, np.int64)
    return Links(window, size, window.output(size), layer.padding_mode, one, one, one)
