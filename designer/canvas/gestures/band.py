"""Band: a rubber band selects what it touches."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QGraphicsRectItem

from designer.canvas.gestures.gesture import Gesture, Modifiers, Stage
from designer.canvas.hit import inside
from designer.canvas.marks import box_of

ADDS = Modifiers.ShiftModifier | Modifiers.ControlModifier


class Band(Gesture):
    """Select nodes and comments that the band touches and wires inside it.

    Shift or Ctrl adds to what was selected.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, spot: QPointF, modifiers: Modifiers) -> None:
        self._stage = stage
        self._start = spot
        document = stage.document
        self._before = document.selection, document.selected_wires, document.selected_comments
        self._kept = self._before if modifiers & ADDS else ((), (), ())
        fill = QColor(stage.scene.ink.accent)
        fill.setAlphaF(0.10)
        pen = QPen(stage.scene.ink.accent, 1.0)
        pen.setCosmetic(True)
        self._item = QGraphicsRectItem()
        self._item.setBrush(QBrush(fill))
        self._item.setPen(pen)
        self._item.setZValue(-2)
        stage.scene.addItem(self._item)

    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        area = QRectF(self._start, spot).normalized()
        self._item.setRect(area)
        nodes, wires = inside(self._stage.scene.picture, box_of(area))
        order = self._stage.document.design.graph.order
        chosen = [node for node in order if node in nodes]
        notes = self._stage.comments.touched(area)
        kept = self._kept
        self._stage.document.select(
            (*kept[0], *chosen), (*kept[1], *sorted(wires)), (*kept[2], *notes)
        )

    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        self.moved(at, spot, modifiers)
        self._stage.scene.removeItem(self._item)

    def canceled(self) -> None:
        self._stage.document.select(*self._before)
        self._stage.scene.removeItem(self._item)
