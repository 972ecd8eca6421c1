"""Lay a wire: from an output to an input or the other way round, or take the end of one off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from core.design import Design
from core.graph import Graph, GraphError, Wire
from core.infer import misfit
from core.tongue import tr
from designer.canvas.geometry import Point, gives_output, inputs_shown
from designer.canvas.gestures.gesture import THRESHOLD, Gesture, Modifiers, Stage
from designer.canvas.hit import Hit, NodeHit, SlotHit, hit, slots_of
from designer.canvas.wire_item import LooseWire
from designer.document import edits
from designer.notation import notation


@dataclass(frozen=True)
class Reach:
    """Where a loose wire is fast: an output (`slot` None) or an input; `taken` was there before."""

    node: str
    slot: int | None
    taken: Wire | None = None


class LayWire(Gesture):
    """Drag a loose end to a slot. Slots that can take it glow; over others the reason is shown.

    A wire whose size does not fit may be laid all the same: the problem then offers ways out.

    Dropped on the ground, the end of a wire that was there takes the wire away; a new wire asks
    `ask` for a layer to put there (its source's id and the place). A click changes nothing.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self, stage: Stage, reach: Reach, at: QPointF, *, ask: Callable[[str, QPointF], None]
    ) -> None:
        self._stage = stage
        self._reach = reach
        self._at = at
        self._dragging = False
        self._ask = ask
        graph = stage.document.design.graph
        self._graph = graph.without_wire(reach.taken) if reach.taken else graph
        self._loose = LooseWire(stage.scene.ink, stage.scene.flow)
        self._loose.setVisible(False)
        stage.scene.addItem(self._loose)
        self._light_up()

    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        far = (at - self._at).manhattanLength() >= THRESHOLD
        self._dragging = self._dragging or far
        if not self._dragging:
            return
        if self._reach.taken:
            self._stage.scene.show_wire(self._reach.taken, False)
        target = self._target(spot)
        refusal = self._refusal(target) if target else None
        end = (spot.x(), spot.y()) if target is None or refusal else target.at
        fast = self._fast_at()
        ends = (fast, end) if self._reach.slot is None else (end, fast)
        self._loose.setVisible(True)
        self._loose.follow(*ends, refused=refusal is not None)
        sentence = _sentence(refusal.sentence) if refusal else self._misfit(target)
        self._stage.hint.say(sentence, at.toPoint(), refused=True)

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        target = self._target(spot)
        self.canceled()
        if not self._dragging:
            return
        if target is not None:
            self._connect(target)
        elif self._reach.taken is not None:
            wire = self._reach.taken
            self._stage.document.attempt(tr("Remove wire"), lambda d: edits.disconnect(d, wire))
        elif self._reach.slot is None and self._on_ground(spot):
            self._ask(self._reach.node, spot)

    def canceled(self) -> None:
        self._stage.scene.removeItem(self._loose)
        self._stage.scene.restore()
        self._stage.hint.say("", QPointF().toPoint())

    # ---- what is under the loose end ----------------------------------------------------

    def _target(self, spot: QPointF) -> SlotHit | None:
        """The slot that the loose end would go into; over a node's body, the one it offers."""
        found = self._under(spot)
        if isinstance(found, SlotHit) and (found.slot is None) != (self._reach.slot is None):
            return found
        scene, node = self._stage.scene, self._reach.node
        if isinstance(found, SlotHit | NodeHit):
            node = found.node
            item = scene.seen.item_of.get(node, node)
            if scene.seen.is_group(item):
                return self._port(item)
        if node == self._reach.node:
            return None
        if self._reach.slot is not None:
            return SlotHit(node, None, scene.slot_spot(node, None))
        shown = inputs_shown(self._graph[node].layer)
        slot = min(self._graph.free_slot(node) or 0, max(0, shown - 1))
        return SlotHit(node, slot, scene.slot_spot(node, slot))

    def _port(self, group: str) -> SlotHit | None:
        """The port of a collapsed group that the loose end fits, the first legal one if any is."""
        scene = self._stage.scene
        ports = slots_of(scene.seen, group, scene.places[group], scene.flow)
        fitting = [one for one in ports if (one.slot is None) != (self._reach.slot is None)]
        legal = (one for one in fitting if self._refusal(one) is None)
        return next(legal, next(iter(fitting), None))

    def _under(self, spot: QPointF) -> Hit:
        return hit(self._stage.scene.picture, (spot.x(), spot.y()), zoom=self._stage.camera.zoom)

    def _on_ground(self, spot: QPointF) -> bool:
        return not isinstance(self._under(spot), SlotHit | NodeHit)

    def _ends(self, target: SlotHit) -> tuple[str, str, int | None]:
        """Source, target and slot of the wire that would be laid."""
        if self._reach.slot is None:
            return self._reach.node, target.node, self._slot_of(target.node, target.slot)
        return target.node, self._reach.node, self._slot_of(self._reach.node, self._reach.slot)

    def _slot_of(self, node: str, slot: int | None) -> int | None:
        """A merging layer takes the next wire in its first free slot."""
        return None if self._graph[node].layer.many_slots else slot

    def _refusal(self, target: SlotHit) -> GraphError | None:
        return self._graph.refusal(*self._ends(target))

    def _misfit(self, target: SlotHit | None) -> str:
        """Why what the wire carries would not fit where it could go; "" where it does."""
        if target is None:
            return ""
        known = self._stage.document.inference
        sentence = misfit(self._graph, known, *self._ends(target))
        return notation.sentence(sentence) if sentence else ""

    def _fast_at(self) -> Point:
        return self._stage.scene.slot_spot(self._reach.node, self._reach.slot)

    # ---- what comes of it ---------------------------------------------------------------

    def _connect(self, target: SlotHit) -> None:
        source, end, slot = self._ends(target)
        taken = self._reach.taken
        same_slot = taken is not None and slot in (None, taken.slot)
        if taken is not None and same_slot and (source, end) == (taken.source, taken.target):
            return
        graph = self._graph
        text = tr("Connect {title} to {title2}", title=graph[source].title, title2=graph[end].title)

        def edit(design: Design) -> Design:
            if taken is not None:
                design = edits.disconnect(design, taken)
            return edits.connect(design, source, end, slot)

        self._stage.document.attempt(text, edit)

    def _light_up(self) -> None:
        """Let every slot glow that the loose end may go into."""
        picture = self._stage.scene.picture
        self._stage.scene.highlight.light(
            slot
            for item, place in picture.places.items()
            for slot in slots_of(picture.seen, item, place, picture.flow)
            if slot.slot in _open_slots(self._graph, self._reach, slot.node)
            and not self._misfit(slot)
        )


def _open_slots(graph: Graph, reach: Reach, node: str) -> tuple[int | None, ...]:
    """The slots of a node that may take the loose end, None for its output."""
    layer = graph[node].layer
    if reach.slot is not None:
        slot = None if graph[reach.node].layer.many_slots else reach.slot
        legal = gives_output(layer) and graph.refusal(node, reach.node, slot) is None
        return (None,) if legal else ()
    if layer.many_slots:
        return (0,) if graph.refusal(reach.node, node) is None else ()
    slots = range(len(layer.slots))
    return tuple(slot for slot in slots if graph.refusal(reach.node, node, slot) is None)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith(("there ", "this ", "a ")) else text
