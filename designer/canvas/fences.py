"""What bounds groups: the frames of those open in place, the border of one open by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.canvas import rooms
from designer.canvas.border_item import BorderItem, borders_of
from designer.canvas.frame_item import FrameItem
from designer.canvas.geometry import Box, node_box
from designer.canvas.group_look import frame_look

if TYPE_CHECKING:
    from designer.canvas.scene import CanvasScene


class Fences:
    """The fences on a canvas, where its nodes lie now.

    Attributes: `frames` (the items by group), `boxes` (of the frames), `borders` (one item for
    each thing that the group which is open by itself takes or gives).
    """

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.frames: dict[str, FrameItem] = {}
        self.boxes: dict[str, Box] = {}
        self.borders: list[BorderItem] = []

    def show(self) -> None:
        """Bring them in line with what is in sight."""
        seen = self._scene.seen
        if seen.crossing or self.borders:
            self._show_borders()
        if seen.frames or self.frames:
            self._show_frames()

    def forget(self) -> None:
        """Begin anew, where all items have left the scene."""
        self.frames, self.boxes, self.borders = {}, {}, []

    def _show_borders(self) -> None:
        scene = self._scene
        for old in self.borders:
            scene.removeItem(old)
        self.borders = []
        if scene.seen.crossing:
            boxes = [node_box(place) for place in scene.places.values()]
            found = borders_of(scene.seen, boxes, scene.slot_spot, scene.flow)
            self.borders = [BorderItem(border, scene.ink, scene.flow) for border in found]
        for item in self.borders:
            scene.addItem(item)

    def _show_frames(self) -> None:
        scene = self._scene
        self.boxes = rooms.frame_boxes(scene.seen, scene.places)
        for group in self.frames.keys() - self.boxes.keys():
            scene.removeItem(self.frames.pop(group))
        for group, box in self.boxes.items():
            look = frame_look(scene.seen, scene.document.inference, group)
            if group in self.frames:
                self.frames[group].show_look(look, box, scene.ink)
            else:
                self.frames[group] = FrameItem(look, box, scene.ink)
                scene.addItem(self.frames[group])
