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

from core.backend.compiled.lanes import PANEL
from core.backend.compiled.sums import add_lane_products, add_products

BLOCKED = np.uint8(255)  # in place of the cell that won a pooling: none, the ReLU lets nothing by


@njit(nogil=True, cache=True)
def pack(w, panels):  # type: ignore[no-untyped-def]
    """Filters (O, C/G, kh, kw) → (G, panels, kh·kw·C/G, PANEL): those of a panel side by side."""
    o, c, kh, kw = w.shape
    groups, count = panels.shape[:2]
    per_group = o // groups
    for g in range(groups):
        for panel in range(count):
            first = panel * PANEL
            for f in range(min(PANEL, per_group - first)):
                for channel in range(c):
                    for i in range(kh):
                        for j in range(kw):
                            value = w[g * per_group + first + f, channel, i, j]
                            panels[g, panel, (i * kw + j) * c + channel, f] = value


@njit(nogil=True, cache=True)
def pack_turned(w, panels):  # type: ignore[no-untyped-def]
    """Filters (O, C/G, kh, kw) → (G, panels, kh·kw·O/G, PANEL): channels side by side."""
    o, c, kh, kw = w.shape
    groups, count = panels.shape[:2]
    per_group = o // groups
    for g in range(groups):
        for f in range(per_group):
            for panel in range(count):
                first = panel * PANEL
                for channel in range(min(PANEL, c - first)):
                    for i in range(kh):
                        for j in range(kw):
                            value = w[g * per_group + f, first + channel, i, j]
                            panels[g, panel, (i * kw + j) * per_group + f, channel] = value


@njit(nogil=True, cache=True)
def copy_band(x, first, rows, left, width, band):  # type: ignore[no-untyped-def]
    """Rows first… of one image (H, W, C) into band, (rows, width, C), zeros where there are none.

    The image begins `left` columns into the band; a negative `left` leaves columns out.
    """
    h, w, c = x.shape
    start, end = max(left, 0), min(left + w, width)
    skipped = max(-left, 0)
    for row in range(rows):
        source = first + row
        target = band[row * width * c : (row + 1) * width * c]
        if source < 0 or source >= h:
            target[:] = 0
            continue
        target[: start * c] = 0
        count = (end - start) * c
        target[start * c : end * c] = x[source].reshape(-1)[skipped * c : skipped * c + count]
        target[end * c :] = 0


@njit(nogil=True, cache=True)
def spread_band(dy, index, pool, first, rows, left, width, band):  # type: ignore[no-untyped-def]
    """As `copy_band` of the maps before pooling: dy (P, Q, C) where `index` tells, zeros else."""
    p, q, c = dy.shape
    ph, pw = pool
    band[: rows * width * c] = 0
    cells = band[: rows * width * c].reshape(rows, width, c)
    for row in range(rows):
        source = first + row
        if source < 0 or source >= p * ph:
            continue
        pooled, i = source // ph, source % ph
        for column in range(q):
            for j in range(pw):
                place = left + column * pw + j
                if place < 0 or place >= width:
                    continue
                cell = np.uint8(i * pw + j)
                for channel in range(c):
                    won = index[pooled, column, channel] == cell
                    slope = dy[pooled, column, channel]
                    cells[row, place, channel] = slope if won else np.float32(0)


