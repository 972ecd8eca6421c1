"""Gradients below a pooling: only the cells that won have a slope.

Letters and geometry as in `core.backend.compiled.convolution`; `index` (N, P, Q, F) says which cell
of its window gave each pooled value, BLOCKED where the ReLU let nothing by.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from core.backend.compiled.convolution import copy_band
from core.backend.compiled.lists import add_listed
from core.backend.compiled.winners import BLOCKED


@njit(nogil=True, cache=True)
def beginnings(p, q, pool, apart):  # type: ignore[no-untyped-def]
    """Where the window of a cell begins: by the place of its pooled value, plus by its number.

    `apart` (rows, columns): how far the next cell's window is.
    """
    ph, pw = pool
    places, cells = np.empty(p * q, np.int64), np.zeros(256, np.int64)
    for place in range(p * q):
        places[place] = place // q * ph * apart[0] + place % q * pw * apart[1]
    for cell in range(ph * pw):
        cells[cell] = cell // pw * apart[0] + cell % pw * apart[1]
    return places, cells


@njit(nogil=True, cache=True)
def list_winners(dy, index, channel, begins, places, values):  # type: ignore[no-untyped-def]
    """Where the windows of a channel's winners begin, and their slopes; gives their number.

    dy and index (P·Q, F); `begins` from `beginnings`.
    """
    by_place, by_cell = begins
    count = 0
    for place in range(by_place.size):
        cell = index[place, channel]
        places[count] = by_place[place] + by_cell[cell]
        values[count] = dy[place, channel]
        count += int(cell != BLOCKED)
    return count


@njit(nogil=True, cache=True, fastmath={"reassoc"})
def total(values):  # type: ignore[no-untyped-def]
    """Σ values."""
    found = np.float32(0)
    for place in range(values.size):
        found += values[place]
    return found


@njit(parallel=True, nogil=True, cache=True)
def filter(  # type: ignore[no-untyped-def]  # noqa: A001
    listed, x, dy, index, pool, sums, slope_sums, geometry, scratch, places, values
):
    """sums (threads, F, kh, kw·C): each thread's share of dw, over its images.

    `slope_sums` (threads, F): its share of the bias gradient. `scratch` (threads, …) holds an image
    with its ring, and has no length where there is no ring; `places` and `values` (threads, P·Q) a
    list. There is one group, and columns are not dilated.
    """
    kh, kw, sh, sw, top, left, dh, _ = geometry
    n, _, w, c = x.shape
    p, q, f = dy.shape[1:]
    width, height = (q * pool[1] - 1) * sw + kw, (p * pool[0] - 1) * sh + (kh - 1) * dh + 1
    ringed = scratch.shape[1] > 0
    pitch = (width if ringed else w) * c
    begins = beginnings(p, q, pool, (sh * pitch, sw * c))
    slopes, cells = dy.reshape(n, p * q, f), index.reshape(n, p * q, f)
    threads = sums.shape[0]
    for thread in prange(threads):
        sums[thread] = 0
        slope_sums[thread] = 0
        for image in range(n * thread // threads, n * (thread + 1) // threads):
            source = x[image].ctypes.data
            if ringed:
                copy_band(x[image], -top, height, left, width, scratch[thread])
                source = scratch[thread].ctypes.data
            for channel in range(f):
                count = list_winners(
                    slopes[image], cells[image], channel, begins, places[thread], values[thread]
                )
                slope_sums[thread, channel] += total(values[thread, :count])
                add_listed(
                    listed, 0, kh, kw * c, places[thread].ctypes.data,
                    values[thread].ctypes.data, count, source, dh * pitch,
                    sums[thread, channel].ctypes.data, kw * c,
                )  # fmt: skip


@njit(nogil=True, cache=True)
def collect(sums, dw):  # type: ignore[no-untyped-def]
    """dw (F, C, kh·kw) from the shares of `filter`, (threads, F, kh·kw, C)."""
    filters, c, cells = dw.shape
    for f in range(filters):
        for channel in range(c):
            for cell in range(cells):
                total = np.float32(0)
                for thread in range(len(sums)):
                    total += sums[thread, f, cell, channel]
                dw[f, channel, cell] = total


@njit(parallel=True, nogil=True, cache=True)
def data(listed, dy, index, pool, w, dx, geometry, scratch, places, values):  # type: ignore[no-untyped-def]
    """dx (N, H, W, C) from dy (N, P, Q, F) and w (F, kh, kw·C).

    `scratch` (threads, …) holds an image of dx with its ring, and has no length where there is no
    ring; the rest as in `filter`.
    """
    kh, kw, sh, sw, top, left, dh, _ = geometry
    n, h, w_, c = dx.shape
    p, q, f = dy.shape[1:]
    ringed = scratch.shape[1] > 0
    width = max((q * pool[1] - 1) * sw + kw, left + w_) if ringed else w_
    pitch = width * c
    begins = beginnings(p, q, pool, (sh * pitch, sw * c))
    slopes, cells = dy.reshape(n, p * q, f), index.reshape(n, p * q, f)
    threads = places.shape[0]
    for thread in prange(threads):
        for image in range(n * thread // threads, n * (thread + 1) // threads):
            below = scratch[thread] if ringed else dx[image].reshape(-1)
            below[:] = 0
            for channel in range(f):
                count = list_winners(
                    slopes[image], cells[image], channel, begins, places[thread], values[thread]
                )
                add_listed(
                    listed, 1, kh, kw * c, places[thread].ctypes.data,
                    values[thread].ctypes.data, count, w[channel].ctypes.data, kw * c,
                    below.ctypes.data, dh * pitch,
                )  # fmt: skip
            for row in range(h if ringed else 0):
                start = ((row + top) * width + left) * c
                dx[image, row] = below[start : start + w_ * c].reshape(w_, c)
