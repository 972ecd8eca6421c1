"""Drop: a layer dragged in from the palette lands on the ground, a wire or a node."""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData, QPointF

from core.design import Design, Position
from core.graph import Wire
from core.layers import BY_NAME, Layer
from core.tongue import tr
from designer.canvas.geometry import HEIGHT, WIDTH, snapped
from designer.canvas.gestures.gesture import Stage
from designer.canvas.hit import DROP_REACH, GroundHit, Hit, NodeHit, WireHit, node_at, wire_at
from designer.canvas.node_item import NodeItem
from designer.canvas.node_look import fresh_look
from designer.canvas.places import free_place
from designer.document import edits, rework

MIME = "application/x-striate-layer"
LONGEST = 4096  # bytes that a dragged layer's description may have


class LayerDrop:
    """A layer over the canvas: a pale node, and the wire that it would go into stands out."""

    def __init__(self, stage: Stage, layer: Layer) -> None:
        self._stage = stage
        self._layer = layer
        self._ghost = NodeItem(fresh_look(layer, stage.scene.flow), stage.scene.ink)
        self._ghost.setOpacity(0.6)
        self._ghost.setZValue(2)
        self._ghost.setVisible(False)
        stage.scene.addItem(self._ghost)

    def moved(self, at: QPointF, spot: QPointF) -> None:
        """Follow the mouse."""
        node, wire = self._node(spot), self._wire(spot)
        hit: Hit = NodeHit(node) if node else WireHit(wire) if wire else GroundHit()
        self._stage.scene.highlight.hover(hit)
        self._ghost.setPos(*_centered(spot))
        self._ghost.setVisible(isinstance(hit, GroundHit))  # else it would hide where it goes
        self._stage.hint.say(self._said(node, wire), at.toPoint())

    def dropped(self, spot: QPointF) -> None:
        """Add the layer where it is, insert it into the wire below it, or replace the node."""
        node, wire = self._node(spot), self._wire(spot)
        self.left()
        if node:
            replace_layer(self._stage, node, self._layer)
        else:
            add_layer(self._stage, self._layer, spot, wire=wire)

    def left(self) -> None:
        """The mouse went away with the layer."""
        self._stage.scene.highlight.hover(GroundHit())
        self._stage.scene.removeItem(self._ghost)
        self._stage.hint.say("", QPointF().toPoint())

    def _said(self, node: str, wire: Wire | None) -> str:
        if node:
            title = self._stage.document.design.graph[node].title
            return tr("Replace {title} by {label}", title=title, label=self._layer.label)
        return tr("Insert {label} here", label=self._layer.label) if wire else ""

    def _node(self, spot: QPointF) -> str:
        """The node that it would replace, "" for none."""
        node = node_at(self._stage.scene.picture, (spot.x(), spot.y()))
        return node if node in self._stage.document.design.graph.nodes else ""

    def _wire(self, spot: QPointF) -> Wire | None:
        if not self._layer.slots and not self._layer.many_slots:
            return None
        point = (spot.x(), spot.y())
        picture = self._stage.scene.picture
        if node_at(picture, point) is not None:
            return None
        return wire_at(picture, point, zoom=self._stage.camera.zoom, reach=DROP_REACH)


def add_layer(stage: Stage, layer: Layer, spot: QPointF, *, wire: Wire | None = None) -> bool:
    """Put a layer into a wire, or centered on a place (the nearest free one)."""
    pinned = stage.scene.pinned
    place = free_place(stage.scene.places.values(), _centered(spot), stage.scene.flow)

    def edit(design: Design) -> tuple[Design, str]:
        if wire is not None:
            also = stage.scene.seen.stands_for(wire)
            return edits.insert_on_wire(pinned(design), wire, layer, also=also)
        return edits.add(pinned(design), layer, place)

    return stage.document.attempt(tr("Add {label}", label=layer.label), edit)


def replace_layer(stage: Stage, node: str, layer: Layer) -> bool:
    """Put a layer in a node's place; it keeps the wires that it can have."""
    title, pinned = stage.document.design.graph[node].title, stage.scene.pinned
    return stage.document.attempt(
        tr("Replace {title} by {label}", title=title, label=layer.label),
        lambda design: rework.replace_layer(pinned(design), node, layer),
    )


def layer_in(mime: QMimeData) -> Layer | None:
    """The layer that is dragged; None where it is something else."""
    if not mime.hasFormat(MIME):
        return None
    data = bytes(mime.data(MIME).data())
    if len(data) > LONGEST:
        return None
    try:
        name = json.loads(data)["type"]
    except (ValueError, KeyError, TypeError):
        return None
    kind = BY_NAME.get(name) if isinstance(name, str) else None
    return kind() if kind else None


def _centered(spot: QPointF) -> Position:
    return snapped((spot.x() - WIDTH / 2, spot.y() - HEIGHT / 2))
