"""What of a network the canvas looks at: all of it, what is selected, the start of the flow."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent

from designer.canvas.camera import STEP
from designer.canvas.geometry import HEIGHT
from designer.canvas.gestures import Stage

WHEEL = 1.0015  # zoom for one eighth of a degree of the wheel
WHEEL_PAN = 0.5  # pixels for one eighth of a degree
Modifier = Qt.KeyboardModifier


class Outlook(QObject):
    """Moves the camera over a network.

    A network that was opened is shown from its start, whatever size the canvas takes, until the
    user touches it. Signals: `zoom_changed(zoom)`.
    """

    zoom_changed = Signal(float)

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._camera = stage.camera
        self._untouched = True
        self._told = 0.0

    def touch(self) -> None:
        """The user did something on the canvas: it looks where it looks."""
        self._untouched = False

    def open(self) -> None:
        """Look at a network that has just come."""
        self._untouched = True
        self.look_from_start()

    def resize(self) -> None:
        """The canvas has another size, or is shown for the first time."""
        if self._untouched:
            self.look_from_start()

    def look_from_start(self) -> None:
        """Show everything where it stays readable, else from where the flow begins."""
        scene = self._stage.scene
        seen = scene.seen
        area, first = scene.extent(), scene.extent(seen.items[:1])
        area = area.adjusted(0, -HEIGHT * bool(seen.inside), 0, 0)  # for the breadcrumb
        start = first.center() if seen.items else area.center()
        self._camera.open(area, start, scene.flow)
        self._tell_zoom()

    def fit(self) -> None:
        """Show the selection, or everything; never larger than 100 %."""
        document, scene, comments = self._stage.document, self._stage.scene, self._stage.comments
        nodes, notes = document.selection, document.selected_comments
        everything = not (nodes or notes)
        area = scene.extent(None if everything else nodes)
        self._fit(area | comments.extent(None if everything else notes))

    def fit_all(self) -> None:
        """Show everything; never larger than 100 %."""
        self._fit(self._stage.scene.extent() | self._stage.comments.extent())

    def look_at(self, spot: QPointF) -> None:
        """Bring a point of the scene into the middle."""
        self.touch()
        self._camera.look_at(spot, self._camera.zoom)

    # ---- zoom ---------------------------------------------------------------------------

    def zoom_to(self, level: float) -> None:
        """Zoom to a level, 1.0 being 100 %."""
        self.touch()
        self._camera.zoom_to(level)
        self._tell_zoom()

    def zoom_100(self) -> None:
        """Show everything at its true size."""
        self.zoom_to(1.0)

    def zoom_in(self) -> None:
        """A step nearer."""
        self.zoom_to(self._camera.zoom * STEP)

    def zoom_out(self) -> None:
        """A step further away."""
        self.zoom_to(self._camera.zoom / STEP)

    def turn_wheel(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; a touchpad's two fingers pan, Shift pans sideways."""
        self.touch()
        turn, slide = event.angleDelta(), event.pixelDelta()
        if not slide.isNull() and not event.modifiers() & Modifier.ControlModifier:
            self._camera.pan(slide)
        elif event.modifiers() & Modifier.ShiftModifier:
            self._camera.pan(QPoint(round((turn.y() or turn.x()) * WHEEL_PAN), 0))
        else:
            self._camera.zoom_by(WHEEL ** turn.y(), event.position())
        self._tell_zoom()

    def pinch(self, event: QNativeGestureEvent) -> bool:
        """Zoom between two fingers of a touchpad; whether that is what they did."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.touch()
        self._camera.zoom_by(1 + event.value(), event.position())
        self._tell_zoom()
        return True

    def _fit(self, area: QRectF) -> None:
        self.touch()
        self._camera.fit(area)
        self._tell_zoom()

    def _tell_zoom(self) -> None:
        if self._camera.zoom != self._told:
            self._told = self._camera.zoom
            self.zoom_changed.emit(self._told)
