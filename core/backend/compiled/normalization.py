"""Batch normalization of maps N H W C: sums over all places of a channel, and what follows.

`places` below are N·H·W rows of C numbers. Sums are taken over short runs in float32 and those
added up in float64.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

RUN = 256  # rows summed in float32 before float64 takes over


@njit(parallel=True, nogil=True, cache=True, fastmath={"contract", "reassoc"})
def moments(x, runs, sums):  # type: ignore[no-untyped-def]
    """sums (runs, 2, C), float64: Σ x and Σ (x − mean of the run)² of each run of rows of x.

    Counted from the run's first row, so that maps far from 0 keep their digits.
    """
    rows, c = x.shape
    for run in prange(runs):
        begin, end = rows * run // runs, rows * (run + 1) // runs
        total = np.zeros(c, np.float32)
        for row in range(begin, end):
            for channel in range(c):
                total[channel] += x[row, channel] - x[begin, channel]
        mean = x[begin] + total / np.float32(end - begin)
        spread = np.zeros(c, np.float32)
        for row in range(begin, end):
            for channel in range(c):
                off = x[row, channel] - mean[channel]
                spread[channel] += off * off
        for channel in range(c):
            sums[run, 0, channel] = np.float64(x[begin, channel]) * (end - begin) + total[channel]
            sums[run, 1, channel] = spread[channel]


@njit(nogil=True, cache=True)
def joined_moments(sums, rows):  # type: ignore[no-untyped-def]
    """Mean and variance (C), float64, from the sums of `moments` over so many rows in all."""
    runs, _, c = sums.shape
    mean, spread = np.zeros(c), np.zeros(c)
    for run in range(runs):
        mean += sums[run, 0]
    mean /= rows
    for run in range(runs):
        count = rows * (run + 1) // runs - rows * run // runs
        for channel in range(c):
            off = sums[run, 0, channel] / count - mean[channel]
            spread[channel] += sums[run, 1, channel] + count * off * off
    return mean, spread / rows


@njit(nogil=True, cache=True)
def joined(sums):  # type: ignore[no-untyped-def]
    """Σ over the first axis of (runs, 2, C), two float64 arrays (C)."""
    first, second = np.zeros(sums.shape[2]), np.zeros(sums.shape[2])
    for run in range(len(sums)):
        for channel in range(first.size):
            first[channel] += sums[run, 0, channel]
            second[channel] += sums[run, 1, channel]
    return first, second


@njit(parallel=True, nogil=True, cache=True, fastmath={"contract"})
def normalize(x, mean, factor, shift, other, relu, y, threads):  # type: ignore[no-untyped-def]
    """y = (x − mean) · factor + shift, plus `other` where it has rows, then max(…, 0) if `relu`."""
    rows, c = x.shape
    added = other.shape[0] > 0
    for thread in prange(threads):
        for row in range(rows * thread // threads, rows * (thread + 1) // threads):
            if added:
                for channel in range(c):
                    value = (x[row, channel] - mean[channel]) * factor[channel] + shift[channel]
                    value += other[row, channel]
                    y[row, channel] = np.float32(0) if relu and value <= 0 else value
            elif relu:
                for channel in range(c):
                    value = (x[row, channel] - mean[channel]) * factor[channel] + shift[channel]
                    y[row, channel] = np.float32(0) if value <= 0 else value
            else:
                for channel in range(c):
                    value = (x[row, channel] - mean[channel]) * factor[channel] + shift[channel]
                    y[row, channel] = value


@njit(parallel=True, nogil=True, cache=True, fastmath={"contract", "reassoc"})
def gradient_sums(x, dy, y, mean, runs, sums):  # type: ignore[no-untyped-def]
    """sums (runs, 2, C): Σ dy and Σ dy · (x − mean); dy counts where y > 0, if y has rows."""
    rows, c = x.shape
    masked = y.shape[0] > 0
    for run in prange(runs):
        total, product = np.zeros(c, np.float32), np.zeros(c, np.float32)
        for row in range(rows * run // runs, rows * (run + 1) // runs):
            if masked:
                for channel in range(c):
                    slope = dy[row, channel] if y[row, channel] > 0 else np.float32(0)
                    total[channel] += slope
                    product[channel] += slope * (x[row, channel] - mean[channel])
            else:
                for channel in range(c):
                    slope = dy[row, channel]
                    total[channel] += slope
                    product[channel] += slope * (x[row, channel] - mean[channel])
        sums[run, 0] = total
        sums[run, 1] = product


@njit(parallel=True, nogil=True, cache=True, fastmath={"contract"})
def gradient(  # type: ignore[no-untyped-def]
    x, dy, y, mean, factor, slope, offset, dx, other, threads
):
    """dx = dy · factor − (x − mean) · slope − offset, with dy only where y > 0 if y has rows.

    `other` receives that dy itself, where it has rows: the gradient of what was added.
    """
    rows, c = x.shape
    masked, added = y.shape[0] > 0, other.shape[0] > 0
    for thread in prange(threads):
        for row in range(rows * thread // threads, rows * (thread + 1) // threads):
            if masked:
                for channel in range(c):
                    off = x[row, channel] - mean[channel]
                    below = dy[row, channel] if y[row, channel] > 0 else np.float32(0)
                    dx[row, channel] = (
                        below * factor[channel] - off * slope[channel] - offset[channel]
                    )
                if added:
                    for channel in range(c):
                        below = dy[row, channel] if y[row, channel] > 0 else np.float32(0)
                        other[row, channel] = below
            else:
                for channel in range(c):
                    off = x[row, channel] - mean[channel]
                    below = dy[row, channel]
                    dx[row, channel] = (
                        below * factor[channel] - off * slope[channel] - offset[channel]
                    )


@njit(parallel=True, nogil=True, cache=True)
def relu(x, y, threads):  # type: ignore[no-untyped-def]
    """y = max(x, 0) of flat arrays; what is no number stays so."""
    for thread in prange(threads):
        begin, end = x.size * thread // threads, x.size * (thread + 1) // threads
        source, target = x[begin:end], y[begin:end]
        for place in range(end - begin):
            value = source[place]
            target[place] = np.float32(0) if value <= 0 else value


@njit(parallel=True, nogil=True, cache=True)
def relu_gradient(dy, y, dx, threads):  # type: ignore[no-untyped-def]
    """dx = dy where y > 0, else 0, of flat arrays."""
    for thread in prange(threads):
        begin, end = y.size * thread // threads, y.size * (thread + 1) // threads
        slope, seen, target = dy[begin:end], y[begin:end], dx[begin:end]
        for place in range(end - begin):
            target[place] = slope[place] if seen[place] > 0 else np.float32(0)


@njit(parallel=True, nogil=True, cache=True)
def add(x, other, y, threads):  # type: ignore[no-untyped-def]
    """y = x + other of flat arrays."""
    for thread in prange(threads):
        begin, end = x.size * thread // threads, x.size * (thread + 1) // threads
        first, second, target = x[begin:end], other[begin:end], y[begin:end]
        for place in range(end - begin):
            target[place] = first[place] + second[place]
