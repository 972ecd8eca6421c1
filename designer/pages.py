"""The pages of a window: the welcome page alone, or a network with bars and panels around it."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QToolBar

from designer.canvas.view import CanvasView
from designer.docks import Docks
from designer.welcome import WelcomePage


class Pages(QStackedWidget):
    """The middle of a window, one page of it in sight.

    Attributes: `docks` and `tools`, what lies around a network; the window gives them once they
    are made. Signals: `turned` when a page was called for, though it may be the one in sight.
    """

    turned = Signal()
    docks: Docks
    tools: QToolBar

    def __init__(
        self, window: QMainWindow, *, welcome: WelcomePage, canvas: CanvasView, layout: QByteArray
    ) -> None:
        super().__init__()
        self._window = window
        self._welcome = welcome
        self._canvas = canvas
        self._layout = layout  # how the panels lay when they were last in sight
        self._alone = False  # whether a network is to be seen without bars and panels
        self.addWidget(welcome)
        self.addWidget(canvas)

    @property
    def working(self) -> bool:
        """Whether a network is open, and not the welcome page."""
        return self.currentWidget() is self._canvas

    def keep_layout(self) -> QByteArray:
        """Remember how the panels lie while they are in sight; how they lay where they are not."""
        if self.working and self.tools.isVisible():
            self._layout = self.docks.state()
        return self._layout

    def show_welcome(self) -> None:
        """The welcome page, alone."""
        self.keep_layout()
        self.setCurrentWidget(self._welcome)
        self._show_frame()
        self.turned.emit()

    def show_network(self) -> None:
        """The network that is open, with its panels."""
        if not self.working:
            self.setCurrentWidget(self._canvas)
            self._show_frame()
        self.turned.emit()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_canvas_only(self, only: bool) -> None:
        """The network and nothing else, or everything again."""
        if only:
            self.keep_layout()
        self._alone = only
        self._show_frame()

    def _show_frame(self) -> None:
        """Panels and bars around the canvas, as they lay, or none; menus but where it is alone."""
        shown = self.working and not self._alone
        self._window.menuBar().setVisible(shown or not self.working)
        self.tools.setVisible(shown)
        self._window.statusBar().setVisible(shown)
        if shown:
            self.docks.put(self._layout)
        else:
            self.docks.hide()
        self.tools.setVisible(shown)
