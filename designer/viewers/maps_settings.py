"""What is set about feature maps: of which layers, of an item or the mean, and the colors."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from core.tongue import tr
from designer.viewers.choice import Choice
from designer.viewers.explorer import number_field
from designer.widgets.flow_row import FlowRow
from designer.widgets.spin_field import decimal_field

_ONE, _ALL, _MEAN = "one", "all", "mean"


class MapsSettings(QWidget):
    """A row of fields. Signals: `asked` where another answer is needed; `bent` by the gamma."""

    asked = Signal()
    bent = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.of = Choice(tr("Maps of"), tr("Of which layers, and of one item or of many"))
        self.of.offer(
            [
                (tr("This item"), _ONE),
                (tr("Mean of items"), _MEAN),
                (tr("All layers at once"), _ALL),
            ],
            _ONE,
        )
        self.items = number_field("Items", 64, "How many items the mean is of", high=4096)
        self.gamma = decimal_field(
            tr("Gamma"), tr("Bends the colors: below 1 small values are seen better.")
        )
        self.gamma.setRange(0.1, 3.0)
        self.gamma.setSingleStep(0.1)
        self.gamma.setDecimals(1)
        self.gamma.setValue(1.0)
        self.gamma.setPrefix("γ ")
        self.freeze = QCheckBox(tr("Freeze"))
        self.freeze.setToolTip(tr("Stay with this layer and map while others are selected."))
        self._flow = FlowRow(self)
        for widget in (self.of, self.items, self.gamma, self.freeze):
            self._flow.addWidget(widget)
        self.of.chosen.connect(self._choose)
        self.items.valueChanged.connect(self.asked)
        self.gamma.valueChanged.connect(self.bent)
        self._show_fields()

    def add(self, widget: QWidget) -> None:
        """One more field, at the end of the row."""
        self._flow.addWidget(widget)

    @property
    def is_mean(self) -> bool:
        """Whether the mean over many items is wanted."""
        return bool(self.of.currentData() == _MEAN)

    @property
    def is_all(self) -> bool:
        """Whether all layers are wanted at once."""
        return bool(self.of.currentData() == _ALL)

    def show_item(self) -> None:
        """Choose the maps of one layer and one item again, without a signal."""
        self.of.setCurrentIndex(0)
        self._show_fields()

    def _choose(self) -> None:
        self._show_fields()
        self.asked.emit()

    def _show_fields(self) -> None:
        """Only what the choice takes."""
        self.items.setVisible(self.is_mean)
        for widget in (self.gamma, self.freeze):
            widget.setVisible(not self.is_all)
