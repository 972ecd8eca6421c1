"""Pooling of maps N H W C, and how they come to lie so.

A geometry is (kh, kw, sh, sw, top, left).
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

FEW = 8  # channels below which a loop over them is not worth the lanes


@njit(parallel=True, nogil=True, cache=True)
def largest(x, geometry, y, index):  # type: ignore[no-untyped-def]
    """y and index (N, P, Q, C): the largest under each window, and its cell (first of equals)."""
    kh, kw, sh, sw, top, left = geometry
    n, h, w, c = x.shape
    p, q = y.shape[1:3]
    for task in prange(n * p):
        image, row = task // p, task % p
        first_row = row * sh - top
        for column in range(q):
            first_column = column * sw - left
            for channel in range(c):
                y[image, row, column, channel] = -np.inf
                index[image, row, column, channel] = 0
            for i in range(max(0, -first_row), min(kh, h - first_row)):
                for j in range(max(0, -first_column), min(kw, w - first_column)):
                    cell = np.uint8(i * kw + j)
                    for channel in range(c):
                        value = x[image, first_row + i, first_column + j, channel]
                        # what is no number wins, so that it shows
                        if value > y[image, row, column, channel] or value != value:
                            y[image, row, column, channel] = value
                            index[image, row, column, channel] = cell


@njit(parallel=True, nogil=True, cache=True)
def largest_data(dy, index, geometry, dx):  # type: ignore[no-untyped-def]
    """dx (N, H, W, C): dy goes to the cell that won; overlapping windows add up."""
    kh, kw, sh, sw, top, left = geometry
    n, h, w, c = dx.shape
    p, q = dy.shape[1:3]
    for image in prange(n):
        dx[image] = 0
        for row in range(p):
            for column in range(q):
                if c < FEW:
                    for channel in range(c):
                        winner = int(index[image, row, column, channel])
                        i, j = row * sh - top + winner // kw, column * sw - left + winner % kw
                        dx[image, i, j, channel] += dy[image, row, column, channel]
                    continue
                first_row, first_column = row * sh - top, column * sw - left
                for i in range(max(0, -first_row), min(kh, h - first_row)):
                    for j in range(max(0, -first_column), min(kw, w - first_column)):
                        cell = np.uint8(i * kw + j)
                        for channel in range(c):
                            won = index[image, row, column, channel] == cell
                            slope = dy[image, row, column, channel] if won else np.float32(0)
                            dx[image, first_row + i, first_column + j, channel] += slope


@njit(parallel=True, nogil=True, cache=True)
def total(x, geometry, y):  # type: ignore[no-untyped-def]
    """y (N, P, Q, C): the sum under each window."""
    kh, kw, sh, sw, top, left = geometry
    n, h, w, c = x.shape
    p, q = y.shape[1:3]
    for task in prange(n * p):
        image, row = task // p, task % p
        first_row = row * sh - top
        for column in range(q):
            first_column = column * sw - left
            for channel in range(c):
                y[image, row, column, channel] = 0
            for i in range(max(0, -first_row), min(kh, h - first_row)):
                for j in range(max(0, -first_column), min(kw, w - first_column)):
                    for channel in range(c):
                        cells = x[image, first_row + i, first_column + j, channel]
                        y[image, row, column, channel] += cells


@njit(parallel=True, nogil=True, cache=True)
def total_data(dy, geometry, dx):  # type: ignore[no-untyped-def]
    """dx (N, H, W, C): every cell under a window receives its dy."""
    kh, kw, sh, sw, top, left = geometry
    n, h, w, c = dx.shape
    p, q = dy.shape[1:3]
    for image in prange(n):
        dx[image] = 0
        for row in range(p):
            first_row = row * sh - top
            for column in range(q):
                first_column = column * sw - left
                for i in range(max(0, -first_row), min(kh, h - first_row)):
                    for j in range(max(0, -first_column), min(kw, w - first_column)):
                        for channel in range(c):
                            slope = dy[image, row, column, channel]
                            dx[image, first_row + i, first_column + j, channel] += slope


@njit(parallel=True, nogil=True, cache=True)
def turn(x, y):  # type: ignore[no-untyped-def]
    """Maps N C H W into y, N H W C."""
    n, c, h, w = x.shape
    for image in prange(n):
        for row in range(h):
            for channel in range(c):
                for column in range(w):
                    y[image, row, column, channel] = x[image, channel, row, column]
