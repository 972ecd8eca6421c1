"""Where the parts of the cortex lab lie, and which of them stay where there is little room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from designer.tokens import Tokens
from designer.widgets.flow_row import FlowRow

_TALL = 230  # from this height on there is room for spikes
_WIDE = 560  # from this width on there is room for the field beside the stimulus


def page_of(controls: Sequence[QWidget], body: QWidget, *below: QWidget) -> QWidget:
    """Controls in rows, the body, and what lies below it."""
    page, row = QWidget(), QWidget()
    flow = FlowRow(row)
    for control in controls:
        flow.addWidget(control)
    column = QVBoxLayout(page)
    column.setContentsMargins(Tokens.MEDIUM, 0, Tokens.TIGHT, 0)
    column.setSpacing(Tokens.TIGHT)
    column.addWidget(row)
    column.addWidget(body, 1)
    for widget in below:
        column.addWidget(widget)
    return page


class CellsLayout(QWidget):
    """Stimulus and field above the spikes, and two plots at their right.

    In a small dock the stimulus and the plots stay; `caption` lies elsewhere and goes with the
    spikes.
    """

    def __init__(
        self,
        stimulus: QWidget,
        field: QWidget,
        spikes: QWidget,
        plots: tuple[QWidget, QWidget],
        *,
        caption: QWidget,
    ) -> None:
        super().__init__()
        self._field, self._spikes, self._caption = field, spikes, caption
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
        self._caption.setVisible(tall)
        self._field.setVisible(self.width() >= _WIDE)
        self._right.setDirection(
            QBoxLayout.Direction.TopToBottom if tall else QBoxLayout.Direction.LeftToRight
        )
