"""Where the tour of a window leads, and whether it was seen."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from core.tongue import tr
from designer.canvas.view import CanvasView
from designer.docks import Docks
from designer.files import Files
from designer.preferences import Preferences
from designer.tour import Stop, Tour

EXAMPLE = "lenet5"  # the network of the tour where none is open

# Where each stop points: a panel by its id, the canvas, or the train button.
STOPS = (
    (
        "layers",
        tr("Layers to build with"),
        tr(
            "Drag a layer onto the canvas or onto a wire, or double-click it. On the canvas, Space"
            " finds"
            " one by typing: conv 3x3 64."
        ),
    ),
    (
        "canvas",
        tr("Your network"),
        tr(
            "Each box is a layer, beside each wire stands the size of what flows. Drag from dot to"
            " dot"
            " to"
            " wire, and right-click for more."
        ),
    ),
    (
        "properties",
        tr("Settings"),
        tr(
            "Select a layer to change it here. Sizes follow at once; click one to see how it comes"
            " about."
        ),
    ),
    (
        "problems",
        tr("What does not fit"),
        tr(
            "Every problem says what was expected and offers ways out as buttons. Nothing has to be"
            " guessed."
        ),
    ),
    (
        "train",
        tr("Train"),
        tr("One click starts training. You can pause, change the network, look inside and go on."),
    ),
    (
        "filters",
        tr("Look inside"),
        tr(
            "Filters, feature maps and every step of a calculation, while it learns. More is under"
            " Views"
            " (Ctrl+J); Ctrl+K finds every command, F1 explains a layer."
        ),
    ),
)


class Touring(QObject):
    """Starts the tour of one window: once by itself, and whenever it is asked for."""

    def __init__(
        self,
        window: QWidget,
        *,
        canvas: CanvasView,
        docks: Docks,
        files: Files,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._canvas = canvas
        self._docks = docks
        self._files = files
        self._preferences = preferences
        self.tour: Tour | None = None

    def start(self) -> None:
        """Show the tour, on an example where no network is open."""
        if self.tour is not None:
            return
        if not self._canvas.isVisible():
            self._files.start(EXAMPLE)
        stops = [Stop(lambda w=where: self._part(w), *words) for where, *words in STOPS]
        self.tour = Tour(self._window, stops)
        self.tour.ended.connect(self._ended)

    def start_once(self) -> None:
        """Show the tour if it was never seen or skipped."""
        if not self._preferences.toured:
            self.start()

    def _part(self, where: str) -> QWidget:
        if where == "canvas":
            return self._canvas
        if where == "train":
            found: QToolButton = self._window.findChild(QToolButton, "train_button")
            return found
        self._docks.show(where)
        return self._docks.docks[where]

    def _ended(self) -> None:
        self.tour = None
        self._preferences.toured = True
        self._canvas.setFocus()
