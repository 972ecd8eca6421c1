"""The mouse on the canvas: which press begins which gesture, and what is under it meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from designer.canvas.gestures import (
    KNIFE,
    Band,
    Gesture,
    Knife,
    LayWire,
    Move,
    Pan,
    Reach,
    Stage,
)
from designer.canvas.hit import (
    CommentHit,
    FrameHit,
    GroundHit,
    Hit,
    NodeHit,
    SlotHit,
    SwitchHit,
    WireHit,
    hit,
)
from designer.canvas.size_spot import size_under

ADDS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Pointer:
    """Runs one gesture at a time.

    `ask` is called where a new wire ends on the ground, `switch` with a group to open or close.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        ask: Callable[[str, QPointF], None],
        switch: Callable[[str], None],
    ) -> None:
        self._stage = stage
        self._ask = ask
        self._switch = switch
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        self._space_held = self._space_used = False
        self._knife_ready = False
        self._over: Hit = GroundHit()
        self._over_size = False

    @property
    def cursor(self) -> Qt.CursorShape:
        """The shape that says what a press would do, or what the gesture does."""
        if self._gesture is not None:
            return self._gesture.cursor
        if self._space_held:
            return Qt.CursorShape.OpenHandCursor
        if self._knife_ready or isinstance(self._over, SlotHit):
            return Qt.CursorShape.CrossCursor
        if self._over_size or isinstance(self._over, WireHit | SwitchHit):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.ArrowCursor

    def under(self, at: QPointF) -> Hit:
        """What is under a point of the view."""
        spot = self.spot(at)
        zoom = self._stage.camera.zoom
        found = hit(self._stage.scene.picture, (spot.x(), spot.y()), zoom=zoom)
        comment = self._stage.comments.under(spot) if isinstance(found, GroundHit) else ""
        return CommentHit(comment) if comment else found

    def spot(self, at: QPointF) -> QPointF:
        """The scene point at a point of the view."""
        return self._stage.camera.spot(at)

    def choose(self, at: QPointF) -> Hit:
        """Select what is under a point of the view, unless it is selected already."""
        found, document = self.under(at), self._stage.document
        if isinstance(found, NodeHit | FrameHit):
            item = found.node if isinstance(found, NodeHit) else found.group
            if not set(self._stage.scene.seen.nodes_of(item)) <= set(document.selection):
                document.select((item,))
        elif isinstance(found, WireHit) and found.wire not in document.selected_wires:
            document.select((), (found.wire,))
        elif isinstance(found, CommentHit) and found.comment not in document.selected_comments:
            document.select((), comments=(found.comment,))
        return found

    # ---- the mouse ----------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin the gesture that this press means; a second button changes nothing."""
        if self._gesture is None:
            self._gesture = self._begun(event)
            self._button = event.button()

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or mark what is under the mouse."""
        at, spot = event.position(), self.spot(event.position())
        if self._gesture is not None:
            self._gesture.moved(at, spot, event.modifiers())
            return
        self._over = self.under(at)
        free = not isinstance(self._over, SlotHit | SwitchHit)
        zoom = self._stage.camera.zoom
        self._over_size = free and bool(size_under(self._stage.scene, spot, zoom=zoom))
        self._stage.scene.highlight.hover(self._over)

    def release(self, event: QMouseEvent) -> None:
        """End the gesture with its edit."""
        if event.button() != self._button or self._gesture is None:
            return
        gesture, self._gesture = self._gesture, None
        gesture.ended(event.position(), self.spot(event.position()), event.modifiers())

    def cancel(self) -> bool:
        """End the gesture and leave everything as it was; whether there was one."""
        gesture, self._gesture = self._gesture, None
        self._knife_ready = False
        if gesture is not None:
            gesture.canceled()
        return gesture is not None

    def forget(self) -> None:
        """Drop a gesture whose items are gone with the document they belonged to."""
        self._gesture = None
        self._over = GroundHit()

    def take_knife(self) -> None:
        """The next drag cuts wires, whatever keys are held."""
        self._knife_ready = True

    def hold_space(self) -> None:
        """Space went down: the next press pans."""
        self._space_held, self._space_used = True, False

    def let_go_of_space(self) -> bool:
        """Space went up; whether it was only tapped."""
        tapped = self._space_held and not self._space_used
        self._space_held = False
        return tapped

    # ---- which gesture ------------------------------------------------------------------

    def _begun(self, event: QMouseEvent) -> Gesture | None:
        at, spot = event.position(), self.spot(event.position())
        if event.button() == Qt.MouseButton.MiddleButton or self._space_held:
            self._space_used = True
            return Pan(self._stage, at)
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        if self._knife_ready or event.modifiers() == KNIFE:
            self._knife_ready = False
            return Knife(self._stage, spot)
        found = self.under(at)
        self._stage.scene.highlight.hover(GroundHit())
        if isinstance(found, SlotHit):
            return LayWire(self._stage, self._reach(found), at, ask=self._ask)
        if isinstance(found, SwitchHit):
            self._switch(found.group)
            return None
        if isinstance(found, NodeHit | FrameHit):
            item = found.node if isinstance(found, NodeHit) else found.group
            return self._on_item(item, event, spot)
        if isinstance(found, WireHit):
            return self._on_wire(found, event)
        if isinstance(found, CommentHit):
            return self._on_comment(found.comment, event, spot)
        return self._on_ground(event, spot)

    def _reach(self, found: SlotHit) -> Reach:
        """Where the new wire is fast; pressing a wired input takes the end of its wire off.

        A wire from outside of the group that is open by itself stays: its start is out of sight.
        """
        graph, seen = self._stage.document.design.graph, self._stage.scene.seen
        if found.slot is None or graph[found.node].layer.many_slots:
            return Reach(found.node, found.slot)
        for wire in graph.incoming(found.node):
            if wire.slot == found.slot and wire.source in seen.item_of:
                return Reach(wire.source, None, wire)
        return Reach(found.node, found.slot)

    def _on_ground(self, event: QMouseEvent, spot: QPointF) -> Gesture | None:
        if size_under(self._stage.scene, spot, zoom=self._stage.camera.zoom):
            return None  # beside a wire: a click asks why it is so
        if not event.modifiers() & ADDS:
            self._stage.document.select(())
        return Band(self._stage, spot, event.modifiers())

    def _on_item(self, item: str, event: QMouseEvent, spot: QPointF) -> Gesture | None:
        """On a node, a collapsed group or the title of an open one."""
        document, nodes = self._stage.document, self._stage.scene.seen.nodes_of(item)
        chosen = document.selection
        held = set(nodes) <= set(chosen)
        if event.modifiers() & ADDS:
            rest = tuple(one for one in chosen if one not in nodes)
            chosen = rest if held else (*chosen, *nodes)
            document.select(chosen, document.selected_wires, document.selected_comments)
            return None
        if not held:
            document.select(nodes)
        return Move(self._stage, item, event.position(), spot)

    def _on_comment(self, id: str, event: QMouseEvent, spot: QPointF) -> Gesture | None:
        document, chosen = self._stage.document, self._stage.document.selected_comments
        if event.modifiers() & ADDS:
            rest = tuple(one for one in chosen if one != id)
            chosen = rest if id in chosen else (*chosen, id)
            document.select(document.selection, document.selected_wires, chosen)
            return None
        if id not in chosen:
            document.select((), comments=(id,))
        return Move(self._stage, id, event.position(), spot)

    def _on_wire(self, found: WireHit, event: QMouseEvent) -> Gesture | None:
        document, wire = self._stage.document, found.wire
        lines = document.selected_wires
        if event.modifiers() & ADDS:
            rest = tuple(one for one in lines if one != wire)
            lines = rest if wire in lines else (*lines, wire)
            document.select(document.selection, lines, document.selected_comments)
            return None
        document.select((), (wire,))
        if not found.at_end:
            return None
        reach = Reach(wire.source, None, wire)
        return LayWire(self._stage, reach, event.position(), ask=self._ask)
