"""The look of a pyqtgraph plot, which follows no palette by itself."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from designer.theme import font, theme
from designer.tokens import Tokens

_STYLES = {
    "solid": Qt.PenStyle.SolidLine,
    "dash": Qt.PenStyle.DashLine,
    "dot": Qt.PenStyle.DotLine,
}


def plot_style(plot: pg.PlotWidget) -> None:
    """Give a plot the ground, axes, grid, legend and title of the theme that is on."""
    muted = theme.color("muted")
    plot.setBackground(theme.color("ground"))
    item = plot.getPlotItem()
    for entry in item.axes.values():
        axis = entry["item"]
        axis.setPen(pg.mkPen(muted, width=1))
        axis.setTextPen(muted)
        axis.setTickFont(font(Tokens.CAPTION))
        axis.setStyle(tickLength=-4)
        axis.label.setFont(font(Tokens.CAPTION))
    # The grid is drawn in the pen of the ticks: the share of opacity is in 255ths.
    item.showGrid(x=True, y=True, alpha=Tokens.GRID_ALPHA)
    if item.titleLabel.text:
        item.titleLabel.setText(item.titleLabel.text, color=muted)
    if item.legend is not None:
        item.legend.setLabelTextColor(theme.color("text"))
        item.legend.setLabelTextSize(f"{Tokens.CAPTION}px")
        for _, label in item.legend.items:
            label.setText(label.text)  # applies the color to what stands there already
        item.legend.setBrush(pg.mkBrush(_veil(theme.color("ground"))))
        item.legend.setPen(pg.mkPen(None))


def curve_pen(color: str, style: str) -> QPen:
    """A pen one pixel wide (wider ones are slow) by token or "#rrggbb", solid, dash or dot."""
    pen = QPen(theme.color(color), 1, _STYLES[style])
    pen.setCosmetic(True)  # one pixel, not one unit of the axes
    return pen


def _veil(color: QColor) -> QColor:
    """Nearly opaque, so that the curves do not fight with the words before them."""
    color.setAlphaF(0.7)
    return color
