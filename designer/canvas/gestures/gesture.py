"""What every gesture is: it follows the mouse, and ends in one edit or in none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from core.design import Position
from designer.canvas.camera import Camera
from designer.canvas.comments import Comments
from designer.canvas.hint import Hint
from designer.canvas.scene import CanvasScene
from designer.document.document import Document

Modifiers = Qt.KeyboardModifier
THRESHOLD = 4.0  # pixels before a press becomes a drag


@dataclass(frozen=True)
class Stage:
    """What gestures act on."""

    document: Document
    scene: CanvasScene
    camera: Camera
    hint: Hint
    comments: Comments

    def selected_places(self) -> dict[str, Position]:
        """The places of what is selected: nodes, collapsed groups and comments in sight."""
        nodes = self.scene.places_of(self.document.selection)
        return {**nodes, **self.comments.places_of(self.document.selected_comments)}

    def shown_places(self) -> dict[str, Position]:
        """The places of everything in sight, as it is shown."""
        return {**self.scene.places, **self.comments.places_of(self.comments.items)}

    def preview(self, places: Mapping[str, Position]) -> None:
        """Show nodes and comments elsewhere, before the document has them there."""
        notes = self.comments.items.keys() & places.keys()
        self.comments.preview({id: places[id] for id in notes})
        self.scene.preview({item: at for item, at in places.items() if item not in notes})

    def restore(self) -> None:
        """Show everything where the document has it."""
        self.comments.refresh()
        self.scene.restore()


class Gesture(ABC):
    """One gesture. `at` is in the view's pixels, `spot` the same in the scene."""

    cursor = Qt.CursorShape.ArrowCursor

    @abstractmethod
    def moved(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        """The mouse moved with the button down."""

    @abstractmethod
    def ended(self, at: QPointF, spot: QPointF, modifiers: Modifiers) -> None:
        """The button was released: make the edit."""

    @abstractmethod
    def canceled(self) -> None:
        """Escape: leave everything as it was."""
