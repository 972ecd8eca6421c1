"""A dock whose content is made when somebody first looks at it: what nobody opens costs nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDockWidget, QWidget


class LateDock(QDockWidget):
    """A dock that makes its content the first time it lies in front, or is asked for it.

    Attributes: `is_in_front`, whether it is shown and no other tab lies over it.
    Signals: `filled()` once the content is there.
    """

    filled = Signal()

    def __init__(self, title: str, make: Callable[[], QWidget], window: QWidget) -> None:
        super().__init__(title, window)
        self._make = make
        self._content: QWidget | None = None
        self.is_in_front = False
        self.visibilityChanged.connect(self._turn)

    @property
    def is_filled(self) -> bool:
        """Whether the content is there."""
        return self._content is not None

    def _turn(self, in_front: bool) -> None:
        self.is_in_front = in_front
        if in_front:
            self.widget()

    # Qt

    def widget(self) -> QWidget:
        """The content, made now where it was not."""
        if self._content is None:
            self._content = self._make()
            self.setWidget(self._content)
            self._content.show()
            self.filled.emit()
        return self._content
