"""What every gesture is: it follows the mouse, and ends in one edit or in none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from designer.canvas.camera import Camera
from designer.canvas.comments import Comments
from designer.canvas.hint import Hint
from designer.canvas.scene import CanvasScene
from designer.document.document import Document

Modifiers = Qt.KeyboardModifier


@dataclass(frozen=True)
class Stage:
    """What gestures act on."""

    document: Document
    scene: CanvasScene
    camera: Camera
    hint: Hint
    comments: Comments


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
