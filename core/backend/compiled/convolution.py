"""Convolution on maps that lie N H W C, walked window by window where they are.

Letters as in `core.backend.numpy`; `F` is O, the filters. Maps with a ring of zeros are copied, a
band of rows at a time, into a thread's own scratch that stays in its cache: the ring is never
stored anywhere else. A geometry is (kh, kw, sh, sw, top, left, dh, dw). Where `depthwise`, every
channel has one filter to itself, and filters come as (1, 1, kh·kw, C). `products` is what
`core.backend.compiled.sums.products` gives.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from core.backend.compiled.lanes import LANES, PANEL
from core.backend.compiled.moving import clear, copy
from core.backend.compiled.sums import add_apart_products, add_lane_products, add_products
from core.backend.compiled.winners import pool_rows


@njit(nogil=True, cache=True)
def pack(w, panels):  # type: ignore[no-untyped-def]
    """Filters w (G, F, C, kh, kw) → (G, panels, kh·kw·C, PANEL): those of a panel side by side."""
    groups, filters, c, kh, kw = w.shape
    for g in range(groups):
        for panel in range(panels.shape[1]):
            first = panel * PANEL
            for channel in range(c):
                for i in range(kh):
                    for j in range(kw):
                        cells = panels[g, panel, (i * kw + j) * c + channel]
                        for f in range(min(PANEL, filters - first)):
                            cells[f] = w[g, first + f, channel, i, j]


@njit(nogil=True, cache=True)
def copy_band(x, first, rows, left, width, band):  # type: ignore[no-untyped-def]
    """Rows first… of one image (H, W, C) into band, (rows, width, C), zeros where there are none.

    The image begins `left` columns into the band; a negative `left` leaves columns out.
    """
    h, w, c = x.shape
    start, end = max(left, 0) * c, min(left + w, width) * c
    skipped = max(-left, 0) * c
    for row in range(rows):
        source = first + row
        target = band.ctypes.data + 4 * row * width * c
        if source < 0 or source >= h:
            clear(target, width * c)
            continue
        clear(target, start)
        copy(target + 4 * start, x[source].ctypes.data + 4 * skipped, end - start)
        clear(target + 4 * end, width * c - end)


@njit(nogil=True, cache=True)
def fill_row(products, here, pitch, panels, there, q, c, f, geometry, depthwise):  # type: ignore[no-untyped-def]
    """One row of outputs (q·f) to the address `there`, from rows of x that begin at `here`."""
    kh, kw, _, sw, _, _, dh, dw = geometry
    if depthwise:
        add_lane_products(
            products.lanewise, q, c, here, panels.ctypes.data, there, sw * c,
            kh, dh * pitch, kw * c, kw, dw * c, c, 1, 0, 0, f, 0,
        )  # fmt: skip
        return
    groups, panel = panels.shape[0], panels.shape[2] * PANEL
    channels, filters = c // groups, f // groups
    for g in range(groups):
        a, target = here + 4 * g * channels, there + 4 * g * filters
        b = panels.ctypes.data + 4 * g * panels.shape[1] * panel
        if groups == 1 and dw == 1:  # a row of the window lies in one piece
            add_products(
                products.plain, q, filters, a, b, target, sw * c, 1, 0, 0,
                kh, dh * pitch, kw * c * PANEL, kw * c, 1, PANEL, panel, f, 0,
            )  # fmt: skip
        else:
            add_products(
                products.plain,
                q, filters, a, b, target, sw * c, kh, dh * pitch, kw * channels * PANEL,
                kw, dw * c, channels * PANEL, channels, 1, PANEL, panel, f, 0,
            )  # fmt: skip


@njit(nogil=True, cache=True)
def finish_row(line, added, other, relu):  # type: ignore[no-untyped-def]
    """Add a bias and a row of other maps, where they have items, then take max(…, 0) if `relu`."""
    for cell in range(added.size):
        line[cell] += added[cell]
    for cell in range(other.size):
        line[cell] += other[cell]
    if relu:
        for cell in range(line.size):
            line[cell] = np.float32(0) if line[cell] <= 0 else line[cell]


@njit(parallel=True, nogil=True, cache=True)
def forward(  # type: ignore[no-untyped-def]
    products,
    x,
    panels,
    bias,
    other,
    y,
    index,
    geometry,
    pool,
    depthwise,
    relu,
    bands,
    scratch,
    lines,
):
    """y (N, P, Q, F) from x (N, H, W, C), bias and `other` added where they have items.

    Each image is done in `bands` bands of rows; `scratch` (threads, …) holds a band with its ring,
    and has no length where there is no ring. Where `index` (N, P, Q, F) has items, the maps are
    pooled as they come, in `lines` (threads, ph + 1, …), and it says which cell won; else `pool`
    is (1, 1) and nothing is remembered.
    """
    kh, kw, sh, sw, top, left, dh, dw = geometry
    n, _, w, c = x.shape
    p, q, f = y.shape[1:]
    ph, _ = pool
    remembers = index.shape[0] > 0
    if remembers:
        q = lines.shape[2] // f
    width = (q - 1) * sw + (kw - 1) * dw + 1
    ringed = scratch.shape[1] > 0
    added = np.empty(q * f if bias.size else 0, np.float32)
    for cell in range(added.size):
        added[cell] = bias[cell % f]
    finishes = added.size > 0 or other.size > 0 or relu
    threads = scratch.shape[0]
    for thread in prange(threads):
        rows, numbers = lines[thread], np.empty((3, lines.shape[2]), np.int32)
        for task in range(n * bands * thread // threads, n * bands * (thread + 1) // threads):
            image, band = task // bands, task % bands
            begin, end = p * band // bands * ph, p * (band + 1) // bands * ph
            first = begin * sh - top
            source, pitch = x[image].ctypes.data + 4 * (first * w - left) * c, w * c
            if ringed:
                high = (end - begin - 1) * sh + (kh - 1) * dh + 1
                copy_band(x[image], first, high, left, width, scratch[thread])
                source, pitch = scratch[thread].ctypes.data, width * c
            for row in range(begin, end):
                here = source + 4 * (row - begin) * sh * pitch
                there = y.ctypes.data + 4 * (image * p + row) * q * f
                if remembers:
                    there = rows[row % ph].ctypes.data
                fill_row(products, here, pitch, panels, there, q, c, f, geometry, depthwise)
                if finishes:
                    line = rows[row % ph] if remembers else y[image, row].reshape(-1)
                    beside = other[image, row].reshape(-1) if other.size else added[:0]
                    finish_row(line, added, beside, relu and not remembers)
                if remembers and row % ph == ph - 1:
                    pooled = row // ph
                    pool_rows(
                        rows[:ph], pool, (f, 1), rows[ph], numbers, y[image, pooled],
                        index[image, pooled],
                    )  # fmt: skip


@njit(nogil=True, cache=True)
def gather_row(products, here, pitch, panels, there, row, w, c, f, geometry, depthwise):  # type: ignore[no-untyped-def]
    """One row of dx (w·c) to the address `there`, from the rows of dy that end at `here`."""
    kh, kw, sh, sw, top, left, dh, dw = geometry
    groups, panel = panels.shape[0], panels.shape[2] * PANEL
    channels, filters = c // groups, f // groups
    i = (row + top) % sh
    window_rows = (kh - i + sh - 1) // sh
    for phase in range(min(sw, w)):
        j = (phase + left) % sw
        window_cols = (kw - j + sw - 1) // sw
        if window_rows <= 0 or window_cols <= 0:
            for column in range(phase, w, sw):
                clear(there + 4 * column * c, c)
            continue
        count = (w - phase + sw - 1) // sw
        a = here + 4 * ((phase + left) // sw) * f
        if depthwise:
            add_lane_products(
                products.lanewise, count, c, a, panels.ctypes.data + 4 * (i * kw + j) * c,
                there + 4 * phase * c, c, window_rows, -dh * pitch, sh * kw * c,
                window_cols, -dw * c, sw * c, 1, 0, 0, sw * c, 0,
            )  # fmt: skip
            continue
        for g in range(groups):
            b = panels.ctypes.data + 4 * g * panels.shape[1] * panel
            add_products(
                products.plain, count, channels, a + 4 * g * filters,
                b + 4 * (i * kw + j) * filters * PANEL,
                there + 4 * (phase * c + g * channels), f,
                window_rows, -dh * pitch, sh * kw * filters * PANEL,
                window_cols, -dw * f, sw * filters * PANEL, filters, 1, PANEL, panel, sw * c, 0,
            )  # fmt: skip


@njit(parallel=True, nogil=True, cache=True)
def data(products, dy, panels, dx, geometry, depthwise, bands, scratch):  # type: ignore[no-untyped-def]
    """dx (N, H, W, C) from dy (N, P, Q, F); panels have the channels side by side.

    A cell gathers from the windows it lies under. With stride s only every s-th filter cell meets
    it, which ones depends on its place: columns are done in s phases. Stride and dilation must not
    both be above 1. `scratch` (threads, …) holds a band of dy with zeros around.
    """
    kh, kw, sh, sw, top, left, dh, dw = geometry
    n, h, w, c = dx.shape
    f = dy.shape[3]
    before = (kw - 1) * dw // sw  # columns of zeros that the first cell may look back on
    width = before + (w - 1 + left) // sw + 1
    threads = scratch.shape[0]
    for thread in prange(threads):
        for task in range(n * bands * thread // threads, n * bands * (thread + 1) // threads):
            image, band = task // bands, task % bands
            begin, end = h * band // bands, h * (band + 1) // bands
            first = (begin + top) // sh - (kh - 1) * dh // sh
            rows = (end - 1 + top) // sh - first + 1
            copy_band(dy[image], first, rows, before, width, scratch[thread])
            for row in range(begin, end):
                band_row = (row + top) // sh - first
                here = scratch[thread].ctypes.data + 4 * (band_row * width + before) * f
                there = dx.ctypes.data + 4 * (image * h + row) * w * c
                gather_row(
                    products, here, width * f, panels, there, row, w, c, f, geometry, depthwise
                )


@njit(parallel=True, nogil=True, cache=True)
def data_few(products, dy, w, dx, geometry, row_sums):  # type: ignore[no-untyped-def]
    """As `data`, for few channels: what each output cell hands back lies in one piece of a row.

    w is (kh, O, kw·C); `row_sums` (threads, Q, kw·C) holds what a row of dy hands back. The
    dilation is 1 and there is one group.
    """
    kh, _, sh, sw, top, left, _, _ = geometry
    n, h, wide, c = dx.shape
    p, q, f = dy.shape[1:]
    terms = w.shape[2]
    threads = row_sums.shape[0]
    for thread in prange(threads):
        sums = row_sums[thread]
        for image in range(n * thread // threads, n * (thread + 1) // threads):
            dx[image] = 0
            below = dy[image].ctypes.data
            for row in range(p):
                for i in range(max(0, top - row * sh), min(kh, h + top - row * sh)):
                    add_products(
                        products.plain,
                        q, terms, below + 4 * row * q * f, w[i].ctypes.data, sums.ctypes.data, f,
                        1, 0, 0, 1, 0, 0, f, 1, terms, PANEL, terms, 0,
                    )  # fmt: skip
                    line = dx[image, row * sh - top + i].reshape(-1)
                    for column in range(q):
                        start = (column * sw - left) * c
                        begin, end = max(0, -start), min(terms, wide * c - start)
                        target, source = line[start + begin : start + end], sums[column, begin:end]
                        for cell in range(end - begin):
                            target[cell] += source[cell]


@njit(nogil=True, cache=True)
def shifts(f, groups, geometry, p):  # type: ignore[no-untyped-def]
    """Whether one vector holds all filters, and windows follow each other row by row."""
    kh, _, sh, _, _, _, dh, dw = geometry
    return f <= LANES and groups == sh == dh == dw == 1 and 1 < kh <= p


@njit(nogil=True, cache=True)
def add_rows_at_once(products, source, pitch, below, sums, p, q, c, f, geometry):  # type: ignore[no-untyped-def]
    """As `add_image`, for few filters: a row of x meets all rows of dy that it lies under at once.

    Rows at the edges, which meet fewer, are added by themselves.
    """
    kh, kw, _, sw, _, _, _, _ = geometry
    cells = kw * c
    add_apart_products(
        products.apart, cells, kh, source + 4 * (kh - 1) * pitch, below + 4 * (kh - 1) * q * f,
        sums.ctypes.data, 1, 1, 0, 0, p - kh + 1, pitch, q * f, q, sw * c, f, -q * f, f, cells * f,
        1, f,
    )  # fmt: skip
    for i in range(kh):
        for first, count in ((0, kh - 1 - i), (p - i, i)):
            add_products(
                products.plain, cells, f, source + 4 * (first + i) * pitch,
                below + 4 * first * q * f, sums.ctypes.data + 4 * i * cells * f, 1,
                1, 0, 0, count, pitch, q * f, q, sw * c, f, PANEL, f, 1,
            )  # fmt: skip


@njit(nogil=True, cache=True)
def add_image(products, source, pitch, below, sums, p, q, c, f, geometry, depthwise):  # type: ignore[no-untyped-def]
    """Add an image's share to `sums` (G, kh·kw·C/G, F/G); x at `source`, dy at `below`."""
    kh, kw, sh, sw, _, _, dh, dw = geometry
    groups = sums.shape[0]
    channels, filters = c // groups, f // groups
    for i in range(kh if depthwise else 0):
        add_lane_products(
            products.lanewise,
            kw, c, source + 4 * i * dh * pitch, below, sums.ctypes.data + 4 * i * kw * c, dw * c,
            1, 0, 0, p, sh * pitch, q * c, q, sw * c, c, c, 1,
        )  # fmt: skip
    if not depthwise and shifts(f, groups, geometry, p):
        add_rows_at_once(products, source, pitch, below, sums, p, q, c, f, geometry)
        return
    together = kw if groups == 1 and dw == 1 else 1  # filter columns whose cells lie in one piece
    for g in range(0 if depthwise else groups):
        total = sums[g].ctypes.data
        for i in range(kh):
            for j in range(0, kw, together):
                add_products(
                    products.plain, together * channels, filters,
                    source + 4 * (i * dh * pitch + j * dw * c + g * channels),
                    below + 4 * g * filters,
                    total + 4 * (i * kw + j) * channels * filters, 1,
                    1, 0, 0, p, sh * pitch, q * f, q, sw * c, f, PANEL, filters, 1,
                )  # fmt: skip


