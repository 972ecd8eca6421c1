"""The panels around the canvas as docks: where each lies, and how few pixels it can bear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from designer.pane import Pane
from designer.widgets.dock_tabs import DockTabs
from designer.widgets.late_dock import LateDock

__all__ = ["NARROW", "Docks", "Pane"]

Area = Qt.DockWidgetArea
NARROW = 1280  # below this width the viewers become tabs of the bottom panels
LAYOUT = 3  # raise it when panes get other names or places; new panes find theirs by themselves
_BOTTOM_HEIGHT, _BOTTOM_SHARE = 232, 0.26  # at least so many pixels, and of the window
_SIDE_WIDTHS = (208, 288)


class Docks:
    """The docks of a window. Panes of one place share their room as tabs.

    Attributes: `panes`, and `docks` by the id of their pane.
    """

    def __init__(self, window: QMainWindow, panes: Sequence[Pane]) -> None:
        self._window = window
        self.panes = tuple(panes)
        self.docks: Mapping[str, QDockWidget] = {pane.id: _dock(pane, window) for pane in panes}
        self._tabs = DockTabs(window)
        for dock in self.docks.values():
            self._tabs.add(dock)
        self._narrow: bool | None = None
        window.setDockNestingEnabled(True)
        window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)

    # ---- layouts ------------------------------------------------------------------------

    def put(self, layout: QByteArray) -> None:
        """Show every panel where it lay, or in its usual place the first time."""
        if not self.restore(layout):
            self.reset()

    def reset(self) -> None:
        """Every panel back in its place; those that everybody needs are open."""
        # Side by side, even for a moment, they would not fit: all are taken out and laid anew.
        for dock in self.docks.values():
            dock.setFloating(False)
        self._take_out(self.docks.values())
        for place, area in (("left", Area.LeftDockWidgetArea), ("right", Area.RightDockWidgetArea)):
            for dock in self._of(place):
                self._window.addDockWidget(area, dock)
            self._stack(self._of(place))
        self._lay_bottom(self._of("bottom"), self._of("viewer"))
        for pane in self.panes:
            self.docks[pane.id].setVisible(pane.open)
        fronts = ("left", "bottom") if self._narrow else ("left", "viewer", "bottom")
        for place in fronts:
            for dock in self._open(place)[:1]:
                dock.raise_()
        # Room can be given only once the docks are laid out.
        QTimer.singleShot(0, self._window, self._give_room)

    def state(self) -> QByteArray:
        """Where everything lies, to be remembered."""
        return self._window.saveState(LAYOUT)

    def restore(self, state: QByteArray) -> bool:
        """Put everything where it lay; False where that is of another version.

        Panes that the layout does not know, since they are newer, stay closed in their usual place.
        """
        if state.isEmpty():
            return False
        if self._narrow is None:
            self._narrow = self._is_narrow()
        newer = [pane for pane in self.panes if not _knows(state, pane.id)]
        self._hide(self.docks.values())
        self._take_out(self.docks[pane.id] for pane in newer)
        if not self._window.restoreState(state, LAYOUT):
            return False
        for pane in newer:
            self._place_anew(pane)
        return True

    def _take_out(self, docks: Iterable[QDockWidget]) -> None:
        """Docks hidden and out of the layout."""
        taken = list(docks)
        self._hide(taken)
        for dock in taken:
            self._window.removeDockWidget(dock)

    def _hide(self, docks: Iterable[QDockWidget]) -> None:
        """Hide docks whose groups are about to vanish.

        Qt leaves the tab bar of such a group behind, unless it was hidden and the layout knew it.
        """
        for dock in docks:
            dock.hide()
        self._window.layout().activate()

    def _place_anew(self, pane: Pane) -> None:
        """Lay one dock, closed, among those of its place."""
        dock = self.docks[pane.id]
        dock.hide()
        places = ("bottom", "viewer") if self._narrow and pane.place == "viewer" else (pane.place,)
        others = [
            other
            for place in reversed(places)
            for other in self._of(place)
            if other is not dock and self._window.dockWidgetArea(other) != Area.NoDockWidgetArea
        ]
        area = {"left": Area.LeftDockWidgetArea, "right": Area.RightDockWidgetArea}.get(pane.place)
        if others:
            self._window.tabifyDockWidget(others[0], dock)
        else:
            self._window.addDockWidget(area or Area.BottomDockWidgetArea, dock)
        dock.hide()

    def fit_width(self) -> None:
        """Viewers beside the bottom panels, or among them where the window is narrow.

        What was taken to another side, or floats, stays there.
        """
        if self._narrow is None or self._is_narrow() == self._narrow:
            return
        bottom, viewers = (self._at_bottom(place) for place in ("bottom", "viewer"))
        here = [*bottom, *viewers]
        shown = [dock for dock in here if not dock.isHidden()]
        if not shown:
            return
        front = [dock for dock in shown if not dock.visibleRegion().isEmpty()]
        self._take_out(here)  # Qt splits no tab off its group
        self._lay_bottom(bottom, viewers)
        for dock in shown:
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
        sides = [*self._open("left")[:1], *self._open("right")[:1]]
        window.resizeDocks(sides, list(_SIDE_WIDTHS[: len(sides)]), Qt.Orientation.Horizontal)
        bottom, viewers = self._open("bottom")[:1], self._open("viewer")[:1]
        low = bottom or viewers
        height = max(_BOTTOM_HEIGHT, round(window.height() * _BOTTOM_SHARE))
        window.resizeDocks(low, [height] * len(low), Qt.Orientation.Vertical)
        if bottom and viewers and not self._narrow:
            wide = window.width() - 8
            pair, widths = [*bottom, *viewers], [round(wide * 0.58), round(wide * 0.42)]
            window.resizeDocks(pair, widths, Qt.Orientation.Horizontal)

    # ---- one panel ----------------------------------------------------------------------

    def show(self, id: str) -> None:
        """Open a panel and bring it to the front."""
        self.docks[id].show()
        self.docks[id].raise_()

    def when_there(self, id: str, use: Callable[[Any], object]) -> None:
        """Hand a panel over: now, or when somebody opens it for the first time."""
        dock = self.docks[id]
        if isinstance(dock, LateDock) and not dock.is_filled:
            dock.filled.connect(lambda: use(dock.widget()))
        else:
            use(dock.widget())

    def is_open(self, id: str) -> bool:
        """Whether a panel is open, in front or behind another tab."""
        return not self.docks[id].isHidden()

    def heighten(self, id: str, pixels: int) -> None:
        """Give a panel at the bottom so much height, if it has less."""
        dock = self.docks[id]
        if dock.height() < pixels and not dock.isFloating():
            self._window.resizeDocks([dock], [pixels], Qt.Orientation.Vertical)

    def set_title(self, id: str, title: str) -> None:
        """Name a panel's tab anew."""
        self.docks[id].setWindowTitle(title)

    def hide(self) -> None:
        """Hide every panel."""
        for dock in self.docks.values():
            dock.hide()

    def _of(self, place: str) -> list[QDockWidget]:
        return [self.docks[pane.id] for pane in self.panes if pane.place == place]

    def _open(self, place: str) -> list[QDockWidget]:
        return [dock for dock in self._of(place) if not dock.isHidden() and not dock.isFloating()]

    def _at_bottom(self, place: str) -> list[QDockWidget]:
        """Those of a place that lie at the bottom, open or closed."""
        area, window = Area.BottomDockWidgetArea, self._window
        return [
            dock
            for dock in self._of(place)
            if not dock.isFloating() and window.dockWidgetArea(dock) == area
        ]

    def _stack(self, docks: Sequence[QDockWidget]) -> None:
        for before, dock in pairwise(docks):
            self._window.tabifyDockWidget(before, dock)


def _knows(state: QByteArray, id: str) -> bool:
    """Whether a saved layout has a dock of this name: Qt writes its length, then UTF-16."""
    name = id.encode("utf-16-be")
    return len(name).to_bytes(4, "big") + name in state.data()


def _dock(pane: Pane, window: QMainWindow) -> QDockWidget:
    if isinstance(pane.content, QWidget):
        dock = QDockWidget(pane.title, window)
        dock.setWidget(pane.content)
    else:
        dock = LateDock(pane.title, pane.content, window)
    dock.hide()
    dock.setObjectName(pane.id)
    dock.setAccessibleName(pane.title)
    return dock
