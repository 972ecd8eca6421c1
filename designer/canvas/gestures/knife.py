"""Knife: a line drawn across wires cuts them, all in one step."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from core.graph import Wire
from core.tongue import tr
from designer.canvas.gestures.gesture import Gesture, Modifiers, Stage
from designer.canvas.hit import crossed
from designer.document import edits

KNIFE = Modifiers.ShiftModifier | Modifiers.AltModifier  # held down, a drag cuts


class Knife(Gesture):
    """Cut every wire that the mouse is dragged across."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, spot: QPointF) -> None:
        self._stage = stage
        self._last = spot
        self._cut: set[Wire] = set()
        pen = QPen(stage.scene.ink.problem, 1.5, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._path = QPainterPath(spot)
        self._item = QGraphicsPathItem()
        self._item.setPen(pen)
        self._item.setZValue(2)
        stage.scene.addItem(self._item)

    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        wires = self._stage.document.design.graph.wires
        ends = (self._last.x(), self._last.y()), (spot.x(), spot.y())
        for wire in crossed(self._stage.scene.picture, *ends) & wires:
            self._cut.add(wire)
            self._stage.scene.wires[wire].set_hovered(True)
        self._path.lineTo(spot)
        self._item.setPath(self._path)
        self._last = spot
        self._stage.hint.say(self._said() if self._cut else "", at.toPoint())

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        self.moved(at, spot, modifiers)
        text = self._said()
        self.canceled()
        if self._cut:
            seen = self._stage.scene.seen
            wires = {one for wire in self._cut for one in seen.stands_for(wire)}
            self._stage.document.attempt(text, lambda design: edits.delete(design, (), wires))

    def canceled(self) -> None:
        self._stage.scene.removeItem(self._item)
        self._stage.hint.say("", QPointF().toPoint())
        for wire in self._cut:
            self._stage.scene.wires[wire].set_hovered(False)

    def _said(self) -> str:
        return (
            tr("Cut {count} wires", count=len(self._cut)) if len(self._cut) > 1 else tr("Cut wire")
        )