@njit(nogil=True, cache=True)
def pool_rows(lines, best, winner, pool, relu, y, index):  # type: ignore[no-untyped-def]
    """One row of y and index (Q, F) from `pool[0]` rows of maps, `lines` (ph, …).

    First down the columns, many cells at once, then along the row; of equals the first wins, row
    by row. `best` and `winner` are room for a row.
    """
    ph, pw = pool
    q, f = y.shape
    for cell in range(q * pw * f):
        best[cell], winner[cell] = lines[0, cell], 0
    for i in range(1, ph):
        for cell in range(q * pw * f):
            value = lines[i, cell]
            wins = not value <= best[cell]
            best[cell] = value if wins else best[cell]
            winner[cell] = np.uint8(i) if wins else winner[cell]
    tops = best[: q * pw * f].reshape(q, pw, f)
    rows = winner[: q * pw * f].reshape(q, pw, f)
    for column in range(q):
        for channel in range(f):
            y[column, channel] = tops[column, 0, channel]
            index[column, channel] = rows[column, 0, channel] * np.uint8(pw)
        for j in range(1, pw):
            for channel in range(f):
                value, top = tops[column, j, channel], y[column, channel]
                cell = rows[column, j, channel] * np.uint8(pw) + np.uint8(j)
                wins = not value <= top or (value == top and cell < index[column, channel])
                y[column, channel] = value if wins else top
                index[column, channel] = cell if wins else index[column, channel]
        if relu:
            for channel in range(f):
                blocked = y[column, channel] <= 0
                y[column, channel] = np.float32(0) if blocked else y[column, channel]
                index[column, channel] = BLOCKED if blocked else index[column, channel]


