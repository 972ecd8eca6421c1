"""Where sizes stand, on nodes and beside wires: a click on one asks why it is so."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.node_item import CLOSE
from designer.canvas.scene import CanvasScene
from designer.canvas.wire_item import LABELED

REACH = 3.0  # canvas units around the words that count as them


def size_under(scene: CanvasScene, spot: QPointF, *, zoom: float) -> str:
    """The node whose output's size stands at a point of the scene; "" where none can be read there.

    On a collapsed group it is that of the last layer in it, on a wire that of the layer before.
    """
    graph = scene.document.design.graph
    for item, shown in scene.nodes.items() if zoom >= CLOSE else ():
        node = scene.seen.giver(item)
        if node in graph.nodes and _reaches(shown.size_box, spot - shown.pos()):
            return node
    for wire, line in scene.wires.items() if zoom > LABELED else ():
        if _reaches(line.label_box, spot):
            return wire.source
    return ""


def _reaches(box: QRectF, spot: QPointF) -> bool:
    return not box.isEmpty() and box.adjusted(-REACH, -REACH, REACH, REACH).contains(spot)
