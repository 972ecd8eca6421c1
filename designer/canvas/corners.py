"""What lies over the canvas in a corner goes to another one where it would cover the network."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtWidgets import QWidget

from designer.canvas.geometry import HEIGHT, WIDTH
from designer.canvas.scene import CanvasScene
from designer.canvas.view import CanvasView
from designer.tokens import Tokens

REST_MS = 120  # after the last movement of the canvas
STEPS = 5  # of how much of it lies over the network
Corner = Qt.Corner


class Corners(QObject):
    """Keeps small widgets in the corners of a canvas.

    Each stays where it is while nothing lies beneath. Else, once the canvas rests, it goes to the
    first of its corners that is free; where none is, to the one where it covers least.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._kept: dict[QWidget, tuple[Corner, ...]] = {}
        self._lying: dict[QWidget, Corner] = {}
        self._held = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.settle)
        view.installEventFilter(self)
        view.outlook.zoom_changed.connect(self._soon)
        view.document.design_changed.connect(self._soon)
        view.network.inside_changed.connect(self._soon)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self._soon)

    def keep(self, widget: QWidget, *corners: Corner) -> None:
        """Keep a child of the canvas in one of these corners, the first where it likes to be."""
        self._kept[widget] = corners
        self._lying[widget] = corners[0]
        widget.installEventFilter(self)
        self.place()

    def corner_of(self, widget: QWidget) -> Corner:
        """Where it lies now."""
        return self._lying[widget]

    def place(self) -> None:
        """Put everything into its corner again, where sizes changed."""
        for widget, corner in self._lying.items():
            widget.move(self._spot(widget, corner))

    def settle(self) -> None:
        """Look for a free corner for what lies over the network, or over something else."""
        if self._held:
            return
        for widget, corners in self._kept.items():
            if widget.isVisible():
                choice = (self._lying[widget], *corners)
                self._lying[widget] = min(choice, key=lambda one: self._covered(widget, one))
        self.place()

    def _soon(self) -> None:
        self._rest.start()

    def _spot(self, widget: QWidget, corner: Corner) -> QPoint:
        gap, left, top = Tokens.MEDIUM, Tokens.MEDIUM, Tokens.MEDIUM
        if corner in (Corner.TopRightCorner, Corner.BottomRightCorner):
            left = self._view.width() - widget.width() - gap
        if corner in (Corner.BottomLeftCorner, Corner.BottomRightCorner):
            top = self._view.height() - widget.height() - gap
        return QPoint(left, top)

    def _covered(self, widget: QWidget, corner: Corner) -> float:
        """How much it would lie over there, in steps, so that it does not move for little."""
        view = self._view
        place = QRect(self._spot(widget, corner), widget.size())
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        others = {*view.findChildren(QWidget, options=direct)} - {widget, view.viewport()}
        if any(one.isVisible() and one.geometry().intersects(place) for one in others):
            return math.inf
        near = place.adjusted(-Tokens.SMALL, -Tokens.SMALL, Tokens.SMALL, Tokens.SMALL)
        area = view.mapToScene(near).boundingRect()
        return math.ceil(STEPS * _share_covered(view.network, area))

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The canvas changes its size; something is shown, or held by the mouse."""
        kind = event.type()
        if watched is self._view:
            if kind != QEvent.Type.Resize:
                return False
            self.place()
            self._soon()
        elif kind == QEvent.Type.MouseButtonPress:
            self._held = True
        elif kind == QEvent.Type.MouseButtonRelease:
            self._held = False
            self._soon()
        elif kind in (QEvent.Type.Show, QEvent.Type.Resize):
            self.place()
            self._soon()
        return False


def _share_covered(scene: CanvasScene, area: QRectF) -> float:
    """How much of a rectangle lies under nodes, their sentences, and labels of wires."""
    boxes = [line.label_box for line in scene.wires.values()]
    for item, (x, y) in scene.places.items():
        sentence = scene.nodes[item].sentence_box
        boxes += [QRectF(x, y, WIDTH, HEIGHT), sentence.translated(x, y)]
    common = (box.intersected(area) for box in boxes if box.intersects(area))
    taken = sum(one.width() * one.height() for one in common)
    return taken / (area.width() * area.height())
