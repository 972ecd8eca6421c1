"""What is lit on the canvas: what lies under the mouse, and the slots that a wire may end at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.canvas.hit import FrameHit, GroundHit, Hit, NodeHit, SlotHit, SwitchHit, WireHit
from designer.canvas.leads import input_port

if TYPE_CHECKING:
    from designer.canvas.scene import CanvasScene


class Highlight:
    """Marks the items of a scene; the document knows nothing of it."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._hovered: Hit = GroundHit()

    def hover(self, hit: Hit) -> None:
        """Mark what is under the mouse."""
        if hit == self._hovered:
            return
        self._mark(self._hovered, on=False)
        self._hovered = hit
        self._mark(hit, on=True)

    def light(self, slots: Iterable[SlotHit]) -> None:
        """Let these slots glow, and no others."""
        glow: dict[str, list[int]] = {}
        for slot in slots:
            glow.setdefault(self._scene.seen.item_of[slot.node], []).append(self._number(slot))
        for item, node in self._scene.nodes.items():
            node.set_glow(tuple(glow.get(item, ())))

    def forget(self) -> None:
        """Begin anew, where all items have left the scene."""
        self._hovered = GroundHit()

    def _mark(self, hit: Hit, *, on: bool) -> None:
        scene = self._scene
        if isinstance(hit, SlotHit) and hit.node in scene.seen.item_of:
            item = scene.nodes[scene.seen.item_of[hit.node]]
            item.set_glow((self._number(hit),) if on else ())
        elif isinstance(hit, NodeHit | SwitchHit | FrameHit):
            self._mark_item(hit.node if isinstance(hit, NodeHit) else hit.group, on=on)
        elif isinstance(hit, WireHit) and hit.wire in scene.wires:
            scene.wires[hit.wire].set_hovered(on)

    def _mark_item(self, id: str, *, on: bool) -> None:
        item = self._scene.nodes.get(id) or self._scene.fences.frames.get(id)
        if item is not None:
            item.set_hovered(on)

    def _number(self, hit: SlotHit) -> int:
        """A slot as the item that shows it counts: inputs 0, 1, …, outputs -1, -2, …"""
        seen = self._scene.seen
        item = seen.item_of[hit.node]
        if item == hit.node:
            return -1 if hit.slot is None else hit.slot
        if hit.slot is None:
            return -1 - seen.ports[item].outputs.index(hit.node)
        return input_port(seen, hit.node, hit.slot)
