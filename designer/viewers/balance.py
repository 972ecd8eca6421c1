"""The weight between two losses: a slider that changes the Outputs of the design."""

from __future__ import annotations

from functools import reduce

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from core.design import Design
from core.explain.boxes import balanced
from core.layers import Output
from core.tongue import tr
from designer.document import edits
from designer.document.document import Document
from designer.tokens import Tokens
from designer.viewers.box_words import weight_words
from designer.widgets.elided_label import ElidedLabel

_STEPS = 100


class Balance(QWidget):
    """How much one Output counts beside the others; hidden where there is one alone.

    Each move is an edit that can be undone; those in a row are one step. A training that runs
    goes on with the weights it began with.
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document, self._output = document, ""
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setMinimumWidth(80)
        self.slider.setAccessibleName(tr("Weight between the losses"))
        self.slider.setToolTip(
            tr("How much of the loss is this Output's. It counts from the next training on.")
        )
        self.slider.valueChanged.connect(self._weigh)
        self.words = ElidedLabel()
        self.words.setProperty("role", "caption")
        name = QLabel(tr("Weight"))
        name.setProperty("role", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(name)
        row.addWidget(self.slider, 1)
        row.addWidget(self.words, 1)

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each Output of the design, by its node."""
        nodes = self._document.design.graph.of_type(Output)
        return {node.id: node.layer.weight for node in nodes}

    def show_output(self, output: str) -> None:
        """Show how much an Output counts in the design as it is now."""
        self._output, weights = output, self.weights
        self.setVisible(len(weights) > 1 and output in weights)
        if output not in weights:
            return
        total = sum(weights.values())
        self.slider.blockSignals(True)
        self.slider.setValue(round(_STEPS * weights[output] / total) if total else 0)
        self.slider.blockSignals(False)
        nodes = self._document.design.graph.nodes
        self.words.setText(weight_words({nodes[id].title: one for id, one in weights.items()}))

    def _weigh(self, position: int) -> None:
        wanted = balanced(self.weights, self._output, position / _STEPS)

        def edit(design: Design) -> Design:
            return reduce(
                lambda made, one: edits.set_settings(made, [one[0]], {"weight": one[1]}),
                wanted.items(),
                design,
            )

        self._document.attempt(tr("Weigh the losses"), edit, merge=f"balance.{self._output}")
