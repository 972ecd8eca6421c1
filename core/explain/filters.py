"""Filters as pictures: what the weights of a convolution look for.

Letters: O filters, I input channels, `kh kw` filter size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_ROWS, MOST_COLUMNS = 64, 64


@dataclass(frozen=True)
class Filters:
    """Tiles to draw.

    Attributes:
        tiles: weights (rows, columns, kh, kw), rows being filters and columns input channels;
            or colors (O, 1, kh, kw, 3) from 0 to 1 with 0.5 standing for a weight of 0.
        limit: the largest |weight| of all filters; colors and scales reach from −limit to limit.
        rgb: whether the tiles are colors.
        of: filters and input channels there are, of which the first may be all that is shown.
    """

    tiles: NDArray[np.float32]
    limit: float
    rgb: bool
    of: tuple[int, int]


def filters(weight: NDArray[Any], *, rgb: bool = False) -> Filters:
    """Tiles of the weight of a convolution (O, I, kh, kw) or of a dense layer (O, I).

    A convolution of signals (O, I, kw) has tiles of one row.

    `rgb` draws three input channels as one colored tile each, as on a color picture; a dense layer
    is one tile of O × I cells. At most 64 rows and columns of tiles are given.
    """
    w = np.asarray(weight, np.float32)
    w = w[:, :, None] if w.ndim == 3 else w
    of = (w.shape[0], w.shape[1])
    limit = float(np.abs(w).max(initial=0.0))
    if w.ndim == 2:
        return Filters(w[None, None], limit, False, of)
    if rgb and w.shape[1] == 3:
        colors = 0.5 + w[:MOST_ROWS] / (2 * limit or 1.0)  # (O, 3, kh, kw)
        return Filters(colors.transpose(0, 2, 3, 1)[:, None], limit, True, of)
    return Filters(w[:MOST_ROWS, :MOST_COLUMNS].copy(), limit, False, of)
