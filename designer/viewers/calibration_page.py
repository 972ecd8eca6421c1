"""How sure a network is against how often it is right, as a curve."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.explain.calibration import Calibration, calibration
from core.explain.mistakes import Answered
from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.numbers import percent
from designer.widgets.plot import Plot


class CalibrationPage(QWidget):
    """The curve beside the line of a network that is as right as it is sure."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Calibration | None = None
        self.plot, self.words = Plot(name=tr("Calibration")), QLabel()
        self.plot.set_labels(tr("how sure, 0 to 1"), tr("share of right answers"))
        self.words.setProperty("role", "caption")
        self.words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self.plot, 1)
        column.addWidget(self.words)

    def show_answers(self, answered: Answered | None) -> None:
        """Show these answers; None while they are asked for."""
        self.plot.clear_curves()
        self.found = None if answered is None else calibration(answered)
        if self.found is None:
            self.words.setText(tr("The network is asked about every item."))
            return
        found = self.found
        self.plot.set_curve(tr("as right as sure"), [0, 1], [0, 1], color="muted", style="dash")
        self.plot.set_curve("answers", found.sure, found.right)
        self.plot.fit()
        self.words.setText(_words(found))


def _words(found: Calibration) -> str:
    """How far off it is, and to which side."""
    if math.isnan(found.error):
        return tr("There are no items.")
    total = found.counts.sum()
    lean = float(((found.sure - found.right) * found.counts).sum() / total)
    side = tr("too sure") if lean > 0 else tr("not sure enough")
    return tr(
        "Off by {error} on average (expected calibration error); mostly {side}.",
        error=percent(found.error),
        side=side,
    )
