"""Where the parts of the page of cells lie: side by side, and fewer where there is little room."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from designer.tokens import Tokens

_TALL = 230  # from this height on there is room for spikes
_WIDE = 560  # from this width on there is room for the field beside the stimulus


class CellsLayout(QWidget):
    """Stimulus and field above the spikes, and two plots at their right.

    In a small dock the stimulus and the plots stay.
    """

    def __init__(
        self, stimulus: QWidget, field: QWidget, spikes: QWidget, plots: tuple[QWidget, QWidget]
    ) -> None:
        super().__init__()
        self._field, self._spikes = field, spikes
        left, upper = QVBoxLayout(), QHBoxLayout()
        left.setSpacing(Tokens.SMALL)
        upper.setSpacing(Tokens.SMALL)
        upper.addWidget(stimulus, 1)
        upper.addWidget(field, 1)
        left.addLayout(upper, 3)
        left.addWidget(spikes, 2)
        self._right = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._right.setSpacing(Tokens.SMALL)
        for plot in plots:
            self._right.addWidget(plot, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.MEDIUM)
        row.addLayout(left, 2)
        row.addLayout(self._right, 3)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tall = self.height() >= _TALL
        self._spikes.setVisible(tall)
        self._field.setVisible(self.width() >= _WIDE)
        self._right.setDirection(
            QBoxLayout.Direction.TopToBottom if tall else QBoxLayout.Direction.LeftToRight
        )
