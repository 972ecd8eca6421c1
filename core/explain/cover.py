"""Which cells of the two grids of a window belong together: counts, ways and winners.

Seen from the wide grid (the input of a convolution or a pooling): how many windows lie over each
cell, which cells of the narrow grid it feeds, and which cell of a window max pooling takes.
A sheet of the wide grid has its ring around it; one of the narrow grid may be spread by the stride.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.explain.frames import Sheet
from core.explain.links import Ints
from core.explain.stepping import Steps
from core.explain.walk import NONE, Cells, View, Walk

Side = str  # "left" or "right"; "" for neither
_SIDES = {"narrow": ("left", "right"), "wide": ("right", "left"), "tap": ("", "")}


def sides(walk: Walk) -> tuple[Side, Side]:
    """Where the wide and where the narrow grid is drawn."""
    wide, narrow = _SIDES[walk.steps.partner]
    return wide, narrow


# ---- counts -----------------------------------------------------------------------------


def counts(steps: Steps) -> Ints:
    """How many windows lie over each cell of the wide grid and of its ring."""
    top, bottom, left, right = steps.links.window.padding
    h, w = steps.links.wide
    along = [
        np.bincount((table[table > -before - 1] + before).ravel(), minlength=length)[:length]
        for table, before, length in zip(
            _tables(steps, steps.links.places), (top, left), (h + top + bottom, w + left + right),
            strict=True,
        )
    ]  # fmt: skip
    return np.outer(*along)


def can_count(walk: Walk) -> bool:
    """Whether some cells of the wide grid lie under more windows than others."""
    wide, _ = sides(walk)
    if not wide:
        return False
    top, _, left, _ = walk.steps.links.window.padding
    h, w = walk.steps.links.wide
    inside = counts(walk.steps)[top : top + h, left : left + w]
    return bool(inside.size and inside.min() != inside.max())


def counted(walk: Walk, view: View) -> View:
    """A view whose wide sheet holds counts in place of values."""
    wide, _ = sides(walk)
    if wide == "left":
        return replace(view, left=_with_counts(walk.steps, view.left), counted=wide)
    return replace(view, right=_with_counts(walk.steps, view.right), counted=wide)


def _with_counts(steps: Steps, sheet: Sheet) -> Sheet:
    return replace(sheet, values=counts(steps).astype(np.float64))


# ---- ways -------------------------------------------------------------------------------


def fed(steps: Steps, row: int, column: int) -> Cells:
    """Rows and columns of the narrow grid whose windows take up a cell of the wide one.

    Cells of the ring count from −1 upwards and to the left.
    """
    h, w = steps.links.wide
    inside = 0 <= row < h and 0 <= column < w
    rows, columns = _tables(steps, steps.links.sources if inside else steps.links.places)
    found = (rows == row).any(axis=1), (columns == column).any(axis=1)
    return np.flatnonzero(found[0]), np.flatnonzero(found[1])


def touched(walk: Walk, side: Side, row: int, column: int) -> Cells:
    """Cells of the narrow sheet that a cell of one of the sheets feeds, or that it is itself."""
    wide, narrow = sides(walk)
    rows, columns = narrow_places(walk)
    if side and side == wide:
        top, _, left, _ = walk.steps.links.window.padding
        down, across = fed(walk.steps, row - top, column - left)
        return (rows[down], columns[across]) if len(down) and len(across) else NONE
    if side and side == narrow and row in rows and column in columns:
        return np.array([row]), np.array([column])
    return NONE


def narrow_places(walk: Walk) -> tuple[Ints, Ints]:
    """Where each row and each column of the narrow grid lies on its sheet."""
    window, size = walk.steps.links.window, walk.steps.links.narrow
    spread = walk.steps.partner == "wide" and not walk.scatters
    rows, columns = (
        window.reach[axis] - 1 + np.arange(size[axis]) * window.stride[axis]
        if spread
        else np.arange(size[axis])
        for axis in (0, 1)
    )
    return rows, columns


# ---- winners ----------------------------------------------------------------------------


def arrows(walk: Walk) -> NDArray[np.int64]:
    """The ways of the plane that is drawn, in max pooling: from each winner, or back to it.

    One line for each window, in reading order: row and column on the left sheet, then on the
    right one (n, 4); none of any other layer.
    """
    if not walk.steps.picks or not sides(walk)[0]:
        return np.zeros((0, 4), np.int64)
    top, _, left, _ = walk.steps.links.window.padding
    rows, columns = walk.steps.winners(walk.plane)
    wide = np.stack([rows + top, columns + left], axis=2)
    narrow = np.stack(np.meshgrid(*narrow_places(walk), indexing="ij"), axis=2)
    both = (wide, narrow) if sides(walk)[0] == "left" else (narrow, wide)
    return np.concatenate(both, axis=2).reshape(-1, 4)


# ---- details ----------------------------------------------------------------------------


def _tables(steps: Steps, tables: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Where taps fall; of bins of different sizes without the taps that count for nothing."""
    if steps.links.starts is None:
        return tables
    nowhere = np.iinfo(np.int64).min
    used = (steps.weight != 0).any(axis=2)  # (P, Q, kh, kw)
    rows = np.where(used.any(axis=(1, 3)), tables[0], nowhere)
    columns = np.where(used.any(axis=(0, 2)), tables[1], nowhere)
    return rows, columns
