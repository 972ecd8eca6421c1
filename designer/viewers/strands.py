"""Lines from a map to the maps it is made from, as thick as what each adds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QWidget

from designer.widgets.mosaic_grid import MosaicGrid
from designer.widgets.strand_layer import Strand, StrandLayer

_THINNEST, _THICKEST = 1.0, 4.0  # pixels


class Strands(StrandLayer):
    """Lies over two mosaics and leads from the selected tile of one to all tiles of the other.

    Tiles that are scrolled out of sight have no line.
    """

    def __init__(self, source: MosaicGrid, ends: MosaicGrid, parent: QWidget) -> None:
        super().__init__(parent)
        self._grids = (source, ends)
        self._shares: NDArray[np.float32] = np.zeros(0, np.float32)
        for grid in self._grids:
            grid.viewport().installEventFilter(self)
            for bar in (grid.verticalScrollBar(), grid.horizontalScrollBar()):
                bar.valueChanged.connect(self.update)
                bar.rangeChanged.connect(self.update)

    def show_shares(self, shares: NDArray[np.float32]) -> None:
        """The part of each tile of the other mosaic, 0 to 1; empty for no lines."""
        self._shares = shares
        self.raise_()
        self.setVisible(len(shares) > 0)
        self.update()

    def lines(self) -> list[Strand]:
        """A line to each tile in sight."""
        source, ends = self._grids
        start = self._place(source, source.selected)
        if start is None:
            return []
        begin = QPointF(start.right(), start.center().y())
        most = float(self._shares.max(initial=0.0)) or 1.0
        found = []
        for tile, share in enumerate(self._shares):
            place = self._place(ends, tile)
            if place is not None:
                wide = _THINNEST + (_THICKEST - _THINNEST) * float(share) / most
                found.append(Strand(begin, QPointF(place.left(), place.center().y()), wide))
        return found

    def _place(self, grid: MosaicGrid, tile: int) -> QRectF | None:
        """Where a tile lies here, None where it is not in sight."""
        place = grid.place_of(tile)
        if place is None or not grid.isVisible():
            return None
        inside = QRectF(grid.viewport().rect()).contains(place.center())
        return (
            place.translated(grid.viewport().mapTo(self.parentWidget(), QPointF()))
            if inside
            else None
        )
