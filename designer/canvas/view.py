"""The canvas as the window sees it: shows the scene, and turns mouse and keys into gestures."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
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
from PySide6.QtWidgets import QFrame, QGraphicsView, QStyle, QToolTip, QWidget

from core.design import Design
from core.flow import Direction
from core.tongue import tr
from designer.canvas import ground, pictures
from designer.canvas.camera import Camera
from designer.canvas.comments import Comments
from designer.canvas.doors import Doors
from designer.canvas.dropping import Dropping
from designer.canvas.geometry import HEIGHT, WIDTH
from designer.canvas.gestures import Stage
from designer.canvas.hint import Hint
from designer.canvas.hit import CommentHit, FrameHit, GroundHit, NodeHit, WireHit
from designer.canvas.keys import Keys
from designer.canvas.outlook import Outlook
from designer.canvas.pointer import Pointer
from designer.canvas.scene import CanvasScene
from designer.canvas.spoken import spoken
from designer.canvas.tidying import Rearranging
from designer.canvas.tips import tip_of
from designer.document.document import Document
from designer.theme import Theme


class CanvasView(QGraphicsView):
    """The canvas of one document.

    Signals:
        add_layer_requested(scene point): double-click or Space on the ground; show the search.
        add_next_requested(): Space while something is selected; search what goes behind it.
        add_after_requested(node, scene point): a new wire was dropped on the ground.
        node_activated(node): a node was double-clicked, or Enter pressed on it.
        context_requested(hit, screen point): a menu for what is there.
    """

    add_layer_requested = Signal(QPointF)
    add_next_requested = Signal()
    add_after_requested = Signal(str, QPointF)
    node_activated = Signal(str)
    context_requested = Signal(object, QPoint)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.animated = True  # whether tidying glides, where the system has not turned motion off
        self.document = document
        self._scene = CanvasScene(document, theme, self)
        self.setScene(self._scene)
        self.camera = Camera(self)
        self.hint = Hint(self.viewport(), theme)
        self.comments = Comments(self, self._scene, theme)
        self._stage = Stage(document, self._scene, self.camera, self.hint, self.comments)
        self.outlook = Outlook(self._stage, self)
        self.keys = Keys(self._stage)
        self.rearranging = Rearranging(self._stage, self._glides)
        self.doors = Doors(self, theme)
        self._pointer = Pointer(self._stage, ask=self._ask_behind, switch=self.rearranging.switch)
        self._dropping = Dropping(self._stage, self._pointer.spot)
        self._invites = not document.design.graph.nodes
        self._set_up()
        self._scene.whole_changed.connect(self._open_again)
        document.selection_changed.connect(self._describe)
        document.design_changed.connect(self._follow_design)
        self._describe()

    def _set_up(self) -> None:
        self.setObjectName("canvas")
        self.setAccessibleName(tr("Network canvas"))
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
        self.viewport().installEventFilter(self)

    # ---- what the window asks -----------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self.camera.zoom

    @property
    def network(self) -> CanvasScene:
        """The scene, for what nodes show and where things lie."""
        return self._scene

    def reveal(self, node: str) -> None:
        """Bring a node into sight."""
        self.outlook.touch()
        self.doors.find(node)
        if self._scene.seen.items_of((node,)):
            self.camera.reveal(self._scene.extent((node,)))

    def write_comment(self) -> None:
        """Write a comment at the mouse, or in the middle where that is elsewhere."""
        self.outlook.touch()
        self.comments.write(self._spot_of_mouse())

    def edit_comment(self) -> None:
        """Change the text of the selected comment."""
        for id in self.document.selected_comments[-1:]:
            self.comments.edit(id)

    def take_knife(self) -> None:
        """The next drag cuts wires."""
        self._pointer.take_knife()
        self._show_cursor()

    def tidy(self) -> None:
        """Lay the network out anew, as one step to undo."""
        self.rearranging.tidy()

    def flow_right(self, on: bool) -> None:
        """Let data flow from left to right, or from the top down, laid out anew for it."""
        if self.rearranging.turn(Direction.RIGHT if on else Direction.DOWN):
            self.outlook.look_from_start()

    def _glides(self) -> bool:
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self.animated and self.style().styleHint(hint, None, self) > 0

    def select_all(self) -> None:
        """Select every node and comment in sight."""
        self.document.select(self._scene.seen.item_of, comments=self.comments.items)

    def center_of_view(self) -> QPointF:
        """The scene point in the middle of what is seen."""
        return self.camera.center

    def middle(self) -> tuple[int, int]:
        """Where a new node lies in the middle of what is seen: its top left corner."""
        center = self.camera.center
        return round(center.x() - WIDTH / 2), round(center.y() - HEIGHT / 2)

    def sizes_of(self, ids: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Width and height of nodes, collapsed groups and comments."""
        return {id: self.comments.size_of(id) or (WIDTH, HEIGHT) for id in ids}

    def pinned(self, design: Design) -> Design:
        """A design with a place for every node, as it is shown."""
        return self._scene.pinned(design)

    def grab_picture(self) -> QImage:
        """The whole network as a picture."""
        return pictures.picture(self._scene)

    def _spot_of_mouse(self) -> QPointF:
        """The scene point under the mouse, the middle of the view where that is elsewhere."""
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        inside = self.viewport().rect().contains(at) and self.underMouse()
        return self.mapToScene(at) if inside else self.camera.center

    def _ask_behind(self, node: str, spot: QPointF) -> None:
        self.add_after_requested.emit(node, spot)

    def _activate(self, item: str) -> None:
        """A node tells its settings, a group opens by itself."""
        if item in self.document.design.groups.by_id:
            self.doors.enter(item)
        else:
            self.node_activated.emit(item)

    def _open_selected(self) -> None:
        """What Enter does: to the last selected item in sight, else to the selected comment."""
        chosen = self._scene.seen.items_of(self.document.selection)
        if chosen:
            self._activate(chosen[-1])
        else:
            self.edit_comment()

    def _deselect(self) -> bool:
        """Select nothing; whether anything was selected."""
        document = self.document
        had = document.selection or document.selected_wires or document.selected_comments
        document.select(())
        return bool(had)

    def _open_again(self) -> None:
        self._pointer.forget()
        self.outlook.open()

    def _follow_design(self) -> None:
        """The invitation comes and goes with the first node."""
        empty = not self.document.design.graph.nodes
        if empty != self._invites:
            self._invites = empty
            self.viewport().update()

    def _describe(self) -> None:
        self.setAccessibleDescription(spoken(self.document))

    def _show_cursor(self) -> None:
        if self.viewport().cursor().shape() != self._pointer.cursor:
            self.viewport().setCursor(self._pointer.cursor)

    # ---- Qt: mouse ----------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.outlook.touch()
        QToolTip.hideText()
        if event.button() == Qt.MouseButton.RightButton:
            return
        self._pointer.press(event)
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or mark what is under the mouse."""
        self._pointer.move(event)
        self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it with its edit."""
        self._pointer.release(event)
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A node opens; on the ground, ask for a layer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = self._pointer.under(event.position())
        if isinstance(found, NodeHit | FrameHit):
            self._activate(found.node if isinstance(found, NodeHit) else found.group)
        elif isinstance(found, CommentHit):
            self.comments.edit(found.comment)
        elif isinstance(found, WireHit):
            self.add_next_requested.emit()  # the first click has selected it: into the wire
        elif isinstance(found, GroundHit):
            self.add_layer_requested.emit(self._pointer.spot(event.position()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what is there, unless it is selected already, and ask for a menu."""
        found = self._pointer.choose(QPointF(event.pos()))
        self.context_requested.emit(found, event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; a touchpad's two fingers pan, Shift pans sideways."""
        self.outlook.turn_wheel(event)
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pinches zoom, and what is cut off in a node is told in full."""
        if isinstance(event, QNativeGestureEvent):
            return self.outlook.pinch(event)
        if isinstance(event, QHelpEvent):
            found = self._pointer.under(QPointF(event.pos()))
            words = tip_of(self._scene, found)
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._scene.highlight.hover(GroundHit())
        return False

    # ---- Qt: keys -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space (held: pan, tapped: add a layer), Escape, Enter, and what `keys` knows."""
        self.outlook.touch()
        key = event.key()
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._pointer.hold_space()
                self._show_cursor()
        elif key == Qt.Key.Key_Escape:
            if not self._pointer.cancel() and not self._deselect():
                self.doors.leave()
            self._show_cursor()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open_selected()
        elif not self.keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space that panned nothing asks for a layer: behind the selection, else at the mouse."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            super().keyReleaseEvent(event)
            return
        tapped = self._pointer.let_go_of_space()
        self._show_cursor()
        if tapped and (self.document.selection or self.document.selected_wires):
            self.add_next_requested.emit()
        elif tapped:
            self.add_layer_requested.emit(self._spot_of_mouse())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key released elsewhere never comes: forget that it was held."""
        self._pointer.let_go_of_space()
        super().focusOutEvent(event)

    # ---- Qt: layers dragged in ----------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take layers, and nothing else."""
        if self._dropping.enter(event):
            self.outlook.touch()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        self._dropping.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It went elsewhere."""
        self._dropping.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add it, and take the keyboard."""
        if self._dropping.drop(event):
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    # ---- Qt: painting and size ----------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The dotted ground."""
        ground.paint_dots(painter, QRectF(rect), self._scene.ink, self.zoom)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The scene, or what to do where there is none."""
        super().paintEvent(event)
        if self._invites and not self._dropping.active:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground.paint_invitation(painter, self.viewport().rect(), self._scene.ink)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Until it is touched, the network is shown as it was opened."""
        super().resizeEvent(event)
        self.outlook.resize()

    def showEvent(self, event: QShowEvent) -> None:
        """The first look."""
        super().showEvent(event)
        self.outlook.resize()