@njit(parallel=True, nogil=True, cache=True)
def filter(products, x, dy, sums, geometry, depthwise, scratch):  # type: ignore[no-untyped-def]  # noqa: A001
    """sums (threads, G, kh·kw·C/G, F/G): each thread's share of dw, over its images.

    Where `depthwise`, sums are (threads, 1, kh·kw, C). `scratch` (threads, …) holds an image with
    its ring, and has no length where there is no ring.
    """
    kh, kw, sh, sw, top, left, dh, dw = geometry
    n, _, w, c = x.shape
    p, q, f = dy.shape[1:]
    width, height = (q - 1) * sw + (kw - 1) * dw + 1, (p - 1) * sh + (kh - 1) * dh + 1
    ringed = scratch.shape[1] > 0
    threads = sums.shape[0]
    for thread in prange(threads):
        sums[thread] = 0
        for image in range(n * thread // threads, n * (thread + 1) // threads):
            source, pitch = x[image].ctypes.data - 4 * (top * w + left) * c, w * c
            if ringed:
                copy_band(x[image], -top, height, left, width, scratch[thread])
                source, pitch = scratch[thread].ctypes.data, width * c
            below = dy[image].ctypes.data
            add_image(products, source, pitch, below, sums[thread], p, q, c, f, geometry, depthwise)


@njit(parallel=True, nogil=True, cache=True)
def collect(sums, dw):  # type: ignore[no-untyped-def]
    """dw (G, F, C, kh·kw) from the shares of `filter`, (threads, G, kh·kw·C, F)."""
    groups, filters, c, cells = dw.shape
    tiles = (filters + LANES - 1) // LANES
    for tile in prange(groups * tiles):
        g, first = tile // tiles, tile % tiles * LANES
        for channel in range(c):
            for cell in range(cells):
                for f in range(first, min(first + LANES, filters)):
                    total = np.float32(0)
                    for thread in range(len(sums)):
                        total += sums[thread, g, cell * c + channel, f]
                    dw[g, f, channel, cell] = total


@njit(parallel=True, nogil=True, cache=True, fastmath={"reassoc"})
def bias(dy, runs, sums):  # type: ignore[no-untyped-def]
    """sums (runs, C): Σ dy of each run of rows of dy (rows, C)."""
    rows, c = dy.shape
    for run in prange(runs):
        total = np.zeros(c, np.float32)
        for row in range(rows * run // runs, rows * (run + 1) // runs):
            for channel in range(c):
                total[channel] += dy[row, channel]
        sums[run] = total
