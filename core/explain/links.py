"""Which cells meet under which weight: the one table behind the three sums of a convolution.

A sliding window ties a cell of the wide grid (the input of a convolution), a tap of the filter and
a cell of the narrow grid (its output) together, on each axis by

    wide = narrow · stride + tap · dilation − padding.

Every such triple is a link. Adding up products over all links that share the third partner gives

    a narrow cell   Σ w · x     the output of a convolution,
    a wide cell     Σ w · dy    its gradient by the input,
    a tap           Σ x · dy    its gradient by the filter.

A transposed convolution has the same links, its input being the narrow grid. Pooling has them too:
its weight is the share that each cell has in the result.

Letters: N planes, one for each pair of maps that meet; K kernels in the weight; P Q narrow grid;
H W wide grid; `kh kw` taps; n links. A weight is (P, Q, K, kh, kw), with P = Q = 1 where all
positions share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.kinds import Pair
from core.shapes import Window

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Starts = tuple[Ints, Ints]


@dataclass(frozen=True, eq=False)
class Terms:
    """Some links, as arrays of one entry each.

    Attributes:
        plane: which pair of maps (n,).
        tap: row and column in the filter (n, 2).
        narrow: cell of the narrow grid (n, 2).
        wide: cell of the wide grid (n, 2); outside of it in the padding.
        source: the cell that a wide cell has its value from (n, 2); −1, −1 where that is a zero.
    """

    plane: Ints
    tap: Ints
    narrow: Ints
    wide: Ints
    source: Ints

    def __len__(self) -> int:
        return len(self.plane)


@dataclass(frozen=True, eq=False)
class Links:
    """All links of a window that slides between maps.

    Attributes:
        window: the sliding window, seen from the wide grid.
        wide, narrow: sizes (H, W) and (P, Q).
        fill: what the padding holds: "zeros", "replicate" or "reflect".
        wide_maps, narrow_maps, kernels: for each plane its two maps and its kernel (N,).
        starts: where the window begins for each row (P,) and column (Q,), where it does not go in
            steady strides; None mostly.
    """

    window: Window
    wide: Pair
    narrow: Pair
    fill: str
    wide_maps: Ints
    narrow_maps: Ints
    kernels: Ints
    starts: Starts | None = None

    # ---- tables -------------------------------------------------------------------------

    @cached_property
    def places(self) -> tuple[Ints, Ints]:
        """Where each tap falls, for rows (P, kh) and for columns (Q, kw); outside in the padding.

        Counted on the wide grid: −1 is the first row above it.
        """
        rows, columns = (self._places(axis) for axis in (0, 1))
        return rows, columns

    @cached_property
    def sources(self) -> tuple[Ints, Ints]:
        """The same, with what the padding copies in its place, −1 where it is zero."""
        rows, columns = (
            filled_from(place, size, self.fill)
            for place, size in zip(self.places, self.wide, strict=True)
        )
        return rows, columns

    def _places(self, axis: int) -> Ints:
        window = self.window
        starts = np.arange(self.narrow[axis]) * window.stride[axis] - window.sides(axis)[0]
        if self.starts is not None:
            starts = self.starts[axis]
        return starts[:, None] + np.arange(window.kernel[axis]) * window.dilation[axis]

    # ---- links of one partner -----------------------------------------------------------

    def of_narrow(self, channel: int, row: int, column: int) -> Terms:
        """The links of a cell of the narrow grid: every tap of every plane that leads there."""
        planes = np.flatnonzero(self.narrow_maps == channel)
        kh, kw = self.window.kernel
        return self._terms(planes, _pairs([row], range(kh)), _pairs([column], range(kw)))

    def of_wide(self, channel: int, row: int, column: int) -> Terms:
        """The links of a cell of the wide grid, those of cells that copy it included.

        A cell of the padding has links of its own: those that end there.
        """
        planes = np.flatnonzero(self.wide_maps == channel)
        inside = 0 <= row < self.wide[0] and 0 <= column < self.wide[1]
        rows, columns = self.sources if inside else self.places
        return self._terms(planes, np.argwhere(rows == row), np.argwhere(columns == column))

    def of_tap(
        self, kernel: int, row: int, column: int, *, at: tuple[int, int] | None = None
    ) -> Terms:
        """The links of a tap of a kernel, at every position or at one."""
        planes = np.flatnonzero(self.kernels == kernel)
        rows = range(self.narrow[0]) if at is None else [at[0]]
        columns = range(self.narrow[1]) if at is None else [at[1]]
        return self._terms(planes, _pairs(rows, [row]), _pairs(columns, [column]))

    def _terms(self, planes: Ints, rows: Ints, columns: Ints) -> Terms:
        """Every combination of planes and (narrow, tap) pairs of rows and of columns."""
        plane, down, across = (
            grid.ravel()
            for grid in np.meshgrid(
                planes, np.arange(len(rows)), np.arange(len(columns)), indexing="ij"
            )
        )
        narrow = np.stack([rows[down, 0], columns[across, 0]], axis=1)
        tap = np.stack([rows[down, 1], columns[across, 1]], axis=1)
        wide, source = (
            np.stack(
                [table[axis][narrow[:, axis], tap[:, axis]] for axis in (0, 1)], axis=1
            ).astype(np.int64)
            for table in (self.places, self.sources)
        )
        source[(source < 0).any(axis=1)] = -1
        return Terms(plane, tap, narrow, wide, source)

    # ---- values -------------------------------------------------------------------------

    def wide_values(self, x: NDArray[Any], terms: Terms) -> Floats:
        """What the wide maps (C, H, W) hold at these links; 0 in a padding of zeros."""
        row, column = terms.source.T
        found = x[self.wide_maps[terms.plane], row, column]
        return np.where(row >= 0, found, 0).astype(np.float64)

    def narrow_values(self, y: NDArray[Any], terms: Terms) -> Floats:
        """What the narrow maps (O, P, Q) hold at these links."""
        row, column = terms.narrow.T
        found: Floats = y[self.narrow_maps[terms.plane], row, column].astype(np.float64)
        return found

    def weights(self, w: NDArray[Any], terms: Terms) -> Floats:
        """The weights (P, Q, K, kh, kw) at these links."""
        shared = w.shape[:2] == (1, 1)
        p, q = (0, 0) if shared else terms.narrow.T
        i, j = terms.tap.T
        found: Floats = w[p, q, self.kernels[terms.plane], i, j].astype(np.float64)
        return found

    # ---- whole maps ---------------------------------------------------------------------

    def ringed(self, x: NDArray[Any]) -> Floats:
        """Wide maps (C, H, W) with their padding: (C, H + top + bottom, W + left + right)."""
        along = []
        for axis in (0, 1):
            before, after = self.window.sides(axis)
            reach = np.arange(-before, self.wide[axis] + after)
            along.append(filled_from(reach, self.wide[axis], self.fill))
        rows, columns = along
        found = x[:, rows[:, None], columns[None]].astype(np.float64)
        found[:, rows < 0] = 0
        found[:, :, columns < 0] = 0
        return found

    def under(self, x: NDArray[Any]) -> Floats:
        """What lies under every window on wide maps: (P, Q, C, kh, kw); NaN in the padding."""
        rows, columns = self.sources
        found = x[:, rows[:, None, :, None], columns[None, :, None, :]].astype(np.float64)
        inside = (rows >= 0)[:, None, :, None] & (columns >= 0)[None, :, None, :]
        under: Floats = np.where(inside[None], found, np.nan).transpose(1, 2, 0, 3, 4)
        return under

    def gathered(self, x: NDArray[Any], w: NDArray[Any], channel: int) -> Floats:
        """A whole narrow map (P, Q) from wide maps: a convolution, without its bias."""
        planes = np.flatnonzero(self.narrow_maps == channel)
        ringed = self.ringed(x)[self.wide_maps[planes]]
        total = np.zeros(self.narrow)
        for i, j, rows, columns in self._taps():
            seen = ringed[:, rows, columns]  # (n, P, Q)
            total += (seen * self._tap_weights(w, planes, i, j)).sum(axis=0)
        return total

    def scattered(self, y: NDArray[Any], w: NDArray[Any], planes: Ints) -> Floats:
        """What these planes push from narrow maps (O, P, Q) onto one wide map and its ring.

        The rings of copies are not folded back: (H + top + bottom, W + left + right).
        """
        top, bottom, left, right = self.window.padding
        total = np.zeros((self.wide[0] + top + bottom, self.wide[1] + left + right))
        pushed = y[self.narrow_maps[planes]].astype(np.float64)
        for i, j, rows, columns in self._taps():
            pushes = (pushed * self._tap_weights(w, planes, i, j)).sum(axis=0)
            if self.starts is None:
                total[rows, columns] += pushes
            else:  # two windows may begin at the same cell
                np.add.at(total, (rows, columns), pushes)
        return total

    def correlated(self, x: NDArray[Any], y: NDArray[Any], planes: Ints) -> Floats:
        """A gradient by a kernel (kh, kw): wide maps against the narrow ones they are paired with.

        Without regard for weights that are not shared: the sum over all positions.
        """
        ringed = self.ringed(x)[self.wide_maps[planes]]
        paired = y[self.narrow_maps[planes]].astype(np.float64)
        total = np.zeros(self.window.kernel)
        for i, j, rows, columns in self._taps():
            total[i, j] = (ringed[:, rows, columns] * paired).sum()
        return total

    def _taps(self) -> list[tuple[int, int, Any, Any]]:
        """Every tap, and the cells of a ringed wide map that it meets: slices, or open grids."""
        found: list[tuple[int, int, Any, Any]] = []
        if self.starts is not None:
            (down, across), (kh, kw) = self.places, self.window.kernel
            return [(i, j, *_crossed(down[:, i], across[:, j])) for i, j in np.ndindex(kh, kw)]
        for i in range(self.window.kernel[0]):
            for j in range(self.window.kernel[1]):
                rows, columns = (
                    slice(
                        tap * self.window.dilation[axis],
                        tap * self.window.dilation[axis]
                        + (self.narrow[axis] - 1) * self.window.stride[axis]
                        + 1,
                        self.window.stride[axis],
                    )
                    for axis, tap in enumerate((i, j))
                )
                found.append((i, j, rows, columns))
        return found

    def _tap_weights(self, w: NDArray[Any], planes: Ints, i: int, j: int) -> Floats:
        """The weights of one tap, (n, P, Q) or (n, 1, 1)."""
        return w[:, :, self.kernels[planes], i, j].transpose(2, 0, 1).astype(np.float64)


def filled_from(place: Ints, size: int, fill: str) -> Ints:
    """The cell that a place in or around `size` cells has its value from, −1 for a zero."""
    if fill == "replicate":
        return np.clip(place, 0, size - 1)
    if fill == "reflect":
        folded = np.abs(place)
        return np.where(folded >= size, 2 * (size - 1) - folded, folded)
    return np.where((place >= 0) & (place < size), place, -1)


def _crossed(rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """Rows and columns shaped to meet in every cell: (P, 1) and (1, Q)."""
    return rows[:, None], columns[None]


def _pairs(narrow: Any, taps: Any) -> Ints:
    """Every pair of a narrow coordinate and a tap: (n, 2)."""
    return np.array([(p, i) for p in narrow for i in taps], np.int64).reshape(-1, 2)


def largest(cells: Floats) -> Floats:
    """1 at the largest cell under each window, the first of equals; 0 elsewhere, as in padding."""
    flat = cells.reshape(*cells.shape[:3], -1)
    best = np.where(np.isnan(flat), -np.inf, flat).argmax(axis=3)
    won = np.arange(flat.shape[3]) == best[..., None]
    share: Floats = won.reshape(cells.shape).astype(np.float64)
    return share
