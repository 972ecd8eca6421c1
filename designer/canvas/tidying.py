"""New places for everything in sight: tidied, or as a group opens or closes; with a short glide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEasingCurve, QVariantAnimation

from core.design import Design, Position
from designer.canvas import rooms
from designer.canvas.geometry import GRID
from designer.canvas.scene import CanvasScene
from designer.document import grouping
from designer.document.document import Document
from designer.tokens import Tokens


class Rearranging:
    """Edits that move everything in sight; `glides` says whether motion is wanted now."""

    def __init__(self, document: Document, scene: CanvasScene, glides: Callable[[], bool]) -> None:
        self._document = document
        self._scene = scene
        self._glides = glides
        self._glide = Glide(scene)

    def tidy(self) -> None:
        """Lay out anew what is in sight, as one step to undo."""
        scene, design = self._scene, self._document.design
        layout = rooms.tidy(scene.seen)
        places = tidied(layout.places, scene.places)
        scene.use_layout(layout)
        if design.placed(places) == design:
            scene.reroute()
            return
        self._apply("Tidy up", design.placed(places), places)

    def switch(self, group: str) -> None:
        """Open a collapsed group in place, or close an open one."""
        scene, design = self._scene, self._document.design
        here, opens = scene.seen.inside, group not in scene.frames
        room = rooms.opened if opens else rooms.closed
        places = room(design, scene.places, group, here)
        changed = grouping.set_collapsed(design.placed(places), group, not opens)
        title = scene.seen.title(group)
        self._apply(f"Open {title}" if opens else f"Close {title}", changed, places)

    def group(self, nodes: tuple[str, ...]) -> bool:
        """Make nodes one group, which shows as one; whether that can be."""

        def edit(design: Design) -> tuple[Design, str]:
            made, id = grouping.group(design, nodes)
            opened = grouping.set_collapsed(made, id, False)
            places = rooms.closed(opened, self._scene.places, id, self._scene.seen.inside)
            return made.placed(places), id

        return self._document.attempt("Group", edit)

    def ungroup(self, groups: tuple[str, ...]) -> bool:
        """Take groups apart; what they hid comes into sight where they were."""

        def edit(design: Design) -> Design:
            places = dict(self._scene.places)
            for group in groups:
                if group in places:
                    places = rooms.opened(design, places, group, self._scene.seen.inside)
                    design = grouping.set_collapsed(design, group, False)
            return grouping.ungroup(design.placed(places), groups)

        return self._document.attempt("Ungroup", edit)

    def _apply(self, text: str, design: Design, places: Mapping[str, Position]) -> None:
        before = dict(self._scene.places)
        self._document.apply(text, design)
        here = {item: at for item, at in places.items() if item in self._scene.places}
        if self._glides():
            self._glide.begin({item: before.get(item, at) for item, at in here.items()}, here)


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
