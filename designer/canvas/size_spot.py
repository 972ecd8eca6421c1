"""Where the sizes on nodes stand: a click on one asks why it is so."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from designer.canvas.node_item import CLOSE
from designer.canvas.scene import CanvasScene

REACH = 3.0  # canvas units around the words that count as them


def size_under(scene: CanvasScene, spot: QPointF, *, zoom: float) -> str:
    """The node whose size stands at a point of the scene; "" where none can be read there."""
    if zoom < CLOSE:
        return ""
    for node, item in scene.nodes.items():
        box = item.size_box
        if box.isEmpty() or node not in scene.document.design.graph.nodes:
            continue
        if box.adjusted(-REACH, -REACH, REACH, REACH).contains(spot - item.pos()):
            return node
    return ""
