"""Convolution with fewer filters than lanes: the lanes run along a row of the maps instead.

Letters, geometry and `products` as in `core.backend.compiled.convolution`. Channels are taken apart
in a thread's scratch, so that a row of each lies in one piece; there is one group, and the windows
of a row are one cell apart.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from core.backend.compiled.convolution import finish_row
from core.backend.compiled.lanes import PANEL
from core.backend.compiled.sums import add_products
from core.backend.compiled.winners import pool_rows


@njit(nogil=True, cache=True)
def take_apart(x, first, left, planes):  # type: ignore[no-untyped-def]
    """Rows first… of one image (H, W, C) into planes (C, rows, width), zeros where there are none.

    The image begins `left` columns into a plane.
    """
    h, w, c = x.shape
    _, rows, width = planes.shape
    end = min(left + w, width)
    for row in range(rows):
        source = first + row
        inside = 0 <= source < h
        for channel in range(c):
            plane = planes[channel, row]
            for column in range(left if inside else width):
                plane[column] = 0
            if inside:
                for column in range(left, end):
                    plane[column] = x[source, column - left, channel]
                for column in range(end, width):
                    plane[column] = 0


@njit(parallel=True, nogil=True, cache=True)
def forward(  # type: ignore[no-untyped-def]
    products, x, w, bias, y, index, geometry, pool, bands, scratch, lines, numbers
):
    """y and index (N, P, Q, F) from x (N, H, W, C) and w (F, C·kh·kw): ReLU, then pooled.

    Each image is done in `bands` bands of rows; `scratch` (threads, C, …, width) holds one.
    `lines` (threads, ph + 1, F·width of the maps) and `numbers` (threads, 3, …) are room; `index`
    says which cell won.
    """
    kh, kw, sh, _, top, left, dh, dw = geometry
    n, _, _, c = x.shape
    p, _, f = y.shape[1:]
    ph, _ = pool
    q = lines.shape[2] // f
    high, width = scratch.shape[2:]
    added = np.zeros(q * f, np.float32)
    for cell in range(added.size if bias.size else 0):
        added[cell] = bias[cell // q]
    threads = scratch.shape[0]
    for thread in prange(threads):
        planes, rows = scratch[thread], lines[thread]
        for task in range(n * bands * thread // threads, n * bands * (thread + 1) // threads):
            image, band = task // bands, task % bands
            begin, end = p * band // bands * ph, p * (band + 1) // bands * ph
            take_apart(x[image], begin * sh - top, left, planes)
            for row in range(begin, end):
                here = planes.ctypes.data + 4 * (row - begin) * sh * width
                add_products(
                    products.plain, f, q, w.ctypes.data, here, rows[row % ph].ctypes.data,
                    c * kh * kw, c, kh * kw, high * width, kh, kw, dh * width, kw, 1, dw,
                    PANEL, q, 0,
                )  # fmt: skip
                finish_row(rows[row % ph], added, added[:0], False)
                if row % ph == ph - 1:
                    pooled = row // ph
                    pool_rows(
                        rows[:ph], pool, (1, q), rows[ph], numbers[thread],
                        y[image, pooled], index[image, pooled],
                    )  # fmt: skip
