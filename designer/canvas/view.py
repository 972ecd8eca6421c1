"""The canvas as the window sees it: shows the scene, and turns mouse and keys into gestures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from core.design import Design
from designer.canvas import ground, pictures
from designer.canvas.camera import STEP, Camera
from designer.canvas.geometry import HEIGHT, WIDTH
from designer.canvas.gestures import Band, Gesture, LayerDrop, LayWire, MoveNodes, Pan, Reach, Stage
from designer.canvas.gestures.drop import layer_in
from designer.canvas.hint import Hint
from designer.canvas.hit import Hit, NodeHit, SlotHit, WireHit, hit
from designer.canvas.keys import Keys, start_of
from designer.canvas.places import layout_of
from designer.canvas.scene import CanvasScene
from designer.canvas.tidying import Glide, tidied
from designer.document.document import Document
from designer.theme import Theme

WHEEL = 1.0015  # zoom for one eighth of a degree of the wheel
ADDS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class CanvasView(QGraphicsView):
    """The canvas of one document.

    Signals:
        add_layer_requested(scene point): double-click or Space on the ground; show the search.
        add_after_requested(node, scene point): a new wire was dropped on the ground.
        node_activated(node): a node was double-clicked, or Enter pressed on it.
        context_requested(hit, screen point): a menu for what is there.
        zoom_changed(zoom).
    """

    add_layer_requested = Signal(QPointF)
    add_after_requested = Signal(str, QPointF)
    node_activated = Signal(str)
    context_requested = Signal(object, QPoint)
    zoom_changed = Signal(float)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.animated = True  # whether tidying glides; off in tests and for reduced motion
        self._document = document
        self._scene = CanvasScene(document, theme, self)
        self.setScene(self._scene)
        self.camera = Camera(self)
        self._hint = Hint(self.viewport(), theme)
        self._stage = Stage(document, self._scene, self.camera, self._hint)
        self.keys = Keys(self._stage)
        self._gesture: Gesture | None = None
        self._drop: LayerDrop | None = None
        self._glide = Glide(self._scene)
        self._opening = True  # until the user touches the canvas, it is fitted as it resizes
        self._space_held = self._space_used = False
        self._seen_zoom = 0.0
        self._set_up()
        self._scene.whole_changed.connect(self._open_again)
        document.selection_changed.connect(self._describe)
        document.design_changed.connect(self.viewport().update)
        self._describe()

    def _set_up(self) -> None:
        self.setObjectName("canvas")
        self.setAccessibleName("Network canvas")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)

    # ---- what the window asks -----------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self.camera.zoom

    @property
    def network(self) -> CanvasScene:
        """The scene, for badges and for where things lie."""
        return self._scene

    def fit(self) -> None:
        """Show the selection, or everything; never larger than 100 %."""
        self._touched()
        self.camera.fit(self._scene.extent(self._document.selection or None))
        self._tell_zoom()

    def zoom_to(self, level: float) -> None:
        """Zoom to a level, 1.0 being 100 %."""
        self._touched()
        self.camera.zoom_to(level)
        self._tell_zoom()

    def zoom_100(self) -> None:
        """Show everything at its true size."""
        self.zoom_to(1.0)

    def zoom_in(self) -> None:
        """A step nearer."""
        self.zoom_to(self.zoom * STEP)

    def zoom_out(self) -> None:
        """A step further away."""
        self.zoom_to(self.zoom / STEP)

    def reveal(self, node: str) -> None:
        """Bring a node into sight."""
        self._touched()
        if node in self._scene.places:
            self.camera.reveal(self._scene.extent((node,)))

    def tidy(self) -> None:
        """Lay the network out anew, as one step to undo."""
        layout = layout_of(self._document.design.graph)
        before = dict(self._scene.places)
        places = tidied(layout.places, before)
        self._scene.use_layout(layout)
        design = self._document.design
        if design.placed(places) == design:
            self._scene.reroute()
            return
        self._document.apply("Tidy up", design.placed(places))
        if self.animated:
            self._glide.start(before, places)

    def select_all(self) -> None:
        """Select every node."""
        self._document.select(self._document.design.graph.order)

    def center_of_view(self) -> QPointF:
        """The scene point in the middle of what is seen."""
        return self.camera.center

    def middle(self) -> tuple[int, int]:
        """Where a new node lies in the middle of what is seen: its top left corner."""
        center = self.camera.center
        return round(center.x() - WIDTH / 2), round(center.y() - HEIGHT / 2)

    def pinned(self, design: Design) -> Design:
        """A design with a place for every node, as it is shown."""
        return self._scene.pinned(design)

    def set_badge(self, node: str, text: str) -> None:
        """A short live value on a node, "" for none."""
        self._scene.set_badge(node, text)

    def grab_picture(self) -> QImage:
        """The whole network as a picture."""
        return pictures.picture(self._scene)

    def export_png(self, path: str | Path) -> None:
        """Write the whole network as PNG; OSError where that cannot be."""
        pictures.write_png(self._scene, Path(path))

    def export_svg(self, path: str | Path) -> None:
        """Write the whole network as SVG; OSError where that cannot be."""
        name = self._document.path.stem if self._document.path else "Network"
        pictures.write_svg(self._scene, Path(path), title=name)

    # ---- looking ------------------------------------------------------------------------

    def _open_again(self) -> None:
        self._cancel()
        self._opening = True
        self._open()

    def _open(self) -> None:
        start = start_of(self._document.design.graph)
        area = self._scene.extent()
        first = self._scene.extent((start,)).center() if start else area.center()
        self.camera.open(area, first)
        self._tell_zoom()

    def _touched(self) -> None:
        self._opening = False

    def _tell_zoom(self) -> None:
        if self.zoom != self._seen_zoom:
            self._seen_zoom = self.zoom
            self.zoom_changed.emit(self.zoom)

    def _describe(self) -> None:
        """Say in words what is selected, for screen readers."""
        graph, chosen = self._document.design.graph, self._document.selection
        words = [f"{graph[node].title}, {graph[node].layer.label}" for node in chosen[:3]]
        self.setAccessibleDescription("; ".join(words) or f"{len(graph.nodes)} layers")

    # ---- gestures -----------------------------------------------------------------------

    def _under(self, at: QPointF) -> Hit:
        spot = self._spot(at)
        return hit(self._scene.picture, (spot.x(), spot.y()), zoom=self.zoom)

    def _spot(self, at: QPointF) -> QPointF:
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(at)

    def _begin(self, event: QMouseEvent) -> Gesture | None:
        at, spot = event.position(), self._spot(event.position())
        if event.button() == Qt.MouseButton.MiddleButton or self._space_held:
            self._space_used = True
            return Pan(self._stage, at)
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        found = self._under(at)
        if isinstance(found, SlotHit):
            return LayWire(self._stage, self._reach(found), ask=self.add_after_requested.emit)
        if isinstance(found, NodeHit):
            return self._press_node(found.node, event, spot)
        if isinstance(found, WireHit):
            return self._press_wire(found, event)
        if not event.modifiers() & ADDS:
            self._document.select(())
        return Band(self._stage, spot, event.modifiers())

    def _reach(self, found: SlotHit) -> Reach:
        """Where the new wire is fast; pressing a wired input takes its wire's end off."""
        graph = self._document.design.graph
        if found.slot is None or graph[found.node].layer.many_slots:
            return Reach(found.node, found.slot)
        for wire in graph.incoming(found.node):
            if wire.slot == found.slot:
                return Reach(wire.source, None, wire)
        return Reach(found.node, found.slot)

    def _press_node(self, node: str, event: QMouseEvent, spot: QPointF) -> Gesture | None:
        chosen, lines = self._document.selection, self._document.selected_wires
        if event.modifiers() & ADDS:
            rest = tuple(one for one in chosen if one != node)
            self._document.select(rest if node in chosen else (*chosen, node), lines)
            return None
        if node not in chosen:
            self._document.select((node,))
        return MoveNodes(self._stage, node, event.position(), spot)

    def _press_wire(self, found: WireHit, event: QMouseEvent) -> Gesture | None:
        wire, lines = found.wire, self._document.selected_wires
        if event.modifiers() & ADDS:
            rest = tuple(one for one in lines if one != wire)
            lines = rest if wire in lines else (*lines, wire)
            self._document.select(self._document.selection, lines)
            return None
        self._document.select((), (wire,))
        if not found.at_end:
            return None
        reach = Reach(wire.source, None, wire)
        return LayWire(self._stage, reach, ask=self.add_after_requested.emit)

    def _end(self) -> Gesture | None:
        gesture, self._gesture = self._gesture, None
        self.viewport().unsetCursor()
        return gesture

    def _cancel(self) -> bool:
        gesture = self._end()
        if gesture is not None:
            gesture.canceled()
        return gesture is not None
