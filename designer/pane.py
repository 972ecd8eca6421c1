"""A panel in its place: where it lies, what it answers, and whether everybody needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from core.tongue import tr, translate_fields
from designer import resources

# The question that brings people to a panel; the list of views stands in this order.
INSIDE = tr("Look inside")
SIZES = tr("Understand sizes")
WRONG = tr("Find what is wrong")
EXPLORE = tr("Explore")
WORK = tr("Build and train")
GROUPS = (INSIDE, SIZES, WRONG, EXPLORE, WORK)


@dataclass(frozen=True)
class Pane:
    """A panel of the window.

    Attributes:
        id: its name in code, in saved layouts, and of its page `resources/help/views/ID.md`.
        title: on its tab.
        content: the panel, or what makes it when somebody first looks at it.
        place: "left", "right", "bottom", or "viewer" (bottom right).
        group: the kind of question it answers, one of GROUPS.
        icon: of its entry in the list of views, where that is not called as the pane.
        open: whether it is open in the usual layout; the others wait in the list of views.
    """

    id: str
    title: str
    content: QWidget | Callable[[], QWidget]
    place: str
    group: str = EXPLORE
    icon: str = ""
    open: bool = False

    def __post_init__(self) -> None:
        translate_fields(self, "title")

    @property
    def glyph(self) -> str:
        """The name of its icon."""
        named = self.icon or self.id
        return named if resources.has_icon(named) else "window"

    @property
    def question(self) -> str:
        """What it answers: the words in bold at the head of its help page."""
        return resources.question(self.id)
