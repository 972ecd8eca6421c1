"""Curves over a common axis: losses, accuracies, norms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from core.tongue import tr
from designer.resources import icon
from designer.theme import theme
from designer.tokens import Tokens
from designer.widgets.plot_axis import PlotAxis
from designer.widgets.plot_band import PlotBand
from designer.widgets.plot_colors import curve_pen, plot_style
from designer.widgets.save_as import save_as, write_image, write_table, write_whole

_FEW = 40  # curves of so many points or fewer have a dot at each of them
_DOT = 4  # pixels
_LEGEND_MOST = 0.45  # of the height of the curves
_LEGEND_AIR = 12  # pixels above and below a row of names
_ASIDE, _UP = 8, 2  # pixels of the names from the right, and of a row of them from the top
_MARK_AT = 0.45  # of the height: curves end at the bottom or the top, their names lie opposite
_SHARPNESS = 2  # pixels of an exported picture for one on screen


@dataclass
class _Curve:
    """What a curve shows, as it came, and the item that draws it."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: str
    style: str
    item: pg.PlotDataItem


class Plot(QWidget):
    """Curves that grow, follow the theme and can be taken away as PNG, SVG or CSV.

    Wheel: zoom. Drag: pan. Double-click: fit. Right-click: menu. Holes and infinite values leave
    gaps; on the logarithmic axis so do zero and less. Where curves mostly rise (`rises`), their
    names lie below.
    """

    def __init__(
        self, parent: QWidget | None = None, *, name: str = "Plot", rises: bool = False
    ) -> None:
        super().__init__(parent)
        self._rises = rises
        self._name = name
        self._curves: dict[str, _Curve] = {}
        self._bands: dict[str, PlotBand] = {}
        self._marks: list[pg.InfiniteLine] = []
        self._labels = ("x", "y")
        self._log_y = False
        self.view = pg.PlotWidget(
            self,
            viewBox=pg.ViewBox(enableMenu=False),
            antialias=False,
            axisItems={side: PlotAxis(side) for side in ("left", "bottom")},
        )
        self.view.setAccessibleName(name)
        self.setAccessibleName(name)
        self._item = self.view.getPlotItem()
        self._item.setMenuEnabled(False)
        # We have a menu of our own; without a parent the unused one would outlive the plot.
        unused = self._item.ctrlMenu
        unused.setParent(self.view, unused.windowFlags())
        self._item.hideButtons()
        self._legend = self._item.addLegend(labelTextSize=f"{Tokens.CAPTION}px")
        self._legend.hide()
        self._above = -1.0
        self._place_legend(0)
        for side in ("top", "right"):
            self._item.showAxis(side, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._item.geometryChanged.connect(self._fit_legend)
        self.view.scene().sigMouseClicked.connect(self._on_clicked)
        theme.theme_changed.connect(self._restyle)
        self._restyle()

    def set_curve(
        self,
        name: str,
        x: ArrayLike,
        y: ArrayLike,
        *,
        color: str = "accent",
        style: str = "solid",
    ) -> None:
        """Show a curve, or give the one of this name new and perhaps more points.

        `color` is a token, a family or "#rrggbb"; `style` is "solid", "dash" or "dot". ValueError
        if `x` and `y` differ in length.
        """
        xs, ys = np.asarray(x, np.float64).ravel(), np.asarray(y, np.float64).ravel()
        if len(xs) != len(ys):
            raise ValueError(f"Curve {name} has {len(xs)} places and {len(ys)} values.")
        curve = self._curves.get(name)
        if curve is None:
            item = pg.PlotDataItem(name=name)
            self._item.addItem(item)
            # Only in the plot does this last: addItem sets it back.
            item.setDownsampling(auto=True, method="peak")
            item.setSymbolPen(None)
            item.setSymbolSize(_DOT)
            curve = self._curves[name] = _Curve(xs, ys, "", "", item)
            self._fit_legend()
        curve.x, curve.y = xs, ys
        if (curve.color, curve.style) != (color, style):
            curve.color, curve.style = color, style
            self._ink(curve)
        self._show(curve)

    def set_band(
        self, name: str, x: ArrayLike, low: ArrayLike, high: ArrayLike, *, color: str = "accent"
    ) -> None:
        """Show a veil from `low` to `high`, as around the curve of this name; `color` as there."""
        band = self._bands.get(name)
        if band is None:
            band = self._bands[name] = PlotBand(self._item, color)
        band.set_values(x, low, high, log_y=self._log_y)
        if band.color != color:
            band.color = color
            band.restyle()

    def remove_curve(self, name: str) -> None:
        """Take one curve and its band away; nothing happens if there is none of this name."""
        veil = self._bands.pop(name, None)
        if veil is not None:
            veil.remove()
        curve = self._curves.pop(name, None)
        if curve is not None:
            self._item.removeItem(curve.item)
            self._fit_legend()

    def clear_curves(self) -> None:
        """Take all curves away; marks and labels stay."""
        for name in list(self._curves):
            self.remove_curve(name)

    def curve(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The points of a curve as they came; KeyError if there is none of this name."""
        return self._curves[name].x, self._curves[name].y

    def _fit_legend(self) -> None:
        """Names of several curves: in a column, or in a row above where that is low, else none."""
        count, whole = len(self._curves), self._item.size()
        across = whole.width() - self._item.getAxis("left").width()
        down = whole.height() - self._item.getAxis("bottom").height()
        fits = row = False
        for columns in (1, count) if count > 1 else ():
            self._legend.setColumnCount(columns)
            self._legend.updateSize()
            box = self._legend.boundingRect()
            fits = box.height() <= down * _LEGEND_MOST and box.width() <= across
            row = fits and columns > 1
            if fits:
                break
        self._legend.setVisible(fits)
        self._place_legend(self._legend.boundingRect().height() - _LEGEND_AIR if row else 0.0)

    def _place_legend(self, above: float) -> None:
        """In the corner that the curves leave free, or on so many pixels above them."""
        if above == self._above:
            return  # it may have been dragged elsewhere
        self._above = above
        self._item.layout.setContentsMargins(Tokens.TIGHT, Tokens.SMALL + above, Tokens.MEDIUM, 2)
        self._legend.setParentItem(self._item if above else self._item.vb)
        if above:
            self._legend.anchor((1, 0), (1, 0), (-_ASIDE - Tokens.MEDIUM, _UP))
        elif self._rises:
            self._legend.anchor((1, 1), (1, 1), (-_ASIDE, -Tokens.SMALL))
        else:
            self._legend.anchor((1, 0), (1, 0), (-_ASIDE, 4))

    def set_labels(self, x: str, y: str) -> None:
        """Name the axes; the names stand in the CSV too."""
        self._labels = (x, y)
        self._item.setLabel("bottom", x)
        self._item.setLabel("left", y)
        self._restyle()

    def mark(self, x: float, text: str) -> None:
        """A vertical line with a word: the end of an epoch, the best step."""
        line = pg.InfiniteLine(x, angle=90, pen=curve_pen("muted", "dash"), label=text)
        line.label.setColor(theme.color("muted"))
        line.label.setPosition(_MARK_AT)
        self._item.addItem(line, ignoreBounds=True)
        self._marks.append(line)

    def clear_marks(self) -> None:
        """Take all marks away."""
        for line in self._marks:
            self._item.removeItem(line)
        self._marks.clear()

    @property
    def log_y(self) -> bool:
        """Is the vertical axis logarithmic?"""
        return self._log_y

    def set_log_y(self, log_y: bool) -> None:
        """Make the vertical axis logarithmic or even."""
        if log_y == self._log_y:
            return
        self._log_y = log_y
        if not log_y:
            self._item.setLogMode(y=False)
        for curve in self._curves.values():
            self._show(curve)
        for band in self._bands.values():
            band.redraw(log_y=log_y)
        if log_y:  # only now is there nothing left without a logarithm
            self._item.setLogMode(y=True)
        self.fit()

    def fit(self) -> None:
        """Show all of it, and follow it as it grows."""
        self._item.enableAutoRange()

    def export_png(self, path: str | Path) -> None:
        """Write a picture, twice as fine as on screen; OSError if it cannot be written."""
        image = QImage(self.size() * _SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_SHARPNESS)
        image.fill(theme.color("ground"))
        self.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        write_image(image, Path(path))

    def export_svg(self, path: str | Path) -> None:
        """Write a drawing of lines and letters; OSError if it cannot be written."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setResolution(self.logicalDpiX())  # the axes are recorded for the screen
        generator.setSize(self.view.size())
        generator.setViewBox(self.view.rect())
        generator.setTitle(self._name)
        painter = QPainter(generator)
        painter.fillRect(self.view.rect(), theme.color("ground"))
        source = self.view.mapToScene(self.view.rect()).boundingRect()
        self.view.scene().render(painter, self.view.rect(), source)
        painter.end()
        write_whole(bytes(buffer.data().data()), Path(path))

    def export_csv(self, path: str | Path) -> None:
        """Write all points, one a line: curve, x, y; OSError if it cannot be written."""
        rows = [["curve", *self._labels]]
        for name, curve in self._curves.items():
            pairs = zip(curve.x.tolist(), curve.y.tolist(), strict=True)
            rows += [[name, f"{x:.10g}", f"{y:.10g}"] for x, y in pairs]
        write_table(rows, Path(path))

    def menu(self) -> QMenu:
        """What a right-click opens: fit, logarithmic axis, three ways to save."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("fit"), tr("Fit"), self.fit)
        logarithmic = menu.addAction(tr("Logarithmic axis"))
        logarithmic.setCheckable(True)
        logarithmic.setChecked(self._log_y)
        logarithmic.toggled.connect(self.set_log_y)
        menu.addSeparator()
        stem = self._name.lower().replace(" ", "-")
        for text, glyph, suffix, write in (
            (tr("Save picture …"), "image", "png", self.export_png),
            (tr("Save drawing …"), "curves", "svg", self.export_svg),
            (tr("Save numbers …"), "data", "csv", self.export_csv),
        ):
            action = menu.addAction(icon(glyph), text)
            action.triggered.connect(partial(save_as, self, f"{stem}.{suffix}", write))
        return menu

    def _show(self, curve: _Curve) -> None:
        # Holes are gaps; an infinite value would stretch the axis to infinity.
        good = np.isfinite(curve.x) & np.isfinite(curve.y)
        if self._log_y:
            good &= curve.y > 0
        symbol = "o" if len(good) <= _FEW else None  # one point alone makes no line
        # Dots of which none can be drawn, or none in sight, trouble pyqtgraph.
        curve.item.setClipToView(symbol is None)
        if not good.any():
            curve.item.setData([], [], symbol=None)
        elif good.all():
            curve.item.setData(curve.x, curve.y, connect="all", symbol=symbol)
        else:  # looking for gaps takes four times as long
            y = np.where(good, curve.y, np.nan)
            curve.item.setData(curve.x, y, connect="finite", symbol=symbol)

    def _ink(self, curve: _Curve) -> None:
        curve.item.setPen(curve_pen(curve.color, curve.style))
        curve.item.setSymbolBrush(theme.color(curve.color))

    def _restyle(self) -> None:
        plot_style(self.view)
        for curve in self._curves.values():
            self._ink(curve)
        for band in self._bands.values():
            band.restyle()
        for line in self._marks:
            line.setPen(curve_pen("muted", "dash"))
            line.label.setColor(theme.color("muted"))

    def _on_clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.double():
            self.fit()
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu().popup(event.screenPos().toPoint())
