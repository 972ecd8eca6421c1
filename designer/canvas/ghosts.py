"""What is not there any more, pale and dashed where it lay beside its neighbors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.design import Design, Position
from core.graph import Node
from core.tongue import tr
from designer.canvas.geometry import HEIGHT
from designer.canvas.ink import BODY, GLYPH
from designer.canvas.node_item import (
    BRIEF_TOP,
    CLOSE,
    ELIDE,
    FAR,
    GLYPH_LEFT,
    TEXT_LEFT,
    TEXT_RIGHT,
    TITLE_TOP,
)
from designer.canvas.places import free_place, with_places
from designer.canvas.scene import CanvasScene
from designer.tokens import Tokens
from designer.widgets.numbers import localized

BEHIND = -0.25  # above wires, below nodes
FAINT = 0.55


@dataclass(frozen=True)
class Ghost:
    """A node that is gone, and where it is shown: its top left corner."""

    node: Node
    place: Position


class Ghosts:
    """The ghosts on a canvas. They are only seen: no click and no wire meets them."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._items: list[GhostItem] = []

    def show(self, removed: Iterable[Node], before: Design) -> None:
        """Show what an older design had and this one has not, as far as its room is in sight."""
        self.clear()
        scene = self._scene
        here = {scene.seen.inside, *scene.fences.frames}
        homes = before.groups.homes
        seen = [node for node in removed if homes.get(node.id, "") in here]
        for ghost in ghosts_of(seen, before, scene.places, scene.document.design):
            item = GhostItem(ghost)
            item.setPos(*ghost.place)
            scene.addItem(item)
            self._items.append(item)

    def clear(self) -> None:
        """Take them away; those that went with a rebuilt canvas are gone already."""
        for item in self._items:
            if item.scene() is self._scene:
                self._scene.removeItem(item)
        self._items = []

    @property
    def shown(self) -> Mapping[str, Position]:
        """Where each ghost is, by the node's id."""
        return {item.ghost.node.id: item.ghost.place for item in self._items}


def ghosts_of(
    removed: Iterable[Node], before: Design, places: Mapping[str, Position], now: Design
) -> list[Ghost]:
    """Each node as far from the nearest one that is left as it was, where nothing else lies."""
    old = with_places(before).positions
    taken = list(places.values())
    made = []
    for node in removed:
        anchor = _nearest(before, node.id, places)
        if not anchor:
            continue
        (x, y), (left, top) = old.get(node.id, (0, 0)), old.get(anchor, (0, 0))
        known = node.id in old and anchor in old
        dx, dy = (x - left, y - top) if known else (0, HEIGHT)
        wanted = places[anchor][0] + dx, places[anchor][1] + dy
        place = free_place(taken, wanted, now.flow)
        taken.append(place)
        made.append(Ghost(node, place))
    return made


def _nearest(before: Design, gone: str, places: Mapping[str, Position]) -> str:
    """The nearest node along wires, either way, that is in sight; "" where none is."""
    todo, met = [gone], {gone}
    while todo:
        node = todo.pop(0)
        if node in places:
            return node
        wires = (*before.graph.incoming(node), *before.graph.outgoing(node))
        for end in (end for wire in wires for end in (wire.source, wire.target)):
            if end not in met:
                met.add(end)
                todo.append(end)
    return ""


class GhostItem(QGraphicsItem):
    """Paints one ghost in the colors that the canvas has then."""

    def __init__(self, ghost: Ghost) -> None:
        super().__init__()
        self.ghost = ghost
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(BEHIND)

    # ---- Qt -----------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """The box with its edge."""
        return BODY.adjusted(-2, -2, 2, 2)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """A dashed box; from near its name, struck out, and what it was set to."""
        scene = self.scene()
        if not isinstance(scene, CanvasScene):
            return
        ink, layer = scene.ink, self.ghost.node.layer
        painter.setPen(ink.dashed)
        painter.setBrush(ink.ground)  # the wire that was led past it runs behind
        painter.drawRoundedRect(BODY, Tokens.CARD_RADIUS, Tokens.CARD_RADIUS)
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        if zoom < FAR:
            return
        painter.setOpacity(FAINT)
        scale = zoom * painter.device().devicePixelRatioF()
        glyph = ink.glyph(type(layer).__name__, layer.family, scale)
        painter.drawPixmap(QPointF(GLYPH_LEFT, (HEIGHT - GLYPH) / 2), glyph)
        painter.setOpacity(1.0)
        painter.setPen(ink.muted)
        struck = QFont(ink.name_font)
        struck.setStrikeOut(True)
        lines = [(self.ghost.node.title, struck, TITLE_TOP, ink.name_metrics)]
        if zoom >= CLOSE:
            brief = tr("removed · {value}", value=localized(layer.brief()) or layer.label)
            lines.append((brief, ink.small_font, BRIEF_TOP, ink.small_metrics))
        for text, face, top, metrics in lines:
            painter.setFont(face)
            short = metrics.elidedText(text, ELIDE, TEXT_RIGHT - TEXT_LEFT)
            painter.drawText(QPointF(TEXT_LEFT, top + metrics.ascent()), short)
