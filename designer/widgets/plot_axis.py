"""An axis of a plot: numbers as people of this language write them, a name that fits."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from designer.widgets.numbers import locale

_UPRIGHT = ("left", "right")


class PlotAxis(pg.AxisItem):
    """One side of a plot. Its name is cut short where the side is; numbers stay as they are."""

    def __init__(self, side: str) -> None:
        self._said = ""
        super().__init__(side)
        self.enableAutoSIPrefix(False)  # "×0.001" beside a name is one more thing to work out

    def words(self) -> str:
        """The name, or the part of it that there is room for."""
        size = self.size()
        room = size.height() if self.orientation in _UPRIGHT else size.width()
        metrics = QFontMetricsF(self.label.font())
        return metrics.elidedText(self.labelText, Qt.TextElideMode.ElideRight, room)

    # pyqtgraph

    def labelString(self) -> str:
        self._said = self.words()
        style = ";".join(f"{name}: {value}" for name, value in self.labelStyle.items())
        return f"<span style='{style}'>{escape(self._said)}</span>"

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        texts = super().tickStrings(values, scale, spacing)
        return [text.replace(".", locale().decimalPoint()) for text in texts]

    # Qt

    def resizeEvent(self, event: Any = None) -> None:
        if self.label is not None and self.words() != self._said:
            self._updateLabel()
        super().resizeEvent(event)
