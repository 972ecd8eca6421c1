"""What a tooltip on the canvas says: all that a node or wire would say if it had the room."""

from __future__ import annotations

from core.tongue import tr
from designer.canvas.group_look import brief_of
from designer.canvas.hit import Hit, NodeHit, SlotHit, SwitchHit, WireHit
from designer.canvas.scene import CanvasScene


def tip_of(scene: CanvasScene, hit: Hit) -> str:
    """What it says of what is under the mouse; "" for the ground."""
    if isinstance(hit, NodeHit | SlotHit):
        return _of_item(scene, scene.seen.item_of.get(hit.node, hit.node))
    if isinstance(hit, WireHit) and hit.wire in scene.wires:
        source, target = (scene.nodes[item].look for item in scene.seen.ends(hit.wire))
        return f"{source.title} → {target.title}\n{scene.carried(hit.wire)}".strip()
    if isinstance(hit, SwitchHit):
        if hit.group in scene.fences.frames:
            return tr("Close this group")
        return tr("Open this group in place")
    return ""


def _of_item(scene: CanvasScene, item: str) -> str:
    """A node, or a group that is shown as one."""
    look = scene.nodes[item].look
    size = tr("Output {size}", size=look.size) if look.size else ""
    about = look.brief if look.brief == look.kind else f"{look.kind} · {look.brief}"
    if scene.seen.is_group(item):
        about = brief_of(scene.seen, scene.document.inference, item, words=True)
    note = tr("Bypassed") if look.bypassed else ""
    parts = (look.title, about, size, note, look.sentence)
    return "\n".join(part for part in parts if part)
