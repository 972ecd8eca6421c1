"""The panels around the canvas as docks: where each lies, and how few pixels it can bear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from designer.widgets.dock_title import DockTitle

Area = Qt.DockWidgetArea
NARROW = 1280  # below this width the viewers become tabs of the bottom panels
LAYOUT = 3  # raise it when panes get other names or places
_BOTTOM_HEIGHT = 232
_SIDE_WIDTHS = (208, 288)


@dataclass(frozen=True)
class Pane:
    """A panel in its place: `place` is "left", "right", "bottom", or "viewer" (bottom right)."""

    id: str
    title: str
    widget: QWidget
    place: str


class Docks:
    """The docks of a window. Panes of one place share their room as tabs."""

    def __init__(self, window: QMainWindow, panes: Sequence[Pane]) -> None:
        self._window = window
        self._panes = tuple(panes)
        self.docks: Mapping[str, QDockWidget] = {pane.id: _dock(pane, window) for pane in panes}
        self._narrow: bool | None = None
        window.setDockNestingEnabled(True)
        window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)

    def put(self, layout: QByteArray) -> None:
        """Show every panel where it lay, or in its usual place the first time."""
        if self._narrow is None:
            self.reset()
        if not self.restore(layout):
            self.reset()

    def reset(self) -> None:
        """Every panel back in its place, and shown."""
        # Hidden while they are placed: side by side, even for a moment, they would not fit.
        self.hide()
        bottom, viewers = self._of("bottom"), self._of("viewer")
        for dock in self.docks.values():
            dock.setFloating(False)
        for place, area in (("left", Area.LeftDockWidgetArea), ("right", Area.RightDockWidgetArea)):
            for dock in self._of(place):
                self._window.addDockWidget(area, dock)
            self._stack(self._of(place))
        self._lay_bottom(bottom, viewers)
        for dock in self.docks.values():
            dock.show()
        bottom[0].raise_()
        for front in (*viewers[:1], *self._of("left")[:1]):
            front.raise_()
        if self._narrow:
            bottom[0].raise_()
        # Room can be given only once the docks are laid out.
        QTimer.singleShot(0, self._window, self._give_room)

    def fit_width(self) -> None:
        """Viewers beside the bottom panels, or among them where the window is narrow."""
        bottom, viewers = self._of("bottom"), self._of("viewer")
        shown = [dock for dock in (*bottom, *viewers) if not dock.isHidden()]
        here = [dock for dock in shown if not dock.isFloating()]
        if self._is_narrow() == self._narrow or self._narrow is None or not here:
            return
        front = [dock for dock in here if not dock.visibleRegion().isEmpty()]
        # Qt splits no tab off its group: all are taken out and laid anew.
        for dock in here:
            self._window.removeDockWidget(dock)
        self._lay_bottom(
            [dock for dock in bottom if dock in here], [dock for dock in viewers if dock in here]
        )
        for dock in here:
            dock.show()
        for dock in reversed(front):  # a bottom panel last: among tabs it stays in front
            dock.raise_()
        QTimer.singleShot(0, self._window, self._give_room)

    def _is_narrow(self) -> bool:
        return self._window.width() < NARROW

    def _lay_bottom(self, bottom: Sequence[QDockWidget], viewers: Sequence[QDockWidget]) -> None:
        """Bottom panels as one group of tabs; viewers as another beside it, or in the same one."""
        self._narrow = self._is_narrow()
        groups = [[*bottom, *viewers]] if self._narrow else [list(bottom), list(viewers)]
        groups = [group for group in groups if group]
        for group in groups:
            self._window.addDockWidget(Area.BottomDockWidgetArea, group[0])
        for left, right in pairwise(groups):
            self._window.splitDockWidget(left[0], right[0], Qt.Orientation.Horizontal)
        for group in groups:
            self._stack(group)

    def _give_room(self) -> None:
        """The usual room for the sides and the bottom."""
        window = self._window
        if not window.isVisible():
            return
        sides = [*self._of("left")[:1], *self._of("right")[:1]]
        window.resizeDocks(sides, list(_SIDE_WIDTHS[: len(sides)]), Qt.Orientation.Horizontal)
        bottom = self._of("bottom")[:1]
        window.resizeDocks(bottom, [_BOTTOM_HEIGHT], Qt.Orientation.Vertical)
        viewers = self._of("viewer")[:1]
        if viewers and not self._narrow:
            wide = window.width() - 8
            pair, widths = [*bottom, *viewers], [round(wide * 0.58), round(wide * 0.42)]
            window.resizeDocks(pair, widths, Qt.Orientation.Horizontal)

    def show(self, id: str) -> None:
        """Bring a panel to the front."""
        self.docks[id].show()
        self.docks[id].raise_()

    def set_title(self, id: str, title: str) -> None:
        """Name a panel's tab anew."""
        self.docks[id].setWindowTitle(title)

    def hide(self) -> None:
        """Hide every panel."""
        for dock in self.docks.values():
            dock.hide()

    def state(self) -> QByteArray:
        """Where everything lies, to be remembered."""
        return self._window.saveState(LAYOUT)

    def restore(self, state: QByteArray) -> bool:
        """Put everything where it lay; False where that is of another version."""
        return not state.isEmpty() and self._window.restoreState(state, LAYOUT)

    def _of(self, place: str) -> list[QDockWidget]:
        return [self.docks[pane.id] for pane in self._panes if pane.place == place]

    def _stack(self, docks: Sequence[QDockWidget]) -> None:
        for before, dock in pairwise(docks):
            self._window.tabifyDockWidget(before, dock)
        for bar in self._window.findChildren(QTabBar):  # whole names; arrows lead to the others
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)


class _Holder(QWidget):
    """Nothing, in place of a title bar: the tab says the name already."""

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


def _dress(dock: QDockWidget, floating: bool) -> None:
    """In a window of its own a panel needs a title, to be moved and put back by."""
    old = dock.titleBarWidget()
    dock.setTitleBarWidget(DockTitle(dock) if floating else _Holder())
    old.deleteLater()


def _dock(pane: Pane, window: QMainWindow) -> QDockWidget:
    dock = QDockWidget(pane.title, window)
    dock.hide()
    dock.setObjectName(pane.id)
    dock.setWidget(pane.widget)
    dock.setAccessibleName(pane.title)
    if pane.place != "right":
        dock.setTitleBarWidget(_Holder())
    else:
        dock.setTitleBarWidget(DockTitle(dock))
    return dock
