"""What differs among runs and what came out of it, beside their curves in one plot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

from core.explain.courses import FIGURES, Axis, Band, Figure, band
from core.explain.side_by_side import Kind
from core.tongue import tr
from designer.theme import theme
from designer.viewers.beside_table import BesideTable
from designer.viewers.beside_words import LETTERS
from designer.viewers.choice import Choice
from designer.viewers.run_choice import RunChoice
from designer.viewers.words import plural
from designer.widgets.plot import Plot

_FIGURES: tuple[tuple[str, Figure], ...] = (
    (tr("Accuracy"), "accuracy"),
    (tr("Loss"), "loss"),
    (tr("Training accuracy"), "train_accuracy"),
    (tr("Training loss"), "train_loss"),
)
_AXES: tuple[tuple[str, Axis], ...] = (
    (tr("by epoch"), "epoch"),
    (tr("by step"), "step"),
    (tr("by seconds"), "seconds"),
)

_ROOMY = 160  # pixels of height from which the plot has room for a legend


class BesideFigures(QSplitter):
    """Table and plot; `figure` and `axis` choose what the plot draws.

    Signals: `node_chosen(id)`.
    """

    node_chosen = Signal(str)

    def __init__(self, choice: RunChoice) -> None:
        super().__init__()
        self._choice = choice
        self.figure = Choice(
            tr("Figure"), tr("What the curves are of; validation where nothing is said")
        )
        self.figure.offer(_FIGURES, "accuracy")
        self.axis = Choice(tr("Axis"), tr("What the curves lie along"))
        self.axis.offer(_AXES, "epoch")
        self.table, self.plot = BesideTable(), Plot(name=tr("Runs"))
        self.plot.view.getPlotItem().legend.anchor((1, 1), (1, 1), offset=(-8, -20))
        self.setChildrenCollapsible(False)
        self.addWidget(self.table)
        self.addWidget(self.plot)
        self.setSizes([330, 320])
        self.table.node_chosen.connect(self.node_chosen)
        self.figure.chosen.connect(self._draw)
        self.axis.chosen.connect(self._draw)

    def refresh(self) -> None:
        """Show the runs as they are now."""
        self._offer_figures()
        self.table.show_runs(self._choice)
        self._draw()

    def bands(self) -> dict[str, Band]:
        """What the plot draws: each kind of run as one, by its name."""
        figure, axis = self.figure.currentData(), self.axis.currentData()
        return {
            name: band([run.course for run in kind.counted], figure, axis)
            for name, kind in self._named()
        }

    def numbers(self) -> dict[str, NDArray[Any]]:
        """The curves that are drawn: x, lowest, mean and highest (4, N), by kind of run."""
        return {
            f"{self.figure.currentData()} {name}": np.stack([one.x, one.low, one.mean, one.high])
            for name, one in self.bands().items()
        }

    def _offer_figures(self) -> None:
        """Accuracy only where something is classified."""
        courses = [run.course for kind in self._choice.kinds for run in kind.runs]
        classify = any(one.classifies for one in courses) or not any(len(c.epochs) for c in courses)
        offered = [one for one in _FIGURES if classify or not one[1].endswith("accuracy")]
        self.figure.offer(offered, self.figure.currentData())

    def _draw(self) -> None:
        figure = self.figure.currentData()
        assert figure in FIGURES
        percent = figure.endswith("accuracy")
        unit = " (%)" if percent else ""
        axis = self.axis.currentText().removeprefix("by ")
        part = "" if figure.startswith("train") else "validation "
        self.plot.set_labels(axis, f"{part}{self.figure.currentText().lower()}{unit}")
        self.plot.clear_curves()
        scale = 100 if percent else 1
        for at, (name, one) in enumerate(self.bands().items()):
            color = theme.tokens.run_color(at)
            if one.count > 1 and len(one.x):
                self.plot.set_band(name, one.x, scale * one.low, scale * one.high, color=color)
            self.plot.set_curve(name, one.x, scale * one.mean, color=color)
        self._show_legend()

    def _show_legend(self) -> None:
        """Where it would cover the curves, the colors in the table's head must do."""
        legend = self.plot.view.getPlotItem().legend
        legend.setVisible(self.plot.height() >= _ROOMY and len(self._choice.kinds) > 0)

    def _named(self) -> Iterator[tuple[str, Kind]]:
        """Each kind with its letters and how many seeds it has."""
        columns = self._choice.columns
        for kind in self._choice.kinds:
            letters = [LETTERS[at] for at, run in enumerate(columns) if run in kind.runs]
            name = ", ".join(letters)
            seeds = plural(kind.count, "seed")
            yield (
                tr("{name} · mean of {seeds}", name=name, seeds=seeds) if kind.count > 1 else name,
                kind,
            )

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side in a wide panel, one above the other in a high one."""
        super().resizeEvent(event)
        is_wide = self.width() >= self.height()
        self.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)
        self._show_legend()
