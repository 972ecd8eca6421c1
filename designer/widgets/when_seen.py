"""Work for a widget that can wait until somebody sees it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QWidget

from designer.widgets.seen import Seen


class WhenSeen(QObject):
    """Does some work at once, or behind another tab and in a closed dock once that is in front.

    A widget that lies in no dock does it at once.
    """

    def __init__(self, widget: QWidget, work: Callable[[], object]) -> None:
        super().__init__(widget)
        self._widget, self._work = widget, work
        self._is_due = False
        self._seen = Seen(widget)
        self._seen.changed.connect(self._catch_up)

    def do(self) -> None:
        """The work is to be done."""
        self._is_due = True
        if self._seen.is_seen or not self._lies_in_dock():
            self._catch_up()

    def _catch_up(self) -> None:
        if self._is_due and (self._seen.is_seen or not self._lies_in_dock()):
            self._is_due = False
            self._work()

    def _lies_in_dock(self) -> bool:
        above = self._widget.parentWidget()
        while above is not None and not isinstance(above, QDockWidget):
            above = above.parentWidget()
        return above is not None
