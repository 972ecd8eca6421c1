"""The keyboard on the canvas: nudge, walk along wires, pan, select, delete."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from core.design import Design
from core.graph import Graph
from core.layers import Input
from core.tongue import tr
from designer.canvas.geometry import GRID
from designer.canvas.gestures import Stage
from designer.document import edits
from designer.document.removing import remove_selected

Key = Qt.Key
ARROWS = {
    Key.Key_Left: (-1, 0),
    Key.Key_Right: (1, 0),
    Key.Key_Up: (0, -1),
    Key.Key_Down: (0, 1),
}
PAN_STEP = 48  # pixels an arrow pans by where nothing is selected
FAR_NUDGE = 5  # grid steps with Shift


class Keys:
    """What keys do to a canvas; `press` says whether it knew the key."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key says."""
        key, modifiers = Key(event.key()), event.modifiers()
        modifiers &= ~Qt.KeyboardModifier.KeypadModifier
        if key in ARROWS:
            return self._arrow(ARROWS[key], modifiers)
        if key in (Key.Key_Delete, Key.Key_Backspace):
            self.delete()
            return True
        if key == Key.Key_Home:
            self.go_to_start()
            return True
        return False

    def delete(self) -> None:
        """Delete what is selected; a chain closes again."""
        remove_selected(self._stage.document, self._stage.scene.pinned)

    def go_to_start(self) -> None:
        """Select the Input, or what comes first in sight, and look there."""
        seen = self._stage.scene.seen
        start = next(iter(seen.items_of([start_of(seen.graph)]) or seen.items), "")
        if start:
            self._go_to(start)

    def walk(self, direction: tuple[int, int]) -> None:
        """Select the neighbor along a wire where an arrow goes along the flow, else one beside."""
        seen = self._stage.scene.seen
        chosen = seen.items_of(self._stage.document.selection)
        if not chosen:
            self.go_to_start()
            return
        here = chosen[-1]
        across, along = self._stage.scene.flow.turned(direction)
        if along > 0:
            near = [seen.ends(wire)[1] for wire in seen.outgoing(here)]
        elif along < 0:
            near = [seen.ends(wire)[0] for wire in seen.incoming(here)]
        else:
            near = self._beside(here, across)
        if near:
            self._go_to(min(near, key=lambda node: self._distance(here, node)))

    def _arrow(self, direction: tuple[int, int], modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers == Qt.KeyboardModifier.AltModifier:
            self.walk(direction)
        elif modifiers & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        elif self._stage.document.selection or self._stage.document.selected_comments:
            far = FAR_NUDGE if modifiers else 1
            self._nudge(direction[0] * GRID * far, direction[1] * GRID * far)
        else:
            self._stage.camera.pan(QPoint(*direction) * -PAN_STEP)
        return True

    def _nudge(self, dx: int, dy: int) -> None:
        scene, document = self._stage.scene, self._stage.document
        held = self._stage.selected_places()
        places = {item: (x + dx, y + dy) for item, (x, y) in held.items()}

        def edit(design: Design) -> Design:
            return edits.move(scene.pinned(design), places)

        document.attempt(tr("Nudge"), edit, merge="nudge")

    def _beside(self, here: str, side: int) -> list[str]:
        """Nodes that lie more to this side of the flow than before or behind."""
        turned = self._stage.scene.flow.turned
        places = {node: turned(place) for node, place in self._stage.scene.places.items()}
        x, y = places[here]
        return [
            node
            for node, (a, b) in places.items()
            if (a - x) * side > 0 and abs(b - y) <= abs(a - x)
        ]

    def _distance(self, a: str, b: str) -> float:
        (ax, ay), (bx, by) = self._stage.scene.places[a], self._stage.scene.places[b]
        return abs(ax - bx) + abs(ay - by)

    def _go_to(self, node: str) -> None:
        self._stage.document.select((node,))
        self._stage.camera.reveal(self._stage.scene.extent((node,)))


def start_of(graph: Graph) -> str:
    """The node where the flow begins: the Input, or whatever comes first; "" if there is none."""
    inputs = graph.of_type(Input)
    return inputs[0].id if inputs else next(iter(graph.order), "")
