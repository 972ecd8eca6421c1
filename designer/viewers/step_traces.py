"""What leads where between the sheets of a stepper: ways of winners, and cells that are fed."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF

from core.explain.cover import Side, arrows, sides, touched
from core.explain.walk import NONE, Cells, Walk
from designer.viewers.step_grids import StepGrids
from designer.widgets.strand_layer import Strand, StrandLayer

_FAINT, _STRONG = (1.0, 0.35), (2.2, 1.0)  # width in pixels, and strength
_LOW = 2.5  # pixels above the lower edge of a cell, where a line strikes through no number


class StepTraces(StrandLayer):
    """Lies over the sheets: arrows of max pooling, and frames around what a cell feeds.

    The cell is the one under the mouse; without one, in a gradient by inputs, the one computed.
    """

    def __init__(self, grids: StepGrids) -> None:
        super().__init__(grids)
        self._sheets = {"left": grids.left, "right": grids.right}
        self._walk: Walk | None = None
        self._ways = np.zeros((0, 4), np.int64)
        self._strong = np.zeros(0, np.bool_)
        self._pointed: tuple[Side, int, int] = ("", -1, -1)
        for side, grid in self._sheets.items():
            grid.cell_pointed.connect(partial(self._point, side))

    def show_walk(self, walk: Walk) -> None:
        """Follow a walk, which may have moved."""
        self._walk, self._ways = walk, arrows(walk)
        self.raise_()
        self._mark()

    def lines(self) -> list[Strand]:
        """An arrow for each window of which both ends are in sight, the strong ones last."""
        found = []
        for at in np.argsort(self._strong, kind="stable"):
            begin = self._place("left", *self._ways[at, :2])
            end = self._place("right", *self._ways[at, 2:])
            if begin is not None and end is not None:
                look = _STRONG if self._strong[at] else _FAINT
                found.append(Strand(begin, end, *look, is_arrow=True))
        return found

    def _place(self, side: Side, row: int, column: int) -> QPointF | None:
        """Where an arrow leaves or meets a cell, None where that is not in sight."""
        grid = self._sheets[side]
        place = grid.place_in_sight(row, column)
        if place is None:
            return None
        across = place.right() if side == "left" else place.left()
        return QPointF(grid.mapToParent(QPointF(across, place.bottom() - _LOW)))

    # ---- the cell that is meant ---------------------------------------------------------

    def _point(self, side: Side, row: int, column: int) -> None:
        self._pointed = (side, row, column) if row >= 0 else ("", -1, -1)
        if self._walk is not None:
            self._mark()

    def _mark(self) -> None:
        """Frames around what is fed, and what arrows are strong."""
        assert self._walk is not None
        wide, narrow = sides(self._walk)
        pointed = self._pointed
        if not pointed[0] and wide == "right" and not self._walk.scatters:
            pointed = (wide, *self._target())
        cells = touched(self._walk, *pointed)
        for side, grid in self._sheets.items():
            grid.mark_linked(*(cells if side == narrow and pointed[0] == wide else NONE))
        ends = self._ways[:, 2:] if narrow == "right" else self._ways[:, :2]
        self._strong = _crossed(ends, cells)
        if not self._walk.scatters:
            self._strong |= (self._ways[:, 2:] == self._target()).all(axis=1)
        self.update()

    def _target(self) -> tuple[int, int]:
        """The cell of the right sheet that is computed."""
        assert self._walk is not None
        rows, columns = self._walk.view().target
        return int(rows[0]), int(columns[0])


def _crossed(ends: np.ndarray, cells: Cells) -> np.ndarray:
    """Which of some cells (n, 2) lie where these rows and columns cross."""
    return np.isin(ends[:, 0], cells[0]) & np.isin(ends[:, 1], cells[1])
