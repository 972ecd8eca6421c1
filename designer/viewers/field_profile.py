"""How what a value uses is spread across and down: two curves, and where 2σ lies."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.explain.effective import Effective
from core.tongue import tr
from designer.widgets.plot import Plot

AXES = ((tr("down"), "validation"), (tr("across"), "accent"))  # and their colors


class FieldProfile(QWidget):
    """Shares of the rows and of the columns over their distance from the middle.

    Dashed the same for random weights; marks at ±2σ, between which most of a bell would lie.
    """

    def __init__(self) -> None:
        super().__init__()
        self.plot = Plot(name=tr("Profile of the field"))
        self.plot.set_labels(tr("cells from the middle"), tr("share in %"))
        self.plot.setMinimumHeight(120)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)

    def show_field(self, found: Effective, random: Effective | None) -> None:
        """Show a field, and that of random weights where it was asked for."""
        self.plot.clear_curves()
        self.plot.clear_marks()
        for field, style in ((found, "solid"), (random, "dash")):
            if field is None or field.is_silent:
                continue
            for (away, shares), (axis, color) in zip(field.profiles(), AXES, strict=True):
                used = np.flatnonzero(shares)
                part = slice(used[0], used[-1] + 1)  # outside of it there is nothing to see
                name = axis if field is found else tr("{axis}, random", axis=axis)
                self.plot.set_curve(name, away[part], 100 * shares[part], color=color, style=style)
        widest = max(found.deviation())
        for sigma in found.deviation():
            self.plot.mark(-2 * sigma, "")
            self.plot.mark(2 * sigma, "2σ" if sigma == widest else "")
        self.plot.fit()
