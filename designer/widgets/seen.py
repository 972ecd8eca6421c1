"""Whether anybody can see a widget: it is shown, and its dock lies in front of the other tabs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from designer.widgets.late_dock import LateDock


class Seen(QObject):
    """Watches a widget. Qt counts a dock behind another tab as visible; this does not.

    Signals: `changed(is_seen)`.
    """

    changed = Signal(bool)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._dock: QDockWidget | None = None
        self._in_front = True
        self.is_seen = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._find_dock()
            self._look()
        elif event.type() == QEvent.Type.Hide:
            self._look()
        return False

    def _find_dock(self) -> None:
        """The dock that the widget lies in, whose word on tabs counts from now on."""
        above = self._widget.parentWidget()
        while above is not None and not isinstance(above, QDockWidget):
            above = above.parentWidget()
        if above is None or above is self._dock:
            return
        # It says so itself once it is laid out; one that was filled just now has said it.
        self._dock, self._in_front = above, isinstance(above, LateDock) and above.is_in_front
        above.visibilityChanged.connect(self._dock_changed)

    def _dock_changed(self, in_front: bool) -> None:
        self._in_front = in_front
        self._look()

    def _look(self) -> None:
        is_seen = self._widget.isVisible() and self._in_front
        if is_seen != self.is_seen:
            self.is_seen = is_seen
            self.changed.emit(is_seen)
