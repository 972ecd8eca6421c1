"""Tidying: new places that stay near the old ones, and the short glide from one to the other."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEasingCurve, QVariantAnimation

from core.design import Position
from designer.canvas.geometry import GRID
from designer.canvas.scene import CanvasScene
from designer.tokens import Tokens


def tidied(places: Mapping[str, Position], before: Mapping[str, Position]) -> dict[str, Position]:
    """The new places, moved such that the top left corner of the whole stays where it was."""
    if not places or not before:
        return dict(places)
    dx = _corner(before)[0] - _corner(places)[0]
    dy = _corner(before)[1] - _corner(places)[1]
    dx, dy = dx - dx % GRID, dy - dy % GRID
    return {node: (x + dx, y + dy) for node, (x, y) in places.items()}


def _corner(places: Mapping[str, Position]) -> Position:
    return min(x for x, _ in places.values()), min(y for _, y in places.values())


class Glide(QVariantAnimation):
    """Moves the items of a scene from old to new places; the document is already there."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._from: dict[str, Position] = {}
        self._to: dict[str, Position] = {}
        self.setDuration(Tokens.MOTION)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._step)
        self.finished.connect(scene.restore)

    def begin(self, before: Mapping[str, Position], after: Mapping[str, Position]) -> None:
        """Glide; a change of the document while it runs ends it."""
        self.stop()
        self._from, self._to = dict(before), dict(after)
        self.start()

    def _step(self, share: float) -> None:
        places = self._scene.places
        if any(node not in places for node in self._to):
            self.stop()
            self._scene.restore()
            return
        self._scene.preview({node: self._between(node, share) for node in self._to})

    def _between(self, node: str, share: float) -> Position:
        (ax, ay), (bx, by) = self._from.get(node, self._to[node]), self._to[node]
        return round(ax + (bx - ax) * share), round(ay + (by - ay) * share)
