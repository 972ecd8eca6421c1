"""The tabs of docks: whole names, a cross on each, and a middle click closes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QWidget

from designer.widgets.dock_title import DockTitle


class DockTabs(QObject):
    """Dresses every tab bar that a main window makes for its docks.

    A dock whose tab says its name already has no title; one that lies alone or floats has one.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._docks: list[QDockWidget] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        window.installEventFilter(self)

    def add(self, dock: QDockWidget) -> None:
        """Take care of a dock."""
        self._docks.append(dock)
        dock.setTitleBarWidget(DockTitle(dock))
        for moved in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            moved.connect(lambda _: self._soon.start())
        dock.topLevelChanged.connect(lambda _: self._bring_into_sight(dock))

    def bars(self) -> list[QTabBar]:
        """The tab bars of the docks; panels may have tabs of their own, which are not meant."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return self._window.findChildren(QTabBar, options=direct)

    def refresh(self) -> None:
        """Titles where no tab says the name."""
        for bar in self.bars():
            self._dress(bar)
        for dock in self._docks:
            title = dock.titleBarWidget()
            if isinstance(title, DockTitle):
                title.set_folded(not dock.isFloating() and self._has_tab(dock))

    def _bring_into_sight(self, dock: QDockWidget) -> None:
        """What lay behind a tab Qt lets float where no screen is: it goes over the window."""
        if dock.isFloating() and QApplication.screenAt(dock.geometry().center()) is None:
            room = self._window.size() * 0.5
            dock.resize(dock.sizeHint().expandedTo(room).boundedTo(self._window.size()))
            dock.move(self._window.geometry().center() - dock.rect().center())

    def _has_tab(self, dock: QDockWidget) -> bool:
        return any(not other.isHidden() for other in self._window.tabifiedDockWidgets(dock))

    def _dress(self, bar: QTabBar) -> None:
        if bar.tabsClosable():
            return
        bar.setElideMode(Qt.TextElideMode.ElideNone)  # whole names; arrows lead to the others
        bar.setUsesScrollButtons(True)
        bar.setTabsClosable(True)
        bar.tabCloseRequested.connect(lambda index: self._close(bar, index))
        bar.installEventFilter(self)

    def _close(self, bar: QTabBar, index: int) -> None:
        """Close the dock whose tab this is; no two have the same title."""
        for dock in self._docks:
            if dock.windowTitle() == bar.tabText(index) and not dock.isFloating():
                dock.close()
                return

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """New tab bars of the window, and middle clicks on tabs."""
        kind = event.type()
        if kind == QEvent.Type.ChildPolished and watched is self._window:
            self._soon.start()
        if (
            kind == QEvent.Type.MouseButtonRelease
            and isinstance(watched, QTabBar)
            and isinstance(event, QMouseEvent)
            and event.button() == Qt.MouseButton.MiddleButton
        ):
            index = watched.tabAt(event.position().toPoint())
            if index >= 0:
                self._close(watched, index)
            return True
        return False


def dock_of(widget: QWidget | None) -> QDockWidget | None:
    """The dock in which a widget lies, None for others."""
    while widget is not None and not isinstance(widget, QDockWidget):
        widget = widget.parentWidget()
    return widget
