"""The wanted output of a layer: a field for each side, and the settings that give it as buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from core.layers import Layer
from core.shapes import Shape
from core.solve import Solution, solve_for
from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.spin_field import spin_field

LARGEST = 100_000


class Solver(QWidget):
    """Asks which output one wants. Where height and width are alike one field stands for both.

    Attributes: `fields`, `buttons` (one for each answer), `told` (the words where there is none).
    Signals: `chosen(settings)`, a dict of new settings.
    """

    chosen = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        self._layer: Layer | None = None
        self._inputs: tuple[Shape, ...] = ()
        self._now: tuple[int, ...] = ()
        self.fields = [_field(tr("Wanted output height")), _field(tr("Wanted output width"))]
        self._times = QLabel("×")
        self.told = QLabel()
        self.told.setProperty("role", "caption")
        self.told.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(Tokens.SMALL)
        row.addWidget(QLabel(tr("I want an output of")))
        row.addWidget(self.fields[0])
        row.addWidget(self._times)
        row.addWidget(self.fields[1])
        row.addStretch(1)
        self._answers = QVBoxLayout()
        self._answers.setSpacing(Tokens.TIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Tokens.TIGHT)
        column.addLayout(row)
        column.addWidget(self.told)
        column.addLayout(self._answers)
        for field in self.fields:
            field.valueChanged.connect(self._solve)

    def show_layer(self, layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> None:
        """Ask about a layer as it is in the network; the fields show its output."""
        self._layer, self._inputs, self._now = layer, inputs, output[1:]
        alike = len(self._now) == 1 or (
            self._now[0] == self._now[1] and inputs[0][1] == inputs[0][2]
        )
        for field in self.fields:
            field.blockSignals(True)
        self.fields[0].setValue(self._now[0])
        self.fields[1].setValue(self._now[-1])
        self.fields[1].setVisible(not alike)
        self._times.setVisible(not alike)
        for field in self.fields:
            field.blockSignals(False)
        self._show((), "")

    def _solve(self) -> None:
        if self._layer is None:
            return
        both = self.fields[1].isVisibleTo(self)
        values = [field.value() for field in self.fields]
        wanted = (values[0], values[1] if both else values[0])[: len(self._now)]
        if wanted == self._now:
            self._show((), tr("It gives that already."))
            return
        found = solve_for(self._layer, self._inputs, wanted)
        sides = " × ".join(str(size) for size in wanted)
        self._show(
            found, "" if found else tr("No settings of this layer give {sides}.", sides=sides)
        )

    def _show(self, found: Sequence[Solution], words: str) -> None:
        while (item := self._answers.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        self.told.setText(words)
        self.told.setVisible(bool(words))
        self.buttons = []
        for solution in found:
            text = solution.text[:1].upper() + solution.text[1:]
            button = QPushButton(text)
            settings = dict(solution.settings)
            button.clicked.connect(lambda _=False, s=settings: self.chosen.emit(s))
            self._answers.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self.buttons.append(button)


def _field(name: str) -> QSpinBox:
    field = spin_field(name, name)
    field.setRange(1, LARGEST)
    field.setKeyboardTracking(True)
    field.setFixedWidth(72)
    return field
