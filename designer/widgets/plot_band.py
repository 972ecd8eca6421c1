"""A veil between two curves of a plot: how far several runs lie apart."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray

from designer.theme import theme

_VEIL = 0.18  # opacity: what lies behind stays to be seen


class PlotBand:
    """The room from `low` to `high` at each `x`; it has no line and no legend of its own."""

    def __init__(self, plot: pg.PlotItem, color: str) -> None:
        self._plot = plot
        self._edges = tuple(pg.PlotCurveItem(pen=None) for _ in range(2))
        self._fill = pg.FillBetweenItem(*self._edges)
        self.x = self.low = self.high = np.zeros(0)
        for item in (*self._edges, self._fill):
            plot.addItem(item)
        self._fill.setZValue(-1)
        self.color = color
        self.restyle()

    def set_values(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, *, log_y: bool) -> None:
        """Show these values; on a logarithmic axis those that have a logarithm."""
        self.x, self.low, self.high = (np.asarray(one, np.float64) for one in (x, low, high))
        self.redraw(log_y=log_y)

    def redraw(self, *, log_y: bool) -> None:
        """Show the same on an axis that has changed."""
        good: NDArray[np.bool_] = self.low > 0 if log_y else np.isfinite(self.low)
        for edge, y in zip(self._edges, (self.low, self.high), strict=True):
            edge.setData(self.x[good], y[good])

    def restyle(self) -> None:
        """Take the color of the theme that is on."""
        veil = theme.color(self.color)
        veil.setAlphaF(_VEIL)
        self._fill.setBrush(veil)

    def remove(self) -> None:
        """Take it off the plot."""
        for item in (self._fill, *self._edges):
            self._plot.removeItem(item)