@njit(nogil=True, cache=True)
def fill_row(products, here, pitch, panels, line, q, c, f, geometry, depthwise):  # type: ignore[no-untyped-def]
    """One row of outputs, `line` (q·f), from the rows of x that begin at the address `here`."""
    kh, kw, _, sw, _, _, dh, dw = geometry
    if depthwise:
        add_lane_products(
            products[1], q, c, here, panels.ctypes.data, line.ctypes.data, sw * c,
            kh, dh * pitch, kw * c, kw, dw * c, c, 1, 0, 0, f, 0,
        )  # fmt: skip
        return
    groups, panel = panels.shape[0], panels.shape[2] * PANEL
    channels, filters = c // groups, f // groups
    for g in range(groups):
        a, b = here + 4 * g * channels, panels[g].ctypes.data
        target = line.ctypes.data + 4 * g * filters
        if groups == 1 and dw == 1:  # a row of the window lies in one piece
            add_products(
                products[0], q, filters, a, b, target, sw * c, 1, 0, 0,
                kh, dh * pitch, kw * c * PANEL, kw * c, 1, PANEL, panel, f, 0,
            )  # fmt: skip
        else:
            add_products(
                products[0],
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
    pooled as they come, from `lines` (threads, ph, …), and it says which cell won; else `pool` is
    (1, 1) and nothing is remembered.
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
    threads = scratch.shape[0]
    for thread in prange(threads):
        best = np.empty(lines.shape[2], np.float32)
        winner = np.empty(lines.shape[2], np.uint8)
        for task in range(n * bands * thread // threads, n * bands * (thread + 1) // threads):
            image, band = task // bands, task % bands
            begin, end = p * band // bands * ph, p * (band + 1) // bands * ph
            first = begin * sh - top
            source, pitch = x[image].ctypes.data + 4 * (first * w - left) * c, w * c
            if ringed:
                rows = (end - begin - 1) * sh + (kh - 1) * dh + 1
                copy_band(x[image], first, rows, left, width, scratch[thread])
                source, pitch = scratch[thread].ctypes.data, width * c
            for row in range(begin, end):
                here = source + 4 * (row - begin) * sh * pitch
                line = lines[thread, row % ph] if remembers else y[image, row].reshape(-1)
                fill_row(products, here, pitch, panels, line, q, c, f, geometry, depthwise)
                beside = other[image, row].reshape(-1) if other.size else added[:0]
                finish_row(line, added, beside, relu and not remembers)
                if remembers and row % ph == ph - 1:
                    pooled = row // ph
                    pool_rows(
                        lines[thread], best, winner, pool, relu, y[image, pooled],
                        index[image, pooled],
                    )  # fmt: skip


@njit(nogil=True, cache=True)
def gather_row(products, here, pitch, panels, line, row, c, f, geometry, depthwise):  # type: ignore[no-untyped-def]
    """One row of dx, `line` (w·c), from the rows of dy that end with the one at `here`."""
    kh, kw, sh, sw, top, left, dh, dw = geometry
    groups, panel = panels.shape[0], panels.shape[2] * PANEL
    channels, filters = c // groups, f // groups
    w, i = line.size // c, (row + top) % sh
    window_rows = (kh - i + sh - 1) // sh
    for phase in range(min(sw, w)):
        j = (phase + left) % sw
        window_cols = (kw - j + sw - 1) // sw
        if window_rows <= 0 or window_cols <= 0:
            for column in range(phase, w, sw):
                line[column * c : (column + 1) * c] = 0
            continue
        count = (w - phase + sw - 1) // sw
        a = here + 4 * ((phase + left) // sw) * f
        if depthwise:
            add_lane_products(
                products[1], count, c, a, panels.ctypes.data + 4 * (i * kw + j) * c,
                line.ctypes.data + 4 * phase * c, c, window_rows, -dh * pitch, sh * kw * c,
                window_cols, -dw * c, sw * c, 1, 0, 0, sw * c, 0,
            )  # fmt: skip
            continue
        for g in range(groups):
            add_products(
                products[0], count, channels, a + 4 * g * filters,
                panels[g].ctypes.data + 4 * (i * kw + j) * filters * PANEL,
                line.ctypes.data + 4 * (phase * c + g * channels), f,
                window_rows, -dh * pitch, sh * kw * filters * PANEL,
                window_cols, -dw * f, sw * filters * PANEL, filters, 1, PANEL, panel, sw * c, 0,
            )  # fmt: skip


@njit(parallel=True, nogil=True, cache=True)
def data(  # type: ignore[no-untyped-def]
    products, dy, index, pool, panels, dx, geometry, depthwise, bands, scratch
):
    """dx (N, H, W, C) from dy (N, P, Q, F); panels from `pack_turned`.

    A cell gathers from the windows it lies under. With stride s only every s-th filter cell meets
    it, which ones depends on its place: columns are done in s phases. Stride and dilation must not
    both be above 1. `scratch` (threads, …) holds a band of dy with zeros around. Where `index` has
    items, dy is that of the pooled maps.
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
            if index.shape[0] > 0:
                spread_band(
                    dy[image], index[image], pool, first, rows, before, width, scratch[thread]
                )
            else:
                copy_band(dy[image], first, rows, before, width, scratch[thread])
            for row in range(begin, end):
                band_row = (row + top) // sh - first
                here = scratch[thread].ctypes.data + 4 * (band_row * width + before) * f
                line = dx[image, row].reshape(-1)
                gather_row(products, here, width * f, panels, line, row, c, f, geometry, depthwise)


@njit(parallel=True, nogil=True, cache=True)
def data_few(products, dy, index, pool, w, dx, geometry, slopes, row_sums):  # type: ignore[no-untyped-def]
    """As `data`, for few channels: what each output cell hands back lies in one piece of a row.

    w is (kh, O, kw·C). `slopes` (threads, P, Q, F) holds an image of dy before pooling, where
    `index` has items; `row_sums` (threads, Q, kw·C) what a row of dy hands back. The dilation is
    1 and there is one group.
    """
    kh, _, sh, sw, top, left, _, _ = geometry
    n, h, wide, c = dx.shape
    p, q, f = dy.shape[1:]
    pooled = index.shape[0] > 0
    if pooled:
        p, q = slopes.shape[1:3]
    terms = w.shape[2]
    threads = row_sums.shape[0]
    for thread in prange(threads):
        sums = row_sums[thread]
        for image in range(n * thread // threads, n * (thread + 1) // threads):
            dx[image] = 0
            below = dy[image].ctypes.data
            if pooled:
                room = slopes[thread].reshape(-1)
                spread_band(dy[image], index[image], pool, 0, p, 0, q, room)
                below = room.ctypes.data
            for row in range(p):
                for i in range(max(0, top - row * sh), min(kh, h + top - row * sh)):
                    add_products(
                        products[0],
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
def add_image(products, source, pitch, below, sums, p, q, c, f, geometry, depthwise):  # type: ignore[no-untyped-def]
    """Add an image's share to `sums` (G, kh·kw·C/G, F/G); x at `source`, dy at `below`."""
    kh, kw, sh, sw, _, _, dh, dw = geometry
    groups = sums.shape[0]
    channels, filters = c // groups, f // groups
    for i in range(kh if depthwise else 0):
        add_lane_products(
            products[1],
            kw, c, source + 4 * i * dh * pitch, below, sums.ctypes.data + 4 * i * kw * c, dw * c,
            1, 0, 0, p, sh * pitch, q * c, q, sw * c, c, c, 1,
        )  # fmt: skip
    together = kw if groups == 1 and dw == 1 else 1  # filter columns whose cells lie in one piece
    for g in range(0 if depthwise else groups):
        total = sums[g].ctypes.data
        for i in range(kh):
            for j in range(0, kw, together):
                add_products(
                    products[0], together * channels, filters,
                    source + 4 * (i * dh * pitch + j * dw * c + g * channels),
                    below + 4 * g * filters,
                    total + 4 * (i * kw + j) * channels * filters, 1,
                    1, 0, 0, p, sh * pitch, q * f, q, sw * c, f, PANEL, filters, 1,
                )  # fmt: skip


@njit(nogil=True, cache=True, fastmath={"reassoc"})
def add_slopes(dy, index, sums):  # type: ignore[no-untyped-def]
    """Add dy (P, Q, F) over all places to `sums` (F), where `index` is not BLOCKED."""
    p, q, f = dy.shape
    for row in range(p):
        for column in range(q):
            for channel in range(f):
                blocked = index[row, column, channel] == BLOCKED
                sums[channel] += np.float32(0) if blocked else dy[row, column, channel]


@njit(parallel=True, nogil=True, cache=True)
def filter(  # type: ignore[no-untyped-def]  # noqa: A001
    products, x, dy, index, pool, sums, geometry, depthwise, scratch, slopes, slope_sums
):
    """sums (threads, G, kh·kw·C/G, F/G): each thread's share of dw, over its images.

    Where `depthwise`, sums are (threads, 1, kh·kw, C). `scratch` (threads, …) holds an image with
    its ring, and has no length where there is no ring. Where `index` has items, dy is that of the
    pooled maps, and `slopes` (threads, P, Q, F) holds an image of it before pooling. Where
    `slope_sums` (threads, F) has items, they become the threads' shares of the bias gradient.
    """
    kh, kw, sh, sw, top, left, dh, dw = geometry
    n, _, w, c = x.shape
    p, q, f = dy.shape[1:]
    pooled = index.shape[0] > 0
    if pooled:
        p, q = slopes.shape[1:3]
    width, height = (q - 1) * sw + (kw - 1) * dw + 1, (p - 1) * sh + (kh - 1) * dh + 1
    ringed = scratch.shape[1] > 0
    threads = sums.shape[0]
    for thread in prange(threads):
        sums[thread] = 0
        slope_sums[thread] = 0
        for image in range(n * thread // threads, n * (thread + 1) // threads):
            source, pitch = x[image].ctypes.data - 4 * (top * w + left) * c, w * c
            if ringed:
                copy_band(x[image], -top, height, left, width, scratch[thread])
                source, pitch = scratch[thread].ctypes.data, width * c
            below = dy[image].ctypes.data
            if pooled:
                room = slopes[thread].reshape(-1)
                spread_band(dy[image], index[image], pool, 0, p, 0, q, room)
                below = room.ctypes.data
            if slope_sums.shape[1] > 0:
                add_slopes(dy[image], index[image], slope_sums[thread])
            add_image(products, source, pitch, below, sums[thread], p, q, c, f, geometry, depthwise)


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
