"""New places for everything in sight: tidied, turned, or as a group opens; with a short glide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QEasingCurve, QVariantAnimation

from core.design import Design, Position
from core.flow import Direction
from core.tongue import tr
from designer.canvas import rooms
from designer.canvas.company import kept_beside
from designer.canvas.geometry import GRID
from designer.canvas.gestures import Stage
from designer.canvas.marks import box_of
from designer.document import grouping
from designer.document.edits import EditError
from designer.document.shown import shown
from designer.tokens import Tokens


class Rearranging:
    """Edits that move everything in sight; `glides` says whether motion is wanted now."""

    def __init__(self, stage: Stage, glides: Callable[[], bool]) -> None:
        self._stage = stage
        self._document = stage.document
        self._scene = stage.scene
        self._glides = glides
        self.glide = Glide(stage)

    def tidy(self) -> None:
        """Lay out anew what is in sight, as one step to undo."""
        scene, design = self._scene, self._document.design
        layout = rooms.tidy(scene.seen, design.flow)
        places = self._in_place(layout.places, design.flow)
        scene.use_layout(layout)
        if design.placed(places) == design:
            scene.reroute()
            return
        self._apply(tr("Tidy up"), design.placed(places), places)

    def turn(self, flow: Direction) -> bool:
        """Let data flow another way, all laid out for it, as one step; whether they did not yet."""
        design, inside = self._document.design, self._scene.seen.inside
        if flow is design.flow:
            return False
        places = self._in_place(rooms.tidy(self._scene.seen, flow).places, flow)
        around = rooms.tidy(shown(design.graph, design.groups), flow).places if inside else {}
        # What is out of sight lay as the other flow has it: it is laid out when it is opened.
        turned = replace(design, flow=flow, positions=around).placed(places)
        text = tr("Flow left to right") if flow is Direction.RIGHT else tr("Flow top down")
        self._apply(text, turned, places)
        return True

    def _in_place(self, places: Mapping[str, Position], flow: Direction) -> dict[str, Position]:
        """A layout where the network lies now, with the comments beside the same nodes."""
        before, comments = self._scene.places, self._stage.comments
        after = tidied(places, before)
        boxes = {id: box_of(item.box) for id, item in comments.items.items()}
        now = self._document.design.flow
        return {**after, **kept_beside(boxes, before, after, flow=now, then=flow)}

    def switch(self, group: str) -> None:
        """Open a collapsed group in place, or close an open one."""
        scene, design = self._scene, self._document.design
        here, opens = scene.seen.inside, group not in scene.fences.frames
        room = rooms.opened if opens else rooms.closed
        places = room(design, scene.places, group, here)
        changed = grouping.set_collapsed(design.placed(places), group, not opens)
        title = scene.seen.title(group)
        self._apply(
            tr("Open {title}", title=title) if opens else tr("Close {title}", title=title),
            changed,
            places,
        )

    def group(self, nodes: tuple[str, ...]) -> bool:
        """Make nodes one group, which shows as one; whether that can be."""

        def edit(design: Design) -> tuple[Design, str]:
            made, id = grouping.group(design, nodes)
            opened = grouping.set_collapsed(made, id, False)
            inside = self._scene.seen.inside
            if id not in shown(opened.graph, opened.groups, inside).frames:
                raise EditError(
                    tr("These layers are out of sight here: show them first, then group them.")
                )
            places = rooms.closed(opened, self._scene.places, id, inside)
            return made.placed(places), id

        return self._document.attempt(tr("Group"), edit)

    def ungroup(self, groups: tuple[str, ...]) -> bool:
        """Take groups apart; what they hid comes into sight where they were."""

        def edit(design: Design) -> Design:
            places = dict(self._scene.places)
            for group in groups:
                if group in places:
                    places = rooms.opened(design, places, group, self._scene.seen.inside)
                    design = grouping.set_collapsed(design, group, False)
            return grouping.ungroup(design.placed(places), groups)

        return self._document.attempt(tr("Ungroup"), edit)

    def _apply(self, text: str, design: Design, places: Mapping[str, Position]) -> None:
        before = self._stage.shown_places()
        self._document.apply(text, design)
        known = self._stage.shown_places()
        here = {item: at for item, at in places.items() if item in known}
        if self._glides():
            self.glide.begin({item: before.get(item, at) for item, at in here.items()}, here)


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
    """Moves what lies on a canvas from old to new places; the document is already there."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.scene)
        self._stage = stage
        self._from: dict[str, Position] = {}
        self._to: dict[str, Position] = {}
        self.setDuration(Tokens.MOTION)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._step)
        self.finished.connect(stage.restore)

    def begin(self, before: Mapping[str, Position], after: Mapping[str, Position]) -> None:
        """Glide; a change of the document while it runs ends it."""
        self.stop()
        self._from, self._to = dict(before), dict(after)
        self._step(0.0)  # the first tick comes a frame later
        self.start()

    def _step(self, share: float) -> None:
        known = self._stage.shown_places()
        if any(item not in known for item in self._to):
            self.stop()
            self._stage.restore()
            return
        self._stage.preview({item: self._between(item, share) for item in self._to})

    def _between(self, item: str, share: float) -> Position:
        (ax, ay), (bx, by) = self._from.get(item, self._to[item]), self._to[item]
        return round(ax + (bx - ax) * share), round(ay + (by - ay) * share)
