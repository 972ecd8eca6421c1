"""How many times a block shall stand in a row."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.tongue import tr, trn
from designer.tokens import Tokens


class RepeatDialog(QDialog):
    """Asks for `times`; the sentence below says what comes of it."""

    def __init__(self, layers: int, most: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Repeat block"))
        self._layers = layers
        self.times = QSpinBox()
        self.times.setRange(2, most)
        self.times.setValue(3)
        self.times.setPrefix("× ")
        self.times.setAccessibleName(tr("Times"))
        self.times.selectAll()
        question = QLabel(tr("The block stands there"))
        question.setBuddy(self.times)
        self.told = QLabel()
        self.told.setProperty("role", "muted")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Repeat"))
        row = QHBoxLayout()
        row.setSpacing(Tokens.SMALL)
        row.addWidget(question)
        row.addWidget(self.times, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Tokens.LARGE, Tokens.LARGE, Tokens.LARGE, Tokens.LARGE)
        column.setSpacing(Tokens.MEDIUM)
        column.addLayout(row)
        column.addWidget(self.told)
        column.addWidget(self.buttons)
        self.times.valueChanged.connect(self._tell)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._tell(self.times.value())

    def _tell(self, times: int) -> None:
        layers, copies = (
            trn("{layers} layer", "{layers} layers", self._layers, layers=self._layers),
            times - 1,
        )
        self.told.setText(
            trn(
                "{layers} and {copies} copy, each behind the one before.",
                "{layers} and {copies} copies, each behind the one before.",
                copies,
                layers=layers,
                copies=copies,
            )
        )
