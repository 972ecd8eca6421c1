"""A choice among a few names that comes with an answer: it keeps what was chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

_WIDEST = 164  # pixels; longer names are cut


class Choice(QComboBox):
    """Names with a value each. Signals: `chosen(value)`, by a person only."""

    chosen = Signal(object)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self._offered: Sequence[tuple[str, object]] = ()
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaximumWidth(_WIDEST)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def offer(self, offered: Sequence[tuple[str, object]], chosen: object) -> None:
        """Offer these (name, value), with one of the values chosen."""
        if list(offered) != list(self._offered):
            self._offered = list(offered)
            self.clear()
            for name, value in offered:
                self.addItem(name, value)
        values = [value for _, value in offered]
        self.setCurrentIndex(values.index(chosen) if chosen in values else 0)
