"""Fully connected layers: x (N, C), w (O, C), y (N, O), all rows in one piece."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from core.backend.compiled.lanes import PANEL
from core.backend.compiled.sums import add_products

SQUARE = 8  # rows at once: more of them may fall on the same places of a cache
PIECE = 1024  # terms at a time, so that a panel of them stays in the cache


@njit(parallel=True, nogil=True, cache=True)
def turned(x):  # type: ignore[no-untyped-def]
    """x (N, C) turned round, (C, N), a small square at a time."""
    n, c = x.shape
    y = np.empty((c, n), np.float32)
    for band in prange((c + PANEL - 1) // PANEL):
        first = band * PANEL
        for start in range(0, n, SQUARE):
            for cell in range(first, min(first + PANEL, c)):
                for item in range(start, min(start + SQUARE, n)):
                    y[cell, item] = x[item, cell]
    return y


@njit(parallel=True, nogil=True, cache=True)
def forward(products, x, w, y, threads):  # type: ignore[no-untyped-def]
    """y (O, N) = w · x, from x turned round, (C, N): the items run along the lanes."""
    c, n = x.shape
    o = w.shape[0]
    for thread in prange(threads):
        first, last = o * thread // threads, o * (thread + 1) // threads
        for begin in range(0, c, PIECE):
            add_products(
                products.plain,
                last - first, n, w[first:].ctypes.data + 4 * begin, x[begin:].ctypes.data,
                y[first:].ctypes.data, c, 1, 0, 0, 1, 0, 0,
                min(PIECE, c - begin), 1, n, PANEL, n, begin,
            )  # fmt: skip


@njit(parallel=True, nogil=True, cache=True, fastmath={"contract", "reassoc"})
def forward_few(x, w, bias, relu, y, threads):  # type: ignore[no-untyped-def]
    """y (N, O) of a few items, x (N, C): each weight is read once; max(…, 0) of it if `relu`."""
    n, c = x.shape
    o = w.shape[0]
    for thread in prange(threads):
        for unit in range(o * thread // threads, o * (thread + 1) // threads):
            for item in range(n):
                total = np.float32(0)
                for cell in range(c):
                    total += w[unit, cell] * x[item, cell]
                if bias.size:
                    total += bias[unit]
                y[item, unit] = np.float32(0) if relu and total <= 0 else total


@njit(parallel=True, nogil=True, cache=True)
def data(products, dy, w, dx):  # type: ignore[no-untyped-def]
    """dx = dy · w."""
    n, o = dy.shape
    c = w.shape[1]
    for panel in prange((c + PANEL - 1) // PANEL):
        first = panel * PANEL
        add_products(
            products.plain, n, min(PANEL, c - first), dy.ctypes.data, w.ctypes.data + 4 * first,
            dx.ctypes.data + 4 * first, o, 1, 0, 0, 1, 0, 0, o, 1, c, PANEL, c, 0,
        )  # fmt: skip


@njit(parallel=True, nogil=True, cache=True)
def filter(products, x, dy, dw):  # type: ignore[no-untyped-def]  # noqa: A001
    """dw = dyᵀ · x."""
    n, c = x.shape
    o = dy.shape[1]
    for panel in prange((c + PANEL - 1) // PANEL):
        first = panel * PANEL
        add_products(
            products.plain, o, min(PANEL, c - first), dy.ctypes.data, x.ctypes.data + 4 * first,
            dw.ctypes.data + 4 * first, 1, 1, 0, 0, 1, 0, 0, n, o, c, PANEL, c, 0,
        )  # fmt: skip
