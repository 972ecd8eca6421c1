"""The worked examples of the lectures, as projects for the real engine."""

from __future__ import annotations

from core.lessons import lecture_000
from core.lessons.example import Example, Show, Stage

EXAMPLES: tuple[Example, ...] = (*lecture_000.EXAMPLES,)

BY_ID: dict[str, Example] = {example.id: example for example in EXAMPLES}

__all__ = ["BY_ID", "EXAMPLES", "Example", "Show", "Stage"]
