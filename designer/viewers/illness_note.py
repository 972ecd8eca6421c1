"""One thing that is wrong with a run, in words, and buttons for what would help."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.tongue import tr
from core.training.case import Illness
from designer.notation import notation
from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.flow_row import FlowRow
from designer.widgets.icon_label import IconLabel


class IllnessNote(QWidget):
    """A sentence with its sign; a click on it chooses the layer that is to blame.

    Attributes: `cure`, `again` (the two buttons).
    Signals: `chosen(node)`, `cure_wanted(train)`.
    """

    chosen = Signal(str)
    cure_wanted = Signal(bool)

    def __init__(self, illness: Illness, *, helps: bool) -> None:
        super().__init__()
        self.illness = illness
        color = "problem" if illness.kind == "diverged" else "warning"
        self.sentence = QLabel(notation.sentence(illness.sentence))
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.cure = QPushButton(illness.remedy.text)
        self.cure.setToolTip(tr("Change the network or the plan so; Undo leads back"))
        self.cure.clicked.connect(lambda: self.cure_wanted.emit(False))
        self.again = QPushButton(tr("… and train again"))
        self.again.setAccessibleName(tr("{text} and train again", text=illness.remedy.text))
        self.again.setToolTip(tr("Do it, and start a new run"))
        self.again.setProperty("primary", True)
        self.again.clicked.connect(lambda: self.cure_wanted.emit(True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(IconLabel(icon("warning", color), 16), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self.sentence)
        if illness.remedy.text:
            buttons = QWidget()
            line = FlowRow(buttons)
            line.addWidget(self.cure)
            line.addWidget(self.again)
            column.addWidget(buttons)
        row.addLayout(column, 1)
        self.show_help(helps)
        if illness.node:
            self.sentence.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_help(self, helps: bool) -> None:
        """Whether what would help can still be done."""
        for button in (self.cure, self.again):
            button.setEnabled(helps)

    # ---- Qt -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the layer."""
        if self.illness.node:
            self.chosen.emit(self.illness.node)
