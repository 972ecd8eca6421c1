"""The panels around the canvas as docks: where each lies, and how few pixels it can bear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from designer.widgets.dock_title import DockTitle

Area = Qt.DockWidgetArea
NARROW = 1280  # below this width the viewers become tabs of the bottom panels
LAYOUT = 1  # raise it when panes get other names or places
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
    """The docks of a window. Bottom panes share their room as tabs, and so do viewers."""

    def __init__(self, window: QMainWindow, panes: Sequence[Pane]) -> None:
        self._window = window
        self._panes = tuple(panes)
        self.docks: Mapping[str, QDockWidget] = {pane.id: _dock(pane) for pane in panes}
        self._narrow: bool | None = None
        window.setDockNestingEnabled(True)
        window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)
        self.reset()

    def reset(self) -> None:
        """Every panel back in its place, and shown."""
        for pane in self._panes:
            dock = self.docks[pane.id]
            dock.setFloating(False)
            area = {"left": Area.LeftDockWidgetArea, "right": Area.RightDockWidgetArea}
            self._window.addDockWidget(area.get(pane.place, Area.BottomDockWidgetArea), dock)
            dock.show()
        bottom, viewers = self._of("bottom"), self._of("viewer")
        self._narrow = self._window.width() < NARROW
        if viewers and not self._narrow:
            self._window.splitDockWidget(bottom[0], viewers[0], Qt.Orientation.Horizontal)
        self._stack([*bottom, *viewers] if self._narrow else bottom)
        if not self._narrow:
            self._stack(viewers)
        self.size()

    def fit_width(self) -> None:
        """Viewers beside the bottom panels, or among them where the window is narrow."""
        narrow = self._window.width() < NARROW
        bottom, viewers = self._of("bottom"), self._of("viewer")
        if narrow == self._narrow or not viewers or not bottom[0].isVisible():
            return
        self._narrow = narrow
        shown = [dock for dock in viewers if not dock.isHidden()]
        if narrow:
            for dock in shown:
                self._window.tabifyDockWidget(bottom[0], dock)
        elif shown:
            for dock in shown:
                self._window.addDockWidget(Area.BottomDockWidgetArea, dock)
            self._window.splitDockWidget(bottom[0], shown[0], Qt.Orientation.Horizontal)
            self._stack(shown)
        bottom[0].raise_()

    def size(self) -> None:
        """Give the sides and the bottom their usual room."""
        window = self._window
        sides = [*self._of("left"), *self._of("right")]
        window.resizeDocks(sides, list(_SIDE_WIDTHS[: len(sides)]), Qt.Orientation.Horizontal)
        bottom = self._of("bottom")[:1]
        window.resizeDocks(bottom, [_BOTTOM_HEIGHT], Qt.Orientation.Vertical)
        viewers = self._of("viewer")[:1]
        if viewers and not self._narrow:
            wide = window.width()
            pair, widths = [*bottom, *viewers], [round(wide * 0.58), round(wide * 0.42)]
            window.resizeDocks(pair, widths, Qt.Orientation.Horizontal)

    def show(self, id: str) -> None:
        """Bring a panel to the front."""
        self.docks[id].show()
        self.docks[id].raise_()

    def set_title(self, id: str, title: str) -> None:
        """Name a panel's tab anew."""
        self.docks[id].setWindowTitle(title)

    def set_all_visible(self, visible: bool) -> None:
        """Show or hide every panel."""
        for dock in self.docks.values():
            dock.setVisible(visible)

    def state(self) -> QByteArray:
        """Where everything lies, to be remembered."""
        return self._window.saveState(LAYOUT)

    def restore(self, state: QByteArray) -> bool:
        """Put everything where it lay; False where that is of another version."""
        return not state.isEmpty() and self._window.restoreState(state, LAYOUT)

    def _of(self, place: str) -> list[QDockWidget]:
        return [self.docks[pane.id] for pane in self._panes if pane.place == place]

    def _stack(self, docks: Sequence[QDockWidget]) -> None:
        for dock in docks[1:]:
            self._window.tabifyDockWidget(docks[0], dock)
        if docks:
            docks[0].raise_()


class _Holder(QWidget):
    """Nothing, in place of a title bar: the tab says the name already."""

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


def _dock(pane: Pane) -> QDockWidget:
    dock = QDockWidget(pane.title)
    dock.setObjectName(pane.id)
    dock.setWidget(pane.widget)
    dock.setAccessibleName(pane.title)
    if pane.place in ("bottom", "viewer"):
        dock.setTitleBarWidget(_Holder())
    else:
        dock.setTitleBarWidget(DockTitle(dock))
    return dock
